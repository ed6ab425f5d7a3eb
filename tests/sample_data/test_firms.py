"""The economy of the sample city: valid numbers, one truth behind all sources, fabrication that is what it says."""

import datetime
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from stdnum.cn import uscc

from sample_data import places
from sample_data.context import City
from sample_data.firms import activity, calendar, cast, fabrication, grid, history, identity, past, register
from sample_data.firms.industries import DIVISIONS

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class World:
    """Everything the offices deliver from, in memory."""

    months: calendar.Months
    firms: register.Firms
    cast: cast.Cast
    economy: activity.Economy
    returns: fabrication.Returns

    def monthly(self, column: str) -> np.ndarray:
        """A column of the return as whole monthly values."""
        total = self.returns.values[column]
        before = np.concatenate([np.zeros((len(total), 1), dtype=np.int64), total[:, :-1]], axis=1)
        before[:, calendar.month_numbers(self.months) == 1] = 0
        return total - before


def make_world(seed: int) -> World:
    city = City(Path("nowhere"), 0.001, seed, datetime.date(2018, 6, 30), places.make_places(seed))
    months = calendar.months_until(city.until)
    firms = register.make_register(city, months)
    parts = cast.make_cast(city, firms, months)
    economy = activity.make_economy(city, firms, parts, months)
    size = firms.table["size"].to_numpy()[: firms.counts.units]
    return World(months, firms, parts, economy, fabrication.make_returns(city, economy, parts, size))


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(1)


def test_every_credit_code_is_valid_in_both_its_checks_and_belongs_to_one_firm(world):
    codes = world.firms.table["credit_code"]
    assert codes.is_unique
    for code in codes.iloc[::7]:
        assert uscc.is_valid(code)
        values = [int(c, 36) for c in code[8:16]]
        check = (11 - sum(w * v for w, v in zip((3, 7, 9, 10, 5, 8, 4, 2), values, strict=True))) % 11
        assert code[16] == "0123456789X"[check]
    assert set(codes.str[2:8]) <= {f"37990{county}" for county in range(1, 7)}


def test_registration_numbers_have_fifteen_digits_and_their_check_digit(world):
    for number in world.firms.table["registration_number"].iloc[:200]:
        carry = 10
        for digit in number[:14]:
            carry = ((carry + int(digit)) % 10 or 10) * 2 % 11
        assert len(number) == 15
        assert (carry + int(number[14])) % 10 == 1


def test_industry_classes_are_in_the_national_list():
    lines = (ROOT / "catalog" / "lists" / "industry.csv").read_text(encoding="utf-8").splitlines()
    known = {line.split(",")[0] for line in lines}
    classes = [code for division in DIVISIONS for code in division.classes.split()]
    assert all(len(code) == 4 and code in known for code in classes)


def test_there_are_never_fewer_than_two_thousand_reporting_units_and_three_times_as_many_firms():
    assert register.counts(0.001).units == 2000
    assert register.counts(0.001).firms >= 6000
    assert register.counts(1.0) == register.Counts(20_000, 60_000, 145_000, 310_000)


def test_output_power_and_invoices_of_honest_firms_move_together(world):
    honest = world.cast.part == ""
    series = [world.economy.output, world.economy.power[:2000], world.economy.invoiced[:2000]]
    changes = [np.diff(np.log(values[honest]), axis=1).ravel() for values in series]
    together = np.corrcoef(changes)
    assert together[0, 1] > 0.6
    assert together[0, 2] > 0.6
    assert all(0.08 < change.std() < 0.3 for change in changes)


def test_the_closing_plant_stops_in_every_source(world):
    plant = world.cast.groups(cast.PLANT_CLOSING)[0][0]
    after = calendar.month_index(world.months, "2018-02")
    assert world.monthly("output")[plant, after:].max() == 0
    assert world.economy.invoiced[plant, after:].max() == 0
    assert world.economy.power[plant, after:].max() < 0.05 * world.economy.power[plant, :20].mean()


def test_one_countys_invoices_drop_from_april_to_june_2018(world):
    county = world.firms.table["county_code"].to_numpy()[: world.firms.counts.active] == cast.VAT_DROP_COUNTY
    start = calendar.month_index(world.months, cast.VAT_DROP_MONTH)

    def change(rows: np.ndarray) -> float:
        total = world.economy.invoiced[rows].sum(axis=0)
        return float(total[start : start + 3].mean() / total[start - 12 : start - 9].mean())

    assert change(county) < 0.85 * change(~county)


def test_every_form_has_its_share_of_the_reporting_units(world):
    for name, form in cast.FORMS.items():
        share = len(world.cast.who(name)) / world.firms.counts.units
        assert 0.8 * form.share < share <= 0.08, name


def test_fabrication_clusters_in_its_counties(world):
    for name, form in cast.FORMS.items():
        rows = world.cast.who(name)
        codes = world.firms.table["county_code"].to_numpy()[: world.firms.counts.units]
        assert np.isin(codes[rows], form.counties).mean() > 1.3 * np.isin(codes, form.counties).mean(), name


def test_copied_growth_is_one_growth_for_the_group(world):
    revenue = world.monthly("revenue")
    for group in world.cast.groups("copied_growth"):
        since = world.cast.since[group[0]]
        growth = revenue[group, since + 1 :] / revenue[group, since:-1]
        assert np.ptp(growth, axis=0).max() < 0.003


