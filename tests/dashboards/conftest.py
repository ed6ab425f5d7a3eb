"""A serving folder, the application over it, and a browser."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

# Test modules are imported by path; their helpers beside them are found here.
sys.path.insert(0, str(Path(__file__).parent))

from serving_fixture import write_serving
from sign_in import make_account, sign_in
from web_fixture import Site, Witness, run_site

from dashboards.app import create_app
from taian.settings import Settings

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A serving folder of one night; tests that change it copy it first."""
    folder = tmp_path_factory.mktemp("published") / "serving"
    write_serving(folder)
    return folder


@pytest.fixture(scope="session")
def client(published: Path):
    """The application over the published night, with a reader who has every role."""
    make_account(published.parent)
    return sign_in(create_app(Settings(home=published.parent, web_port=8050)).server.test_client())


@pytest.fixture
def serving_copy(published: Path, tmp_path: Path) -> Path:
    """A serving folder of its own."""
    shutil.copytree(published, tmp_path / "serving")
    return tmp_path / "serving"


@pytest.fixture(scope="session")
def site(published: Path) -> Iterator[Site]:
    """The application over the published night, for tests that only look."""
    yield from run_site(published.parent)


@pytest.fixture
def one_withheld(serving_copy: Path) -> Path:
    """Serving files in which the calls of 泰山区 in June 2018 are withheld, for they were few."""
    with duckdb.connect(str(serving_copy / "topic_city__indicator-v1.duckdb")) as connection:
        connection.execute(
            "UPDATE topic_city__indicator SET value = NULL, yoy = NULL, mom = NULL, is_withheld = true "
            "WHERE indicator = 'hotline_calls' AND area_code = '370902' AND period = '2018-06'"
        )
    return serving_copy


@pytest.fixture
def own_site(serving_copy: Path) -> Iterator[Site]:
    """The application over a serving folder that the test changes."""
    yield from run_site(serving_copy.parent)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium where there is one, else the one Playwright brought."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    given = {"executable_path": found} if found else {}
    return {**browser_type_launch_args, **given, "args": CHROMIUM_FLAGS}


@pytest.fixture
def witness() -> Iterator[Witness]:
    """Fails the test when a watched page complained."""
    seen = Witness()
    yield seen
    assert seen.complaints == []
