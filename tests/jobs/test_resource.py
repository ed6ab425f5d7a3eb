"""One resource's night from landing to dwd and quarantine: counts, outcomes, and the same tables after a kill."""

import datetime
import json

import pytest

from jobs.journal import CHINA

pytestmark = pytest.mark.spark

NIGHT = datetime.date(2018, 6, 30)
TABLES = ("ods_service__visit", "dwd_service__visit", "quarantine__visit")
DECLARED = {
    "due_days": 1,
    "form": {"kind": "csv", "encoding": "GB18030"},
    "version": "updated_at",
    "columns": [
        {"name": "visit_id", "title": "编号", "required": True, "pattern": "V\\d+"},
        {"name": "name", "title": "姓名", "required": True, "personal": "personal", "mask": "name"},
        {"name": "sex", "title": "性别", "labels": {"男": "1", "女": "2"}, "codelist": "sex"},
        {"name": "updated_at", "title": "更新时间", "type": "timestamp", "required": True},
    ],
    "gate": {"quarantine_warn": 0.7, "quarantine_hold": 0.9},
}
HEADER = ("编号", "姓名", "性别", "更新时间")
# The first day, with a row for each way of being refused; the 29th a duplicate content and a cut file beside a batch
# with a new column; the 30th a correction. In all four batches are taken.
FIRST = [
    ("V1", "㛃𬱖", "男", "2018-06-28 08:00:00"),
    ("V2", "两\n行", "女", "2018-06-28 09:00:00"),
    ("V3", "王五", "男", "2018-06-28 10:00:00"),
    ("V1", "又一个", "男", "2018-06-28 11:00:00"),
    ("V4", "", "妖", "2018-06-28 11:00:00"),
    ("合计", "", "", ""),
    HEADER,
]
SECOND = [("V1", "改名", "男", "2018-06-29 08:00:00", "新"), ("V5", "赵六", "女", "2018-06-29 09:00:00", "")]
WRONG = [("V9", "错误", "女", "2018-06-30 08:00:00"), ("V3", "王五", "女", "2018-06-30 08:00:00")]
RIGHT = [("V6", "孙七", "女", "2018-06-30 08:30:00"), ("V3", "王武", "男", "2018-06-30 09:00:00")]
# Before anything is written, between the three tables, before the verdicts, and once the tables lost the commit again.
MOMENTS = ("journal.begun", "ods.after", "quarantine.before", "dwd.after", "unfinished.back")


class KilledError(Exception):
    """Stands for SIGKILL: nothing after it runs."""


@pytest.fixture(scope="module")
def catalog(catalog_of, visit_declaration):
    from catalog import Resource

    return catalog_of(Resource.model_validate(visit_declaration(**DECLARED)))


@pytest.fixture(scope="module")
def make_landing(deliver, table_text):
    def run(home):
        def put(rows, period, number=1, header=HEADER, cut=0, **more):
            data = table_text(*rows, header=header).encode("gb18030")
            data = data[: len(data) - cut]
            return deliver(home / "landing", data, len(rows), period, number, **more)

        put(FIRST, "2018-06-28")
        put(SECOND, "2018-06-29", header=(*HEADER, "备注"))
        put(SECOND, "2018-06-29", 2, header=(*HEADER, "备注"))
        put(WRONG, "2018-06-29", 3, cut=30)
        put(WRONG, "2018-06-30")
        put(RIGHT, "2018-06-30", 2, replaces="visit-2018-06-30-01")

    return run


def run(catalog, run_id="r1"):
    from jobs.resource import run_resource

    return run_resource(catalog["visit"], catalog, NIGHT, run_id)


def digests(spark):
    from jobs import lake

    return {table: lake.digest(table) for table in TABLES}


@pytest.fixture(scope="module")
def quiet(spark, tmp_path_factory, at_home, make_landing, catalog):
    """A home after one undisturbed night: its folder, the sentence, and the digests."""
    with at_home(tmp_path_factory.mktemp("quiet")) as home:
        make_landing(home)
        yield home, run(catalog), digests(spark)


@pytest.fixture
def settled(quiet, at_home):
    """The state of that home."""
    with at_home(quiet[0]):
        yield quiet


