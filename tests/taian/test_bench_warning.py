"""The arithmetic of the benchmark of warnings, on what is made up here; forecasts are not fitted."""

import datetime as dt
import json
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from jobs.forecast.series import Series
from jobs.forecast.step import Step
from taian import cli
from taian.bench import citydeliveries, foresight, outbreaks, planted
from taian.bench.countpanel import CountPanel, Onset, count_panel
from taian.bench.countrivals import ears_c2, farrington
from taian.bench.foresight import Band, Shot
from taian.bench.post import post_measures


def named(measures):
    return {measure.name: measure for measure in measures}


def test_a_panel_of_counts_is_the_same_for_the_same_seed_and_surges_where_it_says():
    panel, again = count_panel(12, 1), count_panel(12, 1)
    assert (panel.counts == again.counts).all()
    inside = [panel.counts[o.county, o.first : o.end].mean() for o in panel.onsets]
    before = [panel.counts[o.county, o.first - 9 : o.first].mean() for o in panel.onsets]
    assert np.mean(inside) > 2 * np.mean(before)


@pytest.fixture
def surge():
    counts = np.random.default_rng(1).poisson(5.0, (2, 330))
    counts[0, 300:308] += 30
    return CountPanel(counts, (Onset(0, 300, 308),))


def test_an_oracle_sees_every_onset_and_raises_no_false_alarm(surge):
    alarms = np.zeros(surge.counts.shape, bool)
    alarms[0, 301:304] = True
    found = named(outbreaks.judged("ours", surge, alarms))
    assert found["surge.ours.within_3_weeks"].value == 1
    assert found["surge.ours.false_a_county_year"].value == 0
    assert found["surge.ours.delay"].value == 1


def test_an_alarm_that_is_late_is_missed_and_one_elsewhere_is_false(surge):
    alarms = np.zeros(surge.counts.shape, bool)
    alarms[0, 304], alarms[1, 300:303] = True, True
    found = named(outbreaks.judged("ours", surge, alarms))
    assert found["surge.ours.within_3_weeks"].value == 0
    assert found["surge.ours.false_a_county_year"].value == pytest.approx(1 / (2 * 67 / 52), abs=1e-3)


@pytest.mark.parametrize("rule", [ears_c2, farrington])
def test_a_published_rule_sees_a_leap_and_not_what_comes_after(surge, rule):
    counts = surge.counts[0].astype(float)
    alarms = rule(counts, surge.judged_from)
    assert alarms[300]
    assert not alarms[: surge.judged_from].any()
    assert (rule(counts[:305], surge.judged_from) == alarms[:305]).all()


def test_what_is_forecast_is_not_handed_to_the_engine(monkeypatch):
    seen = {}

    def forecast(series, horizon, **_options):
        seen.update({one.name: one.values for one in series})
        rows = pd.DataFrame({"series": np.repeat([one.name for one in series], horizon)})
        return type("Said", (), {"rows": rows.assign(mean=1.0, lower_95=0.0, upper_95=2.0)})

    monkeypatch.setattr(foresight.predict, "forecast", forecast)
    monkeypatch.setattr(foresight, "_ets", lambda *_arguments, **_options: None)
    values = np.arange(60.0)
    series = Series("a", Step("monthly", 12, tuple(range(12))), 0, values, str)
    (shot,) = foresight.hindcast([series], 6, 1)
    assert len(seen["a"]) == 54
    assert (shot.actual == values[54:]).all()
    assert (shot.said["naive"].mean == values[42:48]).all()
    assert shot.scale == 12


@pytest.mark.parametrize(("kind", "season"), [("monthly", 12), ("daily", 7)])
def test_each_horizon_meets_another_place_of_the_season_from_each_origin(kind, season):
    horizon, series = (
        foresight.HORIZONS[kind],
        Series("a", Step(kind, season, tuple(range(season))), 0, np.arange(200.0), str),
    )
    cuts = [foresight._cut(series, horizon, back) for back in range(foresight.ORIGINS)]
    first = [int(actual[0]) for _, actual in cuts]
    assert first == [len(known.values) for known, _ in cuts]
    assert len({at % season for at in first}) == foresight.ORIGINS
    assert all(later - earlier > horizon for later, earlier in pairwise(first))


def shot(name, actual, mean, width):
    mean = np.array(mean, float)
    said = {"ours": Band(mean, mean - width, mean + width), "naive": Band(mean + 2, mean, mean)}
    return Shot(name, np.array(actual, float), 2.0, said)


def test_errors_are_scaled_and_intervals_counted_by_horizon_and_by_series():
    shots = [shot("a", [1, 1], [1, 2], 0.5), shot("b", [1, np.nan], [1, 9], 0.5)]
    accuracy = named(foresight.accuracy("x", shots, "monthly"))
    assert accuracy["forecast.x.mase"].value == 0.125
    assert accuracy["forecast.x.below_naive"].met is True
    cover = named(foresight.coverage("x", shots))
    assert (cover["interval.x.1"].value, cover["interval.x.2"].value) == (1, 0)
    assert cover["interval.x.least_horizon"].met is False
    assert cover["interval.x.series_above_85"].value == 0.5


