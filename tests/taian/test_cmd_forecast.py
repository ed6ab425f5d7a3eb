"""``taian forecast``: contract of the file, codes, one sentence on bad input."""

import json

import numpy as np
import pandas as pd
import pytest

from taian import cli


@pytest.fixture
def power(tmp_path):
    """Thirty months of two counties, with a totals row, in GB18030."""
    months = [f"{2016 + at // 12}年{at % 12 + 1}月" for at in range(30)]
    counties = {"泰山区": 100, "岱岳区": 200}
    rows = [
        f"{county},{month},{size + at % 12}" for county, size in counties.items() for at, month in enumerate(months)
    ]
    path = tmp_path / "power.csv"
    path.write_text("\n".join(["县区,月份,用电量", *rows, "全市,合计,9999"]), encoding="gb18030")
    return path


def ask(path, out, *more):
    return cli.run(
        ["forecast", str(path), "--time", "月份", "--value", "用电量", "--horizon", "3", "--out", str(out), *more]
    )


def test_the_answer_has_the_columns_of_the_contract_in_the_spelling_of_the_file(power, tmp_path, capsys):
    out = tmp_path / "answer.csv"
    assert ask(power, out, "--series", "县区", "--json") == 0
    rows = pd.read_csv(out)
    assert list(rows) == ["series", "time", "mean", "lower_80", "upper_80", "lower_95", "upper_95", "model"]
    assert rows["time"].tolist() == ["2018年7月", "2018年8月", "2018年9月"] * 2
    assert np.allclose(rows["mean"], [206, 207, 208, 106, 107, 108], atol=1)
    said = json.loads(capsys.readouterr().out)
    assert said["series"] == 2
    assert said["steps"] == "2 monthly"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer.csv", "power.csv"]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ((), "The table has several values for one time: name the column that tells the series apart with --series."),
        (("--series", "县"), "--series '县' is not a column of power.csv: did you mean '县区'?"),
        (("--series", "县区", "--time", "县区"), "--time, --value and --series name the same column"),
        (("--series", "县区", "--time", "用电量"), "--time, --value and --series name the same column"),
        (("--series", "县区", "--horizon", "0"), "Invalid value for '--horizon'"),
        (
            ("--series", "县区", "--out", "gone/answer.csv"),
            "--out 'gone/answer.csv' lies in a folder that does not exist",
        ),
        (("--series", "县区", "--out", "answer.doc"), "--out 'answer.doc' is none of .csv, .xlsx, .parquet"),
    ],
)
def test_bad_input_is_one_sentence(power, tmp_path, more, sentence, capsys):
    assert ask(power, tmp_path / "answer.csv", *more) == 2
    said = capsys.readouterr()
    assert said.err.startswith(sentence)
    assert said.err.count("\n") == 1
    assert not (tmp_path / "answer.csv").exists()


def test_a_short_series_is_named_and_the_code_is_1(power, tmp_path, capsys):
    with power.open("a", encoding="gb18030") as file:
        file.write("\n新泰市,2018年5月,1\n新泰市,2018年6月,2\n")
    assert ask(power, tmp_path / "answer.csv", "--series", "县区") == 1
    assert "Series '新泰市' has 2 observations: a forecast takes at least 4." in capsys.readouterr().err


def test_a_file_of_short_series_alone_is_not_done(tmp_path, capsys):
    path = tmp_path / "short.csv"
    path.write_text("月份,用电量\n2018-05,1\n2018-06,2\n", encoding="utf-8")
    assert ask(path, tmp_path / "answer.csv") == 2
    assert capsys.readouterr().err == "Series '用电量' has 2 observations: a forecast takes at least 4.\n"


def test_a_workbook_keeps_numbers_and_runs_no_name(power, tmp_path):
    from openpyxl import load_workbook

    power.write_text(power.read_text("gb18030").replace("泰山区", "=1+1"), encoding="gb18030")
    assert ask(power, tmp_path / "answer.xlsx", "--series", "县区") == 0
    sheet = load_workbook(tmp_path / "answer.xlsx").active
    cells = {row[0].value: row[2].value for row in sheet.iter_rows(min_row=2)}
    assert "'=1+1" in cells
    assert isinstance(cells["岱岳区"], float)
