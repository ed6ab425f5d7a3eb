"""What the offices of the macro economy hand in."""

import datetime
import json
from pathlib import Path

from sample_data import macro
from sample_data.context import City
from sample_data.places import make_places


def deliveries(out: Path) -> dict[str, object]:
    """Manifests, with the digests of their files, of one city."""
    macro.deliver(City(out, 0.001, 11, datetime.date(2018, 6, 30), make_places(11)))
    found = sorted((out / "landing").glob("*/*/*/manifest.json"))
    return {path.relative_to(out).as_posix(): json.loads(path.read_bytes()) for path in found}


def test_the_same_city_is_made_again_byte_for_byte(tmp_path: Path) -> None:
    first = deliveries(tmp_path / "first")
    assert len(first) > 4
    assert deliveries(tmp_path / "again") == first
