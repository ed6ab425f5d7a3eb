"""The log of data exchange through the real step: planted rows are refused, who only takes is found in what is left."""

import datetime

import pytest

pytestmark = pytest.mark.spark

NIGHT = datetime.date(2018, 6, 5)
"""The delivery of two months, and five of a day: a batch more costs a second."""
LOG = "exchange_log"


@pytest.fixture(scope="module")
def city(tmp_path_factory, at_home, spark):
    """The city whose log went through the step."""
    from catalog import Catalog, load_catalog
    from jobs import resource
    from sample_data import places
    from sample_data.context import City
    from sample_data.governance import exchange

    catalog = load_catalog()
    alone = Catalog({LOG: catalog[LOG]}, catalog.codelists)
    with at_home(tmp_path_factory.mktemp("exchange")) as home:
        made = City(home, 0.001, 3, NIGHT, places.make_places(3))
        exchange.deliver(made)
        resource.run_resource(alone[LOG], alone, NIGHT, "r1")
        yield made


def test_every_planted_row_is_found_with_its_code_and_nothing_else_is(spark, city):
    from jobs import lake

    rows = lake.read(spark, f"quarantine__{LOG}").collect()
    refused = {(r["_batch"], r["_file"], r["_source_row"]): ";".join(sorted(set(r["codes"]))) for r in rows}
    planted = {(p.batch, p.file, p.source_row): p.codes for p in city.truth.defects if p.codes}
    assert planted
    assert refused == planted


def test_every_batch_has_the_outcome_that_was_planted(city):
    from jobs import journal

    found = {(LOG, row["batch"]): (row["state"], row["code"] or "") for row in journal.deliveries(LOG)}
    assert len(found) == 6
    assert found == city.truth.batches


def test_those_who_take_and_never_give_are_found_in_the_log_as_it_was_published(city):
    from catalog import load_catalog
    from jobs.publish import duck, exchange

    duck.switch(
        "r1", NIGHT, {exchange.TABLE: duck.write(exchange.TABLE, exchange.query(load_catalog(), NIGHT), [], None)}
    )
    given = f"SELECT giver FROM {exchange.TABLE} WHERE succeeded > 0"
    query = f"SELECT DISTINCT taker FROM {exchange.TABLE} WHERE succeeded > 0 AND taker NOT IN ({given})"
    found = {row["taker"] for row in duck.read(exchange.TABLE, query)}
    days = duck.read(exchange.TABLE, f"SELECT min(day) AS first, max(day) AS last FROM {exchange.TABLE}")
    assert found == {event["department"] for event in city.truth.events if event["kind"] == "takes_and_never_gives"}
    assert days == [{"first": datetime.date(2018, 4, 1), "last": NIGHT}]
