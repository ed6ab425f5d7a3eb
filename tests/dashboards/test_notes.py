"""批注: notes on a chart, seen by their author or by whoever may see the indicator, and by nobody else."""

from pathlib import Path

import pytest
from flask import Flask, g
from page_text import traces, words

from alerts import audit
from dashboards import mine
from dashboards.mine import Changed
from dashboards.pages import notes_card
from dashboards.router import body_of
from dashboards.serving import Serving, Snapshot
from dashboards.sight import sight_of
from dashboards.view import View
from taian.access.roles import Reader
from taian.access.sessions import Visit
from taian.mine import notes
from taian.settings import Settings

AUTHOR = Reader("li.hua", "李华", frozenset({"analyst"}))
OTHER = Reader("wang", "王芳", frozenset({"leader"}))
AUDITOR = Reader("shen", "审", frozenset({"auditor"}))
CHART = View("/topics/appeals", {"indicator": "hotline_calls", "area": "370982"})


@pytest.fixture
def config(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    config = Settings(home=tmp_path)
    monkeypatch.setattr(notes_card, "settings", lambda: config)
    return config


@pytest.fixture(scope="module")
def serving(published: Path) -> Serving:
    return Serving(published)


def night(serving: Serving, reader: Reader) -> Snapshot:
    return serving.snapshot(sight_of(reader))


def pin(config: Settings, serving: Serving, reader: Reader = AUTHOR, **given: str) -> Changed:
    fields = {"indicator": "hotline_calls", "area": "370982", "period": "2018-05", "text": "暴雨", "whose": "own"}
    return mine.change(config, reader, "note.pin", 0, {**fields, **given}, night(serving, reader))


def page(serving: Serving, reader: Reader, view: View = CHART) -> tuple[str, list[dict[str, object]]]:
    """Words of the page as ``reader`` sees it, and the marks on its chart."""
    with Flask("test").test_request_context():
        g.visit = Visit(reader, "")
        body, _, _ = body_of(serving, view, sight_of(reader))
    return words(body), [trace for trace in traces(body) if trace.get("name") == "批注"]


def test_a_note_is_a_mark_on_the_chart_and_a_line_under_it_for_its_author_alone(
    config: Settings, serving: Serving
) -> None:
    before, none = page(serving, AUTHOR)
    assert "写批注" in before and none == []
    assert pin(config, serving, text="<b>暴雨</b>\n停工").done == "批注已记下"
    text, (mark,) = page(serving, AUTHOR)
    assert "<b>暴雨</b> 停工" in text and "只有自己能看" in text
    assert (mark["x"], mark["text"]) == (["2018-05"], ["1"])
    assert mark["customdata"] == ["&lt;b&gt;暴雨&lt;/b&gt; 停工"], "Plotly reads tags"
    assert ("暴雨" in page(serving, OTHER)[0], page(serving, OTHER)[1]) == (False, [])
    assert page(serving, AUTHOR, View("/topics/appeals", {"indicator": "hotline_calls"}))[1] == []
    (line,) = audit.entries(config)
    assert (line.action, line.object, line.detail) == ("note.pin", "hotline_calls 370982 2018-05", "只给自己看")


def test_a_shared_note_is_seen_by_who_sees_the_indicator_and_taken_away_by_its_author(
    config: Settings, serving: Serving
) -> None:
    assert pin(config, serving, whose="all").done
    text, marks = page(serving, OTHER)
    assert "暴雨" in text and "李华" in text and "删除" not in text and len(marks) == 1
    number = notes.pinned(config, "wang", "hotline_calls", "370982")[0].id
    assert "不是您写的" in mine.change(config, OTHER, "note.drop", number, {}).said
    assert "删除" in page(serving, AUTHOR)[0]
    assert mine.change(config, AUTHOR, "note.drop", number, {}).done == "批注已删除"
    assert page(serving, OTHER)[1] == []
    assert [line.action for line in audit.entries(config)] == ["note.drop", "note.pin"]


def test_a_note_after_one_that_was_deleted_is_shown_in_its_place(config: Settings, serving: Serving) -> None:
    for text in ("第一", "第二"):
        pin(config, serving, text=text)
        assert text in page(serving, AUTHOR)[0]
        number = notes.pinned(config, "li.hua", "hotline_calls", "370982")[0].id
        assert mine.change(config, AUTHOR, "note.drop", number, {}).done
    assert number == 2, "a number is not given twice"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"period": "2031-01"}, "请选图上有的统计期"),
        ({"area": "999999"}, "请选图上有的统计期"),
        ({"indicator": "nothing"}, "请选图上有的统计期"),
        ({"text": " \n "}, "批注要有内容"),
        ({"text": "长" * 201}, "至多 200 个字"),
    ],
)
def test_a_note_that_cannot_be_is_one_sentence(
    config: Settings, serving: Serving, given: dict[str, str], said: str
) -> None:
    assert said in pin(config, serving, **given).said
    assert not config.mine_db.exists() or notes.pinned(config, "li.hua", "hotline_calls", "370982") == []


def test_who_sees_no_indicators_pins_none_and_numbers_of_persons_are_struck_out(
    config: Settings, serving: Serving
) -> None:
    assert "您的角色不看指标" in pin(config, serving, AUDITOR).said
    pin(config, serving, text="来电人 379901199001011237")
    assert notes.pinned(config, "li.hua", "hotline_calls", "370982")[0].text == "来电人 ［已隐去］"


def test_notes_that_cannot_be_read_leave_the_chart_as_it_is(config: Settings, serving: Serving) -> None:
    config.mine_db.write_bytes(b"not a database" * 100)
    text, marks = page(serving, AUTHOR)
    assert "批注读不到" in text and marks == [] and "口径" in text
