import numpy as np
import pytest

from taian.bench.fabrication import DETECTABLE, FORMS, fabricate, power_panel
from taian.bench.honestpanel import BOOKS, HABITS, honest_panel


@pytest.fixture(scope="module")
def honest():
    return honest_panel(1000, 30, 1)


def test_every_habit_has_its_firms_and_most_firms_have_none(honest):
    counts = {name: int((honest.habit == name).sum()) for name in HABITS}
    assert set(counts.values()) == {30}
    assert (honest.habit == "").sum() == 1000 - 30 * len(HABITS)


def test_honest_returns_add_up_but_for_slips_of_the_pen(honest):
    cells = honest.cells
    gap = np.abs(cells["output"] - cells["domestic"] - cells["export"]).max(axis=1)
    assert set(honest.habit[gap > 0.05]) <= {"unit_slip"}


def test_the_same_seed_gives_the_same_panel_and_another_seed_another(honest):
    assert np.array_equal(honest_panel(1000, 30, 1).cells["output"], honest.cells["output"])
    assert not np.array_equal(honest_panel(1000, 30, 2).cells["output"], honest.cells["output"])


def test_a_share_of_firms_fabricates_in_equal_parts_and_no_habit_loses_a_firm(honest):
    panel = fabricate(honest, 0.1, DETECTABLE, 1)
    counts = {name: int((panel.form == name).sum()) for name in DETECTABLE}
    assert set(counts.values()) == {11}
    assert all((panel.habit == name).sum() == 30 for name in HABITS)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_changes_its_firms_and_nobody_else(honest, form):
    panel = fabricate(honest, 0.01, (form,), 1)
    liars = panel.form == form
    changed = np.any([(panel.cells[name] != honest.cells[name]).any(axis=1) for name in honest.cells], axis=0)
    assert np.array_equal(changed, liars)
    sizes = panel.size[liars]
    assert ((sizes >= FORMS[form].sizes[0]) & (sizes <= FORMS[form].sizes[1])).all()


@pytest.mark.parametrize("form", [name for name in FORMS if name != "idle"])
def test_other_peoples_books_are_out_of_reach(honest, form):
    panel = fabricate(honest, 0.01, (form,), 1)
    assert all(np.array_equal(panel.cells[name], honest.cells[name]) for name in BOOKS)


@pytest.mark.parametrize("form", [name for name in FORMS if name != "total_lifted"])
def test_fabricators_keep_their_sums(honest, form):
    panel = fabricate(honest, 0.01, (form,), 1)
    cells = {name: values[panel.form == form] for name, values in panel.cells.items()}
    assert np.allclose(cells["output"], cells["domestic"] + cells["export"], atol=0.051)


def test_the_power_panel_has_every_size_of_every_form(honest):
    panel = power_panel(honest, 4, 1)
    for name, form in FORMS.items():
        assert sorted(set(panel.size[panel.form == name])) == sorted(form.curve)


def test_the_file_tells_neither_habit_nor_form(honest):
    frame = honest.frame()
    assert not {"habit", "form", "size"} & set(frame.columns)
    assert len(frame) == 30_000
