"""entity__place: what is counted in each division of the city, and which counts of persons are withheld.

Persons are counted where they are registered, as the indicators count them; no second population stands beside it that
could be subtracted. What is withheld is the rule of ``jobs.small_cells``.
"""

from collections import Counter

import duckdb
import pyarrow as pa

from catalog import Catalog
from jobs import lake
from jobs.publish.entity import view
from jobs.small_cells import parent_of, withheld

PEOPLE = ("persons", "households")
THINGS = ("addresses", "facilities", "firms")
INPUTS = (
    "base_population__person",
    "base_population__household",
    "base_geo__address",
    "base_geo__facility",
    "base_legal__legal_person",
)
COUNTED = """
SELECT village_code AS code, 'persons' AS what, count(*) AS n FROM base_population__person
WHERE is_current AND is_living AND is_registered GROUP BY ALL
UNION ALL SELECT village_code, 'households', count(*) FROM base_population__household WHERE is_current GROUP BY ALL
UNION ALL SELECT village_code, 'addresses', count(*) FROM base_geo__address GROUP BY ALL
UNION ALL SELECT coalesce(village_code, township_code, county_code), 'facilities', count(*)
FROM base_geo__facility WHERE status = 'open' GROUP BY ALL
UNION ALL SELECT county_code, 'firms', count(*) FROM base_legal__legal_person
WHERE is_current AND life = 'alive' GROUP BY ALL
"""
SCHEMA = pa.schema(
    [("code", pa.string())]
    + [(name, pa.int64()) for name in (*PEOPLE, *THINGS)]
    + [(f"{name}_withheld", pa.bool_()) for name in PEOPLE]
)


def is_there() -> bool:
    """Whether the lake has everything that is counted."""
    return all(lake.exists(table) for table in INPUTS)


def decided_by() -> list[str | None]:
    """What decides the content besides the code."""
    return [lake.state(table) for table in INPUTS]


def places(catalog: Catalog) -> pa.Table:
    """One row a division in which something is counted."""
    with duckdb.connect() as connection:
        for table in INPUTS:
            connection.execute(f"CREATE TEMP VIEW {table} AS {view(table, catalog, lake.files(table))}")
        return rolled_up(connection.execute(COUNTED).fetchall())


def rolled_up(counted: list[tuple[str | None, str, int]]) -> pa.Table:
    """Counts by division from the lowest up, without what is withheld."""
    sums: dict[str, Counter[str]] = {name: Counter() for name in (*PEOPLE, *THINGS)}
    for code, what, number in counted:
        place = code
        while place:
            sums[what][place] += number
            place = parent_of(place)
    hidden = {name: withheld(sums[name]) for name in PEOPLE}
    codes = sorted(set().union(*sums.values()))
    rows = [
        {"code": code}
        | {name: None if code in hidden[name] else sums[name][code] for name in PEOPLE}
        # A township or village has no count of firms: the register knows the county.
        | {name: sums[name].get(code, None if name == "firms" else 0) for name in THINGS}
        | {f"{name}_withheld": code in hidden[name] for name in PEOPLE}
        for code in codes
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)
