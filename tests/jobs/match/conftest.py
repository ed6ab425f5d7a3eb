"""A registry of a few legal persons and records that name them: the tests say only what differs."""

import datetime
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from jobs.fuse.match import layers
from jobs.fuse.match.desk import DECISION, ENTITY, KNOWN_NAME, RECORD, Sides, desk
from sample_data.firms import codes

COUNTIES = ("泰山区", "岱岳区", "宁阳县", "东平县", "新泰市", "肥城市")
NINGYANG, XINTAI = "370921", "370982"


@pytest.fixture(scope="session")
def credit_code() -> Callable[[int], str]:
    """Valid, different codes by number."""
    no = np.zeros(50, dtype=bool)
    made = codes.credit_codes(np.random.default_rng(1), np.full(50, 379903), no, no)
    return lambda number: str(made[number])


@pytest.fixture(scope="session")
def entity(credit_code: Callable[[int], str]) -> Callable[..., dict[str, Any]]:
    """A legal person of the register by number; its id is ``E`` and the number."""

    def make(number: int, name: str, **changes: Any) -> dict[str, Any]:
        return {
            "entity_id": f"E{number}",
            "register": "enterprise_registration",
            "credit_code": credit_code(number),
            "old_number": f"37990320000000{number}"[:15],
            "name": name,
            "representative": "张三",
            "county_code": NINGYANG,
            "address": "府前街1号",
            "established_on": datetime.date(2010, 5, 1),
            "is_alive": True,
        } | changes

    return make


@pytest.fixture(scope="session")
def record() -> Callable[..., dict[str, Any]]:
    """A record of the social insurance office by name; its id is ``r`` unless said."""

    def make(name: str, **changes: Any) -> dict[str, Any]:
        blank = dict.fromkeys(RECORD.names)
        usual = {"record_id": "r", "resource": "social_insurance_employer", "name": name, "county_code": NINGYANG}
        return blank | usual | changes

    return make


@pytest.fixture
def match(tmp_path: Any) -> Callable[..., dict[str, dict[str, Any]]]:
    """The links of records to entities, by record id; a record under review has the list of its rows."""

    def run(
        entities: list[dict[str, Any]],
        records: list[dict[str, Any]],
        former: tuple[tuple[str, str], ...] = (),
        decided: tuple[tuple[str, str, str], ...] = (),
    ) -> dict[str, dict[str, Any]]:
        sides = Sides(
            entities=pa.Table.from_pylist(entities, ENTITY),
            former=pa.Table.from_pylist([dict(zip(KNOWN_NAME.names, row, strict=True)) for row in former], KNOWN_NAME),
            records=pa.Table.from_pylist(records, RECORD),
            decided=pa.Table.from_pylist([dict(zip(DECISION.names, row, strict=True)) for row in decided], DECISION),
            province="山东省",
            city="泰安市",
            counties=COUNTIES,
        )
        with desk(sides, str(tmp_path)) as connection:
            layers.run_layers(connection)
            rows = layers.linked(connection).to_pylist()
            return {row["record_id"]: row for row in rows if row["state"] != "review"} | {
                row["record_id"]: [other for other in rows if other["record_id"] == row["record_id"]]
                for row in rows
                if row["state"] == "review"
            }

    return run
