"""What a product's builder may ask for: published resources and the last good version of other products."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from pyspark import StorageLevel
from pyspark.sql import DataFrame

from catalog import Catalog, Resource
from jobs import journal, lake
from jobs.read import current, known, published_rows, versions
from jobs.session import spark


@dataclass(frozen=True)
class Inputs:
    """The state of everything as it is known at the end of a business date.

    The date itself is got by asking, and that it was asked for is kept: a product whose builder did not ask is the same
    tomorrow if nothing that it reads has changed, and is not made anew (jobs.build).
    """

    catalog: Catalog
    known_on: date
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

    def resource(self, name: str) -> Resource:
        """The declaration of a resource."""
        return self.catalog[name]

    def current(self, name: str) -> DataFrame | None:
        """A resource as it stands, or None when it is not declared or nothing of it was published."""
        return current(self.catalog[name], self.known_on) if name in self.catalog.resources else None

    def versions(self, name: str) -> DataFrame | None:
        """Every version of a resource's records with its validity, or None."""
        return versions(self.catalog[name], self.known_on) if name in self.catalog.resources else None

    def known(self, name: str) -> DataFrame | None:
        """Every row of a resource that was ever believed with the days on which it was, or None."""
        return known(self.catalog[name], self.known_on) if name in self.catalog.resources else None

    def rows(self, name: str) -> DataFrame | None:
        """All published rows of a resource, or None."""
        return published_rows(self.catalog[name], self.known_on) if name in self.catalog.resources else None

    def table(self, name: str) -> DataFrame:
        """The last good version of a product. Raises MissingInputError when it was never built."""
        if not lake.exists(name):
            raise MissingInputError(name)
        return lake.read(spark(), name)

    def keep(self, frame: DataFrame) -> DataFrame:
        """The frame, computed now and once however often the builder reads it; on disk until nobody refers to it.

        Cut off from its plan: frames kept from kept frames as ``persist`` holds them carry one another's plans, and
        the engine writes all of them out at every stage of a query (73 CPU seconds for 17,000 persons, 44 so).
        """
        return frame.localCheckpoint(storageLevel=StorageLevel.DISK_ONLY)

    def batches(self, name: str) -> list[str]:
        """Marks (``resource@batch``) of a resource's published batches, oldest delivery first."""
        return [f"{name}@{row['batch']}" for row in journal.published(name, self.known_on)]

    def first_period(self, name: str) -> str | None:
        """The earliest period of a resource's published batches."""
        batches = journal.published(name, self.known_on)
        return min((row["period"] for row in batches), default=None)

    def last_period(self, name: str) -> str | None:
        """The latest period of a resource's published batches."""
        batches = journal.published(name, self.known_on)
        return max((row["period"] for row in batches), default=None)


class MissingInputError(Exception):
    """A product's input has never been published."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has no published data yet; deliver it (taian deliver) and run the night again")
