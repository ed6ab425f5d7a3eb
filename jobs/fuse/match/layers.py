"""The layers in their order, the surest first, each on what the ones before it left; and the links they make."""

import time
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from jobs.fuse.match import by_branch, by_code, by_name, by_number, probable
from jobs.fuse.match.evidence import EVIDENCE
from jobs.fuse.match.layer import Layer, run

EXACT: tuple[Layer, ...] = (*by_code.LAYERS, *by_number.LAYERS, *by_branch.LAYERS, *by_name.LAYERS)

ASKED_ABOUT = 3
"""Legal persons that a reviewer is shown for one record, the likeliest first."""


@dataclass(frozen=True)
class Ran:
    """What a layer did: records it linked, and seconds."""

    method: str
    links: int
    seconds: float


def run_layers(connection: duckdb.DuckDBPyConnection) -> list[Ran]:
    """All layers on a desk, the exact ones and then what is probable."""
    done = []
    for layer in EXACT:
        begun = time.perf_counter()
        links = run(connection, layer)
        done.append(Ran(layer.method, links, time.perf_counter() - begun))
    begun = time.perf_counter()
    links = probable.score(connection)
    return [*done, Ran(probable.METHOD, links, time.perf_counter() - begun)]


def linked(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """A desk's links as rows of ``base_legal__link``.

    ``state`` is linked; review, with a row for each of the few legal persons that a record may be; or unlinked, for a
    record that is nobody's. ``score`` (bits) and ``margin`` (bits before the next) are those of the probable layer.
    """
    table: pa.Table = connection.sql(
        f"""
        WITH found AS (
            SELECT record_id, entity_id, 'linked' AS state, relation, method, score, margin FROM link
            UNION ALL
            SELECT record_id, entity_id, 'review', 'self', '{probable.METHOD}', score, margin
            FROM scored ANTI JOIN link USING (record_id)
            WHERE place <= {ASKED_ABOUT} AND probability >= {probable.ASKED}
        )
        SELECT r.record_id, r.resource, substr(r.record_id, length(r.resource) + 2) AS record_key, f.entity_id,
            e.register, e.credit_code, coalesce(f.state, 'unlinked') AS state,
            f.relation, f.method, f.score, f.margin,
            CASE WHEN f.entity_id IS NOT NULL THEN {EVIDENCE} END AS evidence, r.batch
        FROM record r LEFT JOIN found f USING (record_id) LEFT JOIN entity e USING (entity_id)
        ORDER BY r.record_id, f.entity_id
        """
    ).to_arrow_table()
    return table
