"""Filed projects: what was planted is found, nothing else is, and the risk follows the declared weights."""

import datetime
from decimal import Decimal

import pytest

from catalog.plan import scheme
from jobs.governance import projects
from sample_data import places
from sample_data.context import City
from sample_data.governance.projects import PLANTED, make_projects
from sample_data.governance.systems import make_systems

DAY = datetime.date(2018, 6, 30)
KINDS = {"建设": "build", "运维": "maintain", "购买服务": "service"}
REVIEWS = {"通过": "passed", "不通过": "refused", "未审核": "not_yet"}


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """A small city's projects before dirt fell on them, as the platform judges them."""
    city = City(tmp_path_factory.mktemp("city"), 0.001, 6, DAY, places.make_places(6))
    systems = make_systems(city)
    filings = [
        {
            "project_code": each.code, "name": each.name, "department": each.department.code, "kind": KINDS[each.kind],
            "content": each.content, "system_code": each.system or None, "review": REVIEWS[each.review],
            "procurement": None, "filed_on": each.filed_on, "approved_on": each.approved_on,
            "signed_on": each.signed_on, "budget_10k_yuan": Decimal(str(each.budget)),
            "paid_10k_yuan": Decimal(str(round(each.budget * each.paid, 2))), "_batch": "b",
        }
        for each in make_projects(city, systems)
    ]  # fmt: skip
    known = [
        {
            "system_code": each.code, "name": each.name, "department": each.department.code, "function": each.function,
            "status": "in_use", "is_listed": each.role != "unlisted", "verdict": "none",
        }
        for each in systems
    ]  # fmt: skip
    return city, filings, known, projects.rows(filings, known, {}, scheme()).to_pylist()


@pytest.mark.parametrize("problem", PLANTED)
def test_what_was_planted_is_found_and_nothing_else_is(judged, problem):
    city, _, _, rows = judged
    planted = {event["code"] for event in city.truth.events if event["kind"] == f"project_{problem}"}
    assert len(planted) == PLANTED[problem]
    assert {row["project_code"] for row in rows if problem in row["problems"]} == planted


def test_the_riskiest_stand_first_by_the_declared_weights(judged):
    rows, audit = judged[3], scheme().audit
    assert [row["risk"] for row in rows] == sorted((row["risk"] for row in rows), reverse=True)
    (first, *_), plain = rows, next(row for row in rows if not row["problems"] and row["budget_10k_yuan"] < 100)
    weights = sum(audit.problems[name].weight for name in first["problems"])
    assert first["risk"] == 1 + weights + audit.large * (first["budget_10k_yuan"] >= audit.large_from)
    assert plain["risk"] == 1


def test_maintaining_a_dead_system_is_told_and_what_a_project_builds_is_no_duplicate_of_itself(judged):
    _, filings, known, _ = judged
    kept = next(each for each in filings if each["kind"] == "maintain" and each["paid_10k_yuan"])
    own = next(each for each in known if each["system_code"] == kept["system_code"])
    dead = [{**each, "verdict": "zombie"} if each is own else each for each in known]
    (row,) = projects.rows([kept], dead, {}, scheme()).to_pylist()
    assert row["problems"] == ["dead_system"] and own["name"] in row["evidence"]
    (row,) = projects.rows([kept], [], {}, scheme()).to_pylist()
    assert row["problems"] == [], "before there is a ledger nothing is off it"
    built = {**kept, "kind": "build", "name": own["name"], "content": own["function"]}
    (row,) = projects.rows([built], [own], {}, scheme()).to_pylist()
    assert row["problems"] == []
    (row,) = projects.rows([{**built, "system_code": None}], [own], {}, scheme()).to_pylist()
    assert row["problems"] == ["duplicate"]
