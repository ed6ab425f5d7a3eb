"""What the offices hand in: every planted row breaks the declaration as the truth says, and no other row does."""

import csv
import datetime
import io
import json
import re
import sqlite3
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineError, CalamineWorkbook

from catalog import Catalog, Column, Resource, load_catalog
from sample_data import places
from sample_data.context import City
from sample_data.firms import make_firms
from sample_data.firms.filings import HEADERS
from sample_data.firms.industries import COUNTIES
from sample_data.firms.register import COUNTY_NAMES
from sample_data.legal import make_legal

UNTIL = datetime.date(2018, 6, 30)
FORMS_HERE = (
    "enterprise_registration",
    "tax_registration",
    "enterprise_return",
    "enterprise_return_paradata",
    "electricity",
    "vat_invoice",
    "license",
    "penalty",
    "dishonest_debtor",
    "fiscal",
    "electricity_area",
    "indicator_history",
    "public_institution",
    "social_organization",
    "social_insurance_employer",
    "statistical_unit",
)
TAKEN = ("published", "published_flagged", "held")

Row = tuple[str, int, dict[str, str] | str]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    made = City(tmp_path_factory.mktemp("city"), 0.001, 7, UNTIL, places.make_places(7))
    make_legal(made, make_firms(made))
    made.truth.write(made.out)
    return made


def rows_of(folder: Path, resource: Resource, manifest: dict) -> Iterator[Row]:
    """Every row of a delivery with its file and source row; a row that is no record comes as its code."""
    if resource.form.kind == "jdbc":
        yield from _view_rows(folder.parents[2] / "_sources" / f"{resource.form.source}.sqlite", resource, manifest)
    for entry in manifest["files"]:
        path = folder / entry["name"]
        if resource.form.kind == "csv":
            yield from _csv_rows(path, manifest["encoding"])
        elif resource.form.kind == "jsonl":
            yield from _jsonl_rows(path)
        elif resource.form.kind == "parquet":
            for number, record in enumerate(pq.read_table(path).to_pylist(), start=1):
                yield path.name, number, {k: "" if v is None else str(v) for k, v in record.items()}
        elif resource.form.kind == "xlsx":
            yield from _sheet_rows(path, resource)


def _csv_rows(path: Path, encoding: str) -> Iterator[Row]:
    text = path.read_bytes().decode(encoding).removeprefix("\ufeff")
    header: list[str] = []
    for number, cells in enumerate(csv.reader(io.StringIO(text, newline="")), start=1):
        if number == 1:
            header = cells
        elif cells == header:
            yield path.name, number, "R009"
        elif len(cells) < len(header) or any(cells[len(header) :]):
            yield path.name, number, "R012"
        else:
            yield path.name, number, dict(zip(header, cells, strict=False))


def _jsonl_rows(path: Path) -> Iterator[Row]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            yield path.name, number, json.loads(line)
        except json.JSONDecodeError:
            yield path.name, number, "R014"


def _view_rows(path: Path, resource: Resource, manifest: dict) -> Iterator[Row]:
    connection = sqlite3.connect(path)
    keys = ", ".join(resource.column(name).delivered_as for name in resource.key)
    query = f'SELECT * FROM "{resource.form.view}" WHERE 统计期 = ? ORDER BY {keys}'
    found = connection.execute(query, (manifest["period"],))
    names = [item[0] for item in found.description]
    for number, row in enumerate(found, start=1):
        yield str(resource.form.view), number, dict(zip(names, map(str, row), strict=True))
    connection.close()


def _sheet_rows(path: Path, resource: Resource) -> Iterator[Row]:
    book = CalamineWorkbook.from_path(str(path))
    for sheet in book.sheet_names:
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        titles = next(number for number, cells in enumerate(rows) if all(cells))
        header, last = [str(cell) for cell in rows[titles]], ""
        for number, cells in enumerate(rows[titles + 1 :], start=titles + 2):
            record = dict(zip(header, map(str, cells), strict=True))
            if "统计期" in record:
                # Merged cells keep their value in the first row alone.
                last = record["统计期"] = record["统计期"] or last
            named = {resource.form.sheet_column: sheet} if resource.form.sheet_column else {}
            yield f"{path.name}#{sheet}", number, {**record, **named}


