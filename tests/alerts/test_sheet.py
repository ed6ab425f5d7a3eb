"""线索移送单: what is printed, and whether a printed one was made here."""

import re

import pytest

from alerts import audit
from alerts.casebook import act
from alerts.cases import CaseError, Step
from alerts.notify import record_night
from alerts.sheet import made_at, sheet

SERIES = (
    '{"kind":"series","x":["2018-05","2018-06"],"lines":[["本企业",[12.5,null]]],"lit":["2018-06","2018-06"],'
    '"peers":[[1.0,2.0],[3.0,4.0]],"members":[],"y_label":"万元"}'
)


def test_the_sheet_tells_the_whole_case_and_is_known_by_its_digest(home, facts):
    settings = home()
    finding = facts.finding(
        "f1", unit="91370900X", unit_name="<某厂>", evidence=SERIES, innocent='["光伏"]', peers=40, q_value=1e-9
    )
    record_night(settings, facts.night(finding, facts.delivery("b1", "held", code="W101")))
    before = sheet(settings, "XS-2018-0001", who="李四")
    for step in (
        Step("assign", "李四", to="王五"),
        Step("hear", "王五", "停产检修"),
        Step("confirm", "王五", "合同不符"),
    ):
        act(settings, "XS-2018-0001", step)
    page = sheet(settings, "XS-2018-0001", who="李四")
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
    lines = audit.verify(settings).entries
    assert sheet(settings, "XS-2018-0001", who="李四") == page
    assert audit.verify(settings).entries == lines, "the same sheet again is no news"
    assert made_at(settings, "XS-2018-0001", digest)
    assert made_at(settings, "XS-2018-0001", "0" * 64) is None
    with pytest.raises(CaseError, match="不是核查案件"):
        sheet(settings, "PC-2018-0001", who="李四")
