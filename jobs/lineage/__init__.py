"""Where every column comes from, by the declarations, and what each run of a step read and wrote, as OpenLineage."""
