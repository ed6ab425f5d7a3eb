"""The layers in their order, the surest first, each on what the ones before it left; and the links they make."""

import time
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from jobs.fuse.match import by_branch, by_code, by_name, by_number
from jobs.fuse.match.evidence import EVIDENCE
from jobs.fuse.match.layer import Layer, run

EXACT: tuple[Layer, ...] = (*by_code.LAYERS, *by_number.LAYERS, *by_branch.LAYERS, *by_name.LAYERS)


@dataclass(frozen=True)
class Ran:
    """What a layer did: records it linked, and seconds."""

    method: str
    links: int
    seconds: float


def run_layers(connection: duckdb.DuckDBPyConnection) -> list[Ran]:
    """All layers on a desk."""
    done = []
    for layer in EXACT:
        begun = time.perf_counter()
        links = run(connection, layer)
        done.append(Ran(layer.method, links, time.perf_counter() - begun))
    return done


def linked(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """A desk's links as rows of ``base_legal__link``; a record that is nobody's has a row with ``state`` unlinked."""
    table: pa.Table = connection.sql(
        f"""
        SELECT r.record_id, r.resource, substr(r.record_id, length(r.resource) + 2) AS record_key, l.entity_id,
            e.register, e.credit_code, CASE WHEN l.entity_id IS NULL THEN 'unlinked' ELSE 'linked' END AS state,
            l.relation, l.method, l.score, l.margin,
            CASE WHEN l.entity_id IS NOT NULL THEN {EVIDENCE} END AS evidence, r.batch
        FROM record r LEFT JOIN link l USING (record_id) LEFT JOIN entity e USING (entity_id)
        ORDER BY r.record_id, l.entity_id
        """
    ).to_arrow_table()
    return table
