"""人力资源社会保障局: the insured, a Parquet file a county, and every month what changed."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sample_data import corrupt, defects, delivery, names
from sample_data.context import INITIAL_DAY, City
from sample_data.corrupt import Edit
from sample_data.firms import calendar, register
from sample_data.firms.handover import Office, hand_in, months_due, parquet_editor, soil
from sample_data.identity import Numbers
from sample_data.people import spelling
from sample_data.people.census import BIRTH, NAME, NOBODY, NUMBER, SEX, VILLAGE, Folk
from sample_data.people.deaths import Dead
from sample_data.people.permits import Holders
from sample_data.persons import moments, text_of
from sample_data.truth import Identity

OFFICE = Office("social_insurance_person", "rensheju")
ADULTS_SHARE = 0.70
"""Of the registered persons of 16 and more, those who are insured in the city."""
EMPLOYEES_SHARE = 0.27
"""Of the insured of working age, those insured by an employer."""
DEAD_SHARE = 0.55
STRANGERS = 20_000
"""Insured by an employer here though neither registered nor holding a permit."""
EMPLOYERS = 42_000
CHANGED_A_MONTH = 0.02
STILL_WORKING_DEAD = 600
"""Dead persons for whom an employer still pays."""
STILL_DRAWING_DEAD = 300
"""Dead persons whose pension is still paid."""
STRANGER_AREA = "379909"
"""Unassigned: persons from elsewhere whom no other department of the city knows."""
LAST_DAY = np.datetime64(INITIAL_DAY)

HEADER = (
    "个人编号",
    "社会保障号码",
    "姓名",
    "性别",
    "出生日期",
    "险种",
    "参保单位信用代码",
    "参保区划",
    "缴费基数",
    "累计缴费月数",
    "参保状态",
    "更新时间",
)
PEOPLE = (NUMBER, NAME, SEX, BIRTH)
EMPLOYEE, RESIDENT = "城镇职工", "城乡居民"
PAYING, PAUSED, DRAWING, OVER = "参保缴费", "暂停缴费", "领取待遇", "终止"
SPELLINGS = {
    spelling.OLD: 0.02,
    spelling.MISSING: 0.004,
    spelling.WRONG_DIGIT: 0.003,
    spelling.SWAPPED: 0.0015,
}
STRANGER = "外来人员"
OF_SPOUSE_SHARE, OF_SPOUSE = 0.0005, "配偶的号码"
STRANGERS_WITHOUT_NUMBER = 0.05
MINIMUM_BASE, MAXIMUM_BASE = 2848.0, 14_238.0
"""Bounds of the monthly base in yuan: invented, of the order of 2018's in Shandong."""

EDITS = (
    Edit("姓名为空", "R001", "姓名", defects.always(None)),
    Edit("险种不在范围", "R004", "险种", defects.always("商业保险")),
    Edit("单位代码错一位", "R007", "参保单位信用代码", defects.swapped_digits, fits=bool),
    Edit("基数过大", "R005", "缴费基数", defects.always(999_999.0), fits=lambda cell: cell is not None),
    Edit("月数为负", "R005", "累计缴费月数", defects.always(-3)),
    Edit("2197年出生", "R005", "出生日期", defects.future_date),
    corrupt.DUPLICATE,
    Edit("全角编号", "", "个人编号", defects.full_width),
    Edit("紧凑日期", "", "出生日期", defects.compact_date),
)


