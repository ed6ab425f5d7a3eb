"""Deliveries of the sample city through the real step: every planted row is found with its code, and nothing else."""

import datetime

import pytest

from catalog import Catalog, load_catalog
from sample_data import places
from sample_data.context import City
from sample_data.firms import arrears, calendar, cast, ratings, register

pytestmark = pytest.mark.spark

NIGHT = datetime.date(2018, 6, 30)
RESOURCES = ("tax_rating", "wage_arrears")


def make(out):
    """The deliveries of ``RESOURCES`` alone, from the firms they speak of."""
    city = City(out, 0.001, 3, NIGHT, places.make_places(3))
    months = calendar.months_until(NIGHT)
    firms = register.make_register(city, months)
    parts = cast.make_cast(city, firms, months)
    ratings.deliver_ratings(city, firms.table, parts)
    arrears.deliver_arrears(city, firms.table, parts)
    return city


@pytest.fixture(scope="module")
def night(tmp_path_factory, at_home, spark):
    """The city, and the refused rows of each resource after its step: (batch, file, source row) to codes."""
    from jobs import lake
    from jobs.resource import run_resource

    catalog = load_catalog()
    alone = Catalog({name: catalog[name] for name in RESOURCES}, catalog.codelists)
    with at_home(tmp_path_factory.mktemp("planted")) as home:
        city = make(home)
        refused = {}
        for name in RESOURCES:
            run_resource(alone[name], alone, NIGHT, "r1")
            rows = lake.read(spark, f"quarantine__{name}").collect()
            refused[name] = {
                (r["_batch"], r["_file"], r["_source_row"]): ";".join(sorted(set(r["codes"]))) for r in rows
            }
        yield city, refused


@pytest.mark.parametrize("name", RESOURCES)
def test_every_planted_row_is_found_with_its_code_and_nothing_else_is(night, name):
    city, refused = night
    planted = {(p.batch, p.file, p.source_row): p.codes for p in city.truth.defects if p.resource == name and p.codes}
    assert planted
    assert refused[name] == planted


def test_every_batch_has_the_outcome_that_was_planted(night, at_home):
    from jobs import journal

    city, _ = night
    with at_home(city.out):
        found = {(row["resource"], row["batch"]): (row["state"], row["code"] or "") for row in journal.deliveries()}
    assert found == city.truth.batches
