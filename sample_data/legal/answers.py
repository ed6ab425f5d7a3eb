"""The truth about identities: which legal person each record of another office is, for tests and benchmarks alone."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sample_data.context import City
from sample_data.firms import FirmSide, meters, taxes

COLUMNS = ["resource", "record", "credit_code", "relation", "name_kind", "code_kind", "person_kind"]


def _kind_of(written: pd.Series, registered: pd.Series, other: str) -> pd.Series:
    return pd.Series(np.where(written.to_numpy() == registered.to_numpy(), "right", other))


def _taxpayers(city: City, side: FirmSide) -> pd.DataFrame:
    """Taxpayers by number; those who change their number are not among them."""
    found = taxes.make_taxpayers(city, side.firms, side.entries, side.identities)
    return pd.DataFrame(
        {
            "resource": "tax_registration",
            "record": found["number"].to_numpy(),
            "credit_code": found["credit_code"].to_numpy(),
            "name_kind": _kind_of(found["name"], side.entries["name"].iloc[: len(found)], "with_city"),
            "code_kind": _kind_of(found["number"], found["credit_code"], "old_number"),
        }
    )


def _accounts(city: City, side: FirmSide) -> pd.DataFrame:
    accounts = meters.make_accounts(city.stream("firms", "accounts"), side.firms)
    firm = side.entries.iloc[accounts.firm]
    number = pd.Series(side.identities.power_number[accounts.firm])
    code_kind = _kind_of(number, firm["credit_code"], "old_number").where(number != "", "missing")
    return pd.DataFrame(
        {
            "resource": "electricity",
            "record": accounts.number,
            "credit_code": firm["credit_code"].to_numpy(),
            "name_kind": _kind_of(pd.Series(side.identities.power_name[accounts.firm]), firm["name"], "short"),
            "code_kind": code_kind,
        }
    )


def _book(resource: str, book: pd.DataFrame, everybody: pd.DataFrame) -> pd.DataFrame:
    code = everybody["credit_code"].to_numpy(dtype=object)[np.maximum(book["subject"], 0)]
    known = np.where(book["subject"] >= 0, code, "")
    return book.assign(resource=resource, record=book["number"], credit_code=known)


def identities(city: City, side: FirmSide, everybody: pd.DataFrame, books: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """A row a record: ``resource``, ``record`` (its key), ``credit_code`` (empty for who is from elsewhere),
    ``relation`` (self, branch, outsider), and how name, code and representative were written.
    """
    parts = [
        part.assign(relation="self", person_kind="absent") for part in (_taxpayers(city, side), _accounts(city, side))
    ]
    parts += [_book(resource, book, everybody) for resource, book in books.items()]
    return pd.concat([part[COLUMNS] for part in parts], ignore_index=True)


def write_answers(city: City, table: pd.DataFrame) -> None:
    """Write ``truth/legal_identity.csv``."""
    folder = city.out / "truth"
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(folder / "legal_identity.csv", index=False, encoding="utf-8", lineterminator="\n")
