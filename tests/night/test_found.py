"""What was planted in the registers of the plan, in certificates and in figures of the macro economy, after the dirt.

Looked for in what the night has published, or stored where nothing is published of it. Which rows and batches are
refused is asked for all resources at once (test_night).
"""

import csv
import datetime
import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from on_paper import ON_PAPER

from catalog import load_catalog
from catalog.plan import scheme
from jobs.beside import rows_of
from jobs.governance import audits, projects, registers
from jobs.publish import audited, duck, exchange
from sample_data.firms import history
from sample_data.macro.prices import TOTAL, WEIGHTS

pytestmark = pytest.mark.night

CITY = "370900"
LOOKED_AT = (
    *registers.SOURCES,
    projects.FILINGS,
    audits.REGISTER,
    *("information_system", "system_usage", "cloud_migration", "network_access", "exchange_log", "certificate"),
    *("investment_project", "county_account", "price_index", "indicator_target"),
)


@pytest.fixture(scope="module", autouse=True)
def looked_at(platform: Any, at_home: Any) -> Iterator[None]:
    """This process reads the platform's state; it starts nothing of the platform."""
    with at_home(platform.home):
        yield


@pytest.fixture(scope="module")
def planted(platform: Any) -> Any:
    """Events of a kind that were planted: one of their fields, or whole."""
    events = json.loads((platform.home / "truth" / "events.json").read_text(encoding="utf-8"))

    def of_kind(kind: str, name: str) -> set[Any]:
        found = {event[name] for event in events if event["kind"] == kind}
        assert found, f"nothing of the kind {kind} was planted"
        return found

    return of_kind


def served(table: str) -> list[dict[str, Any]]:
    """Rows of a published table."""
    return duck.read(table, f"SELECT * FROM {table}")


@pytest.mark.parametrize("verdict", ["zombie", "shadow", "unlisted"])
def test_planted_systems_are_found(planted: Any, verdict: str) -> None:
    codes = planted(f"{verdict}_system", "code")
    accused = {row["system_code"] for row in served("topic_plan__system") if row["verdict"] == verdict}
    assert len(accused - codes) <= 0.05 * len(accused)
    assert len(accused & codes) >= 0.90 * len(codes)


def test_departments_behind_and_townships_without_the_extranet_are_those_that_were_planted(planted: Any) -> None:
    cloud = {row["owner"]: row["value"] for row in served("topic_plan__measure") if row["measure"] == "cloud"}
    assert {owner for owner, value in cloud.items() if value < 70} == planted("behind_in_cloud_migration", "department")
    without = {row["township_code"] for row in served("topic_plan__township") if not row["is_connected"]}
    assert without == planted("township_without_extranet", "township")


@pytest.mark.parametrize(("kind", "register", "state"), ON_PAPER)
def test_what_is_done_on_paper_only_overdue_or_never_tried_is_found(
    planted: Any, kind: str, register: tuple[str, ...], state: str
) -> None:
    rows = served(registers.TABLE)
    # A refused row of June leaves that of May standing, which says the same of these.
    assert {row["code"] for row in rows if row["register"] in register and row["state"] == state} == planted(
        kind, "code"
    )


def test_every_register_of_the_plan_is_served() -> None:
    among = [measure.among for measure in scheme().measures.values() if measure.table == registers.TABLE]
    assert {row["register"] for row in served(registers.TABLE)} == {each.split("'")[1] for each in among}


@pytest.mark.parametrize("problem", ["unapproved", "off_ledger", "duplicate"])
def test_projects_with_something_wrong_are_found(planted: Any, problem: str) -> None:
    rows = served(projects.TABLE)
    # A row that was refused in both months is not there to be judged.
    codes = planted(f"project_{problem}", "code")
    there = codes & {row["project_code"] for row in rows}
    found = {row["project_code"] for row in rows if problem in row["problems"]}
    assert there <= found and len(found - codes) <= 2
    assert len(there) >= len(codes) - 1


def test_the_draw_that_was_changed_is_found_and_no_other_is_accused(planted: Any) -> None:
    rows = served(audited.TABLE)
    accused = {row["draw_number"] for row in rows if row["verdict"] == "different"}
    assert accused == planted("audit_draw_changed", "code")
    assert {row["draw_number"] for row in rows} == {"SJ-2018-04", "SJ-2018-05", "SJ-2018-06"}
    assert "same" in {row["verdict"] for row in rows}


def test_those_who_take_and_never_give_are_found(planted: Any) -> None:
    given = f"SELECT giver FROM {exchange.TABLE} WHERE succeeded > 0"
    query = f"SELECT DISTINCT taker FROM {exchange.TABLE} WHERE succeeded > 0 AND taker NOT IN ({given})"
    found = {row["taker"] for row in duck.read(exchange.TABLE, query)}
    assert found == planted("takes_and_never_gives", "department")
    days = duck.read(exchange.TABLE, f"SELECT min(day) AS first, max(day) AS last FROM {exchange.TABLE}")
    assert days == [{"first": datetime.date(2018, 4, 1), "last": datetime.date(2018, 6, 30)}]


