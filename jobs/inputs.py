"""What a product's builder may ask for: published resources and the last good version of other products."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from pyspark import StorageLevel
from pyspark.sql import DataFrame

from catalog import Catalog, Resource
from jobs import journal, lake
from jobs.beside import current_query, current_rows, rows_of
from jobs.read import current, known, published_rows, versions
from jobs.session import spark

Keep = Callable[[DataFrame], DataFrame]
"""What holds a frame that is read several times (Inputs.keep)."""


@dataclass(frozen=True)
class Inputs:
    """The state of everything as it is known at the end of a business date.

    The date itself is got by asking, and that it was asked for is kept: a product whose builder did not ask is the same
    tomorrow if nothing that it reads has changed, and is not made anew (jobs.build). ``declared`` are the only names
    that may be asked for, since a change of any other would not be noticed (UndeclaredInputError); None allows all.
    """

    catalog: Catalog
    known_on: date
    declared: frozenset[str] | None = None
    _changes: list[date] = field(default_factory=list, compare=False)

    @property
    def today(self) -> date:
        """The business date, for what is made anew every night."""
        return self.today_until(self.known_on + timedelta(days=1))

    def today_until(self, change: date | None) -> date:
        """The business date, for what stays as it is until the day ``change`` (None: for good)."""
        if change is not None:
            self._changes.append(change)
        return self.known_on

    @property
    def changes_on(self) -> date | None:
        """The first day on which what was built would come out differently for its date alone; None: there is none."""
        return min(self._changes, default=None)

    def _is_there(self, name: str) -> bool:
        """Whether a resource is in the catalogue."""
        return self._checked(name) in self.catalog.resources

    def _checked(self, name: str) -> str:
        if self.declared is not None and name not in self.declared:
            raise UndeclaredInputError(name)
        return name

    def _published(self, name: str) -> list[dict[str, Any]]:
        return journal.published(self._checked(name), self.known_on)

    def resource(self, name: str) -> Resource:
        """The declaration of a resource."""
        return self.catalog[self._checked(name)]

    def current(self, name: str) -> DataFrame | None:
        """A resource as it stands, or None when it is not declared or nothing of it was published."""
        return current(self.catalog[name], self.known_on) if self._is_there(name) else None

    def versions(self, name: str) -> DataFrame | None:
        """Every version of a resource's records with its validity, or None."""
        return versions(self.catalog[name], self.known_on) if self._is_there(name) else None

    def known(self, name: str) -> DataFrame | None:
        """Every row of a resource that was ever believed with the days on which it was, or None."""
        return known(self.catalog[name], self.known_on) if self._is_there(name) else None

    def rows(self, name: str) -> DataFrame | None:
        """All published rows of a resource, or None."""
        return published_rows(self.catalog[name], self.known_on) if self._is_there(name) else None

    def table(self, name: str) -> DataFrame:
        """The last good version of a product. Raises MissingInputError when it was never built."""
        if not lake.exists(self._checked(name)):
            raise MissingInputError(name)
        return lake.read(spark(), name)

    def files(self, name: str) -> list[str]:
        """The data files of the last good version of a product, for what needs no engine; none when it has no rows or
        was never built.
        """
        return lake.files(self._checked(name)) if lake.exists(self._checked(name)) else []

    def columns(self, name: str, columns: tuple[str, ...]) -> list[dict[str, Any]]:
        """Some columns of a small product, read beside the engine; none when it was never built."""
        return rows_of(self._checked(name), columns)

    def few(self, name: str) -> list[dict[str, Any]]:
        """A register of some thousand rows as it stands, read beside the engine; none when nothing was published."""
        return current_rows(self.catalog[name], self.known_on) if self._is_there(name) else []

    def query(self, name: str, columns: tuple[str, ...]) -> str | None:
        """Some columns of a resource as it stands, as a query of DuckDB; None when nothing of it was published."""
        return current_query(self.catalog[name], self.known_on, columns) if self._is_there(name) else None

    def keep(self, frame: DataFrame) -> DataFrame:
        """The frame, computed now and once however often the builder reads it; on disk until nobody refers to it.

        Cut off from its plan: frames kept from kept frames as ``persist`` holds them carry one another's plans, and
        the engine writes all of them out at every stage of a query (73 CPU seconds for 17,000 persons, 44 so).
        """
        return frame.localCheckpoint(storageLevel=StorageLevel.DISK_ONLY)

    def batches(self, name: str) -> list[str]:
        """Marks (``resource@batch``) of a resource's published batches, oldest delivery first."""
        return [f"{name}@{row['batch']}" for row in self._published(name)]

    def first_period(self, name: str) -> str | None:
        """The earliest period of a resource's published batches."""
        batches = self._published(name)
        return min((row["period"] for row in batches), default=None)

    def last_period(self, name: str) -> str | None:
        """The latest period of a resource's published batches."""
        batches = self._published(name)
        return max((row["period"] for row in batches), default=None)


class MissingInputError(Exception):
    """A product's input has never been published."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has no published data yet; deliver it (taian deliver) and run the night again")


class UndeclaredInputError(Exception):
    """A product's builder asks for what its declaration does not name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the builder reads {name}, which is no input of its product: name it in jobs/products.py")
