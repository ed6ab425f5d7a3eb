"""The benchmark's own arithmetic: goals, spreads, order of steps, its place apart from the platform; and the floor."""

import datetime as dt
import hashlib
import json
import os
from types import SimpleNamespace

import duckdb
import numpy as np
import psutil
import pytest

from catalog import load_catalog
from taian import cli
from taian.bench import floor, nightly, report
from taian.bench.memory import Peak, peak
from taian.bench.night import NightFigures, in_order, share_landing
from taian.bench.place import own_place
from taian.files import size_of
from taian.settings import settings

DAY = dt.date(2018, 6, 30)
RESIDENT = load_catalog()["resident"]
VILLAGE = next(iter(load_catalog().codelists["village_nbs"].names))
GOOD = {
    "公民身份号码": "11010519491231002X",
    "姓名": "王小明",
    "性别": "女",
    "民族": "01",
    "出生日期": "1949-12-31",
    "户号": "370902000001",
    "村居代码": VILLAGE,
    "户籍地址": "泰安市泰山区一号",
    "婚姻状况": "未婚",
    "户籍状态": "在册",
    "更新时间": "2018-06-30 10:00:00",
}
HEADER = ",".join(f'"{column.delivered_as}"' for column in RESIDENT.columns)


def line(**changes):
    return ",".join(f'"{value}"' for value in {**GOOD, **changes}.values())


def floor_of(tmp_path, *lines):
    file = tmp_path / "resident.csv"
    file.write_bytes("\n".join([HEADER, *lines, ""]).encode("gb18030"))
    found = floor.run([file], tmp_path / "out", DAY, "gb18030")
    refused = duckdb.sql(f"SELECT codes FROM '{tmp_path / 'out' / 'refused.parquet'}' ORDER BY row").fetchall()
    return found, [codes for (codes,) in refused]


@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        ({"姓名": " "}, "R001"),
        ({"出生日期": "四月"}, "R002"),
        ({"民族": "99"}, "R003"),
        ({"村居代码": "1"}, "R003"),
        ({"户号": "12"}, "R004"),
        ({"户籍状态": "走了"}, "R004"),
        ({"更新时间": "2018-07-01 00:00:00"}, "R005"),
        ({"公民身份号码": "110105194912310021"}, "R006"),
        ({"出生日期": "1949-12-30"}, "R101"),
        ({"性别": "男"}, "R102"),
        ({"姓名": "王\ufffd"}, "R013"),
        ({"姓名": "合计"}, "R010"),
    ],
)
def test_the_floor_refuses_what_the_declaration_refuses(tmp_path, wrong, codes):
    found, refused = floor_of(tmp_path, line(**wrong))
    assert (found["accepted"], found["refused"]) == (0, 1)
    assert refused == [codes]


def test_the_floor_accepts_every_spelling_that_the_declaration_accepts(tmp_path):
    spellings = [{"出生日期": text} for text in ("1949/12/31", "1949年12月31日", "19491231", "18263")]
    spellings += [
        {"公民身份号码": "11010519491231002x"},
        {"公民身份号码": "１１０１０５１９４９１２３１００２Ｘ"},
        {"婚姻状况": ""},
        {"公民身份号码": "110105491231002"},
        {"村居代码": next(iter(load_catalog().codelists["village_merged"].names))},
    ]
    for number, spelling in enumerate(spellings):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert floor_of(folder, line(**spelling))[0]["accepted"] == 1, spelling


def test_the_floor_keeps_the_first_of_a_repeated_key_and_drops_what_is_no_record(tmp_path):
    found, refused = floor_of(tmp_path, line(), line(姓名="李华"), HEADER, "破损")
    assert found["accepted"] == 1
    kept = duckdb.sql(f"SELECT name FROM '{tmp_path / 'out' / 'valid.parquet'}'").fetchall()
    assert kept == [("王小明",)]
    assert sorted(refused) == ["R008", "R009", "R012"]


