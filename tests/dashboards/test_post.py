"""What people asked to be mailed of a night: through the pages' permissions, with the role of the day, once."""

import datetime as dt
from pathlib import Path

import pytest
from page_text import words
from sqlalchemy import select

from alerts import audit
from alerts.briefing import facts_of
from alerts.night import Night
from alerts.notify import record_night
from alerts.outbox import as_message
from alerts.store import Mail, open_store
from dashboards import mine, papers, post
from dashboards.export import cross_of
from dashboards.lines import comparable, looks
from dashboards.mine import Changed
from dashboards.pages import brief
from dashboards.pages import mine as mine_page
from dashboards.serving import Snapshot, open_snapshot
from dashboards.sight import sight_of
from dashboards.view import View
from jobs.tell import asked_for
from taian.access import accounts
from taian.access.roles import Reader
from taian.mine import thresholds, views
from taian.settings import Settings

NIGHT = dt.date(2018, 6, 30)
ANALYST = Reader("li.hua", "李华", frozenset({"analyst"}))


@pytest.fixture
def config(published: Path, tmp_path: Path) -> Settings:
    """Accounts without a password, which costs nothing to make, over the published night."""
    (tmp_path / "serving").symlink_to(published)
    config = Settings(home=tmp_path)
    accounts.create(config, "chief", "周正", ["administrator"], [], None)
    accounts.create(config, "li.hua", "李华", ["analyst"], [], None)
    return config


@pytest.fixture(scope="module")
def night(published: Path) -> Snapshot:
    return open_snapshot(published)


def line(config: Settings, night: Snapshot, **given: str) -> Changed:
    fields = {"indicator": "hotline_calls", "area": "370900", "side": "above", "value": "1", "reason": "", **given}
    return mine.change(config, ANALYST, "threshold.set", 0, fields, night)


def mails(config: Settings) -> list[Mail]:
    with open_store(config).reading() as session:
        found = list(session.scalars(select(Mail).order_by(Mail.id)))
        session.expunge_all()
        return found


def test_a_threshold_is_told_once_when_it_is_crossed_and_again_after_it_was_calm(
    config: Settings, night: Snapshot
) -> None:
    assert line(config, night, value="1，000", reason="来电多").done
    (look,) = looks(night, thresholds.listed(config))
    assert (look.state, look.since) == ("crossed", "2016-01")
    assert post.write(config, NIGHT) == 1
    (mail,) = mails(config)
    assert (mail.recipient, mail.kind) == ("li.hua@taian.invalid", "threshold")
    for word in ("泰安市 · 12345 来电量 高于", "自 2016-01 起", "来电多", "这不是预警"):
        assert word in mail.text
    assert post.write(config, NIGHT) == 0, "the same crossing is not told again"
    (one,) = thresholds.listed(config)
    thresholds.mark(config, {one.id: None})
    assert post.write(config, NIGHT) == 0, "a night that was cut off before its mark tells the same mail"
    assert thresholds.listed(config)[0].crossed_on == NIGHT
    assert [each.action for each in audit.entries(config)] == ["threshold.told", "threshold.set"]


def test_what_is_crossed_since_an_earlier_night_is_not_told_again(config: Settings, night: Snapshot) -> None:
    line(config, night)
    (one,) = thresholds.listed(config)
    thresholds.mark(config, {one.id: dt.date(2018, 6, 29)})
    assert (post.write(config, NIGHT), mails(config)) == (0, [])
    assert thresholds.listed(config)[0].crossed_on == dt.date(2018, 6, 29)


def test_a_line_that_is_not_reached_is_calm_and_its_mark_goes(config: Settings, night: Snapshot) -> None:
    line(config, night, side="below")
    (one,) = thresholds.listed(config)
    thresholds.mark(config, {one.id: dt.date(2018, 6, 1)})
    assert looks(night, [one])[0].state == "calm"
    assert post.write(config, NIGHT) == 0
    assert thresholds.listed(config)[0].crossed_on is None


