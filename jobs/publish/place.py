"""entity__place: what is counted in each division of the city, and which counts of persons are withheld.

Persons are counted where they are registered, as the indicators count them; no second population stands beside it that
could be subtracted. A count from 1 to 9 is withheld (k >= 10, the rule of the grid), and so is what would tell it:
among the divisions of one parent at least two are withheld, together at least 10 persons; of a withheld division
everything below is. The hierarchy is fixed (county, township, village), so that no other sum of the same is offered.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping

import duckdb
import pyarrow as pa

from catalog import Catalog
from jobs import lake
from jobs.publish.entity import view

CITY = "370900"
SMALLEST = 10
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


def parent_of(code: str) -> str | None:
    """The division above: village, township, county, city."""
    return {12: code[:9], 9: code[:6]}.get(len(code), None if code == CITY else CITY)


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


def withheld(counts: Mapping[str, int]) -> set[str]:
    """The divisions whose count may not be told: too few, and what would tell them."""
    below: dict[str | None, list[str]] = defaultdict(list)
    for code in counts:
        below[parent_of(code)].append(code)
    hidden: set[str] = set()
    waiting = list(below[None])
    hidden.update(code for code in waiting if 0 < counts[code] < SMALLEST)
    while waiting:
        parent = waiting.pop()
        children = sorted(below[parent], key=lambda code: (counts[code], code))
        hidden.update(children if parent in hidden else _withheld_among(children, counts))
        waiting += children
    return hidden


def _withheld_among(children: list[str], counts: Mapping[str, int]) -> list[str]:
    """Of the divisions of a parent that is told, smallest first: those that are too few and the next ones with them."""
    some = [code for code in children if counts[code] > 0]
    few = [code for code in some if counts[code] < SMALLEST]
    if not few:
        return []
    found = list(few)
    for code in some[len(few) :]:
        if len(found) > 1 and sum(counts[each] for each in found) >= SMALLEST:
            break
        found.append(code)
    return found