def _number(cell: str, column: Column) -> Decimal | None:
    plain = unicodedata.normalize("NFKC", cell).replace(",", "")
    match = re.fullmatch(r"([-+]?[0-9.]+)(\D*)", plain)
    if not match or (match[2] and match[2] not in column.units):
        return None
    try:
        return Decimal(match[1]) * Decimal(str((column.units or {"": 1}).get(match[2], 1)))
    except InvalidOperation:
        return None


def _day(cell: str) -> datetime.date | None:
    match = re.match(r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})", cell)
    return datetime.date(*map(int, match.groups())) if match else None


def _credit_code_holds(code: str) -> bool:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    if not re.fullmatch(f"[{alphabet}]{{18}}", code):
        return False
    total = sum(alphabet.index(c) * pow(3, i, 31) for i, c in enumerate(code[:17]))
    return alphabet[-total % 31] == code[17]


def _stored(column: Column, cell: str, catalog: Catalog) -> str:
    """A label's value, or what became of a code of an earlier edition (whatever the month: no test needs it)."""
    text = column.labels.get(cell, unicodedata.normalize("NFKC", cell) if column.pattern else cell)
    return catalog.codelists[column.earlier.codelist].successors.get(text, text) if column.earlier else text


def _bounds(value: Any, minimum: Any, maximum: Any) -> Iterator[str]:
    if value is None:
        yield "R002"
    elif (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
        yield "R005"


def cell_codes(column: Column, cell: str, catalog: Catalog) -> Iterator[str]:
    """Codes that one delivered cell earns by its declaration."""
    if not cell:
        if column.required:
            yield "R001"
        return
    if column.type in ("integer", "decimal", "number"):
        yield from _bounds(_number(cell, column), column.minimum, column.maximum)
    elif column.type in ("date", "timestamp"):
        limit = UNTIL if column.maximum == "business_date" else datetime.date(2099, 12, 31)
        yield from _bounds(_day(cell), datetime.date.fromisoformat(str(column.minimum)), limit)
    elif column.type == "period":
        if _key(cell) == cell and not re.fullmatch(r"\d{4}(-\d{2})?", cell):
            yield "R002"
    else:
        text = _stored(column, cell, catalog)
        if column.codelist and text not in catalog.codelists[column.codelist].names:
            yield "R003"
        if column.pattern and not re.fullmatch(column.pattern, text):
            yield "R004"
        if column.checksum and not _credit_code_holds(text):
            yield "R007"


def row_codes(resource: Resource, record: dict[str, str]) -> set[str]:
    """Codes of the declared rules between columns, said again by hand."""

    def amount(name: str) -> Decimal | None:
        return _number(record[resource.column(name).delivered_as], resource.column(name))

    def day(name: str) -> datetime.date | None:
        return _day(record[resource.column(name).delivered_as])

    def before(first: str, second: str) -> bool:
        return bool((a := day(first)) and (b := day(second)) and b < a)

    name = resource.resource
    if name == "enterprise_return":
        total, *parts = (amount(f"{part}_10k_yuan") for part in ("output", "domestic", "export"))
        known = total is not None and None not in parts
        return {"R103"} if known and abs(total - sum(parts)) > max(total / 20, Decimal(1)) else set()
    if name == "vat_invoice":
        return {"R106"} if amount("tax_yuan") > amount("sales_yuan") / 5 + 1 else set()
    if name == "fiscal":
        month, total = amount("month_10k_yuan"), amount("cumulative_10k_yuan")
        return {"R106"} if None not in (month, total) and total < month - Decimal("0.01") else set()
    pairs = {
        "license": ("decided_on", "valid_until"),
        "penalty": ("decided_on", "repaired_on"),
        "dishonest_debtor": ("filed_on", "published_on"),
        "enterprise_registration": ("established_on", "updated_at"),
        "public_institution": ("established_on", "updated_on"),
        "social_organization": ("established_on", "updated_on"),
    }
    return {"R105"} if name in pairs and before(*pairs[name]) else set()


def judged(resource: Resource, record: dict[str, str] | str, catalog: Catalog) -> set[str]:
    """All codes of one row; a row that is no record has exactly one."""
    if isinstance(record, str):
        return {record}
    if any("\ufffd" in cell for cell in record.values()):
        return {"R013"}
    if "合计" in record.values():
        return {"R010"}
    if set("".join(record.values())) <= {"0", "."}:
        return {"R011"}
    cells = (code for c in resource.columns for code in cell_codes(c, record[c.delivered_as], catalog))
    return set(cells) | row_codes(resource, record)


def found(city: City, resource: Resource, catalog: Catalog) -> dict[tuple[str, str, int], str]:
    """Every row of the taken batches that breaks a rule: (batch, file, source row) to its codes."""
    result = {}
    for (name, batch), (state, _) in city.truth.batches.items():
        if name != resource.resource or state not in TAKEN:
            continue
        folder = next((city.out / "landing" / name).glob(f"*/{batch}"))
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        seen: set[tuple[str, ...]] = set()
        count = 0
        for file, number, record in rows_of(folder, resource, manifest):
            count += 1
            codes = judged(resource, record, catalog)
            if not codes and isinstance(record, dict):
                key = tuple(_key(record[resource.column(k).delivered_as]) for k in resource.key)
                codes = {"R008"} if key in seen else set()
                seen.add(key)
            if codes:
                result[(batch, file, number)] = ";".join(sorted(codes))
        assert count == manifest["rows"], batch
    return result


def _key(cell: str) -> str:
    match = re.fullmatch(r"(\d{4})(?:年|-)?(\d{1,2})月?", cell)
    return f"{match[1]}-{int(match[2]):02d}" if match else cell


@pytest.mark.parametrize("name", FORMS_HERE)
def test_what_was_planted_breaks_a_rule_and_nothing_else_does(name, city, catalog):
    planted = {(p.batch, p.file, p.source_row): p.codes for p in city.truth.defects if p.resource == name and p.codes}
    assert planted
    assert found(city, catalog[name], catalog) == planted


def test_providers_and_headers_are_the_declared_ones(city, catalog):
    for (name, batch), (state, code) in city.truth.batches.items():
        folder = next((city.out / "landing" / name).glob(f"*/{batch}"))
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        declared = {provider.code for provider in catalog[name].providers}
        assert (manifest["provider"] in declared) == (code != "F008"), (batch, state)
        if name != "enterprise_return_paradata":
            assert manifest["encoding"] == catalog[name].form.encoding
    assert set(HEADERS) <= {column.delivered_as for column in catalog["enterprise_return"].columns}


def test_each_way_a_batch_can_end_is_there(city):
    states = Counter(state for state, _ in city.truth.batches.values())
    assert set(states) == {"published", "published_flagged", "held", "rejected", "duplicate", "replaced"}


def test_the_monthly_workbook_arrives_damaged_then_with_a_misspelt_period_then_whole(city):
    states = {batch: outcome for (name, batch), outcome in city.truth.batches.items() if name == "fiscal"}
    damaged, misspelt, whole = (f"fiscal-2018-06-{number:02d}" for number in (1, 2, 3))
    assert [states[batch] for batch in (damaged, misspelt, whole)] == [
        ("rejected", "F012"),
        ("rejected", "F007"),
        ("published", ""),
    ]
    (book,) = (city.out / "landing/fiscal/2018-06" / damaged).glob("*.xlsx")
    with pytest.raises(CalamineError):
        CalamineWorkbook.from_path(str(book))
    manifest = json.loads((city.out / "landing/fiscal/2018-06" / misspelt / "manifest.json").read_text("utf-8"))
    assert manifest["period"] == "2018年6月"


def test_january_is_not_filed_and_february_carries_two_months(city):
    periods = defaultdict(set)
    path = next((city.out / "landing" / "enterprise_return").glob("2018-05/*/*.csv"))
    for _, _, record in _csv_rows(path, "GB18030"):
        if isinstance(record, dict) and (match := re.fullmatch(r"(\d{4})(?:年|-)?(\d{1,2})月?", record["统计期"])):
            periods[match[1]].add(int(match[2]))
    assert periods == {"2016": set(range(2, 13)), "2017": set(range(2, 13)), "2018": {2, 3, 4, 5}}


def test_a_month_of_2016_is_corrected_in_2018_by_the_units_that_slipped(city):
    (event,) = [e for e in city.truth.events if e["kind"] == "correction"]
    (folder,) = (city.out / "landing/enterprise_return/2016-05").iterdir()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["batch"], manifest["replaces"]) == (event["batch"], None)
    assert manifest["delivered_at"].startswith("2018-06-20")
    corrected = {row["统一社会信用代码"]: row for _, _, row in _csv_rows(next(folder.glob("*.csv")), "GB18030")}
    assert list(corrected) == event["units"]
    assert len(corrected) >= 3
    path = next((city.out / "landing" / "enterprise_return").glob("2018-05/*/*.csv"))
    dirty = {p.source_row for p in city.truth.defects if p.file == path.name}
    compared = 0
    for _, number, row in _csv_rows(path, "GB18030"):
        if isinstance(row, dict) and row["统一社会信用代码"] in corrected and _key(row["统计期"]) == "2016-05":
            right = corrected[row["统一社会信用代码"]]
            wrong = {name for name in HEADERS if row[name] != right[name]}
            names = event["columns"][event["units"].index(row["统一社会信用代码"])].split(";")
            if number not in dirty:
                assert {HEADERS[name] for name in wrong if int(row[name])} <= set(names)
                assert all(int(row[name]) == 10 * int(right[name]) for name in wrong)
                compared += bool(wrong)
    assert compared >= 3