@pytest.mark.usefixtures("settled")
def test_every_batch_has_its_outcome(catalog):
    from jobs import journal

    found = {row["batch"].removeprefix("visit-2018-06-"): row for row in journal.deliveries("visit")}
    assert {batch: (row["state"], row["code"]) for batch, row in found.items()} == {
        "28-01": ("published", None),
        "29-01": ("published_flagged", "W001"),
        "29-02": ("duplicate", None),
        "29-03": ("rejected", "F011"),
        "30-01": ("replaced", None),
        "30-02": ("published", None),
    }
    assert found["29-03"]["rows_delivered"] is None
    assert "备注" in found["29-01"]["message"]
    assert found["30-02"]["profile"] is not None


@pytest.mark.usefixtures("settled")
def test_delivered_is_accepted_and_quarantined_in_the_journal_and_in_the_tables(spark):
    from jobs import journal, lake

    rows = {row["batch"]: row for row in journal.deliveries("visit") if row["rows_delivered"] is not None}
    for row in rows.values():
        assert row["rows_delivered"] == row["rows_accepted"] + row["rows_quarantined"]
    first = rows["visit-2018-06-28-01"]
    assert (first["rows_delivered"], first["rows_accepted"]) == (7, 3)
    assert first["codes"] == {"R001": 1, "R003": 1, "R008": 1, "R009": 1, "R010": 1}
    stored = {table: dict(lake.read(spark, table).groupBy("_batch").count().collect()) for table in TABLES}
    for batch, row in rows.items():
        assert stored["ods_service__visit"][batch] == row["rows_delivered"]
        assert stored["dwd_service__visit"].get(batch, 0) == row["rows_accepted"]
        assert stored["quarantine__visit"].get(batch, 0) == row["rows_quarantined"]


@pytest.mark.usefixtures("settled")
def test_refused_rows_keep_their_place_their_codes_and_the_row_as_delivered(spark):
    from jobs import lake

    rows = lake.read(spark, "quarantine__visit").where("_batch = 'visit-2018-06-28-01'").orderBy("_source_row")
    found = [(r["_file"], r["_source_row"], r["codes"], r["columns"], r["raw"]) for r in rows.collect()]
    assert found == [
        ("visits.csv", 6, ["R008"], ["visit_id"], "V1,又一个,男,2018-06-28 11:00:00"),
        ("visits.csv", 7, ["R001", "R003"], ["name", "sex"], "V4,,妖,2018-06-28 11:00:00"),
        ("visits.csv", 8, ["R010"], [""], "合计,,,"),
        ("visits.csv", 9, ["R009"], [""], ",".join(HEADER)),
    ]


@pytest.mark.usefixtures("settled")
def test_accepted_rows_are_typed_and_carry_where_they_came_from(spark):
    from jobs import lake

    rows = lake.read(spark, "dwd_service__visit").where("_batch = 'visit-2018-06-28-01'").orderBy("_source_row")
    assert [(r["visit_id"], r["name"], r["sex"], r["_source_row"]) for r in rows.collect()] == [
        ("V1", "㛃𬱖", "1", 2),
        ("V2", "两\n行", "2", 3),
        ("V3", "王五", "1", 5),
    ]
    assert rows.first()["updated_at"].astimezone(CHINA) == datetime.datetime(2018, 6, 28, 8, tzinfo=CHINA)
    assert rows.first()["_file"] == "visits.csv"


@pytest.mark.usefixtures("settled")
def test_versions_follow_each_other_and_a_replaced_batch_leaves_no_trace(catalog):
    from jobs.read import current, versions

    found = versions(catalog["visit"], NIGHT).orderBy("visit_id", "_valid_from").collect()
    day = {n: datetime.date(2018, 6, n) for n in (28, 29, 30)}
    assert [(r["visit_id"], r["name"], r["_valid_from"], r["_valid_to"], r["_is_current"]) for r in found] == [
        ("V1", "㛃𬱖", day[28], day[29], False),
        ("V1", "改名", day[29], None, True),
        ("V2", "两\n行", day[28], None, True),
        ("V3", "王五", day[28], day[30], False),
        ("V3", "王武", day[30], None, True),
        ("V5", "赵六", day[29], None, True),
        ("V6", "孙七", day[30], None, True),
    ]
    now = {r["visit_id"]: r["name"] for r in current(catalog["visit"], NIGHT).collect()}
    assert now == {"V1": "改名", "V2": "两\n行", "V3": "王武", "V5": "赵六", "V6": "孙七"}


