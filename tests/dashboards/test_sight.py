"""What of the night each reader's views hold, whatever a page asks them."""

import inspect
import re
from pathlib import Path

import duckdb
import pytest
from serving_fixture import write_serving

from catalog import load_catalog
from dashboards import permissions, queries
from dashboards.departments import resources_of
from dashboards.pages import overview, resource, runs
from dashboards.serving import Serving, Snapshot, open_snapshot
from dashboards.sight import EVERYTHING, Sight, sight_of, statistical_resources, view_of
from dashboards.view import View
from jobs.governance import states
from jobs.publish import audited, decide, exchange, filed, registers, serve, services
from jobs.publish.entity import ENTITIES
from taian.access.roles import ROLES, Reader, Role


def of(published: Path, *roles: Role, scopes: tuple[str, ...] = ()) -> Snapshot:
    return open_snapshot(published, sight_of(Reader("a", "甲", frozenset(roles), frozenset(scopes))))


def everything(snapshot: Snapshot) -> str:
    """All that these views hold, as text."""
    return "\n".join(
        snapshot.read(table, f"SELECT * FROM {table}").to_csv() for table in snapshot.as_of if "boundary" not in table
    )


@pytest.fixture(scope="module")
def police(published: Path) -> Snapshot:
    return of(published, "owner", scopes=("gonganju",))


@pytest.fixture(scope="module")
def analyst(published: Path) -> Snapshot:
    return of(published, "analyst")


def test_every_published_table_has_a_rule_and_one_without_is_nobodys(published: Path, monkeypatch) -> None:
    written = set(re.findall(r'"(\w+__\w+)"', inspect.getsource(serve))) | set(ENTITIES)
    written |= {audited.TABLE, exchange.TABLE, filed.TABLE, registers.TABLE, services.TABLE, states.TABLE}
    written |= set(re.findall(r'"(topic_decision__\w+)"', inspect.getsource(decide)))
    assert {"meta__delivery", "meta__sample"} <= written
    assert written == set(permissions.TABLES)
    assert set(open_snapshot(published).as_of) <= set(permissions.TABLES)
    monkeypatch.delitem(permissions.TABLES, "meta__delivery")
    assert "没有规定谁可以看" in open_snapshot(published).missing["meta__delivery"]


def test_an_owner_sees_batches_checks_refused_rows_and_quality_of_its_department_only(police: Snapshot) -> None:
    own = {"resident", "standard_address"}
    for table in ("meta__delivery", "meta__check", "meta__quarantine_sample", "meta__quality"):
        found = set(police.read(table, f"SELECT resource FROM {table}")["resource"])
        assert found, table
        assert found <= own, table
    assert queries.outcomes_of_batch(police, "penalty/penalty-2018-06-14-01").empty
    assert len(queries.outcomes_of_batch(police, "resident/resident-2018-06-14-01")) == 1


def test_a_county_sees_batches_about_it_and_of_refused_rows_its_own(published: Path, police: Snapshot) -> None:
    county = of(published, "owner", scopes=("370982",))
    for table in ("meta__delivery", "meta__check", "meta__quality"):
        found = set(county.read(table, f"SELECT resource FROM {table}")["resource"])
        assert {"resident", "enterprise_registration"} <= found, table
        assert not found & {"world_bank_china", "plan_task"}, "no row of these says in which county it is"
    rows = queries.quarantine_samples(county, "resident", "resident-2018-06-13-01", 9)["row_masked"]
    assert len(rows) == 3
    assert rows.str.contains("370982100201").all()
    assert len(queries.quarantine_samples(police, "resident", "resident-2018-06-13-01", 9)) == 9
    both = of(published, "owner", scopes=("370982", "gonganju"))
    assert len(queries.quarantine_samples(both, "resident", "resident-2018-06-13-01", 9)) == 9
    subjects = queries.conflicts(county, ["enterprise_registration"])["sample_keys"]
    assert [len(keys) for keys in subjects] == [0, 0], "these are subjects of the whole city"


def test_an_owner_of_nothing_sees_no_batch(published: Path) -> None:
    nobody = of(published, "owner", scopes=("x') OR ('1'='1",))
    for table in ("meta__delivery", "meta__check", "meta__quarantine_sample", "meta__quality"):
        assert nobody.read(table, f"SELECT count(*) AS n FROM {table}")["n"].iloc[0] == 0


