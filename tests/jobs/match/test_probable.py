"""What no exact layer decides: linked when probable and well before the next, asked about when not, else nobody's."""

import datetime
import itertools

import pytest

FIRST, SECOND, THIRD, TRADES = "岱汶徂蒙嶅", "穗禾麦粟谷", "澜源泉溪涧", ("食品", "化工", "机械")
DAY = datetime.date(2010, 5, 1)


@pytest.fixture
def town(entity, record, credit_code):
    """Forty-five firms; forty are known elsewhere by code, half of those under a name with a wrong character."""
    cores = itertools.islice(
        (a + b + c + t for a, b, c, t in itertools.product(FIRST, SECOND, THIRD, TRADES)), 0, 360, 8
    )
    firms, known = [], []
    for number, core in enumerate(cores):
        started = DAY + datetime.timedelta(days=97 * number)
        firm = entity(number, f"宁阳{core}有限公司", representative=f"王{SECOND[number % 5]}{THIRD[number // 9]}")
        firms.append(firm | {"established_on": started, "address": f"府前街{number}号"})
        if number < 40:
            written = core if number % 2 else core[0] + "惠" + core[2:]
            said = {"code": credit_code(number), "representative": firm["representative"], "began_on": started}
            known.append(record(f"宁阳{written}有限公司", record_id=f"known{number}", **said))
    return firms, known


def test_a_misspelt_name_links_by_all_that_agrees(match, record, town):
    firms, known = town
    wanted = firms[43]
    name = wanted["name"][:2] + "惠" + wanted["name"][3:]
    told = record(name, representative=wanted["representative"], began_on=wanted["established_on"])
    found = match(firms, [*known, told])["r"]
    assert (found["entity_id"], found["method"], found["state"]) == ("E43", "probable", "linked")
    assert found["score"] > 6
    assert found["margin"] is None or found["margin"] >= 3


def test_two_that_fit_alike_are_asked_about_and_not_linked(match, record, town):
    firms, known = town
    wanted = firms[43]
    twin = firms[44] | {name: wanted[name] for name in ("name", "representative", "established_on", "address")}
    told = record(wanted["name"], representative=wanted["representative"], began_on=wanted["established_on"])
    rows = match([*firms[:44], twin], [*known, told])["r"]
    assert [(row["state"], row["entity_id"]) for row in rows] == [("review", "E43"), ("review", "E44")]
    assert min(row["margin"] for row in rows if row["margin"] is not None) < 3


def test_a_decision_ends_the_question(match, record, town):
    firms, known = town
    wanted = firms[43]
    twin = firms[44] | {name: wanted[name] for name in ("name", "representative", "established_on", "address")}
    told = record(wanted["name"], representative=wanted["representative"], began_on=wanted["established_on"])
    same = match([*firms[:44], twin], [*known, told], decided=(("r", "E44", "same"),))["r"]
    assert (same["entity_id"], same["method"]) == ("E44", "decision")
    other = match([*firms[:44], twin], [*known, told], decided=(("r", "E44", "different"),))["r"]
    assert other["entity_id"] == "E43"


def test_a_stranger_stays_a_stranger(match, record, town):
    firms, known = town
    found = match(firms, [*known, record("济南灏槐浔建设有限公司", representative="赵六", county_code="370902")])["r"]
    assert (found["state"], found["entity_id"]) == ("unlinked", None)


def test_the_same_records_score_the_same_every_time(match, record, town):
    firms, known = town
    name = firms[43]["name"][:2] + "惠" + firms[43]["name"][3:]
    told = [*known, record(name, representative=firms[43]["representative"])]
    assert match(firms, told) == match(firms, told)
