"""Mail through a real SMTP server: never lost, never twice but for the window that is documented."""

import datetime
import multiprocessing
import os
import signal
import threading

import pytest
from sqlalchemy import select

from alerts.notify import record_night, send
from alerts.outbox import as_message, deliver_pending, pause_after
from alerts.store import Mail, open_store, utc_now


class Killed(BaseException):
    """Stands for kill -9: nothing in the sender may catch it."""


def kill_at(name):
    def checkpoint(reached):
        if reached == name:
            raise Killed

    return checkpoint


def kill_9_at(name):
    def checkpoint(reached):
        if reached == name:
            os.kill(os.getpid(), signal.SIGKILL)

    return checkpoint


def rows(settings):
    with open_store(settings).reading() as session:
        return list(session.scalars(select(Mail).order_by(Mail.id)))


def bad_night(facts, **more):
    return facts.night(
        facts.finding("f1"), facts.delivery("b1", "rejected", code="F003"), state="failed", failed_steps=("x",), **more
    )


def test_each_recipient_gets_one_mail_and_a_second_round_sends_nothing(city, server, facts):
    record_night(city, bad_night(facts))
    first, second = send(city), send(city)
    assert (first.sent, first.waiting, second.sent) == (3, 0, 0)
    assert sorted(mail["To"] for mail in server.mails) == [
        "gonganju@taian.invalid",
        "tongjiju@taian.invalid",
        "yunwei@taian.invalid",
    ]


def test_a_mail_is_chinese_with_text_and_html_and_says_it_is_automatic(city, server, facts):
    record_night(city, bad_night(facts))
    send(city)
    (mail,) = server.to("gonganju@taian.invalid")
    assert mail["Subject"] == "【泰安市政务数据平台】2018-06-30 夜间批次：需要您处理 1 项"
    assert mail["From"].addresses[0].display_name == "泰安市政务数据平台"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "户籍人口基本信息" in text and "户籍人口基本信息" in html


def test_no_mail_names_a_firm(city, server, facts):
    record_night(city, bad_night(facts))
    send(city)
    for mail in server.mails:
        for kind in ("plain", "html"):
            assert facts.firm not in mail.get_body((kind,)).get_content()


def test_the_same_night_recorded_again_sends_nothing_again(city, server, facts):
    for _ in range(2):
        record_night(city, bad_night(facts))
        send(city)
    assert len(server.raw) == 3


def test_a_night_run_again_with_another_outcome_is_told_as_an_update(city, server, facts):
    record_night(city, facts.night(facts.delivery("b1", "rejected", code="F003")))
    record_night(city, facts.night(facts.delivery("b1", "held", code="W101")))
    record_night(city, facts.night(facts.delivery("b1", "rejected", code="F003")))
    send(city)
    subjects = [mail["Subject"] for mail in server.to("gonganju@taian.invalid")]
    assert [subject.partition("（")[2] for subject in subjects] == ["", "更新 1）", "更新 2）"]
    assert len({mail["Message-ID"] for mail in server.to("gonganju@taian.invalid")}) == 3


def test_the_message_id_is_the_same_wherever_the_night_is_recorded(home, facts, tmp_path):
    nights = [home(home=tmp_path / name) for name in ("a", "b")]
    first, second = (record_night(settings, bad_night(facts)).mails for settings in nights)
    assert first == second and len(set(first)) == 3
    assert all(identity.startswith("<") and identity.endswith("@taian.invalid>") for identity in first)


def test_killed_after_the_server_accepted_it_a_mail_comes_again_with_the_same_message_id(city, server, facts):
    record_night(city, facts.night(facts.finding("f1")))
    with pytest.raises(Killed):
        send(city, kill_at("alert.after_send_before_commit"))
    assert send(city).sent == 1
    first, second = server.raw
    assert first == second, "the resend is the same message to the byte, Message-ID and Date included"
    assert server.mails[0]["Message-ID"] == rows(city)[0].message_id
    assert rows(city)[0].attempts == 2


def test_killed_before_sending_a_mail_comes_once(city, server, facts):
    record_night(city, facts.night(facts.finding("f1")))
    with pytest.raises(Killed):
        send(city, kill_at("alert.before_send"))
    assert server.raw == []
    assert send(city).sent == 1
    assert len(server.raw) == 1


def test_a_kill_loses_none_of_the_mails_behind_it(city, server, facts):
    record_night(city, bad_night(facts))
    with pytest.raises(Killed):
        send(city, kill_at("alert.before_send"))
    assert send(city).sent == 3


