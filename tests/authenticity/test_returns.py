import numpy as np
import pandas as pd
import pytest

from expectations.authenticity.book import examined, informed
from expectations.authenticity.counties import counties_book
from expectations.authenticity.examine import _without
from expectations.authenticity.finding import to_frame
from expectations.authenticity.returns import without_january


@pytest.fixture
def inspected(honest_city):
    """Findings on a city after ``change`` has laid hands on it."""

    def run(change=None, count=600, seed=51, **frames):
        city = honest_city(count, seed)
        if change is not None:
            change(city)
        return city, examined(city.book(**frames)).findings

    return run


def reported(city, found):
    """What the unit reported month by month in the finding's first column."""
    output = city.output * (city.revenue_share if found.columns[0] == "revenue_10k_yuan" else 1.0)
    return output[list(city.units.index).index(found.unit)]


@pytest.mark.parametrize("seed", [51, 52])
def test_an_honest_city_has_no_strong_finding_of_any_family(inspected, seed):
    _, findings = inspected(seed=seed)
    assert [(found.test, found.unit) for found in findings if found.strength == "strong"] == []


def test_output_without_power_and_invoices_is_strong_and_says_whose_it_is(inspected):
    def stop(city):
        city.electricity[:5, 15:], city.sales[:5, 15:] = 0.0, 0.0

    city, findings = inspected(stop)
    named = {found.unit for found in findings if found.test == "idle" and found.strength == "strong"}
    assert named == set(city.units.index[:5])
    found = next(found for found in findings if found.test == "idle")
    assert (found.resource, found.unit_of_effect) == ("enterprise_return", "10k_yuan")
    assert found.unit_name == city.units["name"][found.unit]
    assert (found.county_name, found.industry_name) == ("泰山区", "样例行业")
    assert found.message.startswith(f"{found.unit_name}在2017年4月至2018年6月申报“")
    claimed = reported(city, found)[15:].sum()
    assert found.effect == pytest.approx(claimed, rel=1e-3)


def test_a_finding_on_a_unit_has_what_was_filed_beside_its_peers_to_the_last_place(inspected):
    def stop(city):
        city.electricity[:5, 15:], city.sales[:5, 15:] = 0.0, 0.0

    city, findings = inspected(stop)
    found = next(found for found in findings if found.test == "idle")
    table = found.reported
    assert table.columns[:2] == ("工业总产值（万元，本年累计）", "用电量（千瓦时）")
    filed = city.returns().query("unit == @found.unit").set_index("period")["output_10k_yuan"]
    rows = {period: (own, usual) for period, own, usual in table.rows}
    assert {period: own[0] for period, (own, _) in rows.items()} == filed.drop(
        [period for period in filed.index if period.endswith("-01")]
    ).to_dict()
    assert rows["2018-06"][0][1] == 0.0 and rows["2018-06"][1][1] > 0.0, "peers used power"
    assert all(found.reported is None for found in findings if found.unit_kind != "firm")


def test_months_that_repeat_are_shown_by_months_though_the_form_asks_for_totals(honest_city):
    city = honest_city(600, 51)
    returns = city.returns().sort_values(["unit", "period"], ignore_index=True)
    totals = [name for name in returns.columns if name not in ("unit", "period", "headcount")]
    for unit in city.units.index[:5]:
        own = returns[returns["unit"] == unit].set_index("period")[totals]
        for month in range(8, 13):
            here = (returns["unit"] == unit) & (returns["period"] == f"2017-{month:02d}")
            returns.loc[here, totals] = (
                own.loc["2017-07"] + (month - 7) * (own.loc["2017-07"] - own.loc["2017-06"])
            ).to_numpy()
    findings = examined(city.book(returns=returns)).findings
    found = next(found for found in findings if found.test == "repeated_period")
    assert found.reported.columns[0] == "工业总产值（万元，当月）"
    own = [row[1][0] for row in found.reported.rows if "2017-08" <= row[0] <= "2017-12"]
    assert len(own) == 5 and max(own) - min(own) <= 0.1 + 1e-6, "to the place in which thousands were filed"


def test_months_with_february_count_january_too(inspected):
    def stop(city):
        city.electricity[:3, 23:27], city.sales[:3, 23:27] = 0.0, 0.0

    city, findings = inspected(stop)
    found = next(found for found in findings if found.test == "idle")
    assert found.period == "2017-12/2018-03"
    claimed = reported(city, found)[23:27].sum()
    assert found.effect == pytest.approx(claimed, rel=1e-3)