def test_returns_name_industries_in_the_edition_of_their_month(city, catalog):
    path = next((city.out / "landing" / "enterprise_return").glob("2018-05/*/*.csv"))
    dirty = {p.source_row for p in city.truth.defects if p.file == path.name}
    used = defaultdict(lambda: defaultdict(set))
    for _, number, record in _csv_rows(path, "GB18030"):
        if number not in dirty:
            used[_key(record["统计期"]) >= "2017-10"][record["统一社会信用代码"]].add(record["行业代码"])
    earlier = catalog.codelists["industry_2011"].successors
    changed = 0
    for unit, (code,) in used[True].items():
        (before,) = used[False][unit]
        changed += before != code
        # What the firm was then holds what it is now: the same class, or the group or section around it.
        assert code.startswith(earlier.get(before, before)) or earlier[before] == "C", (before, code)
    assert 0.05 < changed / len(used[True]) < 0.4
    assert "1310" in {code for codes in used[False].values() for code in codes}


def test_one_hand_files_for_many_from_one_device_in_seconds_and_agencies_are_declared(city):
    truth = (city.out / "truth" / "fabrication.csv").read_text(encoding="utf-8")
    units = list(csv.DictReader(io.StringIO(truth)))
    path = next((city.out / "landing/enterprise_return_paradata/2018-06").glob("*-02/*.csv"))
    filings = {r["统一社会信用代码"]: r for _, _, r in _csv_rows(path, "UTF-8") if isinstance(r, dict)}
    group = [row["unit"] for row in units if row["form"] == "one_hand" and row["group"] == "0"]
    own = [filings[unit] for unit in group if unit in filings]
    assert len(own) > 3
    assert Counter(row["设备号"] for row in own).most_common(1)[0][1] >= len(own) - 1
    assert all(int(row["填报秒数"]) <= 30 for row in own if row["填报秒数"].isdigit())
    declared = [row for row in filings.values() if row["代理记账备案号"]]
    assert len(declared) > 100
    assert len({row["设备号"] for row in declared}) < len(declared) / 5
    assert not any(row["代理记账备案号"] for row in own)