def test_with_the_server_down_mail_waits_and_goes_out_when_it_is_up(city, server, facts):
    server.down()
    record_night(city, bad_night(facts))
    report = send(city)
    assert (report.sent, report.waiting, len(report.failures)) == (0, 3, 3)
    assert f"127.0.0.1:{server.port}" in str(report) and "将自动重试" in str(report)
    assert all(row.last_error and row.attempts == 1 for row in rows(city))
    server.up()
    assert send(city).sent == 3
    assert all(row.sent_at and row.last_error is None for row in rows(city))


def test_the_background_sender_leaves_a_mail_alone_until_its_pause_is_over(city, server, facts):
    server.down()
    record_night(city, facts.night(facts.finding("f1")))
    start = utc_now()
    deliver_pending(city, is_due_only=True, now=start)
    server.up()
    assert deliver_pending(city, is_due_only=True, now=start + datetime.timedelta(seconds=59)).sent == 0
    assert deliver_pending(city, is_due_only=True, now=start + datetime.timedelta(seconds=60)).sent == 1


def test_pauses_double_and_end_at_six_hours():
    minutes = [pause_after(n) / datetime.timedelta(minutes=1) for n in (1, 2, 3, 9, 10, 500)]
    assert minutes == [1, 2, 4, 256, 360, 360]


def test_a_connection_lost_in_the_middle_loses_no_mail(city, server, facts):
    record_night(city, bad_night(facts))
    server.answer = lambda _recipient: "421 closing"
    assert send(city).waiting == 3
    server.answer = lambda _recipient: "250 kept"
    assert send(city).sent == 3
    assert len(server.raw) == 3


def test_one_address_that_is_refused_holds_up_no_other(city, server, facts):
    record_night(city, bad_night(facts))
    server.answer = lambda who: "550 no such mailbox" if who.startswith("gonganju") else "250 kept"
    report = send(city)
    assert (report.sent, report.waiting) == (2, 1)
    assert [failure.recipient for failure in report.failures] == ["gonganju@taian.invalid"]
    assert "550 no such mailbox" in report.failures[0].error


def test_an_address_that_no_mail_can_carry_holds_up_no_other(home, server, facts):
    settings = home(
        mail_port=server.port,
        mail_statistics="tongjiju@taian.invalid\r\nBcc: x@y.z",
        mail_auditor="yunwei@taian.invalid",
    )
    record_night(settings, bad_night(facts))
    report = send(settings)
    assert (report.sent, report.waiting) == (2, 1)
    assert all(mail["Bcc"] is None for mail in server.mails)


def test_two_senders_at_once_send_each_mail_once(city, server, facts):
    record_night(city, bad_night(facts))
    threads = [threading.Thread(target=send, args=(city,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.raw) == 3


def test_a_title_cannot_add_a_header(city, server, facts):
    hostile = "户籍\r\nBcc: x@y.z\r\n\r\n<script>"
    record_night(city, facts.night(facts.delivery("b1", "rejected", title=hostile, provider_name=hostile)))
    row = rows(city)[0]
    row.subject = hostile
    assert as_message(row, "a@b.invalid")["Subject"] == "户籍 Bcc: x@y.z <script>"
    send(city)
    (mail,) = server.to("gonganju@taian.invalid")
    assert mail["Bcc"] is None and len(mail.get_all("Subject")) == 1


def test_an_address_with_two_roles_gets_one_mail_with_both(city, server, facts):
    refused = facts.delivery("b1", "rejected", provider="tongjiju", provider_name="统计局", code="F003")
    record_night(city, facts.night(facts.finding("f1"), refused))
    send(city)
    (mail,) = server.mails
    assert "新增线索 1 条" in mail["Subject"] and "需要您处理 1 项" in mail["Subject"]


def test_a_password_is_not_sent_over_an_open_line(home, facts, other_host, monkeypatch):
    for name, value in {"SMTP_USER": "platform", "SMTP_PASSWORD": "secret", "SMTP_HOST": other_host.host}.items():
        monkeypatch.setenv(name, value)
    settings = home(mail_port=other_host.port)
    record_night(settings, facts.night(facts.finding("f1")))
    report = send(settings)
    assert report.sent == 0
    assert "SMTP_STARTTLS=true" in str(report) and "secret" not in str(report)


@pytest.mark.parametrize(("place", "arrivals"), [("alert.before_send", 1), ("alert.after_send_before_commit", 2)])
def test_a_sender_killed_with_kill_9_leaves_no_lock_and_loses_nothing(city, server, facts, place, arrivals):
    record_night(city, facts.night(facts.finding("f1")))
    child = multiprocessing.get_context("fork").Process(target=send, args=(city, kill_9_at(place)))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert send(city).sent == 1
    assert len(server.raw) == arrivals
    assert len({mail["Message-ID"] for mail in server.mails}) == 1
