"""``taian settings``: every setting, its value and where it can be given."""

import typer
from pydantic import BaseModel, SecretStr

from taian.settings import settings
from taian.tables import JsonOption, print_rows


def rows_of(model: BaseModel) -> list[dict[str, str | None]]:
    """One row a setting; a secret shows only that it is set."""
    rows: list[dict[str, str | None]] = []
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        shown = "(set)" if isinstance(value, SecretStr) else None if value in (None, "") else str(value)
        variable = field.validation_alias if isinstance(field.validation_alias, str) else f"TAIAN_{name.upper()}"
        rows.append({"setting": variable, "value": shown, "meaning": field.description})
    return rows


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("settings")
    def show(as_json: JsonOption = False) -> None:
        """List every setting with its value now: from the environment, else taian.toml, else the default.

        Example: taian settings --json
        """
        print_rows(rows_of(settings()), as_json=as_json)
