"""A process dies once at the moment asked for, and the next one lives."""

import os
import signal

import pytest

from jobs import killpoints


@pytest.fixture
def killed(home, monkeypatch):
    """What was sent to this process instead of the real signal."""
    sent = []
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append((pid, number)))
    return sent


def test_without_an_order_nothing_happens(killed, home, monkeypatch):
    monkeypatch.delenv("TAIAN_KILL_AT", raising=False)
    killpoints.here("dwd.after:visit")
    assert killed == []
    assert not (home / "run").exists()


def test_another_moment_passes(killed, monkeypatch):
    monkeypatch.setenv("TAIAN_KILL_AT", "dwd.after:visit")
    killpoints.here("dwd.after:walk")
    assert killed == []


def test_the_moment_asked_for_kills_once(killed, monkeypatch):
    monkeypatch.setenv("TAIAN_KILL_AT", "dwd.after:visit")
    killpoints.here("dwd.after:visit")
    killpoints.here("dwd.after:visit")
    assert killed == [(os.getpid(), signal.SIGKILL)]


def test_another_process_may_be_the_victim(killed, monkeypatch):
    monkeypatch.setenv("TAIAN_KILL_AT", "ods.after:visit")
    monkeypatch.setenv("TAIAN_KILL_PID", "4711")
    killpoints.here("ods.after:visit")
    assert killed == [(4711, signal.SIGKILL)]
