"""The brief: what it says, where it leads, and that a leader gets each one once."""

import datetime as dt
from typing import Any

import pytest
from pdf_text import text_of
from sqlalchemy import select

from alerts import outbox
from alerts.brief import brief_of
from alerts.briefing import facts_of
from alerts.letter import Letter, Part
from alerts.notify import record_night, send
from alerts.outbox import as_message
from alerts.store import Mail, open_store

NIGHT = dt.date(2018, 6, 30)
TABLES: dict[str, list[dict[str, Any]]] = {
    "topic_city__indicator": [
        {"indicator": "vat_sales", "period": "2018-06", "months": 1, "value": 1_200_000.0, "yoy": 0.043}
    ],
    "topic_decision__target": [
        {"title": "一般公共预算收入", "unit": "万元", "kind": "level", "target": 1_880_000.0, "actual": 869_773.0,
         "expected": 1_790_000.0, "probability": 0.01},
        {"title": "地区生产总值", "unit": "亿元", "kind": "level", "target": 3840.0, "actual": 1786.1,
         "expected": 3850.0, "probability": 0.62},
        {"title": "教育支出", "unit": "万元", "kind": "level", "target": 880_000.0, "actual": 448_008.0,
         "expected": 914_944.0, "probability": 0.97},
        {"title": "细颗粒物", "unit": "微克/立方米", "kind": "at_most", "target": 60.0, "actual": 84.0,
         "expected": float("nan"), "probability": float("nan")},
    ],
    "topic_decision__driver": [
        {"indicator": "vat_sales", "part": part, "part_name": name, "points": points}
        for part, name, points in (("370911", "岱岳区", 5.0), ("370982", "新泰市", -1.5), ("", "其余", 0.5))
    ],
    "topic_warning__signal": [{"title": "供热"}],
}  # fmt: skip


def read(table: str, query: str) -> list[dict[str, Any]]:
    assert table in query
    if table not in TABLES:
        raise LookupError(table)
    return TABLES[table]


def test_the_brief_says_what_is_in_doubt_and_where_each_number_is_from():
    brief = brief_of(facts_of(read), [], NIGHT, "day")
    assert brief.summary == "能判断的 3 项年度目标中，1 项更可能完不成；没有在办的预警；1 个来源没有按期报数。"
    lines = {line.text.replace("\u2009", " "): line.path for one in brief.chapters for line in one.lines}
    assert list(lines)[:2] == [
        "一般公共预算收入：要求 188.0 亿元，目前 87.0 亿元，按目前走势年底为 179.0 亿元，完成的可能性不到 5%。",
        "地区生产总值：要求 3,840.0 亿元，目前 1,786.1 亿元，按目前走势年底为 3,850.0 亿元，完成的可能性约 62%。",
    ], "the hardest first; what is nearly sure is no news of a morning"
    assert lines["增值税开票销售额（6 月）120.0 亿元，同比 +4.3%。"] == "/?indicator=vat_sales"
    pulled = "增值税开票销售额今年以来同比 +4.0%，岱岳区拉动 5.0 个百分点，新泰市拉低 1.5 个百分点。"
    assert lines[pulled] == "/decide?tab=drivers"
    monthly = brief_of(facts_of(read), [], NIGHT, "month")
    assert len(monthly.chapters[0].lines) == 4, "all that can be judged, and what cannot"


def test_a_night_without_tables_leaves_their_parts_out():
    def nothing(table: str, _query: str) -> list[dict[str, Any]]:
        raise LookupError(table)

    brief = brief_of(facts_of(nothing), [], NIGHT, "day")
    assert brief.summary == "没有可以判断的年度目标；没有在办的预警。"
    assert brief.chapters == ()


def test_leaders_get_each_brief_once_and_that_of_the_month_on_its_last_day(city, facts):
    for date in (dt.date(2018, 6, 29), NIGHT, NIGHT):
        record_night(city, facts.night(date=date, brief=facts_of(read)))
    record_night(city, facts.night(date=dt.date(2018, 7, 1)))  # nothing was published: no news
    with open_store(city).reading() as session:
        mails = list(session.scalars(select(Mail).where(Mail.recipient == city.mail_leaders).order_by(Mail.id)))
        told = [(mail.kind, mail.business_date.day, mail.version) for mail in mails]
        assert told == [("brief-day", 29, 1), ("brief-day", 30, 1), ("brief-month", 30, 1)]
        assert "决策简报" in mails[0].subject
        assert "/?indicator=vat_sales" in mails[0].text and "120.0" in mails[0].html
        assert [mail.attached_as for mail in mails] == [
            "brief-day-2018-06-29.pdf", "brief-day-2018-06-30.pdf", "brief-month-2018-06-30.pdf",
        ]  # fmt: skip
        said = text_of(mails[2].document or b"")
        assert (
            "每月决策简报" in said
            and "岱岳区拉动 5.0 个百分点" in said
            and "另有 1 项不能给出可能性：细颗粒物（要求不高于 60.0" in said
        )
        message = as_message(mails[0], city.mail_from)
        assert message.as_bytes() == as_message(mails[0], city.mail_from).as_bytes(), "a retry is the same to the byte"


def test_a_brief_that_waits_for_the_server_comes_with_its_document(city, server, facts):
    server.down()
    record_night(city, facts.night(date=dt.date(2018, 6, 29), brief=facts_of(read)))
    assert send(city).sent == 0
    server.up()
    send(city)
    (mail,) = server.to(city.mail_leaders)
    (document,) = mail.iter_attachments()
    assert (document.get_content_type(), document.get_filename()) == ("application/pdf", "brief-day-2018-06-29.pdf")
    with open_store(city).reading() as session:
        kept = session.scalars(select(Mail).where(Mail.recipient == city.mail_leaders)).one()
        assert document.get_content() == kept.document and mail["Message-ID"] == kept.message_id


@pytest.mark.parametrize("content", ["数" * 2, b"12345"])
def test_a_file_that_is_too_large_stays_behind_and_the_mail_says_so(city, monkeypatch, content):
    monkeypatch.setattr(outbox, "MOST_ATTACHED", 5)
    letter = Letter("2018-06-30", (Part("一", "各位", "二"),))
    with open_store(city).writing() as session:
        for name, whole in (("small", content[:1]), ("large", content * 2)):
            given = outbox.Attached(f"{name}.csv", whole)
            outbox.enqueue(session, f"{name}@taian.invalid", "digest", NIGHT, "k", letter, given)
        small, large = session.scalars(select(Mail).order_by(Mail.id))
        assert (small.attached or small.document) == content[:1] and outbox.TOO_LARGE not in small.text
        assert (large.attached, large.document, large.attached_as) == (None, None, None)
        assert outbox.TOO_LARGE in large.text and outbox.TOO_LARGE in large.html