def test_area_power_adds_up_peaks_in_the_heat_wave_and_rests_at_spring_festival(city):
    (event,) = [e for e in city.truth.events if e["kind"] == "heat_wave"]
    (folder,) = (city.out / "landing/electricity_area/2018-05-31").iterdir()
    dirty = {p.source_row for p in city.truth.defects if p.batch == folder.name}
    used = defaultdict(lambda: defaultdict(float))
    for number, row in enumerate(pq.read_table(folder / "electricity_area.parquet").to_pylist(), start=1):
        if number not in dirty:
            used[row["粒度"], row["起始日期"].replace("/", "-")][row["区划代码"]] = row["用电量"]
    whole = {moment: areas for moment, areas in used.items() if len(areas) == 94}
    assert len(whole) > 200
    assert (min(d for g, d in used if g == "月"), max(d for g, d in used if g == "月")) == ("2010-01-01", "2016-12-01")
    assert (min(d for g, d in used if g == "日"), max(d for g, d in used if g == "日")) == ("2017-01-01", "2018-05-31")
    for areas in whole.values():
        for county in (code for code in areas if len(code) == 6):
            towns = sum(value for code, value in areas.items() if len(code) == 9 and code.startswith(county))
            assert areas[county] == pytest.approx(towns, abs=0.001)
    daily = {
        day: sum(v for code, v in areas.items() if len(code) == 6) for (g, day), areas in whole.items() if g == "日"
    }

    def mean(first: str, last: str) -> float:
        days = [value for day, value in daily.items() if first <= day <= last]
        return sum(days) / len(days)

    assert mean(event["since"], event["until"]) > 1.12 * mean("2017-06-20", "2017-07-08")
    assert mean("2018-02-16", "2018-02-20") < 0.75 * mean("2018-01-10", "2018-01-31")