def test_a_total_that_left_its_parts_behind_is_strong_and_a_slip_is_an_error(honest_city):
    city = honest_city(300, 53)
    returns = city.returns()
    row = {
        period: (returns["unit"] == city.units.index[7]) & (returns["period"] == period)
        for period in ("2017-05", "2017-06")
    }
    for where in row.values():
        returns.loc[where, "output_10k_yuan"] += 8.0
    slip = (returns["unit"] == city.units.index[9]) & (returns["period"] == "2017-05")
    returns.loc[slip, "output_10k_yuan"] *= 10
    findings = [found for found in examined(city.book(returns=returns)).findings if found.family == "identity"]
    strong, *others = sorted(findings, key=lambda found: found.strength)
    assert (strong.unit, strong.strength, strong.period) == (city.units.index[7], "strong", "2017-05/2017-06")
    assert "比应有的多8万元" in strong.message
    assert {(found.unit, found.is_error) for found in others} == {(city.units.index[9], True)}


def test_one_story_of_a_group_is_one_finding(inspected):
    def copy(city):
        growth = np.random.default_rng(1).normal(0.03, 0.05, 30)
        for month in range(12, 30):
            city.output[:6, month] = city.output[:6, month - 1] * (1 + growth[month])

    city, findings = inspected(copy)
    shared = [found for found in findings if found.test == "shared_growth"]
    assert [found.unit_kind for found in shared] == ["group"]
    assert set(shared[0].members) == set(city.units.index[:6])
    assert {member.unit for member in shared[0].evidence.members} == set(city.units.index[:6])


def test_a_declared_agency_that_files_for_many_is_left_alone(inspected, honest_city):
    paradata = honest_city(300, 54).paradata()
    agency = paradata["unit"].isin(paradata["unit"].unique()[:12])
    number = paradata.groupby("period").cumcount()
    paradata.loc[agency, "device"] = "AGENCY"
    paradata.loc[agency, "filed_at"] = pd.to_datetime(paradata["period"] + "-05") + pd.to_timedelta(
        number * 20, unit="s"
    )
    _, found = inspected(count=300, seed=54, paradata=paradata)
    assert "shared_source" in {each.test for each in found}
    paradata.loc[agency, "agency_number"] = "DLJZ370900000001"
    _, found = inspected(count=300, seed=54, paradata=paradata)
    assert "shared_source" not in {each.test for each in found}


def test_two_firms_of_one_name_are_told_apart(honest_city):
    city = honest_city(120, 55)
    city.units.iloc[3, city.units.columns.get_loc("name")] = city.units["name"].iloc[4]
    seen = city.book().seen
    assert len(set(seen.units)) == 120
    assert city.units.index[3] in seen.units[3]


def test_the_same_data_give_the_same_findings_each_with_an_id_of_its_own(inspected):
    def inflate(city):
        city.output[:20, 12:] *= 2.5

    first, second = (to_frame(inspected(inflate, 300, 56)[1], "r") for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    assert len(first)
    assert first["finding_id"].is_unique


def test_january_and_february_of_other_books_are_averaged_and_a_gap_is_no_zero():
    months = ["2018-01", "2018-02", "2018-03"]
    books = pd.DataFrame(
        {"unit": ["a"] * 3 + ["b"] * 2, "period": months + months[1:], "kwh": [10.0, 30.0, 5.0, 40.0, 6.0]}
    )
    folded = without_january(books, "kwh").set_index(["unit", "period"])["kwh"]
    assert folded["a"].tolist() == [20.0, 5.0]
    assert np.isnan(folded["b", "2018-02"])
    assert folded["b", "2018-03"] == 6.0


def test_digits_are_looked_at_by_county(honest_city):
    report = examined(counties_book(honest_city(300, 57).book())).report
    assert [unit.unit for unit in report.units] == ["泰山区"]
    assert {(test.test, test.applied_to) for test in report.tests} == {
        ("benford_first", 1),
        ("benford_second", 1),
        ("benford_first_two", 1),
    }


def test_a_confirmed_unit_is_no_honest_peer_and_a_cleared_one_is_whatever_a_test_says(honest_city):
    book = honest_city(60, 51).book()
    codes = [book.whose[name].unit for name in book.seen.units]
    seen = informed(book, {codes[0], "elsewhere"}, {codes[1]}).seen
    found = np.zeros(seen.size, dtype=bool)
    found[[1, 2]] = True
    assert np.flatnonzero(_without(seen, found).tainted).tolist() == [0, 2]
    assert informed(book, (), ()).seen.tainted is None
