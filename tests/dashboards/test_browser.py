import datetime
import re
from typing import Any
from urllib.parse import quote

import pytest
from entities import FIRM, NUMBER
from playwright.sync_api import Browser, Locator, Page, expect
from serving_fixture import write_serving
from sign_in import PASSWORD, cookies_of, make_account
from sqlalchemy import delete
from supervised import supervise
from warned import open_warnings
from web_fixture import SESSIONS, Site, Witness

from alerts import audit
from alerts.casebook import Casebook
from alerts.night import FindingFact, Night
from alerts.store import open_store, utc_now
from taian.access.store import SignedIn, open_accounts
from taian.clock import SHANGHAI
from taian.settings import Settings

pytestmark = pytest.mark.browser

SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
PAGES = {
    "/": "态势总览",
    "/?area=370911": "岱岳区",
    "/authenticity": "数据真实性",
    "/cases": "核查案件",
    "/warnings": "预警",
    "/runs": "批次运行",
    "/my-data?provider=gonganju": "公安局",
    "/catalogue": "资源目录",
    "/catalogue?tab=codes": "资源目录",
    "/catalogue/resident": "户籍人口基本信息",
    "/mine": "我的",
}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PATIENCE = 30_000


def open_page(browser: Browser, url: str, witness: Witness, size: str = "desk", who: str = "", **context: Any) -> Page:
    """A page of somebody with every role, or of the account ``who`` in a session of its own."""
    opened = browser.new_context(viewport=SIZES[size], **context)
    cookies = cookies_of(url, name=who, password=PASSWORD) if who else SESSIONS[url]
    opened.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    page = opened.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    witness.watch(page, url)
    return page


@pytest.fixture
def desk(browser: Browser, site: Site, witness: Witness):
    page = open_page(browser, site.url, witness)
    yield page
    page.context.close()


@pytest.fixture
def phone(browser: Browser, site: Site, witness: Witness):
    page = open_page(browser, site.url, witness, "phone")
    yield page
    page.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_page_is_whole_quiet_and_no_wider_than_the_screen(
    browser: Browser, site: Site, witness: Witness, size: str, theme: str
) -> None:
    page = open_page(browser, site.url, witness, size, color_scheme=theme)
    for path, heading in PAGES.items():
        page.goto(site.url + path)
        expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)
        if page.locator(".js-plotly-plot").count():
            expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", theme)
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        assert page.evaluate(OVERFLOW) <= 0, f"{path} is wider than the screen"
    page.context.close()


def test_a_click_on_the_map_goes_down_and_the_browser_goes_back(desk: Page, site: Site) -> None:
    desk.goto(site.url)
    label = desk.locator("#map .annotation-text", has_text="新泰市")
    expect(label).to_be_visible()
    # The label lets the pointer through to the area under it.
    label.click(force=True)
    expect(desk).to_have_url(re.compile("area=370982"))
    expect(desk.get_by_role("heading", level=1, name="新泰市")).to_be_visible()
    desk.get_by_role("link", name="东都镇").click()
    expect(desk.get_by_role("heading", level=1, name="东都镇")).to_be_visible()
    desk.get_by_label("当前位置").get_by_role("link", name="新泰市").click()
    expect(desk.get_by_role("heading", level=1, name="新泰市")).to_be_visible()
    desk.go_back()
    expect(desk.get_by_role("heading", level=1, name="东都镇")).to_be_visible()
    desk.go_back()
    desk.go_back()
    expect(desk.get_by_role("heading", level=1, name="态势总览")).to_be_visible()


def test_a_county_on_the_map_of_the_extranet_lists_its_townships(desk: Page, site: Site) -> None:
    desk.goto(f"{site.url}/plan?tab=network")
    label = desk.locator("#map .annotation-text", has_text="泰山区")
    expect(label).to_be_visible()
    label.click(force=True)
    expect(desk).to_have_url(re.compile("county_code=370902"))
    expect(desk.locator(".plan-rows")).to_contain_text("泰山区")
    desk.go_back()
    expect(desk).to_have_url(f"{site.url}/plan?tab=network")


