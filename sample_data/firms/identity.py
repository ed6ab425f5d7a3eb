"""One firm, several identities: how the tax office and the power company name and number the firms with a meter."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sample_data.context import City
from sample_data.firms.register import Firms

_ALIASED, _OLD_NUMBER, _OTHER_SPELLING, _NO_CODE = 0.03, 0.05, 0.10, 0.06


@dataclass(frozen=True)
class Identities:
    """Name and number of each firm with a meter in two other offices; ``is_aliased``: three spellings at once."""

    tax_name: NDArray[np.object_]
    tax_number: NDArray[np.object_]
    power_name: NDArray[np.object_]
    power_number: NDArray[np.object_]
    is_aliased: NDArray[np.bool_]


def make_identities(city: City, firms: Firms) -> Identities:
    """Draw who is spelled otherwise, who is still filed under the 15-digit number, and whose number the meter lacks."""
    rng = city.stream("firms", "identities")
    count = firms.counts.active
    table = firms.table.iloc[:count]
    code, old = table["credit_code"].to_numpy(), table["registration_number"].to_numpy()
    name = table["name"].to_numpy()
    is_old = (table["established"] < "2015-10-01").to_numpy()
    is_aliased = is_old & (rng.random(count) < _ALIASED)
    tax_spelling = is_aliased | (rng.random(count) < _OTHER_SPELLING)
    power_spelling = is_aliased | (rng.random(count) < _OTHER_SPELLING)
    old_tax = is_old & (rng.random(count) < _OLD_NUMBER) & ~is_aliased
    old_power = is_aliased | (is_old & (rng.random(count) < _OLD_NUMBER))
    missing = (rng.random(count) < _NO_CODE) & ~old_power
    return Identities(
        tax_name=np.where(tax_spelling, firms.names.with_city()[:count], name),
        tax_number=np.where(old_tax, old, code),
        power_name=np.where(power_spelling, firms.names.short()[:count], name),
        power_number=np.where(missing, "", np.where(old_power, old, code)),
        is_aliased=is_aliased,
    )