def test_every_milestone_has_a_state_with_its_evidence() -> None:
    tasks = {row["task_id"]: row for row in served("topic_plan__task")}
    assert {row["article"] for row in tasks.values()} == set(range(1, 39))
    assert tasks["08-2"]["state"] == "done" and tasks["08-2"]["evidence"].endswith("已达到；3 个责任单位低于要求")
    assert {tasks[task]["basis"] for task in ("07-4", "29-3", "30-2")} == {"measure"}
    assert tasks["10-2"]["state"] == "at_risk"
    assert tasks["03-2"]["state"] == "overdue"
    assert tasks["16-1"]["state"] == "unproven"
    # From 31 December 2017: the working days of half a year.
    assert tasks["03-2"]["days_late"] == tasks["16-1"]["days_late"] == 123
    assert all(row["evidence"] for row in tasks.values())


def test_every_altered_certificate_and_every_wrong_seal_is_found_and_nothing_else_is(platform: Any) -> None:
    columns = ("certificate_id", "_file", "signature", "is_digest_right", "is_signature_right")
    rows = rows_of("dwd_licence__certificate", columns)
    gone = {(row["_file"], row["_source_row"]) for row in rows_of("quarantine__certificate", ("_file", "_source_row"))}
    altered: dict[str, set[tuple[str, str]]] = {"wrong_digest": set(), "wrong_signature": set()}
    with (platform.home / "truth" / "certificates.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["planted"] in altered and (row["file"], int(row["source_row"])) not in gone:
                altered[row["planted"]].add((row["certificate_id"], row["file"]))
    assert all(altered.values())
    assert altered == {
        "wrong_digest": {(r["certificate_id"], r["_file"]) for r in rows if r["is_digest_right"] is False},
        "wrong_signature": {(r["certificate_id"], r["_file"]) for r in rows if r["is_signature_right"] is False},
    }
    assert all(row["is_digest_right"] is not None for row in rows)
    assert all((row["signature"] is None) == (row["is_signature_right"] is None) for row in rows)


def test_rows_to_be_refused_were_planted_in_all_of_these(platform: Any) -> None:
    with (platform.home / "truth" / "defects.csv").open(encoding="utf-8", newline="") as file:
        assert set(LOOKED_AT) <= {row["resource"] for row in csv.DictReader(file) if row["codes"]}


def test_investment_has_no_january_and_its_amounts_are_in_10k_yuan_whatever_was_written(platform: Any) -> None:
    amounts = ("month_10k_yuan", "cumulative_10k_yuan", "since_start_10k_yuan", "planned_10k_yuan")
    rows = rows_of("dwd_macro__investment_project", ("_batch", "_source_row", "period", *amounts))
    months = {row["period"] for row in rows}
    assert len(months) == 11 + 11 + 5
    assert not any(month.endswith("-01") for month in months)
    with (platform.home / "truth" / "defects.csv").open(encoding="utf-8", newline="") as file:
        odd = {
            (row["batch"], int(row["source_row"]))
            for row in csv.DictReader(file)
            if row["resource"] == "investment_project" and row["defect"].startswith("单元格写作")
        }
    assert len(odd) > 10
    for row in rows:
        if (row["_batch"], row["_source_row"]) in odd:
            month, cumulative, since_start, whole = (row[name] for name in amounts)
            assert 0 <= month <= cumulative <= since_start < 2 * whole


def test_county_accounts_add_up_in_every_quarter_but_the_planted_one(planted: Any) -> None:
    quarters: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows_of("dwd_macro__county_account", ("period", "area_code", "gdp_10k_yuan")):
        quarters[row["period"]][row["area_code"]] = int(row["gdp_10k_yuan"])
    whole = {period: areas for period, areas in quarters.items() if len(areas) == 7}
    assert len(quarters) == 34
    assert len(whole) > 25
    gaps = {period: sum(areas.values()) - 2 * areas[CITY] for period, areas in whole.items()}
    (period,), (counties,), (city,) = (
        planted("county_sum_exceeds_city", name) for name in ("period", "counties_10k_yuan", "city_10k_yuan")
    )
    assert {period: gap for period, gap in gaps.items() if gap} == {period: counties - city}
    assert period == "2017Q3" and gaps[period] > 0


def test_price_groups_weigh_up_to_the_total_and_meet_the_published_history(sampled: Any) -> None:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows_of("dwd_macro__price_index", ("period", "item", "year_on_year")):
        found[row["period"]][row["item"]] = float(row["year_on_year"])
    assert (min(found), max(found), len(found)) == ("2010-01", "2018-06", 102)
    for items in found.values():
        if {TOTAL, *WEIGHTS} <= set(items):
            assert sum(WEIGHTS[name] * items[name] for name in WEIGHTS) == pytest.approx(items[TOTAL], abs=0.11)
    known = dict(zip(map(str, history.MACRO_MONTHS), history.macro_values(sampled)["prices"], strict=True))
    assert all(items[TOTAL] == pytest.approx(known[p], abs=0.051) for p, items in found.items() if p in known)
    january, february, march = (found[f"2018-{month}"]["食品烟酒"] for month in ("01", "02", "03"))
    assert february > max(january, march) + 4


def test_the_plan_names_the_same_indicators_as_the_code_list() -> None:
    from sample_data.macro.targets import GOALS

    assert {goal.code: goal.title for goal in GOALS} == load_catalog().codelists["plan_indicator"].names
