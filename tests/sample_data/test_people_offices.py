"""Departments that know persons of the register: what they deliver agrees with it, save where the truth says so."""

import csv
import datetime
import hashlib
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from catalog import load_catalog
from sample_data import people, resident
from sample_data.context import City
from sample_data.people import spelling
from sample_data.places import make_places

SCALE = 0.002
RESOURCES = (
    "residence_permit",
    "birth",
    "death",
    "marriage",
    "social_insurance_person",
    "minimum_living_allowance",
)
Row = dict[str, Any]


def _city(out: Path, until: str = "2018-06-30") -> City:
    return City(out, SCALE, 1, datetime.date.fromisoformat(until), make_places(1))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    city = _city(tmp_path_factory.mktemp("people"))
    resident.deliver(city)
    people.deliver(city)
    city.truth.write(city.out)
    return city


def _sheets(path: Path) -> list[tuple[str, list[list[Any]]]]:
    book = CalamineWorkbook.from_path(str(path))
    return [(name, book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]


def _read(path: Path) -> list[Row]:
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    if path.suffix == ".xlsx":
        return [dict(zip(rows[2], row, strict=True)) for _, rows in _sheets(path) for row in rows[3:]]
    encoding = "gb18030" if path.parent.parent.parent.name in ("resident", "residence_permit") else "utf-8-sig"
    return list(csv.DictReader(path.read_bytes().decode(encoding).splitlines()))


def _rows(city: City, resource: str, period: str = "*") -> list[Row]:
    """Rows of the batches that are taken, dirt and all."""
    found = []
    for folder in sorted((city.out / "landing" / resource).glob(f"{period}/*")):
        if city.truth.batches[(resource, folder.name)][0].startswith("published"):
            found += [row for path in sorted(folder.iterdir()) if path.name != "manifest.json" for row in _read(path)]
    return found


@pytest.fixture(scope="module")
def register(city: City) -> dict[str, Row]:
    """The register's full export by number, without its few dirty rows."""
    rows = enumerate(_rows(city, "resident", "2018-05-31"), start=2)
    dirty = {p.source_row for p in city.truth.defects if p.resource == "resident" and "2018-05-31" in p.batch}
    return {row["公民身份号码"]: row for line, row in rows if line not in dirty}


@pytest.fixture(scope="module")
def truth(city: City) -> dict[tuple[str, str, str], tuple[str, str]]:
    """(resource, record, role) to the true number and what became of it."""
    return {(k.resource, k.record, k.role): (k.id_number, k.spelling) for k in city.truth.identities}


def test_every_delivered_header_is_the_declared_one(city: City) -> None:
    catalog = load_catalog()
    for resource in RESOURCES:
        declared = [c.delivered_as for c in catalog[resource].columns]
        declared = [header for header in declared if header != catalog[resource].form.sheet_column]
        assert set(_rows(city, resource, "2018-05*")[0]) == set(declared), resource


def test_volumes_are_the_whole_city_s_at_this_scale(city: City) -> None:
    wanted = {
        "residence_permit": 310_000,
        "birth": 60_000 * 29 / 12,
        "death": 38_000 * 29 / 12,
        "marriage": 45_000 * 29 / 12,
        "social_insurance_person": 3_300_000,
        "minimum_living_allowance": 120_000,
    }
    rows = {resource: len(_rows(city, resource, "2018-05*")) for resource in RESOURCES}
    assert {r: rows[r] / (whole * SCALE) for r, whole in wanted.items()} == {
        resource: pytest.approx(1, abs=0.2) for resource in RESOURCES
    }


def test_the_dead_are_persons_of_the_register_and_die_before_their_record_is_closed(
    city: City, register: dict[str, Row]
) -> None:
    dead = [row for row in _rows(city, "death", "2018-05") if row["身份号码"] in register]
    assert len(dead) > 100
    closed = 0
    for row in dead:
        known = register[row["身份号码"]]
        assert row["姓名"].replace("\u3000", "") == known["姓名"]
        assert row["死亡日期"] is not None
        if known["户籍状态"] == "注销":
            closed += 1
            assert str(row["死亡日期"]) <= known["更新时间"][:10]
    assert 0.9 < closed / len(dead) < 1


def test_nobody_dies_twice(city: City) -> None:
    numbers = Counter(row["身份号码"] for row in _rows(city, "death") if row["身份号码"])
    dirty = {p.source_row for p in city.truth.defects if p.resource == "death" and p.defect == "整行重复"}
    assert sum(count > 1 for count in numbers.values()) <= len(dirty)


def test_newborns_are_children_of_the_register_in_their_mother_s_household(
    city: City, register: dict[str, Row], truth: dict[tuple[str, str, str], tuple[str, str]]
) -> None:
    found = renamed = unregistered = 0
    for row in _rows(city, "birth", "2018-05"):
        number, _ = truth.get(("birth", row["出生医学证明编号"], "child"), ("", ""))
        mother = register.get(row["母亲身份号码"])
        if number == "":
            unregistered += 1
        elif number in register and mother is not None and row["新生儿姓名"]:
            child = register[number]
            assert child["户号"] == mother["户号"]
            found += 1
            renamed += child["姓名"] != row["新生儿姓名"]
    assert found > 200
    assert 0 < renamed < 0.06 * found
    assert unregistered > 0


def test_couples_are_a_man_and_a_woman_whom_the_police_know(city: City, register: dict[str, Row]) -> None:
    permits = {row["公民身份号码"] for row in _rows(city, "residence_permit", "2018-05-31")}
    rows = [row for row in _rows(city, "marriage", "2018-05") if row["登记日期"] and row["登记字号"].startswith("J")]
    together = guests = unknown = 0
    for row in rows:
        husband, wife = register.get(row["男方身份号码"]), register.get(row["女方身份号码"])
        if husband and wife:
            together += husband["户号"] == wife["户号"]
        else:
            guests += row["男方身份号码"] in permits or row["女方身份号码"] in permits
            unknown += not {row["男方身份号码"], row["女方身份号码"]} & permits
    assert together > 0.8 * len(rows)
    assert guests > 0
    # Rows whose number was spoilt on purpose.
    assert unknown <= 0.03 * len(rows) + 3


def test_of_june_s_marriages_the_register_knows_one_side_at_most_as_married(city: City) -> None:
    changed = {row["公民身份号码"]: row["婚姻状况"] for row in _rows(city, "resident", "2018-06-*")}
    both = [
        row
        for row in _rows(city, "marriage", "2018-06")
        if changed.get(row["男方身份号码"]) == changed.get(row["女方身份号码"]) == "已婚"
    ]
    assert len(both) <= 1


def test_the_insured_have_employers_from_the_register_of_firms(city: City) -> None:
    from sample_data.firms import calendar, register

    firms = register.make_register(city, calendar.months_until(city.until)).table["credit_code"]
    known = set(firms)
    dirty = sum(p.defect == "单位代码错一位" for p in city.truth.defects)
    rows = _rows(city, "social_insurance_person", "2018-05")
    employed = [row for row in rows if row["险种"] == "城镇职工"]
    assert 0.15 < len(employed) / len(rows) < 0.45
    assert sum(row["参保单位信用代码"] not in known for row in employed) <= dirty
    assert all(row["参保单位信用代码"] is None for row in rows if row["险种"] == "城乡居民")


def test_numbers_are_spelled_wrongly_where_the_truth_says_so_and_nowhere_else(
    city: City, register: dict[str, Row], truth: dict[tuple[str, str, str], tuple[str, str]]
) -> None:
    kinds: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in _rows(city, "social_insurance_person", "2018-05"):
        number, written = truth.get(("social_insurance_person", row["个人编号"], "person")), row["社会保障号码"]
        if number is None:
            assert written is not None
            assert len(written) == 18
        else:
            kinds[number[1]].append((number[0], written or ""))
    assert all(written == "" for _, written in kinds[spelling.MISSING])
    assert all(written == n[:6] + n[8:17] and n[6:10] <= "1960" for n, written in kinds[spelling.OLD])
    assert all(sum(a != b for a, b in zip(n, w, strict=True)) == 1 for n, w in kinds[spelling.WRONG_DIGIT])
    assert all(sorted(n) == sorted(w) and n != w for n, w in kinds[spelling.SWAPPED])
    assert all(number == "" for number, _ in kinds["外来人员"])
    assert all(kinds[kind] for kind in spelling.SPELLINGS)


def test_the_planted_dead_still_draw_and_the_honest_dead_do_not(city: City) -> None:
    died = {row["身份号码"]: str(row["死亡日期"]) for row in _rows(city, "death") if row["身份号码"]}
    planted = defaultdict(set)
    for event in city.truth.events:
        planted[event["kind"]].add(event.get("id_number"))
    drawing = {row["身份号码"] for row in _rows(city, "minimum_living_allowance", "2018-06")}
    late = {number for number in drawing if died.get(number, "9999") < "2018-06"}
    assert late <= planted["allowance_after_death"]
    assert len(planted["allowance_after_death"]) == 4
    insured = {
        row["社会保障号码"]
        for row in _rows(city, "social_insurance_person", "2018-05")
        if row["参保状态"] in ("参保缴费", "领取待遇")
    }
    late = {number for number in insured if died.get(number, "9999") < "2018-05"}
    assert late <= planted["insured_after_death"] | planted["pension_after_death"]
    assert len(late) >= 4


def test_workbooks_have_a_sheet_a_county_with_titles_and_merged_cells(city: City) -> None:
    (path,) = (city.out / "landing/minimum_living_allowance/2018-05").glob("*/*.xlsx")
    sheets = _sheets(path)
    assert {name for name, _ in sheets} == {"泰山区", "岱岳区", "宁阳县", "东平县", "新泰市", "肥城市"}
    assert sheets[0][1][0][0] == "最低生活保障对象发放名册"
    assert CalamineWorkbook.from_path(str(path)).get_sheet_by_name("新泰市").merged_cell_ranges


def test_a_later_last_day_leaves_earlier_deliveries_as_they_were(city: City, tmp_path: Path) -> None:
    short = _city(tmp_path, until="2018-06-02")
    people.deliver(short)
    for path in sorted((tmp_path / "landing").rglob("*.*")):
        same = city.out / path.relative_to(tmp_path)
        assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(same.read_bytes()).digest(), path.name


def test_the_truth_about_identities_is_written_beside_the_other_truths(city: City) -> None:
    with (city.out / "truth" / "identities.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(city.truth.identities)
    assert set(rows[0]) == {"resource", "record", "role", "id_number", "spelling"}
    manifest = json.loads(next((city.out / "landing/death/2018-06").glob("*/manifest.json")).read_text("utf-8"))
    assert manifest["provider"] == "weijiwei"
    assert not (city.out / ".people").exists()


def test_nothing_happens_to_a_number_that_was_never_written_down() -> None:
    rng = np.random.default_rng(1)
    numbers = ["", "370902195001011234"] * 2_000
    written, how = spelling.written_numbers(rng, numbers, dict.fromkeys(spelling.SPELLINGS, 0.25))
    assert set(written[::2]) == {""}
    assert set(how.values()) == set(spelling.SPELLINGS)
    assert all(row % 2 for row in how)
