"""What people asked to be mailed of a night: through the pages' permissions, with the role of the day, once."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select
from test_pages import words

from alerts import audit
from alerts.store import Mail, open_store
from dashboards import mine, post
from dashboards.lines import looks
from dashboards.mine import Changed
from dashboards.pages import mine as mine_page
from dashboards.serving import Snapshot, open_snapshot
from jobs.tell import asked_for
from taian.access import accounts
from taian.access.roles import Reader
from taian.mine import thresholds
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


def test_january_and_february_in_one_are_no_figure_of_a_month(config: Settings, night: Snapshot) -> None:
    """Output of two months lies above any line that two thirds of it would cross."""
    line(config, night, indicator="industrial_output", value="300000")
    (look,) = looks(night, thresholds.listed(config))
    assert look.row is not None and look.row["months"] == 1


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
