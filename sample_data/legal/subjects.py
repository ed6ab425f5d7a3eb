"""Everybody who can stand in another office's book: firms, sole traders, institutions, organisations, in one frame."""

import numpy as np
import pandas as pd

from sample_data.firms import FirmSide

COLUMNS = [
    "credit_code",
    "old_number",
    "name",
    "former_name",
    "place",
    "core",
    "form",
    "representative",
    "county",
    "county_code",
    "address",
    "industry_code",
    "established",
    "is_alive",
    "group",
    "size",
]
"""``place`` + ``core`` + ``form`` is the name; ``form`` is the legal form of a firm, "" for all others."""


def _firms(side: FirmSide) -> pd.DataFrame:
    entries, parts, count = side.entries, side.firms.names, side.firms.counts
    group = np.full(count.all, "trader", dtype=object)
    group[: count.firms], group[: count.active], group[: count.units] = "firm", "active", "unit"
    return entries.assign(
        old_number=entries["registration_number"],
        place=parts.county,
        core=parts.trade + parts.business,
        form=parts.suffix,
        is_alive=entries["status"] == "存续",
        group=group,
    )


def _bodies(table: pd.DataFrame, group: str) -> pd.DataFrame:
    return table.assign(
        old_number="", former_name="", form="", is_alive=table["status"] == "正常", group=group, size=200.0
    )


def gather(side: FirmSide, institutions: pd.DataFrame, organizations: pd.DataFrame) -> pd.DataFrame:
    """One row a legal person or sole trader; firms first, in the order of the register.

    ``group`` is ``unit`` (reports to the statistics bureau), ``active`` (has a meter), ``firm``, ``trader``,
    ``institution`` or ``organization``.
    """
    parts = [_firms(side), _bodies(institutions, "institution"), _bodies(organizations, "organization")]
    return pd.concat([part[COLUMNS] for part in parts], ignore_index=True)
