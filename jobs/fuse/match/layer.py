"""One exact layer: pairs that its rule proposes, of which a record takes part when they name one legal person only."""

from dataclasses import dataclass

import duckdb

RELATION = "CASE WHEN parent_key IS NULL THEN 'self' ELSE 'branch' END"
"""A record named like a branch is one, whatever key found its legal person."""


@dataclass(frozen=True)
class Layer:
    """``pairs`` is SQL for (record_id, entity_id) over the records that no earlier layer linked (``open_record``)."""

    method: str
    pairs: str


def run(connection: duckdb.DuckDBPyConnection, layer: Layer) -> int:
    """Link what the layer decides; pairs that a person told apart do not count. Returns how many records it linked."""
    connection.execute(
        f"""
        INSERT INTO link
        SELECT record_id, entity_id, '{layer.method}', NULL, NULL, {RELATION}
        FROM (
            SELECT record_id, min(entity_id) AS entity_id
            FROM ({layer.pairs}) ANTI JOIN barred USING (record_id, entity_id)
            GROUP BY record_id HAVING count(DISTINCT entity_id) = 1
        ) JOIN record USING (record_id)
        """
    )
    (count,) = connection.execute("SELECT count(*) FROM link WHERE method = ?", [layer.method]).fetchall()[0]
    return int(count)