STEERED = """county => {
    window.history.replaceState(null, "", "/plan?tab=network");
    window.dash_clientside.callback_context = {triggered: [{prop_id: '{"name":"county_code","type":"param"}.value'}]};
    const said = window.dash_clientside.taian.steer([county], [{type: "param", name: "county_code"}]);
    return said === window.dash_clientside.no_update ? "stays" : said;
}"""
"""The controls of a page come to stand after its reader went back from it: what the address becomes."""


def test_a_page_that_comes_late_does_not_take_forward_again_who_has_gone_back(desk: Page, site: Site) -> None:
    desk.goto(f"{site.url}/plan?tab=network&county_code=370902")
    expect(desk.locator("#page-made-for")).to_have_attribute("data-search", "tab=network&county_code=370902")
    assert desk.evaluate(STEERED, "370902") == "stays"
    assert desk.evaluate(STEERED, "370911") == "?tab=network&county_code=370911"


@pytest.mark.parametrize("start", ["/authenticity?strength=weak", "/authenticity", "/runs?state=waiting&night=all"])
def test_back_from_a_chosen_row_shows_what_stood_there_before(desk: Page, site: Site, start: str) -> None:
    panel = "#finding-panel" if "auth" in start else "#batch-panel"
    desk.goto(site.url + start)
    expect(desk.locator(".ag-row").nth(1)).to_be_visible()
    # What names a finding or a batch: the picture is drawn when it comes.
    name = re.search(r"编号 \w+|\w+-20[\dQ-]+-\d\d", desk.locator(panel).inner_text())
    assert name is not None
    row = desk.locator(".ag-row[row-index='1']").first
    expect(row).to_contain_text("2018")  # a row of a list read in blocks stands empty until its block is there
    row.click()
    expect(desk).to_have_url(re.compile("finding=|batch="))
    expect(desk.locator(panel)).not_to_contain_text(name[0])
    desk.go_back()
    expect(desk).to_have_url(site.url + start)
    expect(desk.locator(panel)).to_contain_text(name[0])


def test_another_indicator_changes_map_trend_and_address(desk: Page, site: Site) -> None:
    desk.goto(site.url)
    desk.get_by_role("combobox", name="地图、趋势和排名的指标").or_(
        desk.get_by_label("地图、趋势和排名的指标")
    ).first.click()
    desk.get_by_role("option", name="按时办结率").click()
    expect(desk).to_have_url(re.compile("indicator=hotline_on_time_rate"))
    expect(desk.get_by_role("heading", name="泰安市 · 按时办结率")).to_be_visible()


def test_a_finding_is_shown_by_its_address(desk: Page, site: Site) -> None:
    desk.goto(f"{site.url}/authenticity?finding=f0000cro")
    expect(desk.locator("#finding-panel")).to_contain_text("是同行业同等用电水平的 4.6 倍")
    expect(desk.locator(".ag-row-selected")).to_contain_text("示例企业00000有限公司")


def test_choosing_a_row_fills_the_panel_and_the_address(desk: Page, site: Site) -> None:
    desk.goto(f"{site.url}/authenticity")
    desk.locator(".ag-row", has_text="同源填报").or_(desk.locator(".ag-row", has_text="同源代填")).first.click()
    expect(desk).to_have_url(re.compile("finding=f0003sam|finding=f0009sam|finding=f0015sam"))
    expect(desk.locator("#finding-panel")).to_contain_text("由同一台设备提交")
    shown = desk.url
    desk.locator(".ag-row", has_text="增速雷同").first.click()
    expect(desk.locator("#finding-panel")).to_contain_text("同比增速同为")
    desk.go_back()
    expect(desk).to_have_url(shown)
    expect(desk.locator("#finding-panel")).to_contain_text("由同一台设备提交")


