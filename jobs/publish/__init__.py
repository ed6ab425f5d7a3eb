"""What people's pages read: the night's meta tables and sorted, read-only DuckDB files, switched in one step."""
