"""The people side of a small sample city: persons, addresses, calls, air, and the real series."""

import csv
import datetime
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pyarrow as pa
import pytest
import shapely

from catalog import load_catalog
from sample_data import address, air, division, geo, hotline, places, real, reference, resident
from sample_data.calls import SURGES
from sample_data.context import City
from sample_data.identity import Numbers
from sample_data.places import make_places

SCALE = 0.002
ENCODINGS = {"resident": "gb18030"}
PARTS = (division, real, resident, address, hotline, air)
CHECKS = "10X98765432"


def _city(out: Path, *, scale: float = SCALE, seed: int = 1, until: str = "2018-06-30") -> City:
    return City(out, scale, seed, datetime.date.fromisoformat(until), make_places(seed))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    city = _city(tmp_path_factory.mktemp("city"))
    for part in PARTS:
        part.deliver(city)
    city.truth.write(city.out)
    return city


@pytest.fixture(scope="module")
def dirty(city: City) -> dict[tuple[str, int], str]:
    """Planted rows of the residents: (batch, line) to codes."""
    return {(p.batch, p.source_row): p.codes for p in city.truth.defects if p.resource == "resident"}


def _folders(city: City, resource: str) -> Iterator[Path]:
    yield from sorted(path.parent for path in (city.out / "landing" / resource).glob("*/*/manifest.json"))


def _manifest(folder: Path) -> dict[str, object]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def _rows(folder: Path, file: str, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader((folder / file).read_bytes().decode(encoding).splitlines()))


def _clean(city: City, dirty: dict[tuple[str, int], str]) -> list[dict[str, str]]:
    """Rows of the residents' full export that nothing was done to."""
    (folder,) = (city.out / "landing/resident/2018-05-31").iterdir()
    rows = _rows(folder, "resident.csv", "gb18030")
    return [row for number, row in enumerate(rows, start=2) if (folder.name, number) not in dirty]


def _check_character(number: str) -> str:
    return CHECKS[sum(int(digit) * pow(2, 17 - i, 11) for i, digit in enumerate(number[:17])) % 11]


def test_identity_numbers_agree_with_themselves_and_with_the_row(city: City, dirty: dict[tuple[str, int], str]) -> None:
    rows = _clean(city, dirty)
    assert len(rows) > 10_000
    for row in rows:
        number = row["公民身份号码"]
        assert number[17] == _check_character(number)
        assert number[6:14] == row["出生日期"].replace("-", "")
        assert (int(number[16]) % 2 == 1) == (row["性别"] == "男")


def test_identity_numbers_are_different_and_in_the_unassigned_block(
    city: City, dirty: dict[tuple[str, int], str]
) -> None:
    numbers = [row["公民身份号码"] for row in _clean(city, dirty)]
    assert len(set(numbers)) == len(numbers)
    assert {number[:6] for number in numbers} == {f"37990{i}" for i in range(1, 7)}


def test_more_births_than_numbers_on_one_day_are_refused() -> None:
    numbers = Numbers(("379901",))
    day, man = np.full(500, np.datetime64("1990-01-01")), np.ones(500, dtype=bool)
    area = np.zeros(500, dtype=np.int64)
    assert len(set(numbers.issue(area, day, man).to_pylist())) == 500
    with pytest.raises(ValueError, match="used up"):
        numbers.issue(area[:1], day[:1], man[:1])


def test_registered_persons_are_the_scale_of_the_whole_city(city: City) -> None:
    (folder,) = (city.out / "landing/resident/2018-05-31").iterdir()
    status = Counter(row["户籍状态"] for row in _rows(folder, "resident.csv", "gb18030"))
    assert status["在册"] == pytest.approx(5_472_217 * SCALE, rel=0.01)
    assert status["注销"] > status["迁出"] > 0


def test_the_pyramid_has_the_bulges_of_a_county_in_shandong(city: City, dirty: dict[tuple[str, int], str]) -> None:
    years = Counter(int(row["出生日期"][:4]) for row in _clean(city, dirty) if row["户籍状态"] == "在册")
    total = sum(years.values())

    def a_year(first: int, last: int) -> float:
        return sum(years[year] for year in range(first, last + 1)) / (last - first + 1)

    assert a_year(1963, 1972) > 1.8 * a_year(1959, 1961)
    assert a_year(1985, 1990) > 1.5 * a_year(1996, 2005)
    assert 0.17 < sum(count for year, count in years.items() if year <= 1957) / total < 0.26