def test_a_day_exported_twice_has_the_same_rows_in_other_bytes(city):
    (event,) = [e for e in city.truth.events if e["kind"] == "exported_twice"]
    first, second = (city.out / "landing/electricity_area" / str(event["date"]) / name for name in event["batches"])
    tables = [pq.read_table(folder / "electricity_area.parquet").sort_by("区划代码") for folder in (first, second)]
    assert tables[0] == tables[1]
    digests = {json.loads((f / "manifest.json").read_text("utf-8"))["files"][0]["sha256"] for f in (first, second)}
    assert len(digests) == 2


def test_history_meets_the_watched_months_and_carries_january_with_february(city):
    (folder,) = (city.out / "landing/indicator_history/2017").iterdir()
    dirty = {p.source_row for p in city.truth.defects if p.batch == folder.name}
    series = defaultdict(dict)
    for _, number, row in _csv_rows(folder / "历史指标.csv", "UTF-8"):
        if number not in dirty:
            series[row["指标"], row["区划代码"]][row["统计期"]] = (row["月数"], float(row["值"]))
    ends = {name: max(max(found) for (n, _), found in series.items() if n == name) for name, _ in series}
    assert (ends["企业用电量"], ends["12345热线来电"], ends["固定资产投资"]) == ("2015-12", "2016-12", "2017-12")
    for name in ("规上工业总产值", "社会消费品零售总额"):
        months = {
            period[5:]: span for (n, _), found in series.items() if n == name for period, (span, _) in found.items()
        }
        assert (months.pop("02"), set(months.values()), "01" in months) == ("2", {"1"}, False)
    path = next((city.out / "landing" / "electricity").glob("2018-05/*/*.csv"))
    watched = defaultdict(float)
    for _, _, row in _csv_rows(path, "GB18030"):
        if isinstance(row, dict) and _key(row["统计期"]).startswith("2016") and row["用电量"].isdigit():
            watched[row["县区"]] += float(row["用电量"])
    for code, county in zip(COUNTIES, COUNTY_NAMES, strict=True):
        last_year = sum(value for period, (_, value) in series["企业用电量", code].items() if period >= "2015-01")
        assert 0.8 < last_year / watched[county] < 1.05, county


def test_names_and_numbers_in_the_deliveries_are_invented_ones(city):
    text = (
        next((city.out / "landing/enterprise_registration/2018-05-31").glob("*/*.csv")).read_bytes().decode("GB18030")
    )
    codes = re.findall(r'"(9[12]\d{6}[0-9A-Y]{10})"', text)
    assert codes
    assert all(code[2:7] == "37990" for code in codes)
