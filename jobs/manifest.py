"""A delivery's manifest (CONTRACTS: manifest.json counts, written last)."""

from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator

FIRST_YEAR, LAST_YEAR = 2000, 2100


class DeliveredFile(BaseModel):
    """One file of a batch with its size and digest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """What a department says it delivers; ``folder`` is where it lies."""

    model_config = ConfigDict(frozen=True)

    resource: str
    provider: str
    period: str
    batch: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,120}$")
    rows: int = Field(ge=0)
    encoding: str = "UTF-8"
    files: tuple[DeliveredFile, ...] = ()
    schema_version: int = 1
    delivered_at: AwareDatetime
    replaces: str | None = None
    folder: Path = Field(default=Path(), exclude=True)

    @field_validator("delivered_at")
    @classmethod
    def _of_our_time(cls, moment: datetime) -> datetime:
        # At the edge of the calendar a moment cannot be told in another zone.
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValueError(f"a delivery of the year {moment.year}; years are {FIRST_YEAR} to {LAST_YEAR}")
        return moment

    @property
    def digest(self) -> str:
        """Digests of all files in order: two batches with the same one carry the same content."""
        return ",".join(file.sha256 for file in self.files)


class BadManifestError(Exception):
    """The manifest cannot be read; ``delivered_at`` is the file's time, since nothing else is known."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(reason)
        self.folder, self.reason = folder, reason
        self.delivered_at = datetime.fromtimestamp((folder / "manifest.json").stat().st_mtime).astimezone()


def read_manifest(folder: Path) -> Manifest:
    """The manifest in a batch's folder. Raises BadManifestError with the reason in one sentence."""
    try:
        manifest = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    except ValidationError as error:
        item = error.errors()[0]
        where = ".".join(str(part) for part in item["loc"])
        raise BadManifestError(folder, f"清单 {where or 'manifest.json'} 不可用：{item['msg']}") from error
    return manifest.model_copy(update={"folder": folder})