@pytest.mark.usefixtures("settled")
def test_a_past_date_and_other_loads_see_what_they_should(catalog):
    from jobs.read import current, published_values

    visit = catalog["visit"]
    assert {r["name"] for r in current(visit, datetime.date(2018, 6, 28)).collect()} == {"㛃𬱖", "两\n行", "王五"}
    assert current(visit, datetime.date(2018, 6, 27)) is None
    assert {r[0] for r in published_values(catalog, "visit.sex").collect()} == {"1", "2"}
    replaced, appended = (visit.model_copy(update={"load": load}) for load in ("replace", "append"))
    assert {r["name"] for r in current(replaced, NIGHT).collect()} == {"孙七", "王武"}
    assert current(appended, NIGHT).count() == 7


@pytest.mark.usefixtures("settled")
def test_samples_for_the_owner_hide_names_and_rows_that_are_no_record(catalog):
    from jobs.publish.refused import samples

    rows = {row["source_row"]: row for row in samples(catalog).to_pylist()}
    assert sorted(rows) == [6, 7, 8, 9]
    assert json.loads(rows[6]["row_masked"])["姓名"] == "又**"
    assert (rows[7]["code"], rows[7]["column_title"]) == ("R001", "姓名")
    assert "合计" not in rows[8]["row_masked"]


def test_a_second_run_takes_nothing_and_changes_nothing(spark, settled, catalog):
    assert settled[1] == (
        "来访登记：4 个批次（published 3、published_flagged 1），13 行；2 个批次未采用（duplicate 1、rejected 1）"
    )
    assert run(catalog, "r2") == "来访登记：没有新的批次"
    assert digests(spark) == settled[2]
    assert not (settled[0] / "lake" / "_staging" / "visit" / "typed").exists()


def test_an_unfinished_commit_and_what_arrived_since_are_taken_in_one_night(
    tmp_path, at_home, deliver, table_text, catalog, monkeypatch
):
    """One batch of the commit was touched after its rows had reached dwd: it is given up and never seen again."""
    from jobs import journal, killpoints
    from jobs.read import current

    def killed(name):
        if name == "quarantine.before:visit":
            raise KilledError(name)

    def put(name, number):
        row = (f"V{number}", name, "男", "2018-06-30 08:00:00")
        data = table_text(row, header=HEADER).encode("gb18030")
        return deliver(home / "landing", data, 1, number=number)

    with at_home(tmp_path / "unfinished") as home:
        touched = put("改动", 1)
        put("原样", 2)
        monkeypatch.setattr(killpoints, "here", killed)
        with pytest.raises(KilledError):
            run(catalog, "r1")
        monkeypatch.setattr(killpoints, "here", lambda _name: None)
        (touched.folder / "visits.csv").unlink()
        put("后到", 3)
        assert run(catalog, "r2") == "来访登记：2 个批次（published 2），2 行；1 个批次未采用（rejected 1）"
        found = {row["batch"].removeprefix("visit-2018-06-30-"): row["state"] for row in journal.deliveries("visit")}
        assert found == {"01": "rejected", "02": "published", "03": "published"}
        assert {row["name"] for row in current(catalog["visit"], NIGHT).collect()} == {"原样", "后到"}
        stages = journal.rows(journal.sa.select(journal.STAGE).where(journal.STAGE.c.stage == "ods"))
        assert [stage["rows"] for stage in stages] == [2]
        assert run(catalog, "r3") == "来访登记：没有新的批次"


def test_an_unfinished_commit_that_is_judged_anew_leaves_each_row_in_one_table(
    spark, tmp_path, at_home, deliver, table_text, catalog, monkeypatch
):
    """Killed with ods and dwd written; the declaration then lets one row in and another out."""
    from catalog import Catalog
    from jobs import journal, killpoints, lake

    def killed(name):
        if name == "quarantine.before:visit":
            raise KilledError(name)

    columns = [
        column.model_copy(update={"pattern": "[VX]1"}) if column.name == "visit_id" else column
        for column in catalog["visit"].columns
    ]
    visit = catalog["visit"].model_copy(update={"columns": tuple(columns)})
    edited = Catalog({"visit": visit}, catalog.codelists)
    rows = [(number, "王五", "男", "2018-06-30 08:00:00") for number in ("V1", "V2", "X1")]
    with at_home(tmp_path / "edited") as home:
        deliver(home / "landing", table_text(*rows, header=HEADER).encode("gb18030"), len(rows))
        monkeypatch.setattr(killpoints, "here", killed)
        with pytest.raises(KilledError):
            run(catalog, "r1")
        monkeypatch.setattr(killpoints, "here", lambda _name: None)
        run(edited, "r2")
        (row,) = journal.deliveries("visit")
        assert (row["rows_delivered"], row["rows_accepted"], row["rows_quarantined"]) == (3, 2, 1)
        found = {table: sorted(r["_source_row"] for r in lake.read(spark, table).collect()) for table in TABLES}
        assert found == dict(zip(TABLES, ([2, 3, 4], [2, 4], [3]), strict=True))


