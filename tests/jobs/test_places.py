"""What a code meant: never without its system, never two things on one day, and as the edition of the day says."""

import datetime
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.fuse.places import Gazetteer, Listed, Place, histories
from sample_data import division

SYSTEMS = {"统计": "nbs", "民政": "mca"}
LEVELS = {"地": "city", "县": "county", "乡": "township", "村": "village"}
DAYS = [datetime.date(2000 + year, 12, 31) for year in range(5)]
CODES = ("370902001", "370902002", "370911106")
NAMES = ("满庄镇", "夏张镇", "岱庙街道")

Editions = dict[tuple[str, datetime.date], dict[str, str]]
"""System and day of an edition to the names of its codes."""

editions = st.dictionaries(
    st.tuples(st.sampled_from(("nbs", "mca")), st.sampled_from(DAYS)),
    st.dictionaries(st.sampled_from(CODES), st.sampled_from(NAMES), min_size=1),
)


def listed(found: Editions) -> list[Listed]:
    return [
        Listed(system, str(day.year), day, "township", code, name, code[:6])
        for (system, day), names in found.items()
        for code, name in names.items()
    ]


@pytest.fixture(scope="module")
def real() -> list[Place]:
    """The places of the sample city's deliveries."""

    def day(text: str) -> datetime.date | None:
        return datetime.date.fromisoformat(text) if text else None

    rows = [*division.statistical(), *division.civil_affairs(), *division.earlier("nbs"), *division.earlier("mca")]
    return histories(
        Listed(SYSTEMS[system], edition, day(on), LEVELS[level], code, name, parent, day(ended), successor or None)
        for system, edition, on, level, code, name, parent, ended, successor in rows
    )


@given(editions)
def test_on_the_day_of_an_edition_a_code_means_what_the_edition_says(found: Editions) -> None:
    known = Gazetteer(histories(listed(found)))
    for (system, day), names in found.items():
        for code in CODES:
            place = known.on(system, code, day)
            assert (place.name if place else None) == names.get(code)


@given(editions, editions, st.sampled_from(CODES), st.sampled_from(DAYS))
def test_whatever_the_other_system_says_a_code_keeps_its_meaning(
    found: Editions, other: Editions, code: str, day: datetime.date
) -> None:
    own = {key: names for key, names in found.items() if key[0] == "nbs"}
    foreign = {("mca", when): names for (_, when), names in other.items()}
    alone = Gazetteer(histories(listed(own))).on("nbs", code, day)
    assert Gazetteer(histories(listed(own | foreign))).on("nbs", code, day) == alone


@given(editions)
def test_a_code_of_one_system_never_means_two_places_on_one_day(found: Editions) -> None:
    meanings = defaultdict(list)
    for place in histories(listed(found)):
        meanings[place.system, place.code].append(place)
    for places in meanings.values():
        for day in (*DAYS, datetime.date(1990, 1, 1), datetime.date(2030, 1, 1)):
            assert sum(place.holds_on(day) for place in places) <= 1


@given(editions, st.sampled_from(DAYS))
def test_until_the_next_change_every_code_keeps_its_meaning_and_then_one_does_not(
    found: Editions, day: datetime.date
) -> None:
    known = Gazetteer(histories(listed(found)))
    keys = [(system, code) for system in ("nbs", "mca") for code in CODES]

    def meanings(when: datetime.date) -> list[Place | None]:
        return [known.on(*key, when) for key in keys]

    change = known.changes_after(day)
    last = (change or datetime.date(2030, 1, 1)) - datetime.timedelta(days=1)
    assert meanings(last) == meanings(day)
    assert all(meanings(when) == meanings(day) for when in DAYS if day <= when <= last)
    assert change is None or meanings(change) != meanings(day)


@given(editions)
def test_a_place_that_ended_was_followed_by_an_edition_without_it(found: Editions) -> None:
    for place in histories(listed(found)):
        if place.valid_to is not None:
            assert found[place.system, place.valid_to].get(place.code) != place.name


def test_the_real_systems_give_twelve_codes_to_different_towns_and_agree_on_every_place(real: list[Place]) -> None:
    known, day = Gazetteer(real), datetime.date(2018, 6, 30)
    towns = {place.code for place in real if place.level == "township"}
    both = [(known.on("nbs", code, day), known.on("mca", code, day)) for code in towns]
    assert sum(1 for nbs, mca in both if nbs and mca and nbs.name != mca.name) == 12
    for place in (place for pair in both for place in pair if place):
        other = known.now_in("mca" if place.system == "nbs" else "nbs", place)
        assert other is not None
        assert known.now_in(place.system, other) == place


@pytest.mark.parametrize(
    ("system", "code", "day", "name", "documented"),
    [
        ("nbs", "370903", "2005-06-30", "岱岳区", True),
        ("nbs", "370903", "2018-06-30", None, None),
        ("nbs", "370911", "2005-06-30", None, None),
        ("nbs", "370911", "2018-06-30", "岱岳区", True),
        ("mca", "370911", "1990-06-30", "郊区", True),
        ("mca", "370911", "2005-06-30", "岱岳区", True),
        ("nbs", "370911106", "2018-06-30", "满庄镇", False),
        ("mca", "370911106", "2018-06-30", "夏张镇", False),
        ("nbs", "370982001399", "2015-01-01", "样例并入村", False),
        ("nbs", "370982001399", "2018-06-30", None, None),
        ("mca", "370982001399", "2015-01-01", None, None),
    ],
)
def test_a_code_its_system_and_a_day_give_the_place(real, system, code, day, name, documented) -> None:
    asked = datetime.date.fromisoformat(day)
    place = Gazetteer(real).on(system, code, asked)
    assert (place.name if place else None) == name
    assert (place.documented_from <= asked if place else None) == documented


def test_what_a_code_became_is_read_from_the_next_edition_or_from_the_office(real: list[Place]) -> None:
    became = {(place.system, place.code, place.name): place.successor_code for place in real if place.valid_to}
    assert became["nbs", "370903", "岱岳区"] == "370911"
    assert became["mca", "370911", "郊区"] == "370911"
    assert became["mca", "370922", "肥城县"] == "370983"
    assert became["nbs", "370982001399", "样例并入村"] == "370982001010"
    # The county went to another prefecture, of which nothing is held.
    assert became["mca", "372627", "平阴县"] is None