def test_a_case_is_handled_where_its_evidence_is(browser: Browser, own_site: Site, witness: Witness) -> None:
    fact = FindingFact(finding_id="f0000cro", family="cross_source", test="t", strength="strong", message="某厂")
    night = Night(run_id="r", business_date=datetime.date(2018, 6, 30), state="success", findings=(fact,))
    with open_store(Settings(home=own_site.home)).writing() as session:
        Casebook(session, utc_now()).record(night, {})
    page = open_page(browser, own_site.url, witness)
    page.goto(f"{own_site.url}/authenticity?finding=f0000cro")
    row = page.locator(".ag-row", has_text="示例企业00000有限公司")
    expect(row).to_contain_text("待受理")
    page.get_by_role("button", name="受理").click()
    panel = page.locator("#case-panel")
    expect(panel).to_contain_text("已受理")
    expect(panel.get_by_role("status")).to_be_focused()
    expect(row).to_contain_text("已受理")
    page.goto(f"{own_site.url}/cases?case=XS-2018-0001")
    for step, fields, state in (
        ("分派", {"承办人": "王五"}, "核查中"),
        ("记录陈述申辩", {"单位怎样陈述申辩": "停产检修"}, "已陈述申辩"),
        ("认定属实", {"凭什么认定属实": "合同不符"}, "属实"),
        ("移送", {"接收机关": "监督局"}, "已移送"),
        ("办结", {"办结的理由": "已移送"}, "已办结"),
    ):
        panel.locator("summary", has_text=step).first.click()
        for label, words in fields.items():
            panel.get_by_label(label).first.fill(words)
        panel.get_by_role("button", name=f"确认{step}").click()
        expect(panel.locator(".badge").first).to_have_text(state)
        expect(page.locator("#case-list")).to_contain_text(state)
    page.get_by_text("经过（7）").click()
    expect(panel).to_contain_text("李华（all） 认定属实：合同不符")
    page.get_by_text("双随机抽取").click()
    page.get_by_label("抽取几家").fill("2")
    page.get_by_role("button", name="抽取并立案").click()
    expect(page.locator("#units-drawn")).to_contain_text("20 家中抽取），已立案 2 件")
    page.context.close()


WAY: tuple[tuple[str, dict[str, str], str], ...] = (
    ("研判", {"研判意见": "三家企业停产"}, "待发布"),
    ("审批发布", {"说明": ""}, "待签收"),
    ("签收", {}, "待派发"),
    ("派发", {"责任单位": "国税局"}, "处置中"),
    ("处置反馈", {"做了什么": "已上门核实"}, "待复核"),
    ("复核", {"怎样复核": "属实"}, "已复核"),
    ("解除", {"为什么可以解除": "开票恢复"}, "已解除"),
    ("归档", {"经验教训": "先看用电"}, "已归档"),
)
"""Steps of a warning, what is filled in for each, and where it stands then."""


def take_step(panel: Locator, step: str, fields: dict[str, str], state: str, badge: int = 1) -> None:
    """Fill in a step and take it; ``badge`` is where the head shows the state, behind the level of a warning."""
    if fields:
        panel.locator("summary", has_text=step).first.click()
    for label, words in fields.items():
        panel.get_by_label(label).first.fill(words)
    panel.get_by_role("button", name=f"确认{step}" if fields else step, exact=True).click()
    expect(panel.locator(".finding-head .badge").nth(badge)).to_have_text(state)


def test_a_warning_is_followed_to_the_archive_and_who_comes_second_is_told(
    browser: Browser, own_site: Site, witness: Witness
) -> None:
    open_warnings(Settings(home=own_site.home))
    page, other = (open_page(browser, own_site.url, witness) for _ in range(2))
    page.goto(f"{own_site.url}/warnings")
    page.locator("a[href='/warnings/YJ-2018-0001']").first.click()
    other.goto(f"{own_site.url}/warnings/YJ-2018-0001")
    expect(other.get_by_role("button", name="确认研判", include_hidden=True)).to_be_attached()
    panel = page.locator("#warning-panel")
    for step, fields, state in WAY:
        take_step(panel, step, fields, state)
    expect(panel).to_contain_text("已归档，不再催办")
    other.locator("summary", has_text="研判").first.click()
    other.get_by_label("研判意见").first.fill("我来研判")
    other.get_by_role("button", name="确认研判").click()
    expect(other.get_by_role("alert")).to_contain_text("归档")
    for opened in (page, other):
        opened.context.close()


