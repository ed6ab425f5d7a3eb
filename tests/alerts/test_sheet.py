"""线索移送单: what is printed, and whether a printed one was made here."""

import hashlib
import re

import pytest

from alerts import audit
from alerts.casebook import act
from alerts.cases import CaseError, Step
from alerts.notify import record_night
from alerts.sheet import made_at, sheet
from taian.inspectpage.drawing import drawn

SERIES = (
    '{"kind":"series","x":["2018-05","2018-06"],"lines":[["本企业",[12.5,null]]],"lit":["2018-06","2018-06"],'
    '"peers":[[1.0,2.0],[3.0,4.0]],"members":[],"y_label":"万元"}'
)

REPORTED = (
    '{"columns":["工业总产值（万元，本年累计）","用电量（千瓦时）"],"rows":'
    '[["2018-05",[1234567.25,null],[900.5,10.0]],["2018-06",[1300000.0,0.0],[null,12.0]]]}'
)


def test_the_sheet_tells_the_whole_case_and_is_known_by_its_digest(home, facts):
    settings = home()
    finding = facts.finding(
        "f1", unit="91370900X", unit_name="<某厂>", evidence=SERIES, innocent='["光伏"]', peers=40, q_value=1e-9
    )
    record_night(settings, facts.night(finding, facts.delivery("b1", "held", code="W101")))
    before = sheet(settings, "XS-2018-0001", picture=drawn, who="李四")
    for step in (
        Step("assign", "李四", to="王五"),
        Step("hear", "王五", "停产检修"),
        Step("confirm", "王五", "合同不符"),
    ):
        act(settings, "XS-2018-0001", step)
    page = sheet(settings, "XS-2018-0001", picture=drawn, who="李四")
    for words in (
        "&lt;某厂&gt;",
        "91370900X",
        "光伏",
        "停产检修",
        "属实：合同不符（王五",
        "<th>2018-06</th><td>—</td><td>3</td>",
    ):
        assert words in page
    assert "<某厂>" not in page and "<script" not in page and "尚无结论" in before
    digest = re.search("[0-9a-f]{64}", page.partition("<footer>")[2]).group()
    assert f'XS-2018-0001 · 摘要 {digest[:12]}… · " "第 " counter(page)' in page, "every printed page says whose it is"
    lines = audit.verify(settings).entries
    assert sheet(settings, "XS-2018-0001", picture=drawn, who="李四") == page
    assert audit.verify(settings).entries == lines, "the same sheet again is no news"
    assert made_at(settings, "XS-2018-0001", digest)
    assert made_at(settings, "XS-2018-0001", "0" * 64) is None
    with pytest.raises(CaseError, match="不是核查案件"):
        sheet(settings, "PC-2018-0001", picture=drawn, who="李四")


def test_a_unit_s_sheet_has_its_picture_and_every_figure_as_it_was_filed_under_the_digest(home, facts):
    settings = home()
    finding = facts.finding(
        "f1",
        unit="U1",
        evidence=SERIES,
        reported=REPORTED,
        period="2018-06",
        effect=7.0,
        unit_of_effect="10k_yuan",
        resource="enterprise_return",
        columns='["output_10k_yuan", "electricity_kwh"]',
    )
    record_night(settings, facts.night(finding, facts.finding("f2", unit="U2", evidence='{"kind":"old"}')))
    page = sheet(settings, "XS-2018-0001", picture=drawn, who="李四")
    for words in (
        "<svg",
        "细灰线是同类单位",
        "7 万元",
        "规模以上工业企业月度报表：工业总产值、用电量",
        "<th>统计期</th><td>工业总产值（万元，本年累计）</td><td>工业总产值（万元，本年累计）：同行中位数</td>",
        "<th>2018-05</th><td>1,234,567.25</td><td>900.5</td><td>—</td><td>10</td>",
        "<th>2018-06※</th><td>1,300,000</td><td>—</td><td>0</td><td>12</td>",
    ):
        assert words in page
    body, digest = re.search("<body>(.*)<footer>.*?([0-9a-f]{64})", page).groups()
    assert hashlib.sha256(body.encode()).hexdigest() == digest
    assert "<svg" not in sheet(settings, "XS-2018-0002", picture=drawn, who="李四")


def test_the_head_names_the_tests_and_periods_of_all_findings(home, facts):
    settings = home()
    first = facts.finding("f1", unit="91370900X", family="identity", period="2018-01/2018-03")
    second = facts.finding("f2", unit="91370900X", family="dispersion", period="2017-01/2018-06")
    record_night(settings, facts.night(first, second))
    head = sheet(settings, "XS-2018-0001", picture=drawn, who="李四").partition("<h2>")[0]
    assert "分项合计不平衡；离散程度异常" in head
    assert "2018-01 至 2018-03；2017-01 至 2018-06" in head


@pytest.mark.parametrize(("covers", "said"), [("本年累计", "未作调整"), ("当月", "只把累计数换算为当月")])
def test_figures_of_single_months_say_that_they_were_made_of_totals(home, facts, covers, said):
    settings = home()
    finding = facts.finding("f1", unit="91370900X", evidence=SERIES, reported=REPORTED.replace("本年累计", covers))
    record_night(settings, facts.night(finding))
    assert f"其他部门账上的数，{said}" in sheet(settings, "XS-2018-0001", picture=drawn, who="李四")
