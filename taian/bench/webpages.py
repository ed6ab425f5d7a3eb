"""What a reader can ask the application, found in the application: pages by the links that pages show, callbacks by
what it tells the browser (``/_dash-dependencies``).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from taian.bench.webclient import Body, call

PAGE = "page.children"
A_KIND = 2
"""Pages of one kind that are asked: two firms say what a third would."""

MOST = 50
"""Pages in all."""

HREF = re.compile(r'"href": "(/[^"\\]*)"')
NOT_A_PAGE = ("/export/", "/report/", "/sheet/", "/assets/", "/password", "/sign-")

CHANGES = frozenset(
    {
        "account-said.children",
        "case-panel.children",
        "warning-panel.children",
        "past-panel.children",
        "duty-panel.children",
        "objection-panel.children",
        "lead-opened.children",
        "units-drawn.children",
        "person-file.children",
        "keep-said.children",
        "mine-panel.children",
        "note-said.children",
    }
)
"""Callbacks that take a step or write the audit log: not asked."""


@dataclass(frozen=True)
class Question:
    """One thing to ask: its name in the report, and the callback's body."""

    name: str
    body: Body


def callbacks(client: httpx.Client) -> dict[str, Body]:
    """The callbacks that the server answers, by their first output, as Dash names them."""
    every = client.get("/_dash-dependencies").json()
    return {first_output(one["output"]): one for one in every if not one["clientside_function"]}


def first_output(output: str) -> str:
    """The first of several outputs, without the mark of a second writer."""
    return output.strip(".").split("...")[0].partition("@")[0]


def body_of(declared: Body, inputs: dict[str, Any], state: dict[str, Any]) -> Body:
    """A request as the browser makes it; properties without a value are empty."""
    names = [each.partition("@")[0].rpartition(".") for each in declared["output"].strip(".").split("...")]
    outputs = [{"id": one, "property": part} for one, _, part in names]
    asked = [{**one, "value": inputs.get(f"{one['id']}.{one['property']}")} for one in declared["inputs"]]
    return {
        "output": declared["output"],
        "outputs": outputs if declared["output"].startswith("..") else outputs[0],
        "inputs": asked,
        "changedPropIds": [f"{one['id']}.{one['property']}" for one in declared["inputs"][:1]],
        "state": [{**one, "value": state.get(f"{one['id']}.{one['property']}")} for one in declared["state"]],
    }


def looked(address: str) -> dict[str, Any]:
    """Where a browser says that it looks."""
    parts = urlsplit(address)
    return {"path": parts.path, "search": f"?{parts.query}" if parts.query else "", "theme": "light", "phone": False}


def page_question(declared: dict[str, Body], address: str) -> Question:
    """A page, by its address."""
    return Question(address, body_of(declared[PAGE], {"view.data": looked(address)}, {}))


def kind_of(address: str) -> tuple[str, ...]:
    """Pages of one kind: the same first words and the same names of parameters."""
    parts = urlsplit(address)
    words = parts.path.strip("/").split("/")
    named = words if len(words) < 2 or words[0] == "topics" else [*words[:-1], "*"]
    given = parse_qsl(parts.query)
    return (*named, *sorted(f"{key}={value}" if key in ("tab", "kind") else key for key, value in given))


def pages(client: httpx.Client, declared: dict[str, Body]) -> dict[str, httpx.Response]:
    """Every kind of page that links lead to from the first, with its answer."""
    found: dict[str, httpx.Response] = {}
    waiting = ["/"]
    kinds: dict[tuple[str, ...], int] = {kind_of("/"): 1}
    while waiting and len(found) < MOST:
        address = waiting.pop(0)
        found[address] = call(client, page_question(declared, address).body)
        for href in dict.fromkeys(HREF.findall(text_of(found[address]))):
            kind = kind_of(href)
            if not href.startswith(NOT_A_PAGE) and kinds.get(kind, 0) < A_KIND and href not in found:
                kinds[kind] = kinds.get(kind, 0) + 1
                waiting.append(href)
    return found


def other_questions(declared: dict[str, Body], texts: dict[str, str]) -> Iterator[Question]:
    """The other callbacks that only read, with what a reader would ask them; ``texts`` are the pages' answers."""
    everything = "\n".join(texts.values())
    finding, batch = _first(r"[?&]finding=([\w-]+)", everything), _first(r"[?&]batch=([\w%./-]+)", everything)
    block = {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}}
    given: dict[str, tuple[dict[str, Any], str]] = {
        "notice.children": ({"clock.n_intervals": 1}, "/"),
        "findings.getRowsResponse": ({"findings.getRowsRequest": block}, "/authenticity"),
        "case-list.children": ({"case-taken.data": 1}, "/cases"),
        "resource-list.children": ({"words-typed.data": "用电"}, "/catalogue"),
        "found.children": ({"sought.data": "泰山"}, "/search"),
        "finding-panel.children": ({"finding-chosen.data": {"id": finding}}, "/authenticity"),
        "batch-panel.children": ({"batch-chosen.data": {"id": batch.replace("%2F", "/")}}, "/runs"),
    }
    for name, (inputs, address) in given.items():
        if name in declared:
            yield Question(name, body_of(declared[name], inputs, {"view.data": looked(address)}))


def unknown(declared: dict[str, Body], asked: set[str]) -> list[str]:
    """Callbacks that are neither asked nor known to change something: the benchmark would not speak of them."""
    return sorted(set(declared) - asked - CHANGES - {PAGE})


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[1] if found else "none"


def text_of(answer: httpx.Response) -> str:
    """What a page's answer says, with its characters."""
    return json.dumps(answer.json(), ensure_ascii=False)