def test_households_share_village_address_and_surname(city: City, dirty: dict[tuple[str, int], str]) -> None:
    homes = defaultdict(list)
    for row in _clean(city, dirty):
        homes[row["户号"]].append(row)
    shared = 0
    for members in homes.values():
        assert len({(row["村居代码"], row["户籍地址"]) for row in members}) == 1
        assert members[0]["户号"][:6] == members[0]["村居代码"][:6]
        head, *others = members
        shared += any(row["姓名"][0] == head["姓名"][0] for row in others)
    families = sum(len(members) > 2 for members in homes.values())
    assert shared > 0.9 * families


def test_old_numbers_of_fifteen_digits_leave_out_the_century_and_the_check(city: City) -> None:
    (folder,) = (city.out / "landing/resident/2018-05-31").iterdir()
    old = [p for p in city.truth.defects if p.defect == "15位旧号码" and p.batch == folder.name]
    planted = {p.source_row: p.codes for p in old}
    rows = [row for n, row in enumerate(_rows(folder, "resident.csv", "gb18030"), start=2) if n in planted]
    assert rows
    assert set(planted.values()) == {""}
    for row in rows:
        assert len(row["公民身份号码"]) == 15
        assert "19" + row["公民身份号码"][6:12] == row["出生日期"].replace("-", "") < "19610101"


def test_half_the_households_of_a_merged_village_are_still_written_under_its_old_code(city: City) -> None:
    (event,) = [e for e in city.truth.events if e["kind"] == "village_merged"]
    old, successor = event["old_code"], event["successor"]
    assert old not in city.places.village_code
    (folder,) = (city.out / "landing/resident/2018-05-31").iterdir()
    rows = _rows(folder, "resident.csv", "gb18030")
    homes = {row["村居代码"]: row["户号"] for row in rows if row["户号"].isdigit()}
    assert {old, successor} <= set(homes)
    assert (int(homes[old]) % 2, int(homes[successor]) % 2) == (0, 1)


def test_addresses_older_than_a_merger_keep_the_old_code_of_their_village() -> None:
    merged = places.MERGED
    codes = np.array([merged.successor, merged.successor, "370902001001"])
    days = np.array(["2016-06-30", merged.since, "2016-06-30"], dtype="datetime64[D]")
    assert address.written_code(codes, days).tolist() == [merged.old, merged.successor, "370902001001"]


def test_couples_are_of_like_age(city: City, dirty: dict[tuple[str, int], str]) -> None:
    homes = defaultdict(list)
    for row in _clean(city, dirty):
        if row["婚姻状况"] == "已婚":
            homes[row["户号"]].append(int(row["出生日期"][:4]))
    gaps = [abs(years[0] - years[1]) for years in homes.values() if len(years) == 2]
    assert len(gaps) > 1000
    assert np.median(gaps) <= 2
    assert np.quantile(gaps, 0.97) <= 8


def test_two_persons_share_name_and_birthday(city: City) -> None:
    (event,) = [e for e in city.truth.events if e["kind"] == "two_persons_one_name_and_birthday"]
    (folder,) = (city.out / "landing/resident/2018-05-31").iterdir()
    numbers = event["id_numbers"]
    found = [row for row in _rows(folder, "resident.csv", "gb18030") if row["公民身份号码"] in numbers]
    assert len(found) == 2
    assert len({(row["姓名"], row["出生日期"]) for row in found}) == 1
    assert len({row["村居代码"][:6] for row in found}) == 2


def test_one_person_moves_to_another_county(city: City) -> None:
    (event,) = [e for e in city.truth.events if e["kind"] == "moved_between_counties"]
    (folder,) = (city.out / "landing/resident/2018-06-10").iterdir()
    found = [row for row in _rows(folder, "resident.csv", "gb18030") if row["公民身份号码"] == event["id_number"]]
    assert [row["村居代码"] for row in found] == [event["to_village"]]
    assert event["to_village"][:6] != event["from_village"][:6]


def test_manifests_hold_except_where_the_truth_says_otherwise(city: City) -> None:
    broken = {"F003", "F004", "F009", "F010"}
    absent = {"F002"}
    for resource in ("division", "resident", "standard_address", "hotline_12345"):
        for folder in _folders(city, resource):
            state, code = city.truth.batches[(resource, folder.name)]
            manifest = _manifest(folder)
            (entry,) = manifest["files"]
            if code in absent:
                assert not (folder / entry["name"]).exists(), folder.name
                continue
            content = (folder / entry["name"]).read_bytes()
            lines = content.count(b"\n") - 1 + (not content.endswith(b"\n"))
            is_whole = entry["sha256"] == hashlib.sha256(content).hexdigest() and lines == manifest["rows"]
            assert is_whole == (code not in broken), (folder.name, state)