def test_each_number_is_told_apart_whatever_its_areas():
    shots = [
        shot("power|370900", [1, 1], [1, 2], 0.5),
        shot("power|370911", [1, 1], [1, 1], 0.5),
        shot("cases measles|370900", [1, 1], [9, 9], 0.5),
        shot("cases flu|370900", [1, 1], [9, 9], 0.5),
    ]
    found = named(foresight.by_number("x", shots))
    assert set(found) == {"forecast.x.power.below_naive", "forecast.x.cases.below_naive"}
    assert found["forecast.x.power.below_naive"].value > 50
    assert found["forecast.x.cases.below_naive"].value == pytest.approx(20)


EVENT = planted.Event("vat_drop", ("vat_sales",), ("370923",), dt.date(2018, 4, 1), dt.date(2018, 6, 30))


def said(*rows):
    columns = ["indicator", "area_code", "parent_code", "period", "level", "detector"]
    return planted.known(pd.DataFrame(rows, columns=columns).assign(severity=0.6))


def test_a_month_is_known_when_its_source_is_due_and_not_before():
    found = planted.of_events("watch", [EVENT], said(("vat_sales", "370923", "370900", "2018-04", "orange", "drop")))
    due = planted._due_days("vat_sales")
    assert due > 0
    assert named(found)["event.watch.vat_drop.2018-04-01.after"].value == 29 + due
    assert named(found)["event.watch.found"].met is True


@pytest.mark.parametrize("elsewhere", [("370902", "2018-04"), ("370923", "2018-02")])
def test_what_is_said_of_another_county_or_time_does_not_find_an_event_and_is_false(elsewhere):
    area, period = elsewhere
    signals = said(("vat_sales", area, "370900", period, "orange", "drop"))
    assert named(planted.of_events("watch", [EVENT], signals))["event.watch.found"].value == 0
    assert named(planted.of_quiet("watch", [EVENT], signals, 1.0))["quiet.watch.orange_or_red_a_month"].value == 1


def test_one_matter_is_one_false_warning_whatever_its_days_and_counties():
    row = ("power_daily", "370900", "", "red", "level")
    days = [(*row[:3], f"2018-05-{day:02d}", *row[3:]) for day in (3, 4, 6, 28)]
    county = ("power_daily", "370902", "370900", "2018-05-03", "orange", "drop")
    limit = ("pm25_daily", "370900", "", "2018-05-03", "red", "threshold")
    found = named(planted.of_quiet("watch", [], said(*days, county, limit), 2.0))
    assert found["quiet.watch.orange_or_red_a_month"].value == 1
    assert found["quiet.watch.thresholds_a_month"].value == 0.5


def test_three_sigma_knows_nothing_of_what_comes_after():
    values = [*np.random.default_rng(1).normal(100, 1, 30), 130.0, 100.0]
    rows = pd.DataFrame({"period": [f"{2015 + at // 12}-{at % 12 + 1:02d}" for at in range(32)], "value": values})
    rows = rows.assign(indicator="food_prices", area_code="370900", parent_code="")
    assert planted.three_sigma(rows)["period"].tolist() == ["2017-07"]
    assert planted.three_sigma(rows.iloc[:31])["period"].tolist() == ["2017-07"]


def test_mail_survives_a_kill_at_each_message_and_a_server_that_is_down(tmp_path):
    found = named(post_measures(tmp_path, letters=4))
    assert found["notify.points_of_a_kill"].value == 4
    assert found["notify.lost"].value == found["notify.under_another_name"].value == 0
    assert found["notify.most_repeats"].value == 1
    assert found["notify.server_down.lost"].value == found["notify.server_down.repeats"].value == 0


def test_deliveries_are_read_as_the_night_takes_them_in(tmp_path):
    (tmp_path / "truth").mkdir()
    answers = "resource,batch,expected_state\nx,x-1,published\nx,x-2,published_flagged\nx,x-3,rejected\n"
    (tmp_path / "truth" / "batches.csv").write_text(answers, encoding="utf-8")
    for batch, value in (("x-1", 1), ("x-2", 2), ("x-3", 3)):
        folder = tmp_path / "landing" / "x" / "2018" / batch
        folder.mkdir(parents=True)
        (folder / "x.csv").write_text(f"键,值\na,{value}\n", encoding="gb18030")
        manifest = {"encoding": "GB18030", "files": [{"name": "x.csv"}]}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert citydeliveries._read(tmp_path, "x", ["键"])["值"].tolist() == ["2"]


def test_days_and_months_are_read_in_every_spelling_and_slips_are_none():
    days = citydeliveries._days(pd.Series(["2018-06-01", "2018/6/1", "2018年6月1日", "2197-01-01", "abc"]))
    assert days.fillna("").tolist() == ["2018-06-01"] * 3 + ["", ""]
    months = citydeliveries._months(pd.Series(["2018-06", "201806", "2018年6月", "六月"]))
    assert months.fillna("").tolist() == ["2018-06"] * 3 + [""]


def test_a_file_of_series_that_is_half_named_is_one_sentence(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("TAIAN_HOME", str(tmp_path))
    assert cli.run(["bench", "warning", "--also", "power.csv,month"]) == 2
    assert capsys.readouterr().err.startswith("--also 'power.csv,month' names 2 things")


def test_a_part_that_there_is_not_is_one_sentence_with_those_that_there_are(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("TAIAN_HOME", str(tmp_path))
    assert cli.run(["bench", "warning", "--only", "hourly"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("There is no part 'hourly' of this benchmark: name one of planted, surges, notification, m")