def test_a_goal_is_met_at_its_limit_and_missed_above_it():
    goal = report.Goal("<=", 2.0)
    assert str(goal) == "<= 2.0"
    assert report.measure("a", 2.0, "x", goal).met is True
    assert report.measure("a", 2.1, "x", goal).met is False
    assert report.measure("a", 2.1, "x").met is None


def test_a_missed_goal_is_printed_as_missed():
    rows = report.table([report.measure("a", 3, "x", report.Goal("<=", 2.0)), report.measure("b", 1, "s")])
    assert [row["verdict"] for row in rows] == ["MISSED", None]


def test_a_ratio_is_taken_round_by_round_and_keeps_its_spread():
    measures = {m.name: m for m in nightly.floor_measures([10, 30, 40], [10, 10, 20], 0, 1.0)}
    ratio = measures["residents.against_floor"]
    assert (ratio.value, ratio.spread, ratio.goal, ratio.met) == (2.0, (1.0, 3.0), "<= 2.0", True)
    assert measures["residents.rows_that_differ_from_floor"].met is True


def test_goals_belong_to_the_scale_they_were_set_for():
    limits = [goal.limit if (goal := nightly.floor_goal(scale)) else None for scale in (0.01, 0.1, 1.0)]
    assert limits == [None, 3.0, 2.0]
    assert nightly.orchestration_measures(100, 90, 0.1)[1].met is True
    full, *later = [NightFigures(seconds, failed=failed) for seconds, failed in ((200, []), (30, ["grid"]), (10, []))]
    nights = dict(zip(("day", "idle"), later, strict=True))
    following = {m.name: m for m in nightly.following_measures(full, nights, 1.0)}
    assert (following["following.day_share"].value, following["following.day_share"].met) == (15, True)
    assert (following["following.idle_share"].value, following["following.failed_steps"].met) == (5, False)
    assert following["following.idle_share"].met is None
    assert nightly.following_measures(full, nights, 0.1)[2].met is None
    assert nightly.orchestration_measures(100, 80, 0.1)[1].met is False
    assert nightly.orchestration_measures(100, 80, 0.01)[1].met is None


def test_the_report_has_the_contracts_form():
    found = json.loads(json.dumps(report.report("nightly", 0.01, report.machine(), [report.measure("a", 1, "s")])))
    assert set(found) == {"bench", "machine", "scale", "measures"}
    assert {"cores", "memory_gib", "load"} == set(found["machine"])
    assert {"name", "value", "unit", "goal", "met"} <= set(found["measures"][0])


def test_a_figure_of_an_array_is_printed_as_any_other():
    found = report.measure("x", np.array([2.0])[0], "s", report.Goal("<=", 1.0))
    assert json.loads(json.dumps(report.report("x", 1, {}, [found])))["measures"][0]["met"] is False


def test_steps_run_after_those_they_need():
    steps = [
        SimpleNamespace(name=name, needs=needs) for name, needs in (("c", ("b",)), ("b", ("a", "moon")), ("a", ()))
    ]
    assert in_order(steps) == ["a", "b", "c"]


def test_a_benchmark_works_apart_from_the_platform_and_leaves_no_trace_of_its_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("TAIAN_HOME", str(tmp_path / "real"))
    monkeypatch.setenv("SMTP_HOST", "mail.example.invalid")
    monkeypatch.setenv("SMTP_PORT", "25")
    monkeypatch.setenv("TAIAN_AIRFLOW_DB", "postgresql+psycopg://real")
    settings.cache_clear()
    before, real = dict(os.environ), settings()
    with own_place(tmp_path / "scratch"):
        inside = settings()
        assert inside.home == tmp_path / "scratch"
        assert (inside.smtp_host, inside.smtp_port) == ("127.0.0.1", None)
        assert len({inside.spark_port, inside.web_port, inside.airflow_port, inside.mail_port} - {real.mail_port}) == 4
        assert not inside.airflow_db
    assert dict(os.environ) == before
    assert settings().home == tmp_path / "real"
    settings.cache_clear()