def test_june_holds_every_outcome_of_a_batch(city: City) -> None:
    outcomes = {outcome for (resource, _), outcome in city.truth.batches.items() if resource == "resident"}
    assert {state for state, _ in outcomes} == {
        "published",
        "published_flagged",
        "held",
        "rejected",
        "duplicate",
        "replaced",
    }
    assert {code for _, code in outcomes if code} >= {"F003", "F004", "F006", "F008", "F009", "F010", "F011"}
    assert ("held", "W101") in outcomes
    assert ("held", "W102") in outcomes


def test_an_unusable_manifest_carries_its_hour_of_delivery_and_a_whole_one_follows(city: City) -> None:
    (broken,) = [batch for (_, batch), outcome in city.truth.batches.items() if outcome == ("rejected", "F001")]
    (path,) = (city.out / "landing").glob(f"*/*/{broken}/manifest.json")
    with pytest.raises(json.JSONDecodeError):
        _manifest(path.parent)
    assert (
        datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC).isoformat() == "2018-06-11T15:30:00+00:00"
    )
    assert city.truth.batches[("air_quality", f"{broken[:-2]}02")] == ("published", "")


def test_a_correction_of_an_unknown_batch_is_planted_and_handed_in_again_without_it(city: City) -> None:
    (batch,) = [batch for (_, batch), outcome in city.truth.batches.items() if outcome == ("rejected", "F014")]
    first, second = (next((city.out / "landing").glob(f"*/*/{name}")) for name in (batch, f"{batch[:-2]}02"))
    assert not list((city.out / "landing").glob(f"*/*/{_manifest(first)['replaces']}"))
    assert _manifest(second)["replaces"] is None


def test_planted_rows_belong_to_batches_whose_rows_are_read(city: City) -> None:
    states = {batch: state for (_, batch), (state, _) in city.truth.batches.items()}
    assert {states[p.batch] for p in city.truth.defects} == {"published", "published_flagged", "held"}


def test_about_one_row_in_a_hundred_is_dirty_or_odd(city: City) -> None:
    planted = Counter(p.batch for p in city.truth.defects)
    for place in ("resident/2018-05-31", "standard_address/2018-05", "hotline_12345/2018-05-31"):
        (folder,) = (city.out / "landing" / place).iterdir()
        assert 0.008 < planted[folder.name] / _manifest(folder)["rows"] < 0.012


def test_headers_are_the_declared_ones(city: City) -> None:
    catalog = load_catalog()
    for resource in ("division", "resident", "standard_address", "hotline_12345", "world_bank_china"):
        folder = next(_folders(city, resource))
        (file,) = _manifest(folder)["files"]
        encoding = ENCODINGS.get(resource, "utf-8-sig")
        header = (folder / file["name"]).read_bytes().decode(encoding).splitlines()[0].replace('"', "").split(",")
        assert header == [column.delivered_as for column in catalog[resource].columns]


def test_addresses_lie_in_the_county_of_their_village(city: City) -> None:
    (folder,) = (city.out / "landing/standard_address/2018-05").iterdir()
    dirty = {p.source_row for p in city.truth.defects if p.batch == folder.name}
    rows = [row for n, row in enumerate(_rows(folder, "standard_address.csv"), start=2) if n not in dirty]
    shapes = {county.code: geo.county_shapes()[county.name] for county in city.places.counties}
    for code, shape in shapes.items():
        points = np.array([(row["经度"], row["纬度"]) for row in rows if row["村居代码"].startswith(code)], dtype=float)
        assert len(points) > 100
        assert shapely.contains_xy(shape, points[:, 0], points[:, 1]).all()


def test_conversion_from_gcj02_moves_points_by_half_a_kilometre_here() -> None:
    moved = geo.from_gcj02(np.array([[117.1, 36.2]])) - np.array([[117.1, 36.2]])
    assert 300 < np.hypot(moved[0, 0] * 89_800, moved[0, 1] * 111_000) < 700


