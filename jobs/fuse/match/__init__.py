"""Which legal person a record of another office is: each record to the registry, never records to each other.

``registry`` and ``records`` bring both sides out of the lake, ``desk`` lays them out in DuckDB, ``by_code``,
``by_number``, ``by_branch`` and ``by_name`` are the exact layers, ``link`` runs them in order (docs/decisions/0013).
"""
