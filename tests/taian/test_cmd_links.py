"""taian links review: what waits for a person, what is kept of a decision, and what nobody is shown."""

import csv
import datetime
import json

import pytest

from jobs.fuse.match import decisions
from taian import cli, linkreview
from taian.commands import links
from taian.settings import settings

pytestmark = pytest.mark.spark

RECORD, ENTITY = "social_insurance_employer:3701000001", "FR00000000000001"
LINK = "record_id string, resource string, entity_id string, state string, score double, margin double, evidence string"


@pytest.fixture
def platform(spark, tmp_path, monkeypatch):
    """A home whose links leave one record with two candidates and one in the statistics bureau's directory."""
    from jobs import lake

    monkeypatch.setenv("TAIAN_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    rows = [
        (RECORD, "social_insurance_employer", "FR00000000000002", "review", 7.0, None, "名称相近"),
        (RECORD, "social_insurance_employer", ENTITY, "review", 8.126, 1.126, "名称相近；法定代表人一致"),
        ("statistical_unit:370921000001", "statistical_unit", ENTITY, "review", 5.0, None, "名称相近"),
        ("electricity:3700000001", "electricity", ENTITY, "linked", None, None, "信用代码一致"),
    ]
    lake.overwrite(spark.createDataFrame(rows, LINK), "base_legal__link")
    person = {
        "entity_id": ENTITY,
        "name": "宁阳岱穗澜食品有限公司",
        "credit_code": "91379903",
        "representative": "张三丰",
        "county_code": "370921",
        "address": "府前街1号",
        "established_on": datetime.date(2010, 5, 1),
    }
    monkeypatch.setattr(links, "engine", lambda: spark)
    monkeypatch.setattr(links, "entities", lambda catalog, wanted: [person] if ENTITY in wanted else [])
    monkeypatch.setattr(linkreview, "entities", lambda catalog, wanted: [person])
    yield tmp_path
    settings.cache_clear()


def listed(capsys, *options):
    assert cli.run(["links", "review", "list", *options, "--json"]) == 0
    return [(row["record_id"], row["entity_id"], row["score"]) for row in json.loads(capsys.readouterr().out)]


def decide(*rest):
    return cli.run(["links", "review", "decide", RECORD, *rest])


def test_what_waits_is_listed_with_the_likeliest_first(platform, capsys):
    assert listed(capsys, "--resource", "social_insurance_employer") == [
        (RECORD, ENTITY, 8.13),
        (RECORD, "FR00000000000002", 7.0),
    ]
    # The statistics bureau's record waits as well, and is shown to nobody here.
    assert len(listed(capsys)) == 2


def test_a_decision_is_kept_with_its_reason_and_the_record_waits_no_more(platform, capsys):
    assert decide(ENTITY, "same", "--why", "电话核实，91379903MA3D81FKXW", "--who", "李华") == 0
    assert "the same as" in capsys.readouterr().out
    (kept,) = decisions.standing()
    assert (kept.record_id, kept.entity_id, kept.verdict, kept.who) == (RECORD, ENTITY, "same", "李华")
    assert "91379903MA3D81FKXW" not in kept.why
    assert listed(capsys, "--resource", "social_insurance_employer") == []


def test_a_pair_told_apart_leaves_the_other_candidate_waiting(platform, capsys):
    assert decide(ENTITY, "different", "--why", "现场核实") == 0
    capsys.readouterr()
    assert [row[1] for row in listed(capsys, "--resource", "social_insurance_employer")] == ["FR00000000000002"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("decide", RECORD, ENTITY, "same", "--why", " "), "--why is empty"),
        (("decide", "electricity:9", ENTITY, "same", "--why", "核实"), "There is no record 'electricity:9'"),
        (("show", "statistical_unit:370921000001"), "serve statistics only"),
        (("decide", RECORD, "FR99", "same", "--why", "核实"), "No register has the legal person 'FR99'"),
        (("export", "--out", "x.xlsx"), "is not a .csv"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_changes_nothing(platform, capsys, arguments, said):
    assert cli.run(["links", "review", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert decisions.history() == []


def test_the_export_has_the_pairs_and_no_names(platform, capsys):
    out = platform / "review.csv"
    assert cli.run(["links", "review", "export", "--out", str(out)]) == 0
    rows = list(csv.reader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert (rows[0], len(rows)) == (["record_id", "entity_id", "score", "margin", "evidence"], 3)


def test_both_sides_are_shown_masked(platform, spark, monkeypatch):
    from catalog import load_catalog
    from jobs.fuse.match import records
    from jobs.inputs import Inputs

    own = ["name", "code", "representative", "county_code", "address"]
    schema = ", ".join(f"{name} string" for name in ("record_id", *own)) + ", began_on date"

    own_row = (RECORD, "岱穗澜食品", None, "张三丰", "370921", None, datetime.date(2010, 6, 1))
    monkeypatch.setattr(Inputs, "current", lambda self, name: spark.range(1))
    monkeypatch.setattr(records, "compared", lambda resource, published: spark.createDataFrame([own_row], schema))
    shown = {row["fact"]: row for row in linkreview.side_by_side(spark, load_catalog(), RECORD)}
    assert (shown["name"]["record"], shown["name"][ENTITY]) == ("岱穗澜食品", "宁阳岱穗澜食品有限公司")
    assert (shown["representative"]["record"], shown["representative"][ENTITY]) == ("张**", "张**")
    assert shown["evidence"][ENTITY] == "名称相近；法定代表人一致"
