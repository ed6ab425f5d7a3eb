"""Writing files that nobody else may read, whole or not at all."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path


def private_folder(path: Path) -> Path:
    """Make ``path``; only this user may enter it, and those of its parents that had to be made."""
    if not path.parent.exists():
        private_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    path.chmod(0o700)
    return path


def write_private(path: Path, text: str | Iterable[str]) -> None:
    """Replace ``path`` by ``text`` (or its pieces) in one step, readable by this user only."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines([text] if isinstance(text, str) else text)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder; 0 when it does not exist."""
    return sum(size for _, size in sizes(folder))


def sizes(folder: Path) -> Iterator[tuple[Path, int]]:
    """Every file below a folder and its bytes; what a writer removes meanwhile is left out."""
    for parent, _, names in os.walk(folder.resolve()):
        for path in (Path(parent, name) for name in names):
            with suppress(FileNotFoundError):
                yield path, path.stat().st_size