def test_planted_surges_stand_out_in_their_township(city: City) -> None:
    (folder,) = (city.out / "landing/hotline_12345/2018-05-31").iterdir()
    rows = [row for row in _rows(folder, "hotline.csv") if row["来电时间"]]
    for surge in SURGES:
        calls = Counter(
            row["来电时间"][:10] for row in rows if row["乡镇代码"] == surge.town and row["诉求类别"] == surge.category
        )
        inside = [count for day, count in calls.items() if surge.since <= day <= surge.until]
        outside = [count for day, count in calls.items() if not surge.since <= day <= surge.until]
        assert np.mean(inside) > 2 * np.mean(outside)


def test_callers_have_numbers_that_belong_to_nobody(city: City) -> None:
    (folder,) = (city.out / "landing/hotline_12345/2018-05-31").iterdir()
    phones = {row["来电号码"] for row in _rows(folder, "hotline.csv") if row["来电号码"] and row["来电号码"].isascii()}
    assert {phone[3:7] for phone in phones if len(phone) == 11} == {"0000"}


def test_winter_air_is_worse_and_haze_worst(city: City) -> None:
    (folder,) = (city.out / "landing/air_quality/2018-05-31").iterdir()
    answer = json.loads((folder / "air_quality.json").read_text(encoding="utf-8"))
    assert (answer["code"], len(answer["data"])) == (200, _manifest(folder)["rows"])
    pm25 = defaultdict(list)
    for record in answer["data"]:
        if isinstance(record["pm25"], int):
            pm25[record["time"][:7] if record["time"][:10] != "2016-12-18" else "haze"].append(record["pm25"])
    assert np.mean(pm25["2017-01"]) > 1.5 * np.mean(pm25["2017-07"])
    assert np.mean(pm25["haze"]) > 1.5 * np.mean(pm25["2016-12"])


def test_the_plan_has_all_articles_and_its_dates_end_months() -> None:
    tasks = reference.plan_tasks()
    assert {task["article"] for task in tasks} == set(range(1, 39))
    dates = [task["due"] for task in tasks if task["due"]]
    assert len(dates) == 49
    assert all((day + datetime.timedelta(days=1)).day == 1 for day in dates)
    assert all(len(task["task"]) <= 60 and task["lead"] for task in tasks)


def test_both_code_systems_are_delivered_and_collide(city: City) -> None:
    names: dict[str, dict[str, str]] = {}
    for folder in _folders(city, "division"):
        for row in _rows(folder, "division.csv"):
            if row["版本"] in ("2023", "2026"):
                names.setdefault(row["代码"], {})[row["代码体系"]] = row["名称"]
    assert names["370911106"] == {"统计": "满庄镇", "民政": "夏张镇"}
    assert sum(len(set(both.values())) == 2 for both in names.values()) == 12
    # Two codes of townships stand in one system alone, and one of a village in neither list of today.
    assert len(names) == 6 + 88 + 3782 + 2 + 1


def _digests(out: Path) -> dict[str, str]:
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def _small(out: Path, *parts: ModuleType, until: str = "2018-06-03", seed: int = 1) -> dict[str, str]:
    city = _city(out, scale=0.0002, seed=seed, until=until)
    for part in parts:
        part.deliver(city)
    city.truth.write(city.out)
    return _digests(out)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_city(tmp_path: Path) -> None:
    first = _small(tmp_path / "a", *PARTS)
    assert first == _small(tmp_path / "b", *PARTS)
    other = _small(tmp_path / "c", resident, hotline, address, seed=2)
    initial = {name for name in other if "2018-05" in name and name.endswith(".csv")}
    assert len(initial) == 3
    assert not any(first[name] == other[name] for name in initial)


def test_a_later_last_day_leaves_earlier_deliveries_as_they_were(tmp_path: Path) -> None:
    short = _small(tmp_path / "a", resident, hotline, until="2018-06-02")
    long = _small(tmp_path / "b", resident, hotline, until="2018-06-04")
    landed = {name for name in short if name.startswith("landing")}
    assert all(short[name] == long[name] for name in landed)


def test_memory_is_bounded_because_persons_come_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sample_data import persons

    monkeypatch.setattr(persons, "PERSONS_A_CHUNK", 2000)
    register = persons.Register(_city(tmp_path))
    chunks = list(register.chunks())
    numbers = pa.concat_tables([chunk.table for chunk in chunks])["公民身份号码"].to_pylist()
    assert len(chunks) > 4
    assert max(len(chunk) for chunk in chunks) <= 2000
    assert len(numbers) == len(set(numbers)) == register.total