def test_a_signal_of_the_past_is_followed_to_the_archive(browser: Browser, own_site: Site, witness: Witness) -> None:
    page = open_page(browser, own_site.url, witness)
    page.goto(f"{own_site.url}/warnings?tab=past")
    page.get_by_role("link", name="泰山区 · 供水诉求（日）").click()
    panel = page.locator("#past-panel")
    panel.locator("summary", has_text="补立预警").click()
    panel.get_by_label("为什么补立").fill("复盘两个街道停水")
    panel.get_by_role("button", name="确认补立预警").click()
    panel.get_by_role("link", name="打开预警").click()
    panel = page.locator("#warning-panel")
    expect(panel).to_contain_text("没有期限")
    for step, fields, state in WAY:
        take_step(panel, step, fields, state)
    panel.locator("summary", has_text="经过").click()
    expect(panel.locator(".history")).to_contain_text("复盘两个街道停水")
    page.goto(f"{own_site.url}/warnings?tab=review")
    expect(page.locator("main")).to_contain_text("补立，不计")
    page.context.close()


def test_a_department_asks_for_more_time_and_the_leader_grants_it_each_in_a_session_of_its_own(
    browser: Browser, own_site: Site, witness: Witness
) -> None:
    supervise(Settings(home=own_site.home), datetime.datetime(2018, 6, 29, 16, 0, tzinfo=SHANGHAI))
    make_account(own_site.home, "office", ["owner"], ("zfbgs",))
    make_account(own_site.home, "leader", ["leader"])
    office, leader = (open_page(browser, own_site.url, witness, who=name) for name in ("office", "leader"))
    office.goto(f"{own_site.url}/plan")
    office.locator("summary", has_text="在办").click()
    office.get_by_role("link", name="16-1").first.click()
    own, above = (page.locator("#duty-panel") for page in (office, leader))
    expect(own).not_to_contain_text("同意延期")
    take_step(own, "答复进展", {"办到哪一步": "接口已联调", "文件（文号或名称）": "泰政办函1号"}, "已答复", badge=0)
    leader.goto(f"{own_site.url}/plan/16-1")
    take_step(above, "退回", {"为什么退回": "联调不等于对接"}, "待答复", badge=0)
    office.reload()
    take_step(own, "申请延期", {"延期至": "2030-09-30", "为什么不能按期完成": "省平台改版"}, "延期待批", badge=0)
    leader.reload()
    take_step(above, "同意延期", {"批复意见": "同意"}, "待答复", badge=0)
    expect(above).to_contain_text("期限 2030-09-30（方案时限 2017-12-31，经批准延期）")
    above.locator("summary", has_text="经过").click()
    expect(above.locator(".history")).to_contain_text("李华（office） 申请延期")
    for page in (office, leader):
        page.context.close()


def test_a_finding_deep_in_the_ranking_is_scrolled_to(desk: Page, site: Site) -> None:
    desk.goto(f"{site.url}/authenticity?finding=f0059bun")
    expect(desk.locator(".ag-row-selected")).to_be_in_viewport()
    expect(desk.locator(".ag-row-selected")).to_contain_text("门槛附近聚集")


def test_on_a_phone_the_evidence_is_a_drawer(phone: Page, site: Site) -> None:
    phone.goto(f"{site.url}/authenticity")
    phone.locator(".ag-row", has_text="增速雷同").first.click()
    drawer = phone.get_by_role("dialog")
    expect(drawer).to_contain_text("同比增速同为")
    phone.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(phone).not_to_have_url(re.compile("finding="))
    phone.locator(".ag-row", has_text="增速雷同").first.click()
    expect(drawer).to_be_visible()
    assert phone.evaluate(OVERFLOW) <= 0


