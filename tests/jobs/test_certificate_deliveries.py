"""Certificates through the real step: every planted row and every altered certificate is found, and nothing else.

The planted rows of all resources are looked for by the night (tests/night).
"""

import csv
import datetime

import pytest

from catalog import Catalog, load_catalog
from sample_data import places
from sample_data.context import City
from sample_data.firms import calendar, register
from sample_data.service.certificates import deliver_certificates

pytestmark = pytest.mark.spark

NIGHT = datetime.date(2018, 6, 6)
"""A week of June has every kind of altered certificate; a batch more costs a second."""
RESOURCE = "certificate"


def make(out):
    """The certificates alone, of the firms they speak of."""
    city = City(out, 0.001, 3, NIGHT, places.make_places(3))
    deliver_certificates(city, register.make_register(city, calendar.months_until(NIGHT)).table)
    city.truth.write(out)
    return city


@pytest.fixture(scope="module")
def night(tmp_path_factory, at_home, spark):
    """The city, and the refused rows after the step: (batch, file, source row) to codes."""
    from jobs import lake
    from jobs.resource import run_resource

    catalog = load_catalog()
    alone = Catalog({RESOURCE: catalog[RESOURCE]}, catalog.codelists)
    with at_home(tmp_path_factory.mktemp("planted")) as home:
        city = make(home)
        run_resource(alone[RESOURCE], alone, NIGHT, "r1")
        rows = lake.read(spark, f"quarantine__{RESOURCE}").collect()
        refused = {(r["_batch"], r["_file"], r["_source_row"]): ";".join(sorted(set(r["codes"]))) for r in rows}
        yield city, refused


def test_every_altered_certificate_and_every_wrong_seal_is_found_and_nothing_else_is(night, at_home, spark):
    from jobs import lake

    city, refused = night
    with at_home(city.out):
        rows = lake.read(spark, "dwd_licence__certificate").collect()
    gone = {(file, number) for _, file, number in refused}
    planted = {"wrong_digest": set(), "wrong_signature": set()}
    with (city.out / "truth" / "certificates.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["planted"] in planted and (row["file"], int(row["source_row"])) not in gone:
                planted[row["planted"]].add((row["certificate_id"], row["file"]))
    found = {
        "wrong_digest": {(r["certificate_id"], r["_file"]) for r in rows if r["is_digest_right"] is False},
        "wrong_signature": {(r["certificate_id"], r["_file"]) for r in rows if r["is_signature_right"] is False},
    }
    assert found == planted
    assert all(planted.values())
    assert all(r["is_digest_right"] is not None for r in rows)
    assert all((r["signature"] is None) == (r["is_signature_right"] is None) for r in rows)


def test_every_planted_row_is_found_with_its_code_and_nothing_else_is(night):
    city, refused = night
    planted = {(p.batch, p.file, p.source_row): p.codes for p in city.truth.defects if p.codes}
    assert planted
    assert refused == planted


def test_every_batch_has_the_outcome_that_was_planted(night, at_home):
    from jobs import journal

    city, _ = night
    with at_home(city.out):
        found = {(row["resource"], row["batch"]): (row["state"], row["code"] or "") for row in journal.deliveries()}
    assert found == city.truth.batches
