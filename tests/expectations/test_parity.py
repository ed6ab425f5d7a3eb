from decimal import Decimal

import pytest

pytestmark = pytest.mark.spark

B1 = "visit-2018-06-01-01"


@pytest.fixture(scope="module")
def parity():
    """The comparison, imported late: Great Expectations takes its time."""
    from expectations.parity import parity

    return parity


def dirty(rows):
    good = rows(30)
    day = good[0][3]
    return [
        *good,
        *good[:2],
        (None, "1", Decimal("1"), day),
        (None, "1", None, None),
        ("X1", "9", Decimal("-3"), None),
        ("V77 ", "男", Decimal("5000"), day),
        ("V78", None, Decimal("0"), day.replace(year=1968)),
    ]


def test_stock_and_fused_agree_on_dirty_rows(parity, declared, frame, rows, history):
    assert parity(declared(), frame({B1: dirty(rows)}), history(5, 30)) == []


def test_stock_and_fused_agree_on_clean_rows_and_a_key_of_two_columns(parity, declared, frame, rows, history):
    assert parity(declared(key=["visit_id", "sex"]), frame({B1: rows(30)}), history(5, 3_000)) == []


def test_stock_and_fused_agree_on_no_rows(parity, declared, frame, history):
    assert parity(declared(), frame({}), history(5, 30)) == []


def test_a_broken_expectation_is_named_by_parity(parity, declared, frame, rows):
    resource = declared()
    columns = [
        c.model_copy(update={"minimum": 5, "maximum": 1}) if c.name == "amount_yuan" else c for c in resource.columns
    ]
    found = parity(resource.model_copy(update={"columns": tuple(columns)}), frame({B1: rows(5)}))
    assert len(found) == 1
    assert "validity.range.amount_yuan" in found[0]


def test_what_was_not_planned_goes_the_stock_way(frame, rows):
    import great_expectations.expectations as gxe
    from great_expectations.core.expectation_suite import ExpectationSuite

    from expectations.engine import FusedSparkEngine, context, validate

    context()
    suite = ExpectationSuite(
        name="unplanned", expectations=[gxe.ExpectColumnMaxToBeBetween(column="amount_yuan", max_value=30)]
    )
    assert validate(FusedSparkEngine(frame({B1: rows(5)}), {}), suite)[0].success
    assert not validate(FusedSparkEngine(frame({B1: rows(5, amount="31")}), {}), suite)[0].success


def test_gx_is_left_as_it_was_after_a_validation(frame, rows):
    from great_expectations.core.expectation_suite import ExpectationSuite
    from great_expectations.expectations.expectation import Expectation

    from expectations.engine import StockSparkEngine, context, validate

    context()
    before = Expectation.configuration
    validate(StockSparkEngine(frame({B1: rows(1)})), ExpectationSuite(name="empty"))
    assert Expectation.configuration is before
