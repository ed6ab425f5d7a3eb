"""What the tests of the command share."""

import pytest

from taian.settings import settings


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home of its own that does not exist yet."""
    monkeypatch.setenv("TAIAN_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield tmp_path / "home"
    settings.cache_clear()
