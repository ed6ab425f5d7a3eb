"""The background sender."""

import threading

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


def test_mail_that_a_round_writes_goes_out_in_it(city, server, facts):
    stop = threading.Event()

    def write():
        record_night(city, facts.night(facts.finding("f1")))
        stop.set()

    sender.run(city, stop, write)
    assert len(server.raw) == 1


def test_a_store_that_cannot_be_reached_is_tried_again(city, monkeypatch, capsys):
    stop, rounds = threading.Event(), []

    def unreachable(*_args, **_kwargs):
        rounds.append(1)
        if len(rounds) == 2:
            stop.set()
        raise OperationalError("BEGIN", {}, Exception("database is locked"))

    monkeypatch.setattr(sender, "deliver_pending", unreachable)
    monkeypatch.setattr(sender, "SECONDS_BETWEEN_ROUNDS", 0.0)
    sender.run(city, stop, lambda: None)
    assert len(rounds) == 2
    assert capsys.readouterr().err.count("稍后重试") == 2