def test_a_batch_is_shown_by_its_address_and_by_its_row(desk: Page, site: Site) -> None:
    desk.goto(f"{site.url}/runs")
    desk.locator("#deliveries .ag-row", has_text="整批拒收").first.click()
    expect(desk).to_have_url(re.compile("batch="))
    expect(desk.locator("#batch-panel")).to_contain_text("F003")
    address = desk.url
    desk.goto(site.url)
    desk.goto(address)
    expect(desk.locator("#batch-panel")).to_contain_text("F003")


def test_another_choice_of_nights_takes_the_run_out_of_the_address(desk: Page, site: Site) -> None:
    desk.goto(f"{site.url}/runs?run=nightly__2018-06-29")
    expect(desk.get_by_role("heading", name="2018-06-29 这一夜")).to_be_visible()
    expect(desk).to_have_url(re.compile("run=nightly"))
    desk.get_by_text("最近一夜", exact=True).first.click()
    expect(desk.get_by_role("heading", name="最近一夜 2018-06-30")).to_be_visible()
    expect(desk).not_to_have_url(re.compile("run=|night="))


def test_the_catalogue_is_searched_while_typing(desk: Page, site: Site) -> None:
    desk.goto(f"{site.url}/catalogue")
    field = desk.get_by_placeholder("按名称、摘要、部门或代码查找")
    field.press_sequentially("用电", delay=20)
    expect(desk.locator(".resources > li")).to_have_count(2)
    expect(desk).to_have_url(re.compile("q="))
    expect(field).to_be_focused()
    field.press_sequentially("户", delay=20)
    expect(field).to_have_value("用电户")
    expect(desk).to_have_url(re.compile(quote("用电户")))
    desk.get_by_role("link", name="企业用电量").click()
    expect(desk.get_by_role("heading", level=1, name="企业用电量")).to_be_visible()
    desk.go_back()
    expect(field).to_have_value("用电户")
    expect(desk.locator(".resources > li")).to_have_count(1)


def test_a_firm_is_found_while_typing_and_a_person_only_past_the_log_and_out_of_the_address(
    desk: Page, site: Site
) -> None:
    desk.goto(f"{site.url}/search")
    field = desk.get_by_placeholder("名称、代码或地址")
    field.press_sequentially("机械", delay=20)
    expect(desk.get_by_role("link", name="泰山机械厂")).to_be_visible()
    expect(desk).to_have_url(re.compile("q="))
    field.fill(NUMBER)
    found = desk.get_by_role("link", name="王**")
    expect(found).to_be_visible()
    assert "q=" not in desk.url
    found.click()
    expect(desk.get_by_role("heading", level=1, name="一人一档")).to_be_visible()
    assert NUMBER not in desk.url
    desk.get_by_role("button", name="记入日志并打开").click()
    expect(desk.get_by_text("请选用途，并写明事由")).to_be_visible()
    desk.get_by_role("textbox", name="用途").click()
    desk.get_by_role("option", name="核查数据质量").click()
    desk.get_by_label("事由").fill("泰公函〔2018〕5号")
    desk.get_by_role("button", name="记入日志并打开").click()
    expect(desk.get_by_text("370902**********34")).to_be_visible()
    desk.goto(f"{site.url}/entity/firm/{FIRM}")
    expect(desk.get_by_role("heading", level=1, name="泰山机械厂")).to_be_visible()
    desk.get_by_role("link", name="泰山区").click()
    expect(desk.get_by_role("heading", level=1, name="泰山区")).to_be_visible()
    desk.go_back()
    expect(desk.get_by_role("heading", level=1, name="泰山机械厂")).to_be_visible()
    expect(desk.get_by_role("alert")).to_have_count(0)


