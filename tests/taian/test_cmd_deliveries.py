"""What became of each batch, and letting a held one through."""

import datetime as dt
import json
import stat

import pytest

from jobs import journal
from jobs.release import publish_released
from taian import cli
from taian.spreadsheet import read_table

HELD = "resident-2018-06-30-01"
WHY = "公安局确认当日集中补录"


def delivered(batch, state, resource="resident", code=None):
    return journal.Delivery(
        resource=resource,
        batch=batch,
        folder=f"{resource}/2018-06-30/{batch}",
        state=state,
        delivered_at=dt.datetime.fromisoformat("2018-06-30T20:00:00+08:00"),
        run_id="night-1",
        provider="gonganju",
        period="2018-06-30",
        code=code,
        message="说明。",
        rows_delivered=7,
    )


@pytest.fixture
def batches(home):
    """One held batch, and one that was published."""
    journal.record_deliveries([delivered(HELD, "held", code="W102"), delivered("resident-2018-06-30-02", "published")])


def rows(capsys, *arguments):
    assert cli.run(["deliveries", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys, *arguments):
    assert cli.run(["deliveries", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    return said.err


def test_before_the_first_night_there_are_no_batches_and_no_file_is_made(home, capsys):
    assert rows(capsys, "list") == []
    assert not home.exists()


def test_batches_are_listed_by_resource_and_state(batches, capsys):
    assert [row["batch"] for row in rows(capsys, "list", "resident", "--state", "held")] == [HELD]
    assert len(rows(capsys, "list")) == 2
    assert rows(capsys, "list", "division") == []


def test_a_release_is_kept_with_who_when_and_why_and_shown_until_and_after_the_night(batches, capsys):
    assert cli.run(["deliveries", "release", HELD, "--why", f" {WHY}\n", "--who", "王芳"]) == 0
    assert "W102" in capsys.readouterr().out
    (row,) = rows(capsys, "show", HELD)
    assert (row["state"], row["released"], row["released_why"]) == ("held", "by 王芳, waits for the next night", WHY)
    assert dt.datetime.fromisoformat(row["released_at"]).tzinfo is not None
    publish_released("resident", dt.date(2018, 6, 30), "night-2")
    (row,) = rows(capsys, "show", HELD)
    assert (row["state"], row["released"]) == ("published_flagged", "by 王芳, published")


def test_numbers_of_persons_in_the_reason_are_struck_out_before_it_is_kept(batches, capsys):
    assert cli.run(["deliveries", "release", HELD, "--why", "核实 370902196801021233、370902680102123 属实"]) == 0
    capsys.readouterr()
    assert rows(capsys, "show", HELD)[0]["released_why"] == "核实 ［已隐去］、［已隐去］ 属实"
    publish_released("resident", dt.date(2018, 6, 30), "night-2")
    assert "3709" not in rows(capsys, "show", HELD)[0]["message"]


def test_without_a_name_the_user_of_the_system_releases(batches, capsys, monkeypatch):
    monkeypatch.setattr("taian.commands.deliveries.os_user", lambda: "yunwei")
    assert cli.run(["deliveries", "release", HELD, "--why", WHY]) == 0
    capsys.readouterr()
    assert rows(capsys, "show", HELD)[0]["released"].startswith("by yunwei")


def test_a_second_release_says_who_was_first(batches, capsys):
    assert cli.run(["deliveries", "release", HELD, "--why", WHY, "--who", "王芳"]) == 0
    capsys.readouterr()
    said = refused(capsys, "release", HELD, "--why", "别的", "--who", "李华")
    assert said.startswith(f"Batch {HELD} was released by 王芳 at ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["release", "resident-2018-06-30-02", "--why", "x"], "Batch resident-2018-06-30-02 is published, not held"),
        (["release", "resident-2018-06-30-09", "--why", "x"], "No batch 'resident-2018-06-30-09' has an outcome"),
        (["release", HELD, "--why", " "], "--why is empty"),
        (["release", HELD], "Missing option '--why'"),
        (["release", HELD, "--why", "x", "--resource", "division"], f"No batch '{HELD}' of division has an outcome"),
        (["show", "nothing"], "No batch 'nothing' has an outcome"),
        (["list", "moon"], "'moon' is not in the catalogue"),
    ],
)
def test_what_cannot_be_released_or_shown_is_one_sentence(batches, capsys, arguments, sentence):
    assert sentence in refused(capsys, *arguments)


def test_a_batch_held_through_a_fault_of_ours_cannot_be_confirmed_by_its_department(home, capsys):
    journal.record_deliveries([delivered(HELD, "held", code="W105")])
    assert "a fault of the platform" in refused(capsys, "release", HELD, "--why", WHY)


def test_a_number_that_two_resources_hold_asks_for_the_resource(batches, capsys):
    journal.record_deliveries([delivered(HELD, "held", resource="division")])
    assert "is held in division, resident: say which with --resource" in refused(capsys, "release", HELD, "--why", "x")
    assert cli.run(["deliveries", "release", HELD, "--why", WHY, "--resource", "resident"]) == 0


def test_the_report_on_a_batch_is_a_workbook_for_its_department(batches, tmp_path, capsys):
    journal.begin_run("night-1", dt.date(2018, 6, 30))
    out = tmp_path / "report.xlsx"
    assert cli.run(["deliveries", "report", HELD, "--out", str(out)]) == 0
    table = dict(row[:2] for row in read_table(out))
    assert (table["资源"], table["提供方"], table["结果"]) == ("户籍人口基本信息", "公安局", "待核未发布")
    assert "--replaces resident-2018-06-30-01" in table["怎样再报 1"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_report_is_of_one_batch_and_a_workbook(batches, tmp_path, capsys):
    journal.record_deliveries([delivered(HELD, "held", resource="license")])
    both = refused(capsys, "report", HELD, "--out", str(tmp_path / "a.xlsx"))
    assert both.startswith(f"Batch {HELD} is of license and of resident: say which with --resource")
    assert "is not a workbook" in refused(capsys, "report", HELD, "--out", str(tmp_path / "a.csv"))
    assert not list(tmp_path.glob("a.*"))
