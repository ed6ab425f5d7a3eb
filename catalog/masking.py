"""Masked forms of personal values, the same wherever they are shown: page, export, log, mail, error."""

from catalog.model import Mask


def masked(value: str | None, mask: Mask) -> str | None:
    """What may be shown of a value to a person without a purpose; null stays null."""
    if value is None or mask == "none":
        return value
    match mask:
        case "name":
            return value[:1] + "*" * max(1, len(value) - 1)
        case "id_number":
            return value[:6] + "*" * max(4, len(value) - 8) + value[-2:] if len(value) > 8 else "*" * len(value)
        case "phone":
            return value[:3] + "****" + value[-2:] if len(value) > 7 else "*" * len(value)
        case "address":
            return value[:6] + "****" if len(value) > 6 else "****"
        case _:
            return "****"


def masked_sql(column: str, mask: Mask) -> str:
    """``masked`` of a column, as an expression of DuckDB."""
    match mask:
        case "none":
            return column
        case "name":
            return f"left({column}, 1) || repeat('*', greatest(1, length({column}) - 1))"
        case "id_number":
            middle = f"repeat('*', greatest(4, length({column}) - 8))"
            shown = f"left({column}, 6) || {middle} || right({column}, 2)"
            return f"CASE WHEN length({column}) > 8 THEN {shown} ELSE repeat('*', length({column})) END"
        case "phone":
            shown = f"left({column}, 3) || '****' || right({column}, 2)"
            return f"CASE WHEN length({column}) > 7 THEN {shown} ELSE repeat('*', length({column})) END"
        case "address":
            return (
                f"CASE WHEN length({column}) > 6 THEN left({column}, 6) || '****' "
                f"WHEN {column} IS NOT NULL THEN '****' END"
            )
        case _:
            return f"CASE WHEN {column} IS NOT NULL THEN '****' END"