def test_copied_periods_repeat_the_last_figure(world):
    for row in world.cast.who("copied_period"):
        since = world.cast.since[row]
        same = np.diff(world.monthly("output")[row])[since - 1 :] == 0
        assert same.mean() > 0.35


def test_stopped_works_report_output_without_invoices_or_power(world):
    for row in world.cast.who("stopped"):
        since = world.cast.since[row]
        assert world.monthly("output")[row, since:].min() > 0
        assert world.economy.invoiced[row, since:].max() == 0
        assert world.economy.power[row, since:].max() < 0.05 * world.economy.power[row, :since].mean()


def test_bunching_units_end_the_year_just_above_the_threshold(world):
    december = calendar.month_index(world.months, "2017-12")
    income = world.returns.values["revenue"][world.cast.who("bunching"), december] / 10
    # A few grew over the threshold honestly before anybody helped.
    assert np.mean((income >= register.THRESHOLD) & (income < 1.05 * register.THRESHOLD)) > 0.8


def test_smoothed_units_lose_their_noise(world):
    rows = world.cast.who("smoothed")
    rows = rows[world.cast.detail[rows] > 0]
    logs = np.log(world.monthly("output")[rows])
    for row, values in zip(rows, logs, strict=True):
        since = world.cast.since[row]
        assert np.diff(values[since:]).std() < 0.4 * np.diff(values[:since]).std()


def test_inflated_units_leave_their_invoices_behind(world):
    rows = world.cast.who("inflated")
    rows = rows[world.cast.detail[rows] >= 0.02]
    ratio = world.monthly("revenue")[rows] / world.economy.invoiced[rows]
    assert np.all(ratio[:, -3:].mean(axis=1) > 1.2 * ratio[:, :12].mean(axis=1))


def test_parts_add_up_to_output_except_where_the_total_was_adjusted(world):
    values = world.returns.values
    gap = np.abs(values["output"] - values["domestic"] - values["export"])
    adjusted = world.cast.part == "adjusted_total"
    assert gap[~adjusted & (world.cast.part != "unit_slip")].max() <= 1
    assert (gap[adjusted].max(axis=1) > 1).all()
    # Within five percent: a question for the inspection, not a refused row.
    assert np.all(gap <= np.maximum(0.05 * values["output"], 10))


def test_a_slip_of_ten_is_one_month_and_one_block_of_the_form(world):
    for number, row in enumerate(world.cast.who("unit_slip")):
        month = world.cast.since[row]
        block = fabrication.SLIPS[number % len(fabrication.SLIPS)]
        for name in ("output", "revenue", "wages"):
            values = world.returns.values[name][row]
            assert (values[month] > 5 * values[month + 1]) == (name in block)


def test_mergers_move_activity_from_one_firm_to_the_other(world):
    for buyer, bought in world.cast.groups("merger"):
        since = world.cast.since[buyer]
        assert world.economy.output[bought, since:].max() == 0
        before, after = world.economy.output[buyer, :since].mean(), world.economy.output[buyer, since:].mean()
        assert after > before * 0.9


def test_the_same_seed_draws_the_same_city_and_another_seed_another_one(world):
    again, other = make_world(1), make_world(2)
    pd.testing.assert_frame_equal(world.firms.table, again.firms.table)
    np.testing.assert_array_equal(world.returns.values["output"], again.returns.values["output"])
    assert not np.array_equal(world.returns.values["output"], other.returns.values["output"])


def _delivered(out, world, seed, until):
    city = City(out, 0.001, seed, until, places.make_places(seed))
    grid.deliver_area_power(city, world.firms, world.economy)
    history.deliver_history(city, world.firms, world.economy)
    files = sorted(path for path in out.rglob("*") if path.is_file())
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_area_history_is_the_same_for_the_same_seed_and_a_later_last_day_only_adds_to_it(world, tmp_path):
    short, long = datetime.date(2018, 6, 2), datetime.date(2018, 6, 4)
    first = _delivered(tmp_path / "a", world, 1, short)
    assert first == _delivered(tmp_path / "b", world, 1, short)
    later = _delivered(tmp_path / "c", world, 1, long)
    assert len(later) == len(first) + 4
    assert first.items() <= later.items()
    other = _delivered(tmp_path / "d", world, 2, short)
    assert not any(first[name] == other[name] for name in first)


def test_growth_carried_back_meets_the_mean_of_the_first_watched_year():
    middle_of_2016 = past.level(np.array(["2016-06", "2016-07"], dtype="datetime64[M]")).mean()
    assert middle_of_2016 == pytest.approx(1, abs=0.005)
    ratio = past.level(past.BEFORE)[12:] / past.level(past.BEFORE)[:-12]
    assert 1.05 < ratio.min() < ratio.max() < 1.14


def test_some_firms_go_by_three_spellings_and_an_old_number(world):
    city = City(Path("nowhere"), 0.001, 1, datetime.date(2018, 6, 30), places.make_places(1))
    known = identity.make_identities(city, world.firms)
    rows = np.flatnonzero(known.is_aliased)
    names = world.firms.table["name"].to_numpy()
    assert len(rows) > 20
    for row in rows:
        assert len({names[row], known.tax_name[row], known.power_name[row]}) == 3
        assert known.power_number[row] == world.firms.table["registration_number"][row]