def test_the_theme_is_switched_kept_and_asked_for_by_address(desk: Page, site: Site) -> None:
    desk.goto(f"{site.url}/catalogue")
    html = desk.locator("html")
    expect(html).to_have_attribute("data-mantine-color-scheme", "light")
    desk.get_by_role("button", name="切换深色与浅色").click()
    expect(html).to_have_attribute("data-mantine-color-scheme", "dark")
    desk.reload()
    expect(desk.get_by_role("heading", level=1, name="资源目录")).to_be_visible()
    expect(html).to_have_attribute("data-mantine-color-scheme", "dark")
    desk.goto(f"{site.url}/catalogue?theme=light")
    expect(desk.get_by_role("heading", level=1, name="资源目录")).to_be_visible()
    expect(html).to_have_attribute("data-mantine-color-scheme", "light")


def test_the_keyboard_reaches_pages_and_rows(desk: Page, site: Site) -> None:
    desk.goto(f"{site.url}/authenticity")
    expect(desk.get_by_role("heading", level=1, name="数据真实性")).to_be_visible()
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("link", name="跳到正文")).to_be_focused()
    row = desk.locator(".ag-row[row-index='1']")
    expect(row).to_contain_text("强")
    row.locator(".ag-cell").first.focus()
    desk.keyboard.press("Space")
    expect(desk).to_have_url(re.compile("finding="))
    desk.get_by_role("navigation", name="页面").get_by_role("link", name="批次运行").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1, name="批次运行")).to_be_visible()
    expect(desk.locator(".nav-link[aria-current=page]")).to_have_text("批次运行")


def test_on_a_phone_the_tab_that_is_open_stands_on_the_screen(phone: Page, site: Site) -> None:
    phone.goto(f"{site.url}/plan?tab=evaluation")
    chosen = phone.locator(".tabs .chosen")
    expect(chosen).to_have_text("考核")
    # Its lower line lies over that of the row by a pixel, which the row cuts off.
    expect(chosen).to_be_in_viewport(ratio=0.95)


def test_a_reader_takes_tables_and_a_chart_of_what_stands_there(
    browser: Browser, own_site: Site, witness: Witness
) -> None:
    page = open_page(browser, own_site.url, witness, color_scheme="dark")
    page.goto(f"{own_site.url}/topics/economy")
    expect(page.locator(".trend-card .main-svg").first).to_be_visible()
    page.get_by_label("导出本页").click()
    with page.expect_download() as workbook:
        page.get_by_role("link", name="XLSX", exact=True).click()
    assert workbook.value.suggested_filename == "topics-economy-2018-06-30.xlsx"
    expect(page.locator("#take-out")).not_to_have_attribute("open", "")
    with page.expect_download() as picture:
        page.locator(".trend-card").get_by_role("button", name="存为图片").click()
    content = picture.value.path().read_bytes()
    assert content.startswith(b"\x89PNG") and int.from_bytes(content[16:20], "big") >= 1440
    details = [line.detail for line in audit.entries(Settings(home=own_site.home), most=2)]
    assert details[0].startswith("png 泰安市") and details[1] == "xlsx"
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator("#printed")).to_have_text(re.compile("数据截止 2018-06-30 · 打印人 .+ · 地址 /topics/economy"))
    expect(page.locator(".header")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('h2')).color") == "rgb(0, 0, 0)"
    page.context.close()


def test_no_tool_bar_offers_to_send_a_chart_away(desk: Page, site: Site) -> None:
    desk.goto(site.url)
    chart = desk.locator(".trend-card .js-plotly-plot")
    chart.hover()
    expect(desk.locator(".modebar-btn")).to_have_count(0)


