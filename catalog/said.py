"""How a mistake in a declaration is said: one sentence that names the file, the place, what is wrong and what to do."""

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def not_yaml(path: Path, error: Exception) -> str:
    """A file that cannot be read as YAML."""
    return f"{path.name}: is not valid YAML ({' '.join(str(error).split())}); mend the line it names"


def not_valid(path: Path, error: ValidationError) -> list[str]:
    """A sentence for each thing that the declaration's model refuses."""
    return [not_allowed(path, item) for item in error.errors()]


def not_allowed(path: Path, item: "ErrorDetails") -> str:
    """One thing that the declaration's model refuses."""
    where = ".".join(map(str, item["loc"])) or "the declaration"
    return f"{path.name}: {where}: {item['msg'].removeprefix('Value error, ')}"
