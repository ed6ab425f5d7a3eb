"""One real night for all tests of this folder: fresh seed, real Airflow, Spark Connect, Delta, GX, SMTP and pages."""

import datetime
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sample_data.context import City
from sample_data.places import make_places
from taian.bench.place import free_ports

# Test modules are imported by path; their helpers beside them are found here.
sys.path.insert(0, str(Path(__file__).parent))

from sign_in import PASSWORD, cookies_of

ROOT = Path(__file__).resolve().parents[2]
TAIAN = Path(sys.prefix) / "bin" / "taian"
DATE = "2018-06-30"
SCALE = "0.002"
SEED = int(os.environ.get("TAIAN_TEST_SEED") or 740541)
"""One city, so that a commit that passed passes again; TAIAN_TEST_SEED makes another, as ``make soak`` does."""
LIMIT_SECONDS = 3600
"""Above what a slow machine needs; a hung night fails instead of holding CI."""


@dataclass(frozen=True)
class Platform:
    """A running platform of its own: its home, its environment, and what the night printed."""

    home: Path
    environment: dict[str, str]
    output: str = ""

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.environment['TAIAN_WEB_PORT']}"

    def cookies(self) -> dict[str, str]:
        """Of the administrator, who signs in anew: a session that was opened before a long night has ended."""
        return cookies_of(self.url)

    def taian(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command against this platform."""
        return subprocess.run(
            [TAIAN, *arguments],
            env=self.environment,
            cwd=ROOT,
            text=True,
            capture_output=True,
            check=check,
            timeout=LIMIT_SECONDS,
        )

    def python(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run Python with the platform's environment."""
        return subprocess.run(
            [sys.executable, *arguments],
            env={**self.environment, **more},
            cwd=ROOT,
            text=True,
            capture_output=True,
            check=False,
            timeout=LIMIT_SECONDS,
        )

    def digests(self) -> dict[str, str]:
        """Content hash of every table."""
        return {row["table"]: row["digest"] for row in json.loads(self.taian("lake", "digest", "--json").stdout)}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which city was made: a failure is told with it, and passes or fails with it again."""
    terminalreporter.write_line(f"sample city: seed {SEED}, scale {SCALE} (TAIAN_TEST_SEED makes another)")


def set_up(printed: str, platform: Platform) -> None:
    """Make the first account as whoever started the platform does, with the code that ``taian up`` printed."""
    code = re.search(r"\b[A-Z2-9]{4}(-[A-Z2-9]{4}){3}\b", printed)
    assert code, printed
    given = {"code": code[0], "name": "all", "title": "张明", "password": PASSWORD, "again": PASSWORD, "trial": "on"}
    cookies_of(platform.url, "/setup", **given)


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The platform after one night over a fresh sample city; stopped at the end."""
    home = tmp_path_factory.mktemp("night") / "var"
    names = ("WEB_PORT", "AIRFLOW_PORT", "SPARK_PORT", "MAIL_PORT", "MAIL_PAGE_PORT")
    ports = {f"TAIAN_{name}": str(port) for name, port in zip(names, free_ports(len(names)), strict=True)}
    environment = {**os.environ, **ports, "TAIAN_HOME": str(home), "PYTHONPATH": str(ROOT)}
    started = Platform(home, environment)
    started.taian("city", "make", "--scale", SCALE, "--seed", str(SEED), "--until", DATE, "--out", str(home))
    try:
        set_up(started.taian("up").stdout, started)
        night = started.taian("nightly", "--date", DATE, check=False)
        assert night.returncode == 0, f"seed {SEED}\n{night.stdout}\n{night.stderr}"
        yield Platform(home, environment, night.stdout)
    finally:
        started.taian("down", check=False)


@pytest.fixture(scope="session")
def sampled(platform: Platform) -> City:
    """What the generators of this city were given."""
    day = datetime.date.fromisoformat(DATE)
    return City(platform.home, float(SCALE), SEED, day, make_places(SEED))
