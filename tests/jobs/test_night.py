"""What a step leaves in the journal when it fails, and which products a night makes anew."""

import datetime
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from alerts.verdicts import Standing
from jobs import journal, night
from jobs.inputs import UndeclaredInputError

DATE = datetime.date(2018, 6, 30)
NEXT = datetime.date(2018, 7, 1)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("\nThe value '370902196801021233' cannot be cast\nplan"), "The value '［已隐去］' cannot be cast"),
        (ValueError("370902680102123 is no date"), "［已隐去］ is no date"),
        (ValueError(), "没有说明，请查看任务日志"),
    ],
)
def test_a_failed_step_is_told_on_one_line_and_names_nobody(home, monkeypatch, error, told):
    def broken(*_):
        raise error

    monkeypatch.setattr(night, "_do", broken)
    with pytest.raises(ValueError):
        night.run_step("resident", DATE, "r1")
    (row,) = journal.rows(journal.STEP.select())
    assert (row["state"], row["message"]) == ("failed", f"ValueError: {told}")


@pytest.fixture
def product(home, catalog_of, declared, monkeypatch):
    """A product of one resource; ``made(day, asks, …)`` runs it and says whether its builder was called."""
    from jobs import build
    from jobs.products import BY_TABLE, Product

    monkeypatch.setitem(
        BY_TABLE, "base_service__visit", Product("base_service__visit", "base", "none:none", ("visit",))
    )
    above = Product("topic_service__visit", "topic", "none:none", ("base_service__visit",))
    monkeypatch.setitem(BY_TABLE, above.table, above)
    monkeypatch.setattr(build.lake, "exists", lambda name: True)
    monkeypatch.setattr(build.lake, "overwrite", lambda frame, name: None)
    monkeypatch.setattr(build.lake, "read", lambda session, name: SimpleNamespace(count=lambda: 3))
    monkeypatch.setattr(build, "spark", lambda: None)
    monkeypatch.setattr(build, "suited_to", lambda rows: nullcontext(planned_for.append(rows)))
    monkeypatch.setattr(
        build.journal, "published", lambda name, day: [{"batch": batch, "rows_accepted": 2} for batch in batches]
    )
    batches, planned_for = ["b1"], []

    def made(day, asks=lambda inputs: None, name="base_service__visit", **declaration):
        called = []

        def builder(inputs):
            called.append(asks(inputs))
            return SimpleNamespace(columns=[])

        monkeypatch.setattr(build, "_named", lambda function: builder)
        message = build.run_product(name, catalog_of(declared(**declaration)), day, f"night-{day}")
        assert called or "输入未变" in message
        return bool(called)

    made.batches, made.build, made.planned_for = batches, build, planned_for
    return made


def test_a_product_is_planned_for_the_rows_of_all_that_it_reads(product):
    product(DATE)
    product(DATE, name="topic_service__visit")
    # Two accepted rows of the batch; the product below has three.
    assert product.planned_for == [2, 3]


def test_a_product_is_made_anew_when_its_inputs_declaration_or_code_change_and_not_for_another_date(
    product, monkeypatch
):
    assert product(DATE)
    assert not product(DATE)
    assert not product(NEXT)
    assert journal.product("base_service__visit")["business_date"] == NEXT.isoformat()
    product.batches.append("b2")
    assert product(NEXT)
    assert product(NEXT, due_days=2)
    monkeypatch.setattr(product.build, "code_version", lambda: "another")
    assert product(NEXT, due_days=2)


def test_a_product_that_asked_for_the_date_is_made_anew_on_the_day_it_changes_and_so_is_what_stands_on_it(product):
    def until(day):
        return lambda inputs: inputs.today_until(day)

    later = NEXT + datetime.timedelta(days=1)
    upper = "topic_service__visit"
    assert product(DATE, lambda inputs: inputs.today)
    assert product(DATE, name=upper)
    assert not product(DATE)
    assert product(NEXT, until(later))
    assert product(NEXT, name=upper)
    assert not product(NEXT)
    assert not product(NEXT, name=upper)
    assert product(later, until(None))
    assert product(later, name=upper)
    assert not product(later + datetime.timedelta(days=365))


def test_a_builder_that_reads_what_its_product_does_not_name_fails_and_what_stands_behind_its_inputs_it_may_read(
    product,
):
    product(DATE)
    assert product(DATE, lambda inputs: inputs.batches("visit"), name="topic_service__visit")
    for asks in (
        lambda inputs: inputs.current("resident"),
        lambda inputs: inputs.last_period("resident"),
        lambda inputs: inputs.table("base_population__person"),
    ):
        product.batches.append("b2")
        with pytest.raises(UndeclaredInputError, match="name it in"):
            product(NEXT, asks)


def test_the_earliest_of_the_days_asked_for_counts(catalog_of):
    from jobs.inputs import Inputs

    inputs = Inputs(catalog_of(), DATE)
    assert inputs.changes_on is None
    assert inputs.today_until(None) == DATE
    assert inputs.changes_on is None
    inputs.today_until(datetime.date(2019, 1, 1))
    assert (inputs.today, inputs.changes_on) == (DATE, NEXT)


def test_findings_are_made_anew_for_a_verdict_that_the_date_knows_and_for_refused_rows_alone(home, monkeypatch):
    from jobs.inspection import beside

    known = {DATE: Standing(), NEXT: Standing(confirmed=frozenset({"firm-1"}))}
    monkeypatch.setattr(beside.verdicts, "standing", lambda config, day: known[day])
    states = ["s1"]
    monkeypatch.setattr(beside.lake, "state", lambda table: states[-1])
    first = beside.fingerprint(DATE)
    assert beside.fingerprint(DATE) == first
    assert beside.fingerprint(NEXT) != first
    states.append("s2")
    assert beside.fingerprint(DATE) != first
