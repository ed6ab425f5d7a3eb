"""What happens to daily deliveries on the way: which day goes wrong how, as data, and the deed itself."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sample_data import badfiles, delivery
from sample_data.context import City


@dataclass(frozen=True)
class Accident:
    """One day's delivery spoiled by ``deed``; with ``again`` the owner hands in a good file the next morning."""

    day: int
    deed: Callable[[Path, str], None]
    state: str
    code: str
    again: bool = False


def at(day: datetime.date, hour: int, minute: int = 0, days_later: int = 0) -> str:
    """A moment in China time as manifests write it."""
    moment = datetime.datetime.combine(day + datetime.timedelta(days=days_later), datetime.time(hour, minute))
    return moment.isoformat() + "+08:00"


def batch_of(
    resource: str,
    provider: str,
    day: datetime.date,
    number: int,
    when: str,
    encoding: str = "UTF-8",
    replaces: str | None = None,
) -> delivery.Batch:
    """The ``number``-th batch of a daily resource for ``day``."""
    period = day.isoformat()
    return delivery.Batch(resource, provider, period, f"{resource}-{period}-{number:02d}", when, encoding, replaces)


def spoil(city: City, folder: Path, file: str, accident: Accident) -> None:
    """Let the accident happen to a finished batch and write the expected outcome into the truth."""
    manifest = delivery.read_manifest(folder)
    accident.deed(folder, file)
    city.truth.expect(manifest["resource"], manifest["batch"], accident.state, accident.code)


def accident_on(day: datetime.date, accidents: Sequence[Accident]) -> Accident | None:
    """The accident of that day of June 2018, if any."""
    if (day.year, day.month) != (2018, 6):
        return None
    return next((accident for accident in accidents if accident.day == day.day), None)


def sent_twice(city: City, folder: Path, when: str) -> None:
    """The batch is handed in once more, unchanged: a duplicate."""
    manifest = delivery.read_manifest(folder)
    number = int(manifest["batch"][-2:]) + 1
    copy = badfiles.send_again(folder, f"{manifest['batch'][:-2]}{number:02d}", when)
    city.truth.expect(manifest["resource"], copy.name, "duplicate")
