from pathlib import Path

import pytest

from dashboards import queries
from dashboards.serving import Snapshot, open_snapshot


@pytest.fixture(scope="module")
def snapshot(published: Path) -> Snapshot:
    return open_snapshot(published)


def test_the_latest_value_brings_the_value_of_a_year_before(snapshot: Snapshot) -> None:
    rows = queries.latest_values(snapshot, ("vat_sales", "fiscal_revenue"), queries.CITY).set_index("indicator")
    history = queries.histories(snapshot, ("vat_sales",), queries.CITY).set_index("period")["value"]
    assert rows.loc["vat_sales", "period"] == "2018-06"
    assert rows.loc["vat_sales", "year_ago"] == history["2017-06"]
    assert rows.loc["fiscal_revenue", "period"] == "2018-05"


def test_counties_and_townships_are_found_under_their_parent(snapshot: Snapshot) -> None:
    counties = queries.children(snapshot, "vat_sales", queries.CITY)
    towns = queries.children(snapshot, "vat_sales", "370911")
    assert set(counties["area_level"]) == {"county"}
    assert len(counties) == 6
    assert set(towns["parent_code"]) == {"370911"}
    assert set(towns["period"]) == {"2018-06"}
    assert len(queries.townships(snapshot, "vat_sales")) == 88


def test_an_area_knows_its_line_up_to_the_city(snapshot: Snapshot) -> None:
    line = queries.lineage_of_area(snapshot, "370911100")
    assert [level for _, _, level in line] == ["city", "county", "township"]
    assert queries.lineage_of_area(snapshot, "999999") == []


def test_findings_are_ranked_strong_first_and_exact_identities_before_chance(snapshot: Snapshot) -> None:
    rows, total = queries.findings(snapshot, None, None, 0, 1000)
    assert len(rows) == total == 60
    assert list(rows["strength"]) == sorted(rows["strength"])
    assert set(rows["family"].head(3)) == {"identity"}
    assert "evidence" not in rows.columns


def test_findings_are_read_in_blocks_that_join_up(snapshot: Snapshot) -> None:
    whole, total = queries.findings(snapshot, "weak", "bunching", 0, 100)
    pieces = [queries.findings(snapshot, "weak", "bunching", i, i + 3)[0] for i in range(0, total, 3)]
    assert [x for piece in pieces for x in piece["finding_id"]] == list(whole["finding_id"])


def test_a_finding_that_is_gone_is_none(snapshot: Snapshot) -> None:
    assert queries.finding(snapshot, "nothing") is None
    assert queries.finding(snapshot, "f0000cro")["family"] == "cross_source"


def test_batches_that_need_a_person_come_first(snapshot: Snapshot) -> None:
    states = list(queries.deliveries(snapshot, night=snapshot.business_date)["state"])
    waiting = states.index("rejected")
    assert set(states[:waiting]) == {"held"}
    assert set(queries.deliveries(snapshot, queries.WAITING)["state"]) == {"held", "rejected"}


def test_a_batch_whose_case_is_closed_waits_for_nobody_and_is_still_listed_by_its_state(snapshot: Snapshot) -> None:
    waiting = queries.deliveries(snapshot, queries.WAITING)
    closed = queries.key_of(waiting.iloc[0])
    assert len(queries.deliveries(snapshot, queries.WAITING, closed=[closed])) == len(waiting) - 1
    assert closed in [queries.key_of(row) for row in queries.deliveries(snapshot, "held").to_dict("records")]


def test_samples_are_at_most_so_many_a_code(snapshot: Snapshot) -> None:
    held = queries.deliveries(snapshot, state="held").iloc[0]
    samples = queries.quarantine_samples(snapshot, held["resource"], held["batch"], 2)
    assert samples.groupby("code").size().max() == 2


def test_seconds_are_summed_by_step_and_stage_longest_step_first(snapshot: Snapshot) -> None:
    stages = queries.stages(snapshot, snapshot.run_id)
    assert stages["total"].is_monotonic_decreasing
    assert stages.groupby("step")["seconds"].sum().max() == pytest.approx(stages["total"].iloc[0])
