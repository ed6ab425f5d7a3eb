"""``taian bench web``: what is asked is found in the application, and nothing that changes something is."""

import json
from types import SimpleNamespace

import pytest
from plotly.utils import PlotlyJSONEncoder

from dashboards import parts
from taian.bench import web, webpages
from taian.bench.webpages import CHANGES, PAGE, body_of, first_output, kind_of, looked, pages, unknown
from taian.commands.bench import readers
from taian.errors import ProblemError

DECLARED = {
    "output": "..page.children...nav.children..",
    "inputs": [{"id": "view", "property": "data"}],
    "state": [{"id": "night", "property": "data"}],
    "clientside_function": None,
}


def test_an_output_is_named_by_its_first_part_without_the_mark_of_a_second_writer():
    assert first_output("..page.children...nav.children..") == PAGE
    assert first_output("notice.children@0a1b") == "notice.children"


def test_a_request_has_what_the_browser_sends():
    body = body_of(DECLARED, {"view.data": looked("/topics/economy?area=370902")}, {})
    assert body["outputs"] == [{"id": "page", "property": "children"}, {"id": "nav", "property": "children"}]
    assert body["inputs"][0]["value"]["search"] == "?area=370902"
    assert body["state"] == [{"id": "night", "property": "data", "value": None}]
    assert body["changedPropIds"] == ["view.data"]


def test_pages_are_followed_from_link_to_link_two_of_a_kind(monkeypatch):
    links = {
        "/": [
            "/topics/economy",
            "/catalogue/a",
            "/catalogue/b",
            "/catalogue/c",
            "/export/figures.csv",
            "https://x.org/",
        ],
        "/catalogue/a": ["/", "/plan?tab=cloud"],
    }

    def answer(_client, body):
        path = body["inputs"][0]["value"]["path"]
        return SimpleNamespace(json=lambda: [{"href": href} for href in links.get(path, [])])

    monkeypatch.setattr(webpages, "call", answer)
    assert list(pages(None, {PAGE: DECLARED})) == [
        "/",
        "/topics/economy",
        "/catalogue/a",
        "/catalogue/b",
        "/plan?tab=cloud",
    ]
    assert kind_of("/entity/firm/1") == kind_of("/entity/firm/2")
    assert kind_of("/plan?tab=cloud") != kind_of("/plan?tab=tasks")


def test_a_callback_that_nobody_thought_of_is_told():
    declared = dict.fromkeys([PAGE, "case-panel.children", "notice.children", "new.children"], DECLARED)
    assert unknown(declared, {"notice.children"}) == ["new.children"]
    assert "case-panel.children" in CHANGES


def test_a_card_that_could_not_be_filled_is_known_by_its_heading():
    def failing():
        raise OSError("no such file")

    assert web.FAILED in json.dumps(
        parts.guarded("卡片", failing).to_plotly_json(), cls=PlotlyJSONEncoder, ensure_ascii=False
    )


def test_numbers_of_readers_are_read_or_refused_with_a_sentence():
    assert readers("1,20") == [1, 20]
    for wrong in ("", "1,x", "0", "51"):
        with pytest.raises(ProblemError, match="--users"):
            readers(wrong)


def test_a_home_without_a_night_is_refused_before_anything_starts(tmp_path):
    with pytest.raises(ProblemError, match="no published night"):
        web.bench_web(tmp_path, [1], 1, print)
