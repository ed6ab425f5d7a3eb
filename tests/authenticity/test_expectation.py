import pytest

from expectations.authenticity.book import examined
from expectations.authenticity.expectation import checked


@pytest.fixture
def validated(tmp_path):
    """Results of the checkpoint by test, and the text of the pages it wrote."""

    def run(city):
        (result,) = checked(examined(city.book()).report, "returns", tmp_path / "docs").run_results.values()
        pages = "".join(page.read_text() for page in (tmp_path / "docs").rglob("validations/**/*.html"))
        return {each.expectation_config.kwargs["column"]: each for each in result.results}, pages

    return run


def test_the_unexpected_rows_are_the_units_that_a_test_names(validated, honest_city):
    city = honest_city(300, 62)
    city.electricity[:3, 15:], city.sales[:3, 15:] = 0.0, 0.0
    results, pages = validated(city)
    idle = results["idle"]
    assert not idle.success
    assert [row["unit"] for row in idle.result["unexpected_index_list"]] == list(city.units["name"][:3])
    assert results["parts_and_total"].success
    assert "检验 " in pages
    assert "（cross_source）不应指出任何单位" in pages


def test_what_a_test_could_not_judge_is_missing_and_no_pass(validated, honest_city):
    benford = validated(honest_city(120, 63))[0]["benford_first"]
    assert benford.result["missing_percent"] == 100.0
    assert "500" in benford.expectation_config.kwargs["why"]
