"""What is declared to be watched: every mistake is one sentence that names it."""

from pathlib import Path

import pytest
import yaml

from catalog.codelists import CodeList
from catalog.warnings import HERE, numbers, problems

LISTS = {"county": CodeList("county", "县", "", {"370902": "泰山区"})}
HYGIENE = {"quiet_periods": 3, "budget_a_day": 5, "watch_periods": {"monthly": 36, "daily": 120}}
LIMIT = {
    "indicator": "vat_sales", "areas": ["county"], "above": 1.0, "level": "red", "reason": "过线", "owner": "国税局"
}  # fmt: skip
QUOTIENT = {"title": "比", "unit": "x", "direction": "up", "owner": "国税局", "levels": ["city"]}


def found(tmp_path: Path, **changes: object) -> list[str]:
    path = tmp_path / "warnings.yaml"
    entries = {"watched": {"vat_sales": {"levels": ["city"]}}, "hygiene": HYGIENE, **changes}
    path.write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")
    return problems(path, LISTS, {})


def without(name: str) -> dict[str, object]:
    return {key: value for key, value in LIMIT.items() if key != name}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"watched": {"nobody": {"levels": ["city"]}}}, "watched indicator 'nobody' is not declared"),
        ({"thresholds": {"x": {**LIMIT, "indicator": "nobody"}}}, "threshold 'x' is on indicator 'nobody'"),
        ({"thresholds": {"x": {**LIMIT, "areas": ["999999"]}}}, "threshold 'x' is for area '999999'"),
        ({"thresholds": {"x": without("owner")}}, "threshold 'x' has no owner"),
        ({"thresholds": {"x": {**LIMIT, "reason": ""}}}, "threshold 'x' has no reason"),
        ({"thresholds": {"x": {**LIMIT, "below": 0.0}}}, "needs exactly one of 'above' and 'below'"),
        (
            {"derived": {"a": {**QUOTIENT, "of": "b", "per": "vat_sales"}, "b": {**QUOTIENT, "of": "a", "per": "a"}}},
            "is made of itself; break the circle",
        ),
        ({"derived": {"a": {**QUOTIENT, "of": "nobody", "per": "vat_sales"}}}, "derived 'a' is made of 'nobody'"),
    ],
)
def test_a_mistake_is_one_sentence(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    (only,) = found(tmp_path, **changes)
    assert said in only


def test_areas_may_be_levels_or_codes(tmp_path: Path) -> None:
    assert found(tmp_path, thresholds={"x": {**LIMIT, "areas": ["city", "370902"]}}) == []


def test_what_the_project_watches_is_known_with_its_sources() -> None:
    assert HERE.exists()
    assert all(one.sources and one.owner and one.title for one in numbers().values())
    assert set(numbers()["vat_per_power"].sources) >= {"vat_invoice", "electricity"}