def test_a_withheld_figure_is_unknown_and_is_not_told(one_withheld: Path) -> None:
    config = Settings(home=one_withheld.parent)
    accounts.create(config, "li.hua", "李华", ["analyst"], [], None)
    night = open_snapshot(one_withheld)
    assert line(config, night, area="370902").done
    (look,) = looks(night, thresholds.listed(config))
    assert look.state == "unknown"
    assert post.write(config, NIGHT) == 0
    assert "不公布" in words(mine_page.panel(config, ANALYST, Changed(), night))


def test_january_and_february_in_one_are_no_figure_of_a_month(night: Snapshot) -> None:
    periods = [row["period"] for row in comparable(night, "industrial_output", "370900")]
    assert periods[-4:] == ["2018-03", "2018-04", "2018-05", "2018-06"]
    assert not [period for period in periods if period.endswith("-02")]


def test_who_is_locked_or_moved_is_told_nothing(config: Settings, night: Snapshot) -> None:
    line(config, night)
    accounts.set_roles(config, "li.hua", ["auditor"], [])
    assert post.write(config, NIGHT) == 0
    accounts.set_roles(config, "li.hua", ["analyst"], [])
    accounts.set_locked(config, "li.hua", is_locked=True)
    assert post.write(config, NIGHT) == 0
    accounts.set_locked(config, "li.hua", is_locked=False)
    assert post.write(config, dt.date(2018, 6, 29)) == 0, "another night is up"
    assert mails(config) == []
    assert post.write(config, NIGHT) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"indicator": "nothing"}, "请选一项指标"),
        ({"side": "beside"}, "请选一项指标"),
        ({"area": "999999"}, "没有这个区划的数"),
        ({"value": "很多"}, "不是数"),
        ({"value": "nan"}, "不是数"),
        ({"value": "1e300"}, "不是数"),
        ({"reason": "长" * 101}, "至多 100 个字"),
    ],
)
def test_a_threshold_that_cannot_be_is_one_sentence(
    config: Settings, night: Snapshot, given: dict[str, str], said: str
) -> None:
    assert said in line(config, night, **given).said
    assert thresholds.listed(config) == []


def test_thresholds_have_a_limit_and_are_deleted_by_their_keeper(config: Settings, night: Snapshot) -> None:
    for number in range(thresholds.MOST_THRESHOLDS):
        assert line(config, night, value=str(number)).done
    assert "至多 20 个阈值" in line(config, night, value="99").said
    first = thresholds.listed(config, "li.hua")[0].id
    other = Reader("wang", "王芳", frozenset({"analyst"}))
    assert "没有这个阈值" in mine.change(config, other, "threshold.drop", first, {}, night).said
    assert mine.change(config, ANALYST, "threshold.drop", first, {}, night).done
    assert "已经有一样的阈值" in line(config, night, value="1").said
    auditor = Reader("s", "审", frozenset({"auditor"}))
    assert "您的角色不看指标" in mine.change(config, auditor, "threshold.set", 0, {}, night).said


def test_the_night_starts_the_pages_program_only_when_somebody_asked(config: Settings, night: Snapshot) -> None:
    assert asked_for(config, NIGHT) == ""
    line(config, night)
    assert asked_for(config, NIGHT) == "按各人所订写入 1 封邮件；"
    assert len(mails(config)) == 1
    config.mine_db.write_bytes(b"not a database" * 100)
    assert "没有写成" in asked_for(config, NIGHT)


def subscribed(config: Settings, address: str, often: str = "day", name: str = "视图") -> int:
    assert mine.keep(config, ANALYST, name, address).done
    number = views.listed(config, "li.hua")[-1].id
    assert mine.change(config, ANALYST, f"view.mail-{often}", number, {}).done
    return number


