"""docker-compose.yml against the compose specification, and against the programs that a machine without Docker runs."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from pydantic import SecretStr

from taian.services import services
from taian.settings import ROOT, Settings

SCHEMA = Path(__file__).with_name("compose-spec.json")
SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|_KEY$|_AIRFLOW_DB$|_CONN_ASYNC$")
LOOPBACK = "127.0.0.1"


def local(**more):
    """The settings of the containers: nothing from this machine's environment but what is named."""
    return Settings.model_construct(**{"home": Path("/var/lib/taian"), **more})


def variables():
    """Environment variables that the platform reads, and whether each is a secret."""
    found = {}
    for name, field in Settings.model_fields.items():
        variable = field.validation_alias if isinstance(field.validation_alias, str) else f"TAIAN_{name.upper()}"
        found[variable] = SecretStr in getattr(field.annotation, "__args__", ())
    return found


def test_the_file_is_what_the_compose_specification_asks_for(compose):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(compose)] == []


def test_the_schema_refuses_a_misspelt_key(compose):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    broken = {**compose, "services": {"web": {"image": "x", "netwrok_mode": "host"}}}
    with pytest.raises(jsonschema.ValidationError, match="netwrok_mode"):
        jsonschema.validate(broken, schema)


def test_every_published_port_is_bound_to_this_machine(compose):
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports, "PostgreSQL is reached through a published port"
    assert [port for port in ports if not str(port).startswith(f"{LOOPBACK}:")] == []


def test_our_programs_listen_on_the_loopback_of_the_host(ours):
    assert {name: service["network_mode"] for name, service in ours.items()} == dict.fromkeys(ours, "host")
    assert {service["environment"]["TAIAN_HOST"] for service in ours.values()} == {LOOPBACK}
    assert [name for name, service in ours.items() if "ports" in service] == []


def test_no_secret_has_a_value_or_a_default(compose):
    """Absent unless given (no value), or refused by compose when it is not given (``${NAME:?…}``)."""
    for service in compose["services"].values():
        for name, value in service["environment"].items():
            if SECRET.search(name) and value is not None:
                assert re.search(r"\$\{\w*PASSWORD:\?[^}]+\}", value), name
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert re.findall(r"\$\{\w*(?:PASSWORD|SECRET|TOKEN)\w*(?::?-|\})", text) == []


def test_every_secret_of_the_settings_is_known_as_one_here(ours):
    for name, is_secret in variables().items():
        assert not is_secret or SECRET.search(name), f"{name} is a secret: let SECRET above know it"


def test_every_variable_is_a_setting_of_the_platform(ours):
    airflows = {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC"}
    for service in ours.values():
        assert set(service["environment"]) - set(variables()) - airflows == set()


NOT_PASSED_ON = {
    "TAIAN_CATALOG_DIR": "the catalogue is part of the image",
    "SPARK_REMOTE": "the containers wait for a Spark Connect of their own; docs/operations.md says so",
}


def test_every_setting_reaches_every_container_or_is_kept_out_for_a_reason(ours):
    for name, service in ours.items():
        assert set(service["environment"]) | set(NOT_PASSED_ON) >= set(variables()), name
        assert not set(service["environment"]) & set(NOT_PASSED_ON), name


def test_images_are_built_here_or_are_official_and_pinned_to_a_version(compose):
    for name, service in compose["services"].items():
        if "build" in service:
            assert service["build"] == "."
            continue
        assert re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?(-[a-z]+)?", service["image"]), f"{name}: {service['image']}"


def test_every_program_of_the_local_platform_has_a_container(ours):
    """And starts by the very same command, which becomes the program (taian.services)."""
    commands = {tuple(service["command"]) for service in ours.values()}
    for service in services(local()):
        assert ("python", "-m", "taian.services", service.name) in commands


def test_no_container_runs_a_program_that_is_not_ours(ours):
    known = {service.name for service in services(local())}
    for name, service in ours.items():
        match service["command"]:
            case ["python", "-m", "taian.services", program]:
                assert program == name
                assert program in known
            case ["python", script]:
                assert (ROOT / script).is_file(), script
            case other:
                raise AssertionError(f"{name} runs {other}")


def test_every_container_that_stays_has_a_health_check_and_comes_back(compose):
    for name, service in compose["services"].items():
        if service["restart"] == "no":
            continue
        assert service["healthcheck"]["test"][0] == "CMD", name
        assert service["restart"] == "unless-stopped", name


def test_our_health_checks_ask_for_their_own_service(ours):
    checks = {name: service["healthcheck"]["test"] for name, service in ours.items() if "healthcheck" in service}
    assert checks == {name: ["CMD", "python", "deploy/healthy.py", name] for name in checks}
    assert (ROOT / "deploy" / "healthy.py").is_file()


def test_all_state_is_in_named_volumes(compose, ours):
    assert {volume for service in ours.values() for volume in service["volumes"]} == {"state:/var/lib/taian"}
    used = {volume.partition(":")[0] for service in compose["services"].values() for volume in service["volumes"]}
    assert used == set(compose["volumes"])


def test_our_containers_give_up_what_root_may_do(ours):
    for name, service in ours.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_the_mail_catcher_is_for_trying_out_only(compose):
    assert [name for name, service in compose["services"].items() if "profiles" in service] == ["mail"]
    assert compose["services"]["mail"]["profiles"] == ["dev"]


def test_everything_of_ours_waits_until_the_state_is_prepared(ours):
    for name, service in ours.items():
        if name != "prepare":
            assert service["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}, name
    assert ours["prepare"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
