"""The Dockerfile builds from what is locked, and what it copies is there."""

import fnmatch
import re

import pytest

from taian.prerequisites import JDK_VERSIONS
from taian.settings import ROOT


@pytest.fixture(scope="module")
def instructions():
    """(instruction, arguments) in order, continued lines joined, comments left out."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [tuple(line.split(None, 1)) for line in lines]


@pytest.fixture(scope="module")
def ignored():
    text = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def arguments(instructions, wanted):
    return [rest for name, rest in instructions if name == wanted]


def test_the_base_is_an_official_python_that_the_project_supports(instructions):
    assert arguments(instructions, "FROM") == ["python:3.11-slim-bookworm"]


def test_packages_are_installed_by_digest_only(instructions):
    installs = [run for run in arguments(instructions, "RUN") if "pip install" in run]
    assert len(installs) == 1
    for option in ("--require-hashes", "--no-deps", "--requirement requirements.lock"):
        assert option in installs[0]


def test_the_java_of_the_image_is_one_that_spark_runs_on(instructions):
    version = re.search(r"openjdk-(\d+)-jre-headless", " ".join(arguments(instructions, "RUN")))
    assert version and int(version[1]) in JDK_VERSIONS


def test_the_jars_come_through_the_set_up_of_the_checkout(instructions):
    assert any("python taian/setup.py" in run for run in arguments(instructions, "RUN"))


def test_the_programs_do_not_run_as_root(instructions):
    assert arguments(instructions, "USER") == ["taian"]
    names = [name for name, _ in instructions]
    assert names.index("USER") > max(i for i, name in enumerate(names) if name in ("RUN", "COPY"))


def test_what_is_copied_exists_and_is_not_ignored(instructions, ignored):
    for copied in arguments(instructions, "COPY"):
        source = next(word for word in copied.split() if not word.startswith("--"))
        assert (ROOT / source).exists(), source
        assert not any(fnmatch.fnmatch(source, pattern) for pattern in ignored), source


def test_neither_state_nor_secrets_enter_the_image(ignored):
    assert {"var", ".env", "taian.toml", ".git", ".venv", ".jars"} <= set(ignored)


def test_what_the_set_up_and_the_services_need_enters_the_image(ignored):
    needed = ["requirements.lock", "jars.lock", "pyproject.toml", "README.md", "deploy", "dags", "catalog", "taian"]
    for path in needed:
        assert (ROOT / path).exists(), path
        assert path not in ignored


def test_no_address_of_a_package_host_is_written_down():
    for name in ("Dockerfile", "docker-compose.yml"):
        assert "://" not in re.sub(r"postgresql\+psycopg://|http://127\.0\.0\.1", "", (ROOT / name).read_text("utf-8"))
