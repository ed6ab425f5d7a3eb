"""The arithmetic of ``taian bench linking``: what counts as wrong, as missed and as hard."""

import pytest

pytestmark = pytest.mark.spark

PLACE = "resource string, record string, role string"
PLACES = {record: ("death", record, "person") for record in ("plain", "slip", "wrong", "missed", "stranger", "newborn")}


@pytest.fixture(scope="module")
def expected(spark):
    """Two persons are known; the truth lists every record but the plain one."""
    from taian.bench.linking import expected_links

    truth = {"slip": "p1", "wrong": "p1", "missed": "p2", "stranger": "x", "newborn": "y"}
    numbers = {"plain": "p2", "slip": "not_p1"}
    return expected_links(
        spark.createDataFrame(
            [(*place, numbers.get(name)) for name, place in PLACES.items()], PLACE + ", number string"
        ),
        spark.createDataFrame([("p1",), ("p2",)], "person_id string"),
        spark.createDataFrame([(*PLACES[name], who) for name, who in truth.items()], PLACE + ", id_number string"),
    ).persist()


def test_wrong_links_and_missed_persons_are_counted_of_all_records_and_of_the_hard_ones_and_by_method(spark, expected):
    from taian.bench.linking import by_method, compared

    found = {
        "plain": ("p2", "number"),
        "slip": ("p1", "nearly_number"),
        "wrong": ("p2", "city"),
        "missed": (None, None),
        "stranger": (None, None),
        "newborn": ("birth:newborn", "own_record"),
    }
    links = spark.createDataFrame(
        [(*PLACES[name], *link) for name, link in found.items()], PLACE + ", person_id string, method string"
    )
    values = {m.name: round(m.value) for m in [*compared("", links, expected), *by_method(links, expected)]}
    assert values == {
        "all.records": 6,
        "all.wrong": 3333,
        "all.missed": 500,
        "without_number.records": 5,
        "without_number.wrong": 5000,
        "without_number.missed": 667,
        "method.city.wrong": 10_000,
        "method.nearly_number.wrong": 0,
        "method.number.wrong": 0,
        "method.own_record.wrong": 0,
    }