def test_figures_of_single_units_are_in_the_inspectors_views_alone(published: Path, analyst: Snapshot) -> None:
    inspector = everything(of(published, "inspector"))
    assert "91370900MA3" in inspector
    assert "有限公司" in inspector
    for snapshot in (analyst, of(published, "operator"), of(published, "leader"), of(published, "administrator")):
        seen = everything(snapshot)
        assert "91370900MA3" not in seen
        assert "有限公司" not in seen
        assert "f0000cro" not in seen
    counts = queries.finding_counts(analyst)
    assert counts["findings"].sum() == 60


def test_refused_rows_are_for_their_owner_and_the_operator_and_a_unit_s_row_for_neither(
    published: Path, analyst
) -> None:
    assert {"enterprise_return", "enterprise_return_paradata", "investment_project"} <= statistical_resources()
    assert queries.quarantine_samples(analyst, "resident", "resident-2018-06-14-01", 9).empty
    for snapshot in (of(published, "operator"), of(published, "owner", scopes=("tongjiju",))):
        rows = queries.quarantine_samples(snapshot, "enterprise_return", "enterprise_return-2018-05-01", 9)
        assert set(rows["row_masked"]) == {'{"统计资料": "仅统计执法员可见"}'}
    both = of(published, "operator", "inspector")
    rows = queries.quarantine_samples(both, "enterprise_return", "enterprise_return-2018-05-01", 9)
    assert not rows.empty
    assert "公民身份号码" in rows["row_masked"].iloc[0]


def test_pages_of_an_owner_and_an_analyst_are_whole(police: Snapshot, analyst: Snapshot) -> None:
    for snapshot in (police, analyst):
        for render, path in ((overview.render, "/"), (runs.render, "/runs"), (resource.render, "/catalogue/penalty")):
            text = str(render(snapshot, View(path=path)).to_plotly_json())
            assert "读不到数据" not in text
            assert "有限公司" not in text
    assert "由统计执法员核查" in str(overview.render(analyst, View()).to_plotly_json())
    assert "不归您的部门负责" in str(resource.render(police, View(path="/catalogue/penalty")).to_plotly_json())


def test_an_owner_filters_the_batches_by_its_own_resources(police: Snapshot) -> None:
    named = {"type": "param", "name": "resource"}
    parts = runs.render(police, View("/runs"))._traverse()
    (offered,) = [part.data for part in parts if getattr(part, "id", None) == named]
    assert {one["value"] for one in offered} <= resources_of("gonganju") and "resident" in str(offered)


def test_what_is_kept_of_one_reader_is_not_shown_to_another(serving_copy: Path) -> None:
    serving = Serving(serving_copy)
    police, everybody = Sight(scopes=frozenset({"gonganju"})), EVERYTHING
    assert serving.snapshot(police) is serving.snapshot(police)
    assert serving.snapshot(police).rendered is not serving.snapshot(everybody).rendered
    write_serving(serving_copy, "nightly__2018-07-01", "2018-07-01", version=2)
    assert serving.snapshot(police).run_id == serving.snapshot(everybody).run_id == "nightly__2018-07-01"


@pytest.mark.parametrize("table", ["topic_warning__forecast", "topic_warning__signal"])
def test_counts_of_single_days_are_for_who_acts_on_warnings(table: str) -> None:
    def periods(role: Role) -> list[str]:
        view = view_of(table, "seen", sight_of(Reader("a", "甲", frozenset({role}), frozenset({"gonganju"}))))
        with duckdb.connect() as connection:
            connection.execute("CREATE TABLE seen AS SELECT unnest(['2018-06', '2018-06-30']) AS period")
            return [period for (period,) in connection.sql(str(view)).fetchall()]

    for role in permissions.WARNINGS:
        assert periods(role) == ["2018-06", "2018-06-30"]
    for role in ("inspector", "owner", "administrator"):
        assert periods(role) == ["2018-06"]


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"inspector"}))
def test_no_figure_of_a_reporting_unit_is_in_the_views_of_others(published: Path, role: Role) -> None:
    """统计法 2009, art. 25: amounts that serve statistics only are in no table that has a row a unit."""
    statistical = {
        column.name
        for resource in load_catalog().resources.values()
        for column in resource.columns
        if column.purposes == ("statistics",) and column.type in ("decimal", "integer")
    }
    snapshot = of(published, role, scopes=("tongjiju",))
    of_units = []
    for table in snapshot.as_of:
        columns = set(snapshot.read(table, f"SELECT * FROM {table} LIMIT 0").columns)
        if "credit_code" in columns and columns & (statistical - {"credit_code"}):
            of_units.append(table)
            assert snapshot.read(table, f"SELECT * FROM {table}").empty, table
    assert of_units == ["entity__firm_month"]