def test_a_held_batch_is_published_by_the_night_after_its_release_and_becomes_history(
    spark, tmp_path, at_home, deliver, table_text, catalog
):
    from expectations.profile import BatchProfile
    from jobs import journal
    from jobs.publish.meta import SCHEMAS, content
    from jobs.read import current
    from jobs.release import ask
    from jobs.resource import _history

    rows = [("V1", "王五", "男", "2018-06-30 08:00:00"), *[("合计", "", "", "")] * 11]
    with at_home(tmp_path / "released") as home:
        deliver(home / "landing", table_text(*rows, header=HEADER).encode("gb18030"), len(rows))
        assert run(catalog, "r1") == "来访登记：1 个批次（held 1），12 行"
        assert current(catalog["visit"], NIGHT) is None
        (held,) = journal.deliveries("visit")
        assert ask(held, "王芳", "确认属实")
        assert run(catalog, "r2") == "来访登记：没有新的批次；放行 1 个批次（visit-2018-06-30-01）"
        assert [row["name"] for row in current(catalog["visit"], NIGHT).collect()] == ["王五"]
        assert _history(catalog["visit"]) == [BatchProfile.model_validate_json(held["profile"])]
        (row,) = content("meta__delivery")
        told = dict(zip((field.split()[0] for field in SCHEMAS["meta__delivery"][1].split(", ")), row, strict=True))
        assert (told["state"], told["code"], told["run_id"]) == ("published_flagged", "W101", "r2")
        assert (told["released_by"], told["released_why"]) == ("王芳", "确认属实")
        before = digests(spark)
        assert run(catalog, "r3") == "来访登记：没有新的批次"
        assert digests(spark) == before


def test_a_full_copy_is_the_one_of_the_latest_period_whenever_it_came(tmp_path, at_home, deliver, table_text, catalog):
    from jobs.read import current

    delivered = (("旧", "2018-06-30", 1), ("新", "2018-06-30", 2), ("补", "2018-06-29", 1))
    with at_home(tmp_path / "copies") as home:
        for hour, (name, period, number) in enumerate(delivered):
            data = table_text(("V1", name, "男", "2018-06-28 08:00:00"), header=HEADER).encode("gb18030")
            deliver(home / "landing", data, 1, period, number, delivered_at=f"2018-06-30T{hour:02d}:00:00+08:00")
        run(catalog)
        copies = catalog["visit"].model_copy(update={"load": "replace"})
        assert [row["name"] for row in current(copies, NIGHT).collect()] == ["新"]


def test_a_night_killed_at_every_moment_ends_in_the_same_tables(
    spark, quiet, tmp_path, at_home, make_landing, catalog, monkeypatch
):
    from jobs import journal, killpoints

    def killed_at(moment):
        def here(name):
            if name == f"{moment}:visit":
                raise KilledError(name)

        return here

    with at_home(quiet[0]):
        expected = [(row["batch"], row["state"], row["code"], row["codes"]) for row in journal.deliveries("visit")]
    with at_home(tmp_path / "killed") as home:
        make_landing(home)
        for attempt, moment in enumerate(MOMENTS, start=1):
            monkeypatch.setattr(killpoints, "here", killed_at(moment))
            with pytest.raises(KilledError):
                run(catalog, f"r{attempt}")
            number, folders = journal.open_commit("visit")
            assert (number, len(folders)) == (min(attempt, 4), 4)
            assert journal.published("visit") == []
        # After the verdicts nothing is left to do.
        monkeypatch.setattr(killpoints, "here", killed_at("journal.after"))
        with pytest.raises(KilledError):
            run(catalog, "r8")
        monkeypatch.setattr(killpoints, "here", lambda _name: None)
        assert run(catalog, "r9") == "来访登记：没有新的批次"
        assert journal.open_commit("visit") is None
        assert digests(spark) == quiet[2]
        found = [(row["batch"], row["state"], row["code"], row["codes"]) for row in journal.deliveries("visit")]
        assert found == expected
