import datetime as dt
import os
from pathlib import Path

import pytest

from dashboards.format import size
from dashboards.storage import disk, usage
from taian.settings import Settings


def put(path: Path, length: int, day: dt.date) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * length)
    moment = dt.datetime.combine(day, dt.time(12)).timestamp()
    os.utime(path, (moment, moment))


def test_room_is_counted_by_folder_and_growth_by_the_day_on_which_files_came(tmp_path: Path) -> None:
    first, second, third = (dt.date(2018, 6, day) for day in (28, 29, 30))
    put(tmp_path / "lake/t/a.parquet", 100, first)
    put(tmp_path / "lake/t/b.parquet", 30, second)
    put(tmp_path / "landing/r/p/b/f.csv", 20, third)
    put(tmp_path / "mail/1.eml", 7, third)
    found = usage(tmp_path, "one")
    assert (found.areas["lake"], found.areas["landing"], found.areas["mail"]) == (130, 20, 7)
    assert found.written == ((first, 100), (second, 30), (third, 20))
    assert found.daily == 30
    put(tmp_path / "spark/local/x", 4, third)
    put(tmp_path / "alerts.db", 2, third)
    assert usage(tmp_path, "two").other == 6


def test_one_day_is_no_growth(tmp_path: Path) -> None:
    put(tmp_path / "lake/a.parquet", 5, dt.date(2018, 6, 30))
    assert usage(tmp_path, "one").daily is None


def test_an_installation_that_does_not_exist_yet_stands_on_a_disk(tmp_path: Path) -> None:
    assert disk(Settings(home=tmp_path / "var")).total > 0


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1023, "1.0 KiB"),
        (1024, "1.0 KiB"),
        (1536 * 1024, "1.5 MiB"),
        (7 * 1024**3, "7.0 GiB"),
    ],
)
def test_bytes_are_told_in_the_unit_a_reader_expects(number: int, words: str) -> None:
    assert size(number).replace("\u2009", " ") == words
