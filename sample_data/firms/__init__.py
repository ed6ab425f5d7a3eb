"""The firms of the sample city: one coherent economy, what it reports, and which reports were made up.

``register`` draws the firms, ``cast`` gives parts to the reporting units, ``activity`` simulates what really happened,
``fabrication`` what is written into the return; the other modules are the offices that deliver.
"""

from dataclasses import dataclass

import pandas as pd

from sample_data.context import City
from sample_data.firms import (
    activity,
    arrears,
    calendar,
    cast,
    credit,
    debtors,
    fabrication,
    filings,
    grid,
    history,
    identity,
    meters,
    ratings,
    register,
    registration,
    taxes,
    treasury,
)
from sample_data.firms.answers import write_answers

__all__ = ["FirmSide", "make_firms"]


@dataclass(frozen=True)
class FirmSide:
    """What other offices need to know of the firms; ``entries`` is the business register as it stands at the end."""

    firms: register.Firms
    entries: pd.DataFrame
    identities: identity.Identities
    cast: cast.Cast
    months: calendar.Months


def make_firms(city: City) -> FirmSide:
    """Deliver every resource about firms, and write who fabricates and who only looks so to ``truth/``."""
    months = calendar.months_until(city.until)
    city.progress("企业：登记、经营与报表")
    firms = register.make_register(city, months)
    parts = cast.make_cast(city, firms, months)
    economy = activity.make_economy(city, firms, parts, months)
    returns = fabrication.make_returns(city, economy, parts, firms.table["size"].to_numpy()[: firms.counts.units])
    identities = identity.make_identities(city, firms)
    write_answers(city, firms, parts, identities, months)
    city.progress("企业：统计报表")
    filings.deliver_returns(city, firms, returns)
    filings.deliver_correction(city, firms, parts, returns)
    filings.deliver_paradata(city, firms, parts, months)
    city.progress("企业：用电与税务")
    meters.deliver_electricity(city, firms, economy, identities)
    grid.deliver_area_power(city, firms, economy)
    taxes.deliver_invoices(city, firms, economy)
    treasury.deliver_fiscal(city, firms, economy)
    history.deliver_history(city, firms, economy)
    city.progress("企业：工商登记与信用")
    entries = registration.deliver_registration(city, firms, parts, months)
    taxes.deliver_tax_registration(city, firms, entries, identities, parts, months)
    credit.deliver_licences(city, entries)
    credit.deliver_penalties(city, entries)
    debtors.deliver_debtors(city, entries)
    ratings.deliver_ratings(city, entries, parts)
    arrears.deliver_arrears(city, entries, parts)
    return FirmSide(firms, entries, identities, parts, months)
