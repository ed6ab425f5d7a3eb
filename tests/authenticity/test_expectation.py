import great_expectations as gx
import pytest

from expectations.authenticity.expectation import COLUMNS, ExpectReturnsToBeCarriedByOtherSources


@pytest.fixture
def validate():
    context = gx.get_context(mode="ephemeral")
    batches = context.data_sources.add_pandas("panel").add_dataframe_asset("returns")
    whole = batches.add_batch_definition_whole_dataframe("whole")

    def run(city):
        panel = city.panel()
        panel["industry_code"] = panel["unit"].map(city.units["industry_code"])
        batch = whole.get_batch({"dataframe": panel})
        expectation = ExpectReturnsToBeCarriedByOtherSources(column_list=list(COLUMNS), ignore_row_if="never")
        return batch.validate(expectation, result_format="COMPLETE")

    return run


def test_an_honest_panel_meets_the_expectation(validate, honest_city):
    assert validate(honest_city(300, 61)).success


def test_the_unexpected_rows_are_those_of_the_flagged_firms(validate, honest_city, changed):
    city = honest_city(300, 62)
    power, sales = city.electricity.copy(), city.sales.copy()
    power[:3, 15:], sales[:3, 15:] = 0.0, 0.0
    result = validate(changed(city, electricity=power, sales=sales))
    assert not result.success
    assert {row["unit"] for row in result.result["unexpected_list"]} == set(city.units.index[:3])