def test_a_view_is_mailed_with_the_table_of_its_own_export_and_once_a_night(config: Settings, night: Snapshot) -> None:
    number = subscribed(config, "/topics/cross?topic=appeals&indicator=hotline_calls")
    assert (post.write(config, NIGHT), post.write(config, NIGHT)) == (1, 0)
    (mail,) = mails(config)
    assert mail.kind == f"view-{number}"
    assert "http://127.0.0.1:8050/topics/cross?topic=appeals&indicator=hotline_calls" in mail.text
    exported = cross_of(
        night, View("/topics/cross", {"topic": "appeals", "indicator": "hotline_calls"}), "李华（li.hua）"
    )
    assert exported is not None
    message = as_message(mail, "platform@taian.invalid")
    (attachment,) = message.iter_attachments()
    assert (attachment.get_content_type(), attachment.get_filename()) == ("text/csv", f"{exported.name}.csv")
    assert attachment.get_payload(decode=True) == exported.csv()
    assert message.as_bytes() == as_message(mail, "platform@taian.invalid").as_bytes()
    assert audit.entries(config, most=1)[0].action == "view.mailed"


def test_a_topic_without_an_indicator_in_its_address_is_mailed_as_the_page_shows_it(config: Settings) -> None:
    subscribed(config, "/topics/appeals?area=370982")
    subscribed(config, "/catalogue?q=x", name="目录")
    assert post.write(config, NIGHT) == 2
    topic, catalogue = mails(config)
    assert topic.attached is not None and "新泰市" in topic.attached and "12345 来电量" in topic.attached
    assert (catalogue.attached, "请打开链接看" in catalogue.text) == (None, True)


def test_leaders_are_mailed_the_document_that_the_page_hands_to_them(config: Settings, monkeypatch) -> None:
    monkeypatch.setattr(brief, "settings", lambda: config)
    whole = open_snapshot(config.serving)
    told = facts_of(lambda table, query: whole.read(table, query).to_dict("records"))
    record_night(config, Night(run_id="r", business_date=NIGHT, state="success", brief=told))
    leader = open_snapshot(config.serving, sight_of(Reader("wang", "王芳", frozenset({"leader"}))))
    sent = {mail.kind: mail.document for mail in mails(config) if mail.recipient == config.mail_leaders}
    for kind in ("day", "month"):
        sheet = papers.brief_sheet(leader, View(params={"kind": kind}), config.public_url)
        assert sent[f"brief-{kind}"] == sheet.pdf()


def test_what_is_withheld_is_withheld_in_the_mail(one_withheld: Path) -> None:
    config = Settings(home=one_withheld.parent)
    accounts.create(config, "li.hua", "李华", ["analyst"], [], None)
    subscribed(config, "/topics/cross?topic=appeals&indicator=hotline_calls")
    assert post.write(config, NIGHT) == 1
    assert '"泰山区","不公布"' in (mails(config)[0].attached or "")


def test_a_monthly_view_comes_on_the_last_night_of_a_month(config: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribed(config, "/catalogue", "month")
    monkeypatch.setattr(post, "_night_of", lambda *_: pytest.fail("looked at a night in the middle of the month"))
    assert post.write(config, dt.date(2018, 6, 29)) == 0
    monkeypatch.undo()
    assert post.write(config, NIGHT) == 1


def test_a_view_of_somebody_locked_or_moved_is_not_mailed(config: Settings) -> None:
    subscribed(config, "/topics/appeals")
    accounts.set_roles(config, "li.hua", ["auditor"], [])
    assert post.write(config, NIGHT) == 0
    accounts.set_roles(config, "li.hua", ["analyst"], [])
    accounts.set_locked(config, "li.hua", is_locked=True)
    assert (post.write(config, NIGHT), mails(config)) == (0, [])


def test_few_views_are_mailed_and_one_can_be_stopped(config: Settings) -> None:
    for place in range(views.MOST_MAILED):
        number = subscribed(config, "/catalogue", name=str(place))
    assert mine.keep(config, ANALYST, "多", "/catalogue").done
    last = views.listed(config, "li.hua")[-1].id
    assert "至多 10 个视图" in mine.change(config, ANALYST, "view.mail-day", last, {}).said
    assert mine.change(config, ANALYST, "view.mail-never", number, {}).done
    assert mine.change(config, ANALYST, "view.mail-month", last, {}).done
    assert "每月邮件" in words(mine_page.panel(config, ANALYST, Changed()))
