import json
import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dashboards.asked import LARGEST_BLOCK
from dashboards.pages import overview
from dashboards.router import body_of
from dashboards.serving import Serving
from dashboards.sight import EVERYTHING
from dashboards.view import View

HERE = "http://127.0.0.1:8050"
CALLBACK = "/_dash-update-component"
LOOKED = {"path": "/authenticity", "search": "", "theme": "light", "phone": False}


def ask(client, output: str, *given: Any):
    """What the browser would send for the callback that fills ``output``, with these inputs and states."""
    client.get("/", base_url=HERE)
    known = client.get("/_dash-dependencies", base_url=HERE).json
    callback = next(one for one in known if one["output"].startswith(output) and not one["clientside_function"])
    places = [*callback["inputs"], *callback["state"]]
    filled = [{**place, "value": value} for place, value in zip(places, given, strict=False)]
    outputs = [
        dict(zip(("id", "property"), place.rsplit(".", 1), strict=True))
        for place in callback["output"].strip(".").split("...")
    ]
    body = {
        "output": callback["output"],
        "outputs": outputs if len(outputs) > 1 else outputs[0],
        "inputs": filled[: len(callback["inputs"])],
        "state": filled[len(callback["inputs"]) :],
        "changedPropIds": [f"{places[0]['id']}.{places[0]['property']}"],
    }
    # As in a server's worker: the browser tests leave an event loop behind in this thread, and Flask starts its own.
    with ThreadPoolExecutor(1) as worker:
        return worker.submit(client.post, CALLBACK, base_url=HERE, json=body).result()


@pytest.mark.parametrize(
    "looked",
    [
        None,
        7,
        "x",
        [],
        {"path": ["/"], "search": {"a": 1}},
        {"path": "/", "search": "?area=' OR 1=1 --"},
        {"path": "/", "search": "?area=%00&indicator=%ff"},
        {"path": "/authenticity", "search": "?family=x&strength=y&finding=%27%3BDROP"},
        {"path": "/runs", "search": "?run=x&state=y&resource=z&batch=%3Cimg%3E&night=q"},
        {"path": "/catalogue", "search": "?q=%5B%28&domain=nowhere"},
        {"path": "/runs", "search": "?a=\ud800"},
    ],
)
def test_whatever_the_address_a_page_is_shown(client, looked: object) -> None:
    answer = ask(client, "..page.children", looked)
    assert answer.status_code == 200
    assert "页面程序出错" not in json.dumps(answer.json, ensure_ascii=False)


@pytest.mark.parametrize("path", ["/catalogue/../../etc/passwd", "/catalogue/<script>alert(1)</script>", "/nowhere"])
def test_an_address_without_a_page_is_refused_and_loaded_anew_to_say_so(client, path: str) -> None:
    answer = ask(client, "..page.children", {"path": path})
    assert (answer.status_code, answer.headers["X-Taian-Again"], answer.text.count("\n")) == (403, "1", 1)


@pytest.mark.parametrize(
    "request_",
    [
        7,
        "x",
        {"startRow": "0", "endRow": "9"},
        {"startRow": -1, "endRow": 9},
        {"startRow": 9, "endRow": 1},
        {"startRow": 10**30, "endRow": 10**31},
        {"startRow": True, "endRow": 9},
        {"startRow": 0},
    ],
)
def test_rows_that_cannot_be_are_refused_in_one_sentence(client, request_: object) -> None:
    answer = ask(client, "findings.getRowsResponse", request_, LOOKED)
    assert answer.status_code == 400
    assert answer.text == "列表请求的行号不对：startRow 与 endRow 应是整数，且 0 ≤ startRow ≤ endRow。\n"


def test_a_list_is_handed_out_in_blocks_however_much_is_asked(client, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr(
        "dashboards.callbacks.findings_card.grid_rows", lambda *a: (seen.append((a[3], a[4])), ([], 0))[1]
    )
    assert ask(client, "findings.getRowsResponse", {"startRow": 5, "endRow": 10**9}, LOOKED).status_code == 200
    assert seen == [(5, 5 + LARGEST_BLOCK)]


@pytest.mark.parametrize("panel", ["finding-panel.children", "batch-panel.children"])
@pytest.mark.parametrize("chosen", [7, "x", {"id": None}, {"id": {"a": 1}}, {"at": 1}])
def test_a_choice_without_a_name_is_refused(client, panel: str, chosen: object) -> None:
    assert ask(client, panel, chosen, LOOKED).status_code == 400


@pytest.mark.parametrize("panel", ["finding-panel.children", "batch-panel.children"])
def test_a_choice_of_nothing_we_know_is_explained_and_its_markup_stays_text(client, panel: str) -> None:
    answer = ask(client, panel, {"id": "<script>\ud800"}, LOOKED)
    assert answer.status_code == 200
    assert "<script>?" in json.dumps(answer.json)


@pytest.mark.parametrize(
    "body",
    [[], {}, {"output": 1, "inputs": [], "changedPropIds": []}, {"output": "page.children", "inputs": [7]}],
)
def test_a_callback_that_no_page_sends_is_refused(client, body: object) -> None:
    answer = client.post(CALLBACK, base_url=HERE, json=body)
    assert (answer.status_code, answer.text.count("\n")) == (400, 1)


def test_a_callback_that_does_not_exist_is_refused(client) -> None:
    body = {
        "output": "secret.children",
        "outputs": {"id": "secret", "property": "children"},
        "inputs": [],
        "changedPropIds": [],
    }
    answer = client.post(CALLBACK, base_url=HERE, json=body)
    assert (answer.status_code, answer.text) == (400, "没有这样的回调。\n")


def test_a_body_that_is_no_json_or_too_large_is_refused(client) -> None:
    broken = client.post(CALLBACK, base_url=HERE, data="{", content_type="application/json")
    foreign = client.post(CALLBACK, base_url=HERE, data="{}", content_type="text/plain")
    large = client.post(CALLBACK, base_url=HERE, data=b"x" * 100_000, content_type="application/json")
    assert [broken.status_code, foreign.status_code, large.status_code] == [400, 415, 413]
    assert large.text == "请求太大。\n"


@pytest.mark.parametrize("path", ["/_dash-component-suites/dash/../../etc/passwd", "/_dash-component-suites/x/y.js"])
def test_a_script_that_is_not_ours_is_not_there(client, path: str) -> None:
    answer = client.get(path, base_url=HERE)
    assert (answer.status_code, answer.text) == (404, "没有这个文件。\n")


def test_a_defect_of_a_page_is_one_sentence_and_a_line_in_the_log(
    published: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("dashboards.router.PAGES", {"/": (overview.TITLE, lambda *_: 1 / 0)})
    with caplog.at_level(logging.ERROR, logger="dashboards"):
        body, snapshot, _ = body_of(Serving(published), View(), EVERYTHING)
    assert "页面程序出错" in json.dumps(body.to_plotly_json(), default=lambda c: c.to_plotly_json(), ensure_ascii=False)
    assert snapshot is not None
    assert "ZeroDivisionError" in caplog.text


def test_a_defect_of_one_card_leaves_the_others(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboards.pages.overview.trend_card", lambda *_: 1 / 0)
    body, _, _ = body_of(Serving(published), View(), EVERYTHING)
    said = json.dumps(body.to_plotly_json(), default=lambda c: c.to_plotly_json(), ensure_ascii=False)
    assert said.count("页面程序出错") == 1
    assert "待处理" in said
