"""``taian watch``: the contract's columns, and a code that says whether an alarm still stands."""

import pandas as pd
import pytest

from taian import cli


@pytest.fixture
def visits(tmp_path):
    """Weekly counts of two counties; one surges in its last weeks."""
    rows = [
        f"{county},{pd.Timestamp('2017-01-01') + pd.Timedelta(weeks=at):%Y/%-m/%-d},{(at * 7) % 5 + 4}"
        for county in ("泰山区", "岱岳区")
        for at in range(60)
    ]
    path = tmp_path / "visits.csv"
    path.write_text("\n".join(["县区,周,人次", *rows]), encoding="utf-8-sig")
    return path


def ask(path, out):
    return cli.run(["watch", str(path), "--time", "周", "--value", "人次", "--series", "县区", "--out", str(out)])


def test_a_quiet_file_is_code_0(visits, tmp_path, capsys):
    assert ask(visits, tmp_path / "watch.csv") == 0
    rows = pd.read_csv(tmp_path / "watch.csv")
    assert list(rows) == [
        "series",
        "time",
        "value",
        "expected",
        "lower",
        "upper",
        "score",
        "is_alarm",
        "kind",
        "message",
    ]
    assert rows["time"].iloc[1] == "2017/1/8"
    assert not rows["is_alarm"].any()
    assert "120 points judged; alarms: none." in capsys.readouterr().err


def test_an_alarm_at_the_end_is_code_1_and_named(visits, tmp_path, capsys):
    text = visits.read_text("utf-8-sig").splitlines()
    text[-1] = text[-1].rsplit(",", 1)[0] + ",60"
    visits.write_text("\n".join(text), encoding="utf-8-sig")
    assert ask(visits, tmp_path / "watch.csv") == 1
    rows = pd.read_csv(tmp_path / "watch.csv")
    assert rows.loc[rows["is_alarm"], ["series", "kind"]].to_numpy().tolist() == [["岱岳区", "surge"]]
    assert "At the end an alarm stands for '岱岳区'." in capsys.readouterr().err
