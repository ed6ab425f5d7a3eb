"""taian inspect answers every table, good or bad, in its own words: a report, or one sentence."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from expectations.authenticity import examine
from taian import cli

UNIT_KEYS = {"unit", "score", "verdict", "applicable_tests", "reason"}
FINDING_KEYS = {
    *("unit", "columns", "period", "test", "family", "strength", "statistic", "effect", "unit_of_effect"),
    *("p_value", "q_value", "peers", "message"),
}
TEST_KEYS = {"test", "applied_to", "not_applicable", "why"}
PERIODS = [f"{2016 + k // 12}年{k % 12 + 1}月" for k in range(36)]


def firms(units=120, copied=6):
    """A panel of honest firms, of which ``copied`` grow by the same rate from the middle on."""
    random = np.random.default_rng(5)
    level = np.exp(random.normal(7, 1, (units, 1)) + np.cumsum(random.normal(0, 0.05, (units, 36)), axis=1))
    output = level * np.exp(random.normal(0, 0.05, level.shape))
    output[:copied, 15:] = output[:copied, 14:15] * 1.013 ** np.arange(1, 22)
    return pd.DataFrame(
        {
            "企业": np.repeat([f"企业{i}" for i in range(units)], 36),
            "月份": np.tile(PERIODS, units),
            "产值": np.round(output.ravel(), 1),
            "用电量": np.round((level * 3).ravel(), 1),
        }
    )


@pytest.fixture
def inspect(tmp_path, capsys):
    def run(content, *options, name="firms.csv"):
        path = tmp_path / name
        if isinstance(content, pd.DataFrame):
            content = content.to_csv(index=False)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        code = cli.run(["inspect", str(path), *options])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, said.out, said.err

    return run


@pytest.fixture
def report(inspect):
    """The report as JSON, and what was said on the way."""

    def run(content, *options):
        code, out, err = inspect(content, "--json", *options)
        assert code in (0, 1), err
        return json.loads(out), err

    return run


def test_a_report_has_the_form_of_the_contract_and_strong_findings_exit_1(inspect, tmp_path):
    out = tmp_path / "report.json"
    code, table, _ = inspect(firms(), "--unit", "企业", "--period", "月份", "--out", str(out))
    found = json.loads(out.read_text())
    assert set(found) == {"file", "rows", "units", "findings", "tests"}
    assert (found["file"], found["rows"]) == ("firms.csv", 120 * 36)
    assert all(set(row) == UNIT_KEYS for row in found["units"])
    assert all(set(row) == FINDING_KEYS for row in found["findings"])
    assert all(set(row) == TEST_KEYS for row in found["tests"])
    assert all(row["applied_to"] + row["not_applicable"] == 120 for row in found["tests"])
    strong = {row["unit"] for row in found["units"] if row["verdict"] == "strong"}
    assert strong == {f"企业{i}" for i in range(6)}
    assert code == 1
    assert "120 units: 6 strong" in table


def test_an_honest_table_exits_0_and_periods_are_named_canonically(report):
    found, said = report(firms(copied=0), "--unit", "企业", "--period", "月份")
    assert not [row for row in found["findings"] if row["strength"] == "strong"]
    assert said == ""


def test_the_report_is_for_its_owner_only_and_whole(inspect, tmp_path, monkeypatch):
    out = tmp_path / "report.json"
    inspect(firms(10), "--unit", "企业", "--out", str(out))
    assert out.stat().st_mode & 0o077 == 0
    before = out.read_text()

    def interrupted(*_):
        yield '{"half":'
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("taian.inspectreport.as_json", interrupted)
    code, _, said = inspect(firms(10), "--unit", "企业", "--out", str(out))
    assert code == 2
    assert "cannot be written (No space left on device)" in said
    assert out.read_text() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["firms.csv", "report.json"]


def test_the_page_asks_no_host_and_shows_a_picture_for_each_finding(inspect, tmp_path):
    page = tmp_path / "report.html"
    inspect(firms(), "--unit", "企业", "--period", "月份", "--html", str(page))
    text = page.read_text()
    assert not re.search(r"(?:src|href)=\"(?!data:)|@import|url\(|<script", text)
    assert text.count("<article>") == text.count("<figure><svg")
    assert "疑点不是结论" in text
    assert "先排除这些正常原因" in text
    assert "成员 6 个" in text


def test_names_from_the_file_cannot_become_markup_or_terminal_codes(inspect, tmp_path):
    page = tmp_path / "report.html"
    frame = firms().replace({"企业": {"企业0": "<script>x</script>\x1b[31m"}}).rename(columns={"产值": "<b>产值"})
    _, out, _ = inspect(frame, "--unit", "企业", "--period", "月份", "--html", str(page))
    assert "<script" not in page.read_text()
    assert "<b>产值" not in page.read_text()
    assert "\x1b" not in out


def test_a_missing_output_folder_and_the_table_itself_are_refused_before_anything_is_done(
    inspect, tmp_path, monkeypatch
):
    monkeypatch.setattr(examine, "examine", None)
    for option in ("--out", "--html"):
        assert "folder that exists" in inspect("a,v\nx,1\n", option, str(tmp_path / "no" / "r"))[2]
        assert "is the table itself" in inspect("a,v\nx,1\n", option, str(tmp_path / "firms.csv"))[2]
    assert "name the same file" in inspect("a,v\nx,1\n", "--out", "r", "--html", "r")[2]


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        (
            "a,b\nx,y\n",
            (),
            "firms.csv has no numeric column to inspect (codes, dates and running numbers are none): "
            "its columns are 'a', 'b'; name figures with --value.",
        ),
        (",\n,\n", (), "firms.csv is empty: name a file with a header and rows."),
        ("u,v\n,\n", (), "firms.csv has no row with data below its header: name a file with rows."),
        ("u,v\nx,\n", ("--value", "v"), "--value 'v' of firms.csv is empty: name a column with numbers."),
        (
            "u,v\nx,y\n",
            ("--value", "v"),
            "--value 'v' of firms.csv holds no number (row 2: 'y'): name a numeric column.",
        ),
        ("u,产值\nx,1\n", ("--value", "产直"), "--value '产直' is not a column of firms.csv: did you mean '产值'?"),
        (
            "u,v\nx,1\n",
            ("--unit", "u", "--value", "u"),
            "'u' is named by --unit and by --value: name another column for one.",
        ),
        ("u,v,e\nx,1,\n", ("--unit", "e"), "--unit 'e' of firms.csv is empty: name a column with labels."),
        (
            "u,v\nx,1\n",
            ("--threshold", "v"),
            "--threshold 'v' is not a column and a number: write --threshold COL=2000.",
        ),
        (
            "u,v\nx,1\n",
            ("--threshold", "v=二千"),
            "--threshold 'v=二千' is not a column and a number: write --threshold COL=2000.",
        ),
        ("u,v\nx,1\n", ("--target", "v"), "--target 'v' names no two columns: write --target COL=COL."),
        ("u,v\nx,1\n", ("--share", "v/v"), "--share 'v/v' names the same column twice: name two."),
        ("u,v\nx,1\n", ("--together", "v"), "--together 'v' names one column: name two or more, like COL,COL."),
    ],
)
def test_what_cannot_be_inspected_is_one_sentence_and_exit_2(inspect, content, options, sentence):
    assert inspect(content, *options) == (2, "", f"{sentence}\n")


def test_one_row_is_not_applicable_and_never_clean(report):
    found, said = report("u,t,v\nx,2018-01,5\n", "--unit", "u", "--period", "t")
    assert [(unit["verdict"], unit["score"]) for unit in found["units"]] == [("not_applicable", 0)]
    assert said == "the table has one row: there is nothing to compare it with.\n"


def test_a_constant_column_is_said_and_accuses_nobody(report):
    rows = "".join(f"u{i},2018-{month:02},5\n" for i in range(30) for month in range(1, 13))
    found, said = report("u,t,v\n" + rows, "--unit", "u", "--period", "t")
    assert {unit["verdict"] for unit in found["units"]} == {"not_applicable"}
    assert found["findings"] == []
    assert "'v' has the same value in every row" in said


def test_a_text_and_infinity_in_a_numeric_column_are_named_by_their_cells(report):
    frame = firms(20, 0).astype({"产值": object})
    frame.loc[3, "产值"], frame.loc[7, "产值"], frame.loc[9, "产值"] = "停产", "inf", "NaN"
    _, said = report(frame, "--unit", "企业", "--period", "月份")
    assert "'产值': 1 cell is no number and counts as unknown (row 5: '停产')." in said
    assert "'产值': 1 infinite value counts as unknown (row 9)." in said


def test_a_second_header_of_the_same_name_is_said(report):
    rows = "".join(f"u{i},{i * 3.7},{i * 2.1}\n" for i in range(9))
    assert "the header 'v' stands twice: the second is called 'v (2)'." in report("u,v,v\n" + rows, "--unit", "u")[1]


def test_encodings_separators_percents_and_spreadsheet_days_change_nothing(report):
    plain = firms(40, 6)
    days = {
        period: str(pd.Timestamp(2016 + k // 12, k % 12 + 1, 1).toordinal() - 693_594)
        for k, period in enumerate(PERIODS)
    }
    dressed = plain.assign(
        月份=plain["月份"].map(days),
        产值=plain["产值"].map("{:,.1f}".format),
        用电量=plain["用电量"].map("{:.1f}%".format),
    )
    options = ("--unit", "企业", "--period", "月份")
    want = report(plain, *options)[0]["units"]
    for codec in ("gb18030", "utf-16"):
        got = report(dressed.to_csv(index=False).encode(codec), *options)[0]["units"]
        assert [(unit["unit"], unit["verdict"], unit["score"]) for unit in got] == [
            (unit["unit"], unit["verdict"], unit["score"]) for unit in want
        ]


def test_negative_shares_and_zero_denominators_are_said(report):
    rows = "".join(f"u{i % 5},{i + 1},{2 * i + 3}\n" for i in range(50))
    _, said = report("u,票,选民\n" + "u1,1,0\nu2,-1,5\n" + rows, "--unit", "u", "--share", "票/选民")
    assert "'票/选民': 1 row has a zero denominator: left out of the tests of shares." in said
    assert "'票/选民': 1 row has a negative share: left out of the tests of shares." in said


def test_a_share_of_columns_with_the_mark_in_their_names_is_understood(report):
    rows = "".join(f"u{i % 5},{i + 1},{2 * i + 3}\n" for i in range(50))
    found, _ = report("u,得票(张/站),选民\n" + rows, "--unit", "u", "--share", "得票(张/站)/选民")
    assert len(found["units"]) == 5


def test_rows_without_unit_or_period_are_left_out_and_said(report):
    found, said = report("u,t,v\nx,2018-01,1\n,2018-01,2\nx,,3\nx,2018-02,4\n", "--unit", "u", "--period", "t")
    assert [unit["unit"] for unit in found["units"]] == ["x"]
    assert "1 row has no unit: left out." in said
    assert "1 row has no period: left out." in said


def test_periods_that_are_no_times_keep_their_natural_order_and_it_is_said(report):
    _, said = report("u,t,v\nx,第1期,1\nx,第2期,2\n", "--unit", "u", "--period", "t")
    assert "'t' holds no times of one kind: its periods are taken in the order of their names (row 2: '第1期')." in said


def test_a_reference_that_marks_nobody_is_said(report):
    _, said = report("u,ref,v\nx,no,1\ny,no,2\n", "--unit", "u", "--reference", "ref")
    assert "no unit is marked as genuine in 'ref'" in said


def test_figures_beyond_all_measure_bring_no_warning_of_the_machinery(report, recwarn):
    rows = "".join(f"u{i},{'-' * (i % 2)}9.{i + 10}e307\n" for i in range(30))
    _, said = report("u,v\n" + rows, "--unit", "u")
    assert said == ""
    assert [warning for warning in recwarn if warning.category is RuntimeWarning] == []


def test_many_units_of_one_row_each_are_answered(report):
    rows = "".join(f"u{i},{(i * 7919) % 10_007}\n" for i in range(5_000))
    found, _ = report("u,v\n" + rows, "--unit", "u")
    assert len(found["units"]) == 5_000
    assert not [unit for unit in found["units"] if unit["verdict"] == "strong"]
