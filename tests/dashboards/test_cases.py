import datetime
from pathlib import Path

import pytest

from alerts.casebook import Casebook, CaseView
from alerts.night import FindingFact, Night
from alerts.store import open_store, utc_now
from dashboards import cases
from dashboards.pages.case import case_panel
from taian.settings import Settings


def test_without_a_store_there_are_no_states_and_none_is_made(tmp_path: Path) -> None:
    config = Settings(home=tmp_path)
    assert cases.finding_states(config) == {}
    assert not config.alerts_db.exists()


def test_a_store_that_cannot_be_read_is_told_from_a_store_without_cases(tmp_path: Path) -> None:
    config = Settings(home=tmp_path)
    config.alerts_db.write_bytes(b"not a database" * 100)
    assert cases.finding_states(config) is None
    assert cases.closed_subjects(config) is None


def test_a_finding_has_the_state_of_its_case_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = Settings(home=tmp_path)
    config.alerts_db.touch()
    day = datetime.date(2018, 6, 30)
    case = CaseView(
        id="L1", kind="finding", subject="f1", audience="statistics", title="", message="", state="acknowledged",
        assignee=None, strength="strong", family=None, county_name=None, url_path="", opened_on=day,
        opened_at=datetime.datetime(2018, 6, 30, tzinfo=datetime.UTC), last_seen=day,
    )  # fmt: skip
    monkeypatch.setattr(cases.casebook, "list_cases", lambda _config, kind: [case] if kind == "finding" else [])
    assert cases.finding_states(config) == {"f1": "已受理"}


@pytest.fixture
def store(tmp_path: Path) -> Settings:
    """A store with one strong finding's case."""
    config = Settings(home=tmp_path)
    fact = FindingFact(finding_id="f1", family="identity", test="t", strength="strong", message="某厂不平衡")
    with open_store(config).writing() as session:
        Casebook(session, utc_now()).record(Night(
            run_id="r", business_date=datetime.date(2018, 6, 30), state="success", findings=(fact,)
        ), {})  # fmt: skip
    return config


def test_a_step_is_taken_under_the_name_of_who_is_signed_in(store: Settings) -> None:
    assert cases.step(store, "f1", "acknowledge", " 李华 ", "", "") == ""
    found = cases.case_of(store, "f1")
    assert found is not None
    case, events = found
    assert case.state == "acknowledged"
    assert events[-1].who == "李华"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (("f1", "acknowledge", "  ", "", ""), "没有经办人的姓名，这一步没有记录。"),
        (("f1", "delete", "李华", "", ""), "没有这样的步骤。"),
        (("f2", "close", "李华", "为何", ""), "这条疑点没有立案，没有可办理的案件。"),
        (("f1", "close", "李华", "", ""), "案件 XS-2018-0001 办结时必须说明理由；请填写理由后再试。"),
        (("f1", "assign", "李华", "", ""), "案件 XS-2018-0001 分派时必须写明承办人；请填写后再试。"),
        (("f1", "reopen", "李华", "x", ""), "案件 XS-2018-0001 当前为待受理，不能重新打开；可以：受理、分派、办结。"),
        (("f1", "close", "李华", "长" * 401, ""), "姓名至多 40 个字，理由至多 400 个字；请缩短后再试。"),
    ],
)
def test_a_step_that_cannot_be_is_one_sentence_and_leaves_no_trace(
    store: Settings, step: tuple[str, str, str, str, str], said: str
) -> None:
    assert cases.step(store, *step) == said
    found = cases.case_of(store, "f1")
    assert found is not None
    assert len(found[1]) == 1


def test_a_closed_case_is_told_by_what_it_is_about(store: Settings) -> None:
    assert cases.closed_subjects(store) == set()
    cases.step(store, "f1", "close", "李华", "企业已更正", "")
    assert cases.closed_subjects(store) == {"f1"}


def test_a_store_that_cannot_be_read_is_said_where_the_case_would_be(tmp_path: Path) -> None:
    config = Settings(home=tmp_path)
    config.alerts_db.write_bytes(b"not a database" * 100)
    assert "案件库读不到" in str(case_panel(config, "f1").to_plotly_json())
    assert "没有记录" in cases.step(config, "f1", "close", "李华", "x", "")


def test_what_became_of_a_step_is_announced_where_the_reader_goes_on(store: Settings) -> None:
    done, refused = case_panel(store, "f1", done="assign"), case_panel(store, "f1", said="请写明理由。")
    assert "已记录：分派。" in str(done.to_plotly_json())
    assert "role='status'" in str(done.to_plotly_json())
    assert "role='alert'" in str(refused.to_plotly_json())
    assert "case-answer" not in str(case_panel(store, "f1").to_plotly_json())


def test_the_panel_offers_the_steps_that_the_state_allows(store: Settings) -> None:
    cases.step(store, "f1", "close", "李华", "企业已更正", "")
    said = str(case_panel(store, "f1").to_plotly_json())
    assert "'action': 'reopen', 'finding': 'f1'" in said
    assert "'action': 'assign'" not in said
    assert "企业已更正" in said
