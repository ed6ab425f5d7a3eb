"""What documents point at exists: links, anchors, files, commands, settings, codes."""

import re
import shlex
import unicodedata

import pytest
import typer

from catalog import all_codes
from catalog.model import DIMENSION_TITLES
from taian.cli import make_app
from taian.settings import ROOT

SKIPPED = {".venv", ".jars", "var", ".git", ".pytest_cache", "node_modules", "test-results"}
DOCUMENTS = sorted(p for p in ROOT.rglob("*.md") if not SKIPPED & set(p.relative_to(ROOT).parts))
NAMES = [path.relative_to(ROOT).as_posix() for path in DOCUMENTS]
READMES = ("README.md", "README.zh-CN.md")
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
TOP = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")} - {"var"}


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def prose(name):
    """The document without its fenced blocks."""
    return FENCED.sub("", text_of(name))


def anchors(name):
    """Anchors of the headings, as the common Markdown viewers make them."""
    found = set()
    for heading in re.findall(r"^#+ (.+)$", prose(name), re.MULTILINE):
        plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        kept = "".join(c for c in plain if c in " -_" or unicodedata.category(c)[0] in "LN")
        found.add(kept.replace(" ", "-"))
    return found


def commands(name):
    """Every ``taian …`` and ``make …`` that a document tells a reader to type."""
    blocks = [
        line for language, body in FENCED.findall(text_of(name)) if language == "sh" for line in body.splitlines()
    ]
    inline = re.findall(r"`([^`\n]+)`", prose(name))
    lines = [re.sub(r"\s+#.*", "", line).strip() for line in [*blocks, *inline]]
    lines = [line.partition("exec airflow-scheduler ")[2] or line for line in lines]
    return [line for line in lines if line.startswith(("taian ", "make "))]


def make_targets():
    return set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))


def parsed(command, arguments):
    """The command that ``arguments`` name, and what is left for it."""
    while hasattr(command, "commands") and arguments:
        found = command.commands.get(arguments[0])
        assert found is not None, f"there is no command '{arguments[0]}'"
        command, arguments = found, arguments[1:]
    return command, arguments


def test_there_are_documents():
    assert {*READMES, "docs/index.md", "docs/add-a-resource.md", "CONTRIBUTING.md"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name):
    here = (ROOT / name).parent
    for target in LINK.findall(prose(name)):
        if re.match(r"https?://", target):
            continue
        path, _, anchor = target.partition("#")
        found = (here / path).resolve() if path else ROOT / name
        assert found.exists(), f"{name} links to {target}"
        assert found.is_relative_to(ROOT), f"{name} links outside of the project: {target}"
        if anchor:
            assert anchor in anchors(found.relative_to(ROOT).as_posix()), f"{name} links to {target}"


@pytest.mark.parametrize("name", NAMES)
def test_files_named_in_code_marks_exist(name):
    """``jobs/lake.py``, ``docs/operations.md``: anything below one of our folders that is written with its path."""
    for mentioned in re.findall(r"`([\w./-]+)`", prose(name)):
        first, _, rest = mentioned.partition("/")
        if first not in TOP or not rest or (first == "docs" and name.startswith("docs/decisions/")):
            continue
        if mentioned in EXAMPLES:
            continue
        places = [ROOT / mentioned, (ROOT / name).parent / mentioned]
        assert any(place.exists() for place in places), f"{name} names {mentioned}"


EXAMPLES = {"catalog/resources/food_inspection.yaml"}
"""Files that a reader is told to write."""


@pytest.mark.parametrize("name", NAMES)
def test_commands_exist_with_their_options(name):
    app = typer.main.get_command(make_app())
    for line in commands(name):
        program, *arguments = shlex.split(line)
        if program == "make":
            assert {a for a in arguments if "=" not in a} <= make_targets(), f"{name}: {line}"
            continue
        command, rest = parsed(app, [argument for argument in arguments if argument != "…"])
        known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)} | {"--help"}
        for option in (argument.partition("=")[0] for argument in rest if argument.startswith("--")):
            assert option in known, f"{name}: {line}"


@pytest.mark.parametrize("name", READMES)
def test_a_readme_begins_with_the_two_commands(name):
    _, block = FENCED.findall(text_of(name))[0]
    assert [line.split("#")[0].strip() for line in block.splitlines()] == ["make run", "make test"]
    assert text_of(name).index("```sh") < text_of(name).index("\n## ")


def test_the_two_readmes_say_the_same_in_the_same_order():
    english, chinese = (text_of(name) for name in READMES)
    assert len(re.findall(r"^## ", english, re.MULTILINE)) == len(re.findall(r"^## ", chinese, re.MULTILINE))
    assert commands("README.md") == commands("README.zh-CN.md")
    for pattern in (r"http://127\.0\.0\.1:\d+", r"^- ", r"^\| "):
        counts = [len(re.findall(pattern, text, re.MULTILINE)) for text in (english, chinese)]
        assert counts[0] == counts[1], pattern


def test_ci_runs_the_test_command_of_the_readme():
    assert "make test" in text_of(".ci/run")


@pytest.mark.parametrize("name", NAMES)
def test_settings_named_in_documents_exist(name):
    from taian.settings import Settings

    known = {"TAIAN_POSTGRES_PASSWORD", "TAIAN_POSTGRES_PORT", "TAIAN_SERVICE", "TAIAN_KILL_AT"}
    for field_name, field in Settings.model_fields.items():
        alias = field.validation_alias
        known.add(alias if isinstance(alias, str) else f"TAIAN_{field_name.upper()}")
    for setting in re.findall(r"\b(?:TAIAN|SMTP)_[A-Z_]+\b", text_of(name)):
        assert setting in known or setting.endswith("_"), f"{name} names {setting}"


def test_the_table_of_codes_is_the_catalogue_s():
    """Every code, with the words of ``catalog/codes.yaml``, in its order."""
    rows = re.findall(r"^\| ([FRW]\d{3} \|.+) \|$", text_of("docs/data-owner.md"), re.MULTILINE)
    wanted = [
        " | ".join((code.code, code.title, DIMENSION_TITLES[code.dimension], code.meaning, code.remedy))
        for code in all_codes().values()
    ]
    assert rows == wanted


def test_every_decision_is_in_the_index():
    there = {path.name for path in (ROOT / "docs" / "decisions").glob("0*.md")}
    assert set(re.findall(r"\((0[\w-]+\.md)\)", text_of("docs/decisions/README.md"))) == there


def test_every_guide_is_in_the_index():
    there = {path.name for path in (ROOT / "docs").glob("*.md")} - {"index.md"}
    assert there <= set(LINK.findall(text_of("docs/index.md")))


@pytest.mark.parametrize("name", NAMES)
def test_no_document_names_a_place_of_one_machine(name):
    assert re.findall(r"(?<![\w/.])/(?:home|root|work|Users)/\S*", text_of(name)) == []
