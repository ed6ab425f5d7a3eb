"""考核: from what a night serves to points, ranks and a digest that comes out again."""

import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from alerts import audit
from alerts.objections import Said, history, say
from catalog.evaluation import evaluation, mistakes
from catalog.plan import scheme
from jobs.publish import duck
from jobs.publish import evaluation as served
from taian.errors import ProblemError
from taian.evaluation import Share, as_csv, digest_of, evaluate
from taian.settings import settings

DAY = datetime.date(2018, 6, 30)
TABLE = "topic_plan__evaluation"
NAMES = {"gonganju": "公安局", "jiaoyuju": "教育局", "370902": "泰山区"}


def lines_of(**facts):
    found = {name: {"supply": Share(a, 1, 1), "timeliness": Share(b, 1, 1), "quality": Share(c, 1, 1)}
             for name, (a, b, c) in facts.items()}  # fmt: skip
    return evaluate(found, NAMES, evaluation(), 2018)


def test_a_ranking_says_between_which_places_it_moves_when_a_weight_moves():
    near = {line.department: line for line in lines_of(gonganju=(1.0, 0.5, 0.9), jiaoyuju=(0.6, 1.0, 0.89))}
    assert (near["gonganju"].rank, near["gonganju"].low_rank, near["gonganju"].high_rank) == (1, 1, 2)
    far = {line.department: line for line in lines_of(gonganju=(1.0, 1.0, 1.0), jiaoyuju=(0.1, 0.1, 0.1))}
    assert (far["gonganju"].low_rank, far["gonganju"].high_rank) == (1, 1)
    assert far["gonganju"].score == 100.0
    points = [line.points for line in lines_of(gonganju=(1.0, 0.5, 0.9)) if line.points is not None]
    assert sum(points) == pytest.approx(near["gonganju"].score, abs=1e-5), "what does not apply gives its weight away"


@pytest.fixture
def night(home: Path) -> dict[str, str]:
    """The four tables of a small night, served and switched to."""
    rows = {
        "meta__resource": [{"provider": "gonganju", "resource": name} for name in ("resident", "permit")]
        + [{"provider": "370902", "resource": "x"}],
        "meta__delivery": [
            {"resource": "resident", "state": "published"},
            {"resource": "permit", "state": "rejected"},
        ],
        "meta__quality": [
            {"owner": "gonganju", "resource": "resident", "dimension": name, "business_date": date, "value": value}
            for date, value in (("2018-06-29", 0.1), ("2018-06-30", 0.8))
            for name in ("timeliness", "conformity", "accuracy", "consistency", "completeness")
        ],
        "topic_plan__measure": [
            {"owner": "gonganju", "measure": "cloud", "value": 47.5},
            {"owner": "gonganju", "measure": "on_ledger", "value": 100.0},
            {"owner": "gonganju", "measure": "cleared", "value": 50.0},
        ],
        # May 2018 has 22 working days, the last Saturday of April among the days before; June is not whole.
        "topic_plan__exchange": [
            {"day": datetime.date(2018, month, day), "taker": "gonganju", "fruitful": fruitful}
            for month, day, fruitful in ((4, 28, 1), (5, 2, 1), (5, 3, 3), (5, 3, 1), (5, 5, 1), (5, 7, 0), (6, 4, 1))
        ],
    }  # fmt: skip
    tables = {name: duck.write(name, pa.Table.from_pylist(each), [], None) for name, each in rows.items()}
    files = {name: each.file for name, each in tables.items()}
    content = served.table(files, NAMES, DAY)
    duck.switch("r1", DAY, {**tables, TABLE: duck.write(TABLE, content, ["rank NULLS LAST"], None)})
    return files


def test_each_share_is_what_the_served_tables_say_and_comes_out_again_bit_for_bit(night):
    lines = served.made(night, NAMES, DAY)
    own = {line.indicator: line.value for line in lines if line.department == "gonganju"}
    assert own == {
        "supply": 0.5, "timeliness": 0.8, "quality": 0.8, "use": round(2 / 22, 6), "migration": 0.5, "tasks": 0.75,
    }  # fmt: skip
    never = [(line.value, line.rank) for line in lines if line.department == "jiaoyuju" and line.indicator == "use"]
    assert never == [(0.0, None)], "who was never on the exchange has used nothing"
    assert {line.department for line in lines} == {"gonganju", "jiaoyuju"}, "counties deliver nothing themselves"
    alone = {name: file for name, file in night.items() if name != "topic_plan__exchange"}
    assert {line.value for line in served.made(alone, NAMES, DAY) if line.indicator == "use"} == {None}
    (published,) = {row["digest"] for row in duck.read(TABLE, f"SELECT * FROM {TABLE}")}
    assert digest_of(served.made(night, NAMES, DAY)) == published
    assert as_csv(lines) == as_csv(served.made(night, NAMES, DAY))
    with duckdb.connect(str(settings().serving / night["topic_plan__measure"])) as other:
        other.execute("UPDATE topic_plan__measure SET value = 48 WHERE measure = 'cloud'")
    assert digest_of(served.made(night, NAMES, DAY)) != published


def test_a_scheme_that_is_wrong_is_refused_in_a_sentence(tmp_path):
    text = Path("catalog/evaluation.yaml").read_text(encoding="utf-8")
    path = tmp_path / "evaluation.yaml"

    def said(before, after):
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
        return " ".join(mistakes(path, set(scheme().measures)))

    assert said("@", "@") == ""
    assert "the weights add up to 105, not to 100" in said("weight: 25", "weight: 30")
    assert "'rain', which 'measure_mean' does not know" in said("[cloud]", "[rain]")
    assert "'rain', which 'quality_mean' does not know" in said("[timeliness]", "[rain]")
    assert "taken of nothing" in said("    of: [cloud]\n", "")
    assert "evaluation.yaml: indicators.supply.formula" in said("published_share", "guess")
    assert "those of article 37" in said("  use:", "  usage:")


def test_an_objection_and_its_decision_stay_in_the_log(home):
    def tell(what, **more):
        say(
            settings(),
            Said("gonganju", **{"year": 2018, "what": what, "why": "漏计", "document": "公函", "who": "张", **more}),
        )

    with pytest.raises(ProblemError, match="没有待裁定的异议"):
        tell("reject")
    with pytest.raises(ProblemError, match="必须写明文件"):
        tell("object", document=" ")
    tell("object")
    with pytest.raises(ProblemError, match="还没有裁定"):
        tell("object")
    with pytest.raises(ProblemError, match="对 2019 年的考核没有待裁定的异议"):
        tell("reject", year=2019)
    tell("reject")
    with pytest.raises(ProblemError, match="没有待裁定的异议"):
        tell("accept")
    tell("object")
    assert [each.what for each in history(settings())] == ["object", "reject", "object"]
    assert audit.verify(settings()).broken == ""
