"""The background sender."""

import threading

import pytest
from sqlalchemy.exc import OperationalError

from alerts import sender
from alerts.notify import record_night


def test_it_sends_what_is_due_until_it_is_told_to_stop(city, server, facts):
    record_night(city, facts.night(facts.finding("f1")))
    stop = threading.Event()

    def accepted(_recipient):
        stop.set()
        return "250 kept"

    server.answer = accepted
    sender.run(city, stop, lambda: None)
    assert len(server.raw) == 1


@pytest.mark.parametrize("trouble", [OSError("disk"), ValueError("CURRENT.json"), KeyError("business_date")])
def test_a_watch_in_trouble_stops_neither_the_mail_nor_itself(city, server, facts, monkeypatch, capsys, trouble):
    record_night(city, facts.night(facts.finding("f1")))
    stop, rounds = threading.Event(), []

    def watch():
        rounds.append(len(server.raw))
        if len(rounds) == 2:
            stop.set()
        raise trouble

    monkeypatch.setattr(sender, "SECONDS_BETWEEN_ROUNDS", 0.0)
    sender.run(city, stop, watch)
    assert rounds == [1, 1]
    said = capsys.readouterr().err
    assert said.count("本轮未能判断夜间批次是否逾时") == 2
    assert type(trouble).__name__ in said


def test_a_store_that_cannot_be_reached_is_tried_again(city, monkeypatch, capsys):
    stop, rounds, watched = threading.Event(), [], []

    def unreachable(*_args, **_kwargs):
        rounds.append(1)
        if len(rounds) == 2:
            stop.set()
        raise OperationalError("BEGIN", {}, Exception("database is locked"))

    monkeypatch.setattr(sender, "deliver_pending", unreachable)
    monkeypatch.setattr(sender, "SECONDS_BETWEEN_ROUNDS", 0.0)
    sender.run(city, stop, lambda: watched.append(1))
    assert len(rounds) == len(watched) == 2
    assert capsys.readouterr().err.count("稍后重试") == 2
