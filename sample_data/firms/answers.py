"""The truth about the firms, for the tests alone: who fabricates, who only looks so, who goes by several names."""

import numpy as np
import pandas as pd

from sample_data.context import City
from sample_data.firms.calendar import Months
from sample_data.firms.cast import (
    FORMS,
    HABITS,
    PLANT_CLOSING,
    PLANT_COUNTY,
    PLANT_MONTH,
    VAT_DROP_COUNTY,
    VAT_DROP_MONTH,
    Cast,
    is_detectable,
)
from sample_data.firms.identity import Identities
from sample_data.firms.register import Firms


def _parts(firms: Firms, cast: Cast, months: Months, names: list[str]) -> pd.DataFrame:
    rows = np.concatenate([cast.who(name) for name in names])
    units = firms.table.iloc[rows]
    return pd.DataFrame(
        {
            "unit": units["credit_code"].to_numpy(),
            "part": cast.part[rows],
            "since": months[cast.since[rows]].astype(str),
            "county_code": units["county_code"].to_numpy(),
            "group": cast.group[rows],
            "detail": cast.detail[rows],
        }
    )


def _fabrication(firms: Firms, cast: Cast, months: Months) -> pd.DataFrame:
    """unit, form, since, columns (of the return, ``;`` between), detectable; then where, with whom, how strongly."""
    table = _parts(firms, cast, months, list(FORMS)).rename(columns={"part": "form"})
    table.insert(3, "columns", [";".join(FORMS[form].columns) for form in table["form"]])
    judged = zip(table["form"], table["detail"], strict=True)
    table.insert(4, "detectable", ["true" if is_detectable(form, detail) else "false" for form, detail in judged])
    table["scope"] = [FORMS[form].scope for form in table["form"]]
    return table


def _aliases(firms: Firms, identities: Identities) -> pd.DataFrame:
    table = firms.table.iloc[: firms.counts.active]
    known = pd.DataFrame(
        {
            "credit_code": table["credit_code"].to_numpy(),
            "registration_number": table["registration_number"].to_numpy(),
            "registered_name": table["name"].to_numpy(),
            "tax_name": identities.tax_name,
            "tax_number": identities.tax_number,
            "power_name": identities.power_name,
            "power_number": identities.power_number,
            "three_spellings": np.where(identities.is_aliased, "true", "false"),
        }
    )
    other_name = (known["tax_name"] != known["registered_name"]) | (known["power_name"] != known["registered_name"])
    other_number = (known["tax_number"] != known["credit_code"]) | (known["power_number"] != known["credit_code"])
    return known.loc[other_name | other_number]


def write_answers(city: City, firms: Firms, cast: Cast, identities: Identities, months: Months) -> None:
    """Write ``truth/fabrication.csv``, ``truth/habits.csv`` and ``truth/firm_aliases.csv``, and remember the events."""
    folder = city.out / "truth"
    folder.mkdir(parents=True, exist_ok=True)
    habits = _parts(firms, cast, months, [*HABITS, PLANT_CLOSING]).rename(columns={"part": "habit"})
    tables = {
        "fabrication.csv": _fabrication(firms, cast, months),
        "habits.csv": habits,
        "firm_aliases.csv": _aliases(firms, identities),
    }
    for name, table in tables.items():
        table.to_csv(folder / name, index=False, encoding="utf-8", lineterminator="\n")
    closing = firms.table["credit_code"].to_numpy()[cast.who(PLANT_CLOSING)]
    city.truth.event(PLANT_CLOSING, since=PLANT_MONTH, until="2018-02", county=PLANT_COUNTY, units=closing.tolist())
    city.truth.event("vat_drop", since=VAT_DROP_MONTH, until="2018-06", county=VAT_DROP_COUNTY, resource="vat_invoice")
    city.truth.event("power_peak", since="2017-07", until="2017-07", resource="electricity")
    city.truth.event("repeated_delivery", resource="electricity", note="用电量月报重复报送，不应引起预警")