class Insured:
    """Gathers the insured chunk by chunk into one file a county beside the city, and hands them in at the end."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._folder = city.out / ".people"
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._serial = 0
        self._rows: dict[str, int] = {}
        self._changing: list[pa.Table] = []
        firms = register.make_register(city, calendar.months_until(city.until))
        count = min(city.count(EMPLOYERS, at_least=2000), firms.counts.active)
        self._employers = pa.array(firms.table["credit_code"].to_numpy()[:count], pa.string())
        weight = firms.table["size"].to_numpy()[:count] ** 0.6
        self._employer_edges = np.cumsum(weight / weight.sum())
        self._employer_county = firms.table["county_code"].to_numpy()[:count]

    def gather(self, folk: Folk, is_dead: NDArray[np.bool_], number: int) -> None:
        """Adults of a chunk; the dead come at the end."""
        rng = self._city.stream("social_insurance_person", "chunk", str(number))
        age = folk.days_old("2018-05-31") / 365.25
        can_be = folk.persons.is_registered & ~is_dead & (age >= 16)
        rows = np.flatnonzero(can_be & (rng.random(len(age)) < ADULTS_SHARE))
        is_working_age = (age[rows] >= 18) & (age[rows] < 60)
        is_employee = rng.random(len(rows)) < np.where(is_working_age, EMPLOYEES_SHARE, 0.08)
        spouse = folk.spouse[rows]
        swap = np.flatnonzero((spouse != NOBODY) & (rng.random(len(rows)) < OF_SPOUSE_SHARE))
        of_spouse = dict(zip(swap.tolist(), folk.text(NUMBER, spouse[swap]).to_pylist(), strict=True))
        county = np.array([code[:6] for code in folk.text(VILLAGE, rows).to_pylist()])
        people = _people([folk.text(header, rows) for header in PEOPLE])
        self._add(rng, people, self._policies(rng, age[rows], is_employee, county), of_spouse)

    def _policies(
        self,
        rng: np.random.Generator,
        age: NDArray[np.float64],
        is_employee: NDArray[np.bool_],
        county: NDArray[np.str_],
    ) -> pa.Table:
        """What is insured: scheme, employer, base and months, as of the last change."""
        count = len(age)
        employer = np.searchsorted(self._employer_edges, rng.random(count)).clip(max=len(self._employers) - 1)
        is_old = age >= 60
        draw = rng.random(count)
        paused = np.where(is_employee, draw < 0.14, draw < 0.06)
        status = np.where(is_old, DRAWING, np.where(paused, PAUSED, PAYING))
        base = np.clip(np.round(np.exp(rng.normal(8.25, 0.42, count)), 2), MINIMUM_BASE, MAXIMUM_BASE)
        years = np.where(is_employee, np.minimum(np.maximum(age - 20, 0), 42), np.minimum(np.maximum(age - 16, 0), 7.5))
        months = np.floor(years * 12 * rng.uniform(0.2, 1, count)).astype(np.int64)
        back = np.minimum(rng.exponential(300.0, count), 2400.0).astype("timedelta64[D]")
        is_job = pa.array(is_employee)
        return pa.table(
            {
                "险种": pa.array(np.where(is_employee, EMPLOYEE, RESIDENT), pa.string()),
                "参保单位信用代码": pc.if_else(
                    is_job, self._employers.take(pa.array(employer)), pa.scalar(None, pa.string())
                ),
                "参保区划": pa.array(
                    np.where(is_employee, self._employer_county[employer].astype(str), county), pa.string()
                ),
                "缴费基数": pc.if_else(is_job, pa.array(base), pa.scalar(None, pa.float64())),
                "累计缴费月数": pa.array(months),
                "参保状态": pa.array(status, pa.string()),
                "更新时间": moments(LAST_DAY - back, rng),
            }
        )

    def _add(
        self, rng: np.random.Generator, people: pa.Table, policies: pa.Table, of_spouse: Mapping[int, str] | None = None
    ) -> pa.Table:
        """Number the records, spell their identities, and put them into the files of their counties."""
        county = np.array(policies["参保区划"].to_pylist())
        serial = np.arange(self._serial + 1, self._serial + people.num_rows + 1)
        self._serial += people.num_rows
        records = text_of(1_000_000_000 + serial)
        numbers = people[NUMBER].to_pylist()
        written, how = spelling.written_numbers(rng, numbers, SPELLINGS)
        for row, number in (of_spouse or {}).items():
            written[row], how[row] = number, OF_SPOUSE
        self._city.truth.know(spelling.known(OFFICE.resource, records.to_pylist(), numbers, how))
        table = pa.table(
            [
                records,
                pa.array([number or None for number in written], pa.string()),
                people[NAME],
                people[SEX],
                people[BIRTH],
                *policies.columns,
            ],
            names=list(HEADER),
        )
        for code in np.unique(county).tolist():
            self._write(code, table.filter(pa.array(county == code)))
        is_employee = pc.equal(table["险种"], EMPLOYEE).to_numpy()
        changing = np.flatnonzero(is_employee & (rng.random(len(county)) < CHANGED_A_MONTH))
        self._changing.append(table.take(pa.array(changing)))
        return table

    def _write(self, county: str, table: pa.Table) -> None:
        if county not in self._writers:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._writers[county] = pq.ParquetWriter(
                self._folder / f"{county}.parquet", table.schema, store_schema=False
            )
        self._writers[county].write_table(table)
        self._rows[county] = self._rows.get(county, 0) + table.num_rows

    def gather_newcomers(self, holders: Holders) -> None:
        """Holders of a permit who work here, and strangers whom no other department knows."""
        rng = self._city.stream("social_insurance_person", "newcomers")
        rows = np.flatnonzero(holders.works & (rng.random(len(holders)) < 0.6))
        age = (LAST_DAY - holders.birth[rows].astype("datetime64[D]")).astype(np.int64) / 365.25
        people = _people([holders.text(header).take(pa.array(rows)) for header in PEOPLE])
        codes = np.array([unit.code for unit in self._city.places.counties])
        county = codes[self._city.places.village_county[holders.village[rows]]]
        self._add(rng, people, self._policies(rng, age, np.ones(len(rows), dtype=bool), county))
        self._strangers(rng, self._city.count(STRANGERS, at_least=20), codes)

    def _strangers(self, rng: np.random.Generator, count: int, codes: NDArray[np.str_]) -> None:
        birth = np.datetime64("1998-01-01") - rng.integers(0, 38 * 365, count).astype("timedelta64[D]")
        is_male = rng.random(count) < 0.6
        year = birth.astype("datetime64[Y]").astype(np.int64) + 1970
        name = names.full_names(names.surnames(rng, count), names.given_names(rng, year, is_male))
        number = Numbers((STRANGER_AREA,)).issue(np.zeros(count, dtype=np.int64), birth, is_male)
        has_number = rng.random(count) >= STRANGERS_WITHOUT_NUMBER
        sex = pa.array(np.where(is_male, "男", "女"), pa.string())
        people = _people([pc.if_else(pa.array(has_number), number, ""), name, sex, pa.array(birth).cast(pa.string())])
        age = (LAST_DAY - birth).astype(np.int64) / 365.25
        county = codes[rng.integers(0, len(codes), count)]
        known = len(self._city.truth.identities)
        table = self._add(rng, people, self._policies(rng, age, np.ones(count, dtype=bool), county))
        # Whatever became of their numbers: nobody of the register stands behind these records.
        del self._city.truth.identities[known:]
        records = table[HEADER[0]].to_pylist()
        self._city.truth.know(Identity(OFFICE.resource, record, "person", "", STRANGER) for record in records)

    def gather_dead(self, dead: Dead) -> None:
        """Records of the dead: ended, those of May not yet, and some for whom an employer still pays."""
        rng = self._city.stream("social_insurance_person", "dead")
        age = (dead.died - dead.birth).astype(np.int64) / 365.25
        rows = np.flatnonzero((age >= 16) & (rng.random(len(age)) < DEAD_SHARE))
        is_working = (age[rows] >= 18) & (age[rows] < 60)
        is_long = dead.died[rows] < np.datetime64("2018-04-15")
        chosen = rng.permutation(np.flatnonzero(is_working & is_long))
        planted = chosen[: self._city.count(STILL_WORKING_DEAD, at_least=4)]
        old = rng.permutation(np.flatnonzero((age[rows] >= 60) & is_long))
        drawing = old[: self._city.count(STILL_DRAWING_DEAD, at_least=4)]
        is_employee = is_working & (rng.random(len(rows)) < EMPLOYEES_SHARE)
        is_employee[planted] = True
        county = np.array([code[:6] for code in dead.text(VILLAGE).take(pa.array(rows)).to_pylist()])
        policies = self._policies(rng, age[rows], is_employee, county)
        is_late = dead.died[rows] >= np.datetime64("2018-05-01")
        status = np.array(policies["参保状态"].to_pylist(), dtype=object)
        status[~is_late] = OVER
        status[planted], status[drawing] = PAYING, DRAWING
        changed = np.where(
            is_late, dead.died[rows] - np.timedelta64(30, "D"), np.minimum(dead.died[rows] + 20, LAST_DAY)
        )
        policies = policies.set_column(5, "参保状态", pa.array(status, pa.string()))
        policies = policies.set_column(6, "更新时间", moments(changed.astype("datetime64[D]"), rng))
        people = _people([dead.text(header).take(pa.array(rows)) for header in PEOPLE])
        table = self._add(rng, people, policies)
        self._changing.pop()
        over = table.take(pa.array(np.flatnonzero(is_late)))
        over = over.set_column(10, "参保状态", pa.array([OVER] * over.num_rows, pa.string()))
        self._changing.append(over)
        numbers, records = people[NUMBER].to_pylist(), table[HEADER[0]].to_pylist()
        kinds = [("insured_after_death", row) for row in planted.tolist()]
        kinds += [("pension_after_death", row) for row in drawing.tolist()]
        for kind, row in kinds:
            self._city.truth.event(
                kind,
                resource=OFFICE.resource,
                record=records[row],
                id_number=numbers[row],
                died_on=str(dead.died[rows[row]]),
            )

    def deliver(self) -> None:
        """The files of all counties, then the month's changes in one."""
        for writer in self._writers.values():
            writer.close()
        files = {f"canbao_{code}.parquet": self._moved(code) for code in sorted(self._writers)}
        folder = hand_in(self._city, OFFICE.initial("monthly"), files, sum(self._rows.values()))
        shutil.rmtree(self._folder)
        for code in sorted(self._writers):
            soil(self._city, folder, f"canbao_{code}.parquet", EDITS, parquet_editor, rows=self._rows[code])
        for month in months_due(self._city):
            table = self._changes(month)
            file = f"canbao_{month}.parquet"
            batch = OFFICE.monthly(month)
            folder = hand_in(self._city, batch, {file: _written(table)}, len(table))
            soil(self._city, folder, file, EDITS, parquet_editor, rows=len(table))

    def _moved(self, county: str) -> Callable[[Path], None]:
        def move(path: Path) -> None:
            shutil.move(self._folder / f"{county}.parquet", path)

        return move

    def _changes(self, month: np.datetime64) -> pa.Table:
        """Some pause, some get another base; whoever died in May has ended."""
        rng = self._city.stream("social_insurance_person", "month", str(month))
        table = pa.concat_tables(self._changing)
        is_over = pc.equal(table["参保状态"], OVER)
        base = np.round(
            np.clip(table["缴费基数"].to_numpy() * rng.uniform(0.95, 1.2, len(table)), MINIMUM_BASE, MAXIMUM_BASE), 2
        )
        is_paused = pa.array(rng.random(len(table)) < 0.3)
        status = pc.if_else(is_over, OVER, pc.if_else(is_paused, PAUSED, table["参保状态"]))
        day = month.astype("datetime64[D]") + rng.integers(0, 28, len(table)).astype("timedelta64[D]")
        values = {
            "缴费基数": pc.if_else(pc.is_valid(table["缴费基数"]), pa.array(base), pa.scalar(None, pa.float64())),
            "参保状态": status,
            "更新时间": moments(day, rng),
        }
        for header, value in values.items():
            table = table.set_column(HEADER.index(header), header, value)
        return table


def _written(table: pa.Table) -> Callable[[Path], None]:
    return lambda path: delivery.write_parquet(path, table)


def _people(columns: Sequence[pa.Array]) -> pa.Table:
    return pa.table(list(columns), names=list(PEOPLE))
