"""审计抽样 as a register: a draw that was changed afterwards is found, and a refused row accuses nobody."""

import datetime
from decimal import Decimal

import pytest

from alerts import auditsamples
from catalog import load_catalog
from jobs.governance import audits
from sample_data import places
from sample_data.context import City
from sample_data.governance import audits as office
from sample_data.governance.projects import make_projects
from sample_data.governance.systems import make_systems
from sample_data.governance.workbook import Workbook

DAY = datetime.date(2018, 5, 31)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A small city and its register of May as the platform types it, before dirt fell on it."""
    made = City(tmp_path_factory.mktemp("city"), 0.001, 8, DAY, places.make_places(8))
    records = []

    def keep(book, _city, rows_on):
        names = {column.title: column.name for column in load_catalog()["audit_sample"].columns}
        for row in rows_on(DAY):
            cells = {names[title]: cell for title, cell in zip(book.header, row, strict=True)}
            day = datetime.date.fromisoformat(cells["drawn_on"])
            records.append({**cells, "drawn_on": day, "risk": Decimal(str(cells["risk"])), "_batch": "b"})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Workbook, "deliver", keep)
        office.deliver(made, make_projects(made, make_systems(made)))
    return made, records


def verdicts(records):
    return {row["draw_number"]: row["verdict"] for row in audits.rows(records).to_pylist()}


def draw(records, number="SJ-2018-05"):
    return [each for each in records if each["draw_number"] == number]


def test_the_draw_that_was_changed_is_found_and_nothing_else_is(city):
    made, records = city
    planted = {event["code"] for event in made.truth.events if event["kind"] == "audit_draw_changed"}
    found = verdicts(records)
    assert len(found) == 2
    assert {number for number, verdict in found.items() if verdict == "different"} == planted
    assert set(found.values()) == {"same", "different"}
    table = audits.rows(records)
    assert table.num_rows == 2 * office.SIZE, "only what was drawn is served"
    assert table["draw_number"][0].as_py() == "SJ-2018-05" and table["place"].to_pylist()[:2] == [1, 2]


def test_a_refused_row_leaves_a_draw_incomplete_or_as_it_is_and_never_the_same_unseen(city):
    own = draw(city[1])
    drawn = [each for each in own if each["place"]]
    others = [each for each in own if not each["place"]]
    assert audits.verdict_of([*drawn, *others[3:]]) == "same", "who was not drawn says nothing"
    assert audits.verdict_of([*drawn[1:], *others]) == "incomplete"
    hidden = {**drawn[0], "place": None}
    assert audits.verdict_of([hidden, *drawn[1:], *others]) == "different", "it is there, and was not drawn"
    assert audits.verdict_of([{**drawn[0], "seed": "乙"}, *drawn[1:], *others]) == "different"
    twice = {**drawn[1], "place": drawn[0]["place"]}
    assert audits.verdict_of([drawn[0], twice, *drawn[2:], *others]) == "different"
    undrawn = [{**each, "place": None} for each in drawn]
    assert audits.verdict_of([*undrawn, *others]) == "different", "nobody was drawn of whom all are known"


def test_what_the_office_draws_is_what_the_platform_draws(city):
    risks = {each["project_code"]: float(each["risk"]) for each in draw(city[1])}
    assert office.drawn(risks, 12, "甲") == auditsamples.drawn(risks, 12, "甲")