def test_one_signs_in_is_sent_away_when_the_session_ends_and_comes_back_to_the_same_address(
    browser: Browser, site: Site
) -> None:
    make_account(site.home, "reads", ["analyst"])
    page = browser.new_context(viewport=SIZES["desk"]).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{site.url}/catalogue?q=用电")
    page.get_by_label("用户名").fill("reads")
    page.get_by_label("口令").fill("wrong wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("用户名或口令不对")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".resources > li")).to_have_count(2)
    expect(page.get_by_role("navigation", name="页面").get_by_role("link")).to_have_text(
        [
            "态势总览",
            "专题",
            "预警",
            "辅助决策",
            "决策简报",
            "部门数据",
            "批次运行",
            "资源目录",
            "整合共享",
            "查找",
            "我的",
        ]
    )
    with open_accounts(Settings(home=site.home)).writing() as session:
        session.execute(delete(SignedIn).where(SignedIn.account == "reads"))
    page.get_by_role("navigation", name="页面").get_by_role("link", name="批次运行").click()
    expect(page.get_by_role("heading", level=1, name="登录")).to_be_visible()
    page.get_by_label("用户名").fill("reads")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(f"{site.url}/runs")
    expect(page.get_by_role("heading", level=1, name="批次运行")).to_be_visible()
    page.goto(f"{site.url}/authenticity")
    expect(page.get_by_role("heading", level=1, name="打不开这个页面")).to_be_visible()
    page.get_by_role("link", name="回到首页").click()
    expect(page.get_by_role("heading", level=1, name="态势总览")).to_be_visible()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", level=1, name="登录")).to_be_visible()
    page.goto(site.url)
    expect(page.get_by_role("heading", level=1, name="登录")).to_be_visible()
    page.context.close()


def test_a_lost_file_is_told_on_its_card_and_the_next_night_needs_no_restart(
    browser: Browser, own_site: Site, witness: Witness
) -> None:
    (own_site.serving / "topic_authenticity__finding-v1.duckdb").unlink()
    write_serving(own_site.serving, "nightly__2018-07-01", "2018-07-01", version=2)
    (own_site.serving / "topic_authenticity__finding-v2.duckdb").unlink()
    page = open_page(browser, own_site.url, witness)
    page.clock.install()
    page.goto(own_site.url)
    expect(page.get_by_role("alert")).to_contain_text("topic_authenticity__finding-v2.duckdb 不见了")
    expect(page.locator(".kpi")).to_have_count(6)
    expect(page.locator("#freshness")).to_contain_text("2018-07-01")
    # What the first visit still had to do is done before the new night comes; otherwise it may show that night itself.
    page.clock.run_for(2_000)
    page.wait_for_load_state("networkidle")
    write_serving(own_site.serving, "nightly__2018-07-02", "2018-07-02", version=3)
    page.clock.run_for(61_000)
    expect(page.get_by_role("status")).to_contain_text("已发布 2018-07-02 的新结果")
    page.get_by_role("link", name="刷新此页").click()
    expect(page.locator("#freshness")).to_contain_text("2018-07-02")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.context.close()


def test_before_the_first_night_the_page_says_what_to_run(browser: Browser, own_site: Site, witness: Witness) -> None:
    for file in own_site.serving.iterdir():
        file.unlink()
    page = open_page(browser, own_site.url, witness)
    page.goto(own_site.url)
    expect(page.get_by_role("alert")).to_contain_text("taian nightly")
    page.context.close()


def test_a_page_is_kept_by_keyboard_and_a_note_stands_on_its_chart(desk: Page, site: Site) -> None:
    desk.goto(f"{site.url}/topics/appeals?indicator=hotline_calls")
    desk.locator("#keep > summary").press("Enter")
    desk.keyboard.press("Tab")
    desk.keyboard.type("热线")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("已存为视图“热线”")).to_be_visible()
    desk.locator("summary", has_text="写批注").press("Enter")
    desk.get_by_label("内容＊").fill("<b>暴雨</b>")
    desk.get_by_role("button", name="记下批注").press("Enter")
    expect(desk.locator(".notes li")).to_contain_text("<b>暴雨</b>")
    expect(desk.locator(".trend-card .textpoint text")).to_have_text("1")
    desk.get_by_role("link", name="我的", exact=True).click()
    desk.locator("#mine-panel").get_by_role("link", name="热线").click()
    expect(desk).to_have_url(f"{site.url}/topics/appeals?indicator=hotline_calls")
