"""Numbers that lead to a code: the organisation code inside it, the old registration number, a code typed wrong."""

from jobs.fuse.match.by_code import consistent
from jobs.fuse.match.layer import Layer

MISTYPED = """
    length(r.number) = 18 AND NOT r.is_valid AND substr(r.core, 1, 2) = substr(e.core, 1, 2)
    AND levenshtein(r.number, e.credit_code) <= 2
"""
"""A code with a wrong check character, one or two edits from the code of a firm with the same 字号: its first two
characters tell (codes are ASCII, so that DuckDB's distance counts characters)."""

LAYERS = (
    Layer(
        "organisation_code",
        consistent("NOT r.is_valid AND r.organisation_code = e.organisation_code"),
    ),
    Layer("old_number", consistent("length(r.number) = 15 AND r.number = e.old_number")),
    Layer("mistyped_code", consistent(MISTYPED)),
)
