"""Counts of divisions: what is told of them can not be used to find out what is not."""

from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.publish.place import rolled_up
from jobs.small_cells import LEAST, parent_of, withheld

VILLAGES = st.dictionaries(
    st.builds("37090{}00{}{:03d}".format, st.integers(1, 2), st.integers(1, 3), st.integers(1, 4)),
    st.integers(0, 40),
    min_size=1,
)


def summed(villages):
    table = rolled_up([(code, "persons", number) for code, number in villages.items()])
    return {row["code"]: row["persons"] for row in table.to_pylist()}


@settings(max_examples=200, deadline=None)
@given(VILLAGES)
def test_what_is_withheld_cannot_be_found_by_subtraction(villages):
    told = summed(villages)
    true = summed({code: number + 1000 for code, number in villages.items()})
    assert set(told) == set(true)
    for parent, total in told.items():
        below = [code for code in told if parent_of(code) == parent]
        hidden = [code for code in below if told[code] is None]
        if total is None:
            assert hidden == below, "a sum that is withheld must not be made up of what is told"
        elif hidden:
            rest = total - sum(told[code] for code in below if told[code] is not None)
            assert rest >= LEAST
            assert len(hidden) > 1
    assert all(number is None or number == 0 or number >= LEAST for number in told.values())


def test_nothing_is_withheld_where_nobody_is_few():
    assert withheld({"370900": 60, "370902": 60, "370902001": 60, "370902001001": 60}) == set()


def test_firms_are_counted_where_the_register_places_them():
    rows = rolled_up([("370902", "firms", 5), ("370902001001", "facilities", 2)]).to_pylist()
    assert [(row["code"], row["firms"], row["facilities"]) for row in rows] == [
        ("370900", 5, 2),
        ("370902", 5, 2),
        ("370902001", None, 2),
        ("370902001001", None, 2),
    ]
