import datetime
from pathlib import Path

import pytest

from alerts.casebook import CaseView
from dashboards import cases
from taian.settings import Settings


def test_without_a_store_there_are_no_states_and_none_is_made(tmp_path: Path) -> None:
    config = Settings(home=tmp_path)
    assert cases.finding_states(config) == {}
    assert not config.alerts_db.exists()


def test_a_store_that_cannot_be_read_costs_the_states_and_not_the_page(tmp_path: Path) -> None:
    config = Settings(home=tmp_path)
    config.alerts_db.write_bytes(b"not a database" * 100)
    assert cases.finding_states(config) == {}


def test_a_finding_has_the_state_of_its_case_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = Settings(home=tmp_path)
    config.alerts_db.touch()
    day = datetime.date(2018, 6, 30)
    case = CaseView(
        id="L1", kind="finding", subject="f1", audience="statistics", title="", message="", state="acknowledged",
        assignee=None, strength="strong", family=None, county_name=None, url_path="", opened_on=day,
        opened_at=datetime.datetime(2018, 6, 30, tzinfo=datetime.UTC), last_seen=day,
    )  # fmt: skip
    monkeypatch.setattr(cases, "list_cases", lambda _config, kind: [case] if kind == "finding" else [])
    assert cases.finding_states(config) == {"f1": "已受理"}