def test_a_scratch_home_reads_the_citys_deliveries_without_copying_them(tmp_path):
    for resource in ("resident", "division"):
        (tmp_path / "city" / "landing" / resource).mkdir(parents=True)
        (tmp_path / "city" / "landing" / resource / "a.csv").write_text("12345", encoding="utf-8")
    share_landing(tmp_path / "city", tmp_path / "all")
    share_landing(tmp_path / "city", tmp_path / "one", "resident")
    assert (tmp_path / "all" / "landing" / "division" / "a.csv").exists()
    assert [path.name for path in (tmp_path / "one" / "landing").iterdir()] == ["resident"]
    assert size_of(tmp_path / "all" / "landing") == 10


def test_the_peak_is_at_least_what_was_held(tmp_path):
    with peak() as found:
        held = bytearray(64 << 20)
        held[::4096] = b"x" * len(held[::4096])
        found.look()
    assert found.total > len(held)


class Process:
    """A process as the system shows it, holding 1 GiB."""

    def __init__(self, name, program, children=()):
        self.name, self.exe, self.children = (lambda: name), (lambda: program), (lambda recursive: list(children))

    def memory_info(self):
        return SimpleNamespace(rss=1 << 30)


def test_a_thread_of_the_engine_about_to_start_a_program_does_not_count_again(monkeypatch):
    engine, starting = Process("java", "/jdk/bin/java"), Process("Executor task l", "/jdk/bin/java")
    worker = Process("python", "/venv/bin/python")
    monkeypatch.setattr(psutil, "Process", lambda: Process("python", "/venv/bin/python", [engine, starting, worker]))
    found = Peak()
    found.look()
    assert (found.total, found.java) == (3 << 30, 1 << 30)


def test_a_lap_knows_nothing_of_the_peak_before_it():
    # Without the watcher: between two laps it may look at what is no longer held a moment later.
    found = Peak()
    held = bytearray(256 << 20)
    held[::4096] = b"x" * len(held[::4096])
    first = found.lap()
    del held
    assert found.lap() < first <= found.total


def test_a_scale_outside_the_city_is_refused(capsys):
    assert cli.run(["bench", "nightly", "--scale", "7"]) == 2
    assert capsys.readouterr().err.startswith("--scale 7 is outside 0 to 1")


def deliver(landing, batch, lines):
    """One batch of residents as their department hands it in."""
    folder = landing / "resident" / batch[9:19] / batch
    folder.mkdir(parents=True)
    content = "\n".join([HEADER, *lines, ""]).encode("gb18030")
    (folder / "resident.csv").write_bytes(content)
    entry = {"name": "resident.csv", "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    manifest = {
        "resource": "resident",
        "provider": "gonganju",
        "period": batch[9:19],
        "batch": batch,
        "rows": len(lines),
        "encoding": "GB18030",
        "schema_version": 1,
        "delivered_at": f"{batch[9:19]}T20:00:00+08:00",
        "replaces": None,
        "files": [entry],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.spark
def test_the_resident_path_and_the_floor_come_to_the_same_rows(tmp_path, spark, monkeypatch):
    dirty = [{}, {"姓名": "李华"}, {"民族": "99"}, {"出生日期": "18263"}, {"户号": "1"}, {"姓名": "合计"}]
    deliver(tmp_path / "city" / "landing", "resident-2018-06-29-01", [line(**each) for each in dirty])
    deliver(tmp_path / "city" / "landing", "resident-2018-06-30-01", [line(), "破损", line(性别="男")])
    # Put back at the end: the benchmark moves this process from home to home.
    monkeypatch.setenv("TAIAN_HOME", str(tmp_path))
    said = []
    measures = nightly.against_floor(tmp_path / "city", tmp_path / "scratch", nightly.Plan(0.01, rounds=2), said.append)
    settings.cache_clear()
    found = {each.name: each for each in measures}
    assert found["residents.rows_that_differ_from_floor"].value == 0
    assert found["residents.seconds"].value > 0
    assert found["residents.against_floor"].goal is None
    assert len(said) == 2
    assert not list((tmp_path / "scratch").glob("floor-*"))
