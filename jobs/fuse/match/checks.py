"""Check characters of credit codes and organisation codes as DuckDB macros: ``is_credit_code``, ``organisation_of``."""

from jobs.standardize.checksums import (
    CREDIT_ALPHABET,
    CREDIT_WEIGHTS,
    ORGANISATION_ALPHABET,
    ORGANISATION_WEIGHTS,
)


def _sum(text: str, start: int, weights: tuple[int, ...], alphabet: str) -> str:
    terms = (
        f"(instr('{alphabet}', substr({text}, {start + place}, 1)) - 1) * {weight}"
        for place, weight in enumerate(weights)
    )
    return f"({' + '.join(terms)})"


def macros() -> str:
    """``is_credit_code(x)``: GB 32100, both check characters. ``organisation_of(x)``: the nine characters of GB 11714
    in x, which is such a code itself or a credit code that holds a valid one; null where there is none.
    """
    total = _sum("x", 1, CREDIT_WEIGHTS, CREDIT_ALPHABET)
    weighted = _sum("x", 1, ORGANISATION_WEIGHTS, ORGANISATION_ALPHABET)
    return f"""
    CREATE MACRO is_organisation_code(x) AS
        regexp_full_match(x, '[0-9A-Z]{{8}}[0-9X]')
        AND substr(x, 9, 1) = substr('0123456789X', (11 - {weighted} % 11) % 11 + 1, 1);
    CREATE MACRO is_credit_code(x) AS
        regexp_full_match(x, '[{CREDIT_ALPHABET}]{{18}}')
        AND substr(x, 18, 1) = substr('{CREDIT_ALPHABET}', (31 - {total} % 31) % 31 + 1, 1)
        AND is_organisation_code(substr(x, 9, 9));
    CREATE MACRO nine_of(x) AS CASE WHEN length(x) = 18 THEN substr(x, 9, 9) ELSE replace(x, '-', '') END;
    CREATE MACRO organisation_of(x) AS CASE WHEN is_organisation_code(nine_of(x)) THEN nine_of(x) END;
    """
