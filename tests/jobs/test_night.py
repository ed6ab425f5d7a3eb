"""What a step leaves in the journal when it fails."""

import datetime

import pytest

from jobs import journal, night

DATE = datetime.date(2018, 6, 30)


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


def test_a_product_is_made_anew_when_its_inputs_declaration_date_or_code_change(
    home, declared, catalog_of, monkeypatch
):
    from jobs import build
    from jobs.inputs import Inputs
    from jobs.products import Product

    product = Product("base_service__visit", "base", "none:none", ("visit",))

    def found(day=DATE, **changes):
        return build._fingerprint(product, Inputs(catalog_of(declared(**changes)), day))

    first = found()
    assert found() == first
    assert found(day=DATE + datetime.timedelta(days=1)) != first
    assert found(due_days=2) != first
    monkeypatch.setattr(build, "code_version", lambda: "another")
    assert found() != first
