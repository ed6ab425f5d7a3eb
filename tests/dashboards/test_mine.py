"""我的: what people keep for themselves, and that it never shows them more than their role of the day."""

from pathlib import Path

import pytest
from page_text import words

from alerts import audit
from dashboards import mine
from dashboards.mine import Changed
from dashboards.pages import mine as mine_page
from taian.access.roles import Reader
from taian.mine import views
from taian.settings import Settings

ANALYST = Reader("li.hua", "李华", frozenset({"analyst"}))
OTHER = Reader("wang", "王芳", frozenset({"analyst"}))


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def shown(config: Settings, reader: Reader, changed: Changed = Changed()) -> str:  # noqa: B008 (frozen)
    return words(mine_page.panel(config, reader, changed))


def test_a_page_is_kept_under_a_name_and_opens_at_its_address(config: Settings) -> None:
    assert "还没有存过视图" in shown(config, ANALYST)
    assert not config.mine_db.exists(), "looking makes no store"
    done = mine.keep(
        config, ANALYST, " 工业\n产值 ", "/topics/economy?indicator=industrial_output&theme=dark&area=370982"
    )
    assert done == Changed(done="已存为视图“工业 产值”")
    (one,) = views.listed(config, "li.hua")
    assert one.address == "/topics/economy?indicator=industrial_output&area=370982"
    assert config.mine_db.stat().st_mode & 0o777 == 0o600
    assert "工业 产值" in shown(config, ANALYST)
    assert "还没有存过视图" in shown(config, OTHER)
    (line,) = audit.entries(config)
    assert (line.actor, line.action, line.object, line.detail) == ("li.hua", "view.keep", "工业 产值", one.address)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/topics/economy",
        "//evil.example/topics/economy",
        "/\\evil.example",
        "javascript:alert(1)",
        "/nowhere",
        "/healthz",
        "/export/cross.csv",
        "/admin",
        "/authenticity?finding=1",
        "/mine",
        "/entity/person/abc",
        "",
    ],
)
def test_only_a_page_of_this_site_that_the_reader_may_open_is_kept(config: Settings, address: str) -> None:
    assert mine.keep(config, ANALYST, "视图", address).said
    assert (views.listed(config, "li.hua"), audit.entries(config)) == ([], [])


def test_a_view_that_the_role_of_today_may_not_open_is_named_and_leads_nowhere(config: Settings) -> None:
    inspector = Reader("li.hua", "李华", frozenset({"inspector"}))
    mine.keep(config, inspector, "疑点", "/authenticity?strength=strong")
    assert 'href="/authenticity' in str(mine_page.panel(config, inspector, Changed())).replace("'", '"')
    moved = mine_page.panel(config, ANALYST, Changed())
    assert "现在的角色不能看" in words(moved)
    assert 'href="/authenticity' not in str(moved).replace("'", '"')


def test_views_are_renamed_put_in_order_and_deleted_by_their_keeper_alone(config: Settings) -> None:
    for name in ("甲", "乙", "丙"):
        mine.keep(config, ANALYST, name, "/catalogue")
    first, second, third = (one.id for one in views.listed(config, "li.hua"))
    assert mine.change(config, ANALYST, "view.up", third, {}).done == "“丙”已上移"
    assert mine.change(config, ANALYST, "view.up", first, {}).done
    assert mine.change(config, ANALYST, "view.rename", second, {"name": "丁"}).done
    assert [one.name for one in views.listed(config, "li.hua")] == ["甲", "丙", "丁"]
    for action in ("view.up", "view.down", "view.rename", "view.drop"):
        assert mine.change(config, OTHER, action, first, {"name": "戊"}).said.startswith("没有这个视图")
    assert mine.change(config, ANALYST, "view.drop", first, {}).done == "已删除视图“甲”"
    assert "没有这个视图" in mine.change(config, ANALYST, "view.drop", first, {}).said
    assert mine.change(config, ANALYST, "view.steal", third, {}).said == mine.NO_STEP
    assert [one.name for one in views.listed(config, "li.hua")] == ["丙", "丁"]
    done = [line.action for line in audit.entries(config)]
    assert done == ["view.drop", "view.rename", "view.up", "view.up", "view.keep", "view.keep", "view.keep"]


def test_names_numbers_and_lengths_have_limits_that_are_said(config: Settings) -> None:
    mine.keep(config, ANALYST, "甲", "/catalogue")
    assert "已经有名为“甲”" in mine.keep(config, ANALYST, "甲", "/catalogue").said
    assert "至多 40 个字" in mine.keep(config, ANALYST, "长" * 41, "/catalogue").said
    assert "要有名称" in mine.keep(config, ANALYST, " \u200b ", "/catalogue").said
    assert "超过 1000 个字符" in mine.keep(config, ANALYST, "乙", "/catalogue?q=" + "x" * 1000).said
    for number in range(views.MOST_VIEWS - 1):
        views.keep(config, "li.hua", str(number), "/catalogue")
    assert "至多 40 个视图" in mine.keep(config, ANALYST, "多", "/catalogue").said


def test_a_damaged_store_is_one_sentence(config: Settings) -> None:
    config.mine_db.write_bytes(b"not a database" * 100)
    assert "mine.db 读不到" in shown(config, ANALYST)
    assert mine.keep(config, ANALYST, "甲", "/catalogue").said == mine.UNREADABLE
