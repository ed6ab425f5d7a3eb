"""docs/authenticity.md explains every test that the engine has, and every option that the command has."""

import ast
import re
from pathlib import Path

import typer.main

from expectations.authenticity.finding import Family
from taian.cli import app

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "authenticity.md").read_text(encoding="utf-8")


def engine_tests():
    """Names of the tests that are written out in the engine's files."""
    names = set()
    for path in (ROOT / "expectations" / "authenticity").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not any(isinstance(node, ast.FunctionDef) and node.name == "test" for node in tree.body):
            continue
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            for given in (keyword for keyword in call.keywords if keyword.arg == "test"):
                values = [given.value.body, given.value.orelse] if isinstance(given.value, ast.IfExp) else [given.value]
                names |= {value.value for value in values if isinstance(value, ast.Constant)}
    return names


def test_every_test_is_explained():
    names = engine_tests()
    assert {"spread_small", "drift", "shared_growth", "whole_percentages"} <= names
    assert [name for name in sorted(names) if f"`{name}`" not in GUIDE] == []


def test_every_family_has_a_paragraph_and_a_sentence():
    tests = GUIDE.partition("## The tests")[2].partition("## Limits")[0]
    sections = re.split(r"^### ", tests, flags=re.MULTILINE)[1:]
    explained = {section.split(" ·")[0] for section in sections if "**一句话**" in section}
    assert explained == set(Family.__args__)


def test_every_option_is_named():
    command = typer.main.get_command(app).commands["inspect"]
    options = {name for option in command.params for name in option.opts if name.startswith("--")}
    assert [name for name in sorted(options) if name not in GUIDE] == []
