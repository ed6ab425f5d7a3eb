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
