"""The legal persons of a sample city and the records that other offices keep of them, as the match is given them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from catalog import load_catalog
from jobs.fuse.match.desk import DECISION, ENTITY, KNOWN_NAME, RECORD, Sides
from jobs.fuse.match.records import place_names
from sample_data import legal
from sample_data.city import BUSINESS_DAY
from sample_data.context import City
from sample_data.firms import FirmSide, cast, identity, meters, register, registration, taxes
from sample_data.firms.calendar import months_until
from sample_data.legal import LegalSide, answers
from sample_data.places import make_places


@dataclass(frozen=True)
class LegalCity:
    """Both sides, and the truth: ``record_id``, ``credit_code`` (empty: nobody's), ``relation``, how it was written."""

    sides: Sides
    truth: pd.DataFrame


def legal_city(scale: float, seed: int) -> LegalCity:
    """Draw a city's legal persons and the books about them; nothing is written. At scale 1 they are 461,000."""
    city = City(Path(), scale, seed, BUSINESS_DAY, make_places(seed))
    months = months_until(city.until)
    firms = register.make_register(city, months)
    parts = cast.make_cast(city, firms, months)
    identities = identity.make_identities(city, firms)
    entries = registration.make_entries(city, firms, parts, months, registration.registration_stream(city)).entries
    side = FirmSide(firms, entries, identities, parts, months)
    drawn = legal.draw_legal(city, side)
    truth = answers.identities(city, side, drawn.everybody, drawn.books)
    province, city_name, counties = place_names(load_catalog())
    sides = Sides(
        entities=_entities(drawn),
        former=_former(drawn),
        records=pa.concat_tables(_records(city, side, drawn)),
        decided=DECISION.empty_table(),
        province=province,
        city=city_name,
        counties=counties,
    )
    return LegalCity(sides, truth.assign(record_id=truth["resource"] + ":" + truth["record"]))


def _table(frame: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    """The frame as the schema says; columns it lacks are null, empty texts as well."""
    missing = {name: None for name in schema.names if name not in frame}
    table = pa.Table.from_pandas(frame.assign(**missing)[schema.names].replace("", None), preserve_index=False)
    return table.cast(schema)


def _entities(drawn: LegalSide) -> pa.Table:
    everybody = drawn.everybody
    days = everybody["established"].dt.date
    found = everybody.assign(entity_id=everybody["credit_code"], register=everybody["group"], established_on=days)
    return _table(found, ENTITY)


def _former(drawn: LegalSide) -> pa.Table:
    known = drawn.everybody[drawn.everybody["former_name"] != ""]
    return _table(pd.DataFrame({"entity_id": known["credit_code"], "name": known["former_name"]}), KNOWN_NAME)


def _records(city: City, side: FirmSide, drawn: LegalSide) -> list[pa.Table]:
    payers = taxes.make_taxpayers(city, side.firms, side.entries, side.identities)
    accounts = meters.make_accounts(city.stream("firms", "accounts"), side.firms)
    firm = side.entries.iloc[accounts.firm]
    employers, units = (drawn.books[name] for name in ("social_insurance_employer", "statistical_unit"))
    frames = {
        "tax_registration": pd.DataFrame(
            {
                "key": payers["number"].to_numpy(),
                "name": payers["name"].to_numpy(),
                "code": payers["number"].to_numpy(),
                "county_code": payers["county_code"].to_numpy(),
                "began_on": payers["established"].dt.date.to_numpy(),
            }
        ),
        "electricity": pd.DataFrame(
            {
                "key": accounts.number,
                "name": side.identities.power_name[accounts.firm],
                "code": side.identities.power_number[accounts.firm],
                "county_code": firm["county_code"].to_numpy(),
            }
        ),
        "social_insurance_employer": employers.assign(key=employers["number"], began_on=employers["joined"].dt.date),
        "statistical_unit": units.assign(
            key=units["number"],
            organisation_code=units["organisation"],
            began_on=pd.to_datetime(units["opened"]).dt.date,
        ),
    }
    return [
        _table(frame.assign(resource=name, record_id=name + ":" + np.asarray(frame["key"], dtype=object)), RECORD)
        for name, frame in frames.items()
    ]
