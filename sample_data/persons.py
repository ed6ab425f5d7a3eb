"""The registered persons of the sample city, chunk by chunk, as the police office's export shows them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sample_data import names, population
from sample_data.context import City
from sample_data.identity import Numbers
from sample_data.places import Places

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

WHOLE_CITY = 5_472_217
LEFT_SHARE = 0.026
"""Records of persons who died or moved away stay in the register: this many for each registered person."""
CANCELLED_SHARE = 0.6
"""Of those, the share cancelled by death."""
PERSONS_A_CHUNK = 250_000
MEAN_DAYS_UNCHANGED = 1100.0
"""How long a record lies before somebody touches it again."""
WATCHED_DAYS = 881
"""From 2016-01-01 to the last day of the initial export."""

HEADERS = (
    "公民身份号码",
    "姓名",
    "性别",
    "民族",
    "出生日期",
    "户号",
    "村居代码",
    "户籍地址",
    "婚姻状况",
    "户籍状态",
    "更新时间",
)
REGISTERED, MOVED_OUT, CANCELLED = "在册", "迁出", "注销"

HUI_VILLAGE_SHARE = 0.016
MINORITIES = (
    ("03", 0.0045),
    ("11", 0.0012),
    ("02", 0.0005),
    ("06", 0.0004),
    ("10", 0.0003),
    ("08", 0.0003),
    ("07", 0.0002),
)
"""GB/T 3304 codes of households outside 回族 villages; everybody else is 01 汉族."""


@dataclass(frozen=True)
class Persons:
    """Rows of the register and, beside them, what later generators need to know about each."""

    table: pa.Table
    birth: NDArray[np.datetime64]
    is_male: Flags
    village: Integers
    is_registered: Flags
    is_married: Flags

    def __len__(self) -> int:
        return len(self.birth)

    def take(self, rows: Integers) -> "Persons":
        """Those rows, in that order."""
        return Persons(
            self.table.take(pa.array(rows)),
            self.birth[rows],
            self.is_male[rows],
            self.village[rows],
            self.is_registered[rows],
            self.is_married[rows],
        )


def joined(parts: list[Persons]) -> Persons:
    """All parts in one."""
    return Persons(
        pa.concat_tables([part.table for part in parts]),
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("birth", "is_male", "village", "is_registered", "is_married")
        ),
    )


def village_addresses(places: Places) -> pa.Array:
    """Where each village is, in words: 泰安市泰山区岱庙街道东湖社区."""
    town = np.array([place.name for place in places.townships])[places.village_township]
    county = np.array([place.name for place in places.counties])[places.village_county]
    short = [name.removesuffix("村委会").removesuffix("居委会") or name for name in places.village_name.tolist()]
    ended = [
        name if name.endswith(("村", "社区", "庄", "屯")) or not flag else name + "村"
        for name, flag in zip(short, ~places.village_is_urban, strict=True)
    ]
    return pa.array([f"泰安市{c}{t}{v}" for c, t, v in zip(county, town, ended, strict=True)])


def text_of(numbers: Integers, width: int = 0) -> pa.Array:
    """Whole numbers as text, filled with zeros to ``width``."""
    text = pa.array(numbers).cast(pa.string())
    return pc.utf8_lpad(text, width, "0") if width else text


def join(*parts: pa.Array | str) -> pa.Array:
    """Text columns and constants, row by row in one string."""
    return pc.binary_join_element_wise(*parts, "")


def moments(day: NDArray[np.datetime64], rng: np.random.Generator) -> pa.Array:
    """Office hours of each day as ``2018-06-05 09:41:07``."""
    second = rng.integers(8 * 3600 + 1800, 17 * 3600 + 1800, len(day))
    at = day.astype("datetime64[s]") + second.astype("timedelta64[s]")
    return pa.array(at).cast(pa.string())


class Register:
    """Draws the register of one city; remembers the numbers given out, so that newborns get new ones."""

    def __init__(self, city: City) -> None:
        self._city = city
        self.places = city.places
        self.numbers = Numbers(tuple(county.sample_code for county in self.places.counties))
        self.addresses = village_addresses(self.places)
        self._households = np.zeros(len(self.places.counties), dtype=np.int64)
        self._is_hui = city.stream("resident", "hui").random(len(self.places.village_code)) < HUI_VILLAGE_SHARE
        self.registered = city.count(WHOLE_CITY, at_least=1000)
        self.total = self.registered + round(self.registered * LEFT_SHARE)

    def chunks(self) -> Iterator[Persons]:
        """Everybody, village by village, in chunks of bounded size."""
        share = self.places.village_share
        edges = np.round(np.cumsum(share) / share.sum() * self.total).astype(np.int64)
        quota = np.diff(np.r_[0, edges])
        left = np.round(edges * (1 - self.registered / self.total)).astype(np.int64)
        first = 0
        while first < len(quota):
            begin = edges[first] - quota[first]
            last = int(np.searchsorted(edges, begin + PERSONS_A_CHUNK, side="right"))
            last = min(max(last, first + 1), len(quota))
            leavers = int(left[last - 1] - (left[first - 1] if first else 0))
            yield self._chunk(first, quota[first:last], leavers)
            first = last

    def _chunk(self, first: int, quota: Integers, leavers: int) -> Persons:
        rng = self._city.stream("resident", "chunk", str(first))
        wanted = int(quota.sum())
        homes = population.make_households(rng, round(wanted / 2.4) + 200)
        homes = homes.cut(wanted)
        starts = np.flatnonzero(np.r_[True, homes.household[1:] != homes.household[:-1]])
        home = np.cumsum(np.r_[False, homes.household[1:] != homes.household[:-1]])
        village_of_home = first + np.searchsorted(np.cumsum(quota), starts, side="right")
        return self._persons(rng, homes, home, village_of_home, leavers)

    def _persons(
        self,
        rng: np.random.Generator,
        homes: population.Households,
        home: Integers,
        village_of_home: Integers,
        leavers: int,
    ) -> Persons:
        village = village_of_home[home]
        county = self.places.village_county[village]
        birth, is_male, role = homes.birth.copy(), homes.is_male, homes.role
        namesakes = self._plant_namesakes(birth, is_male, role, county)
        ethnicity = self._ethnicity(rng, village_of_home)[home]
        name = self._names(rng, homes, home, ethnicity == "03")
        if namesakes is not None:
            rows = np.arange(len(home))
            rows[namesakes[1]] = namesakes[0]
            name = name.take(pa.array(rows))
        marital = _marital(rng, homes, home)
        status = _status(rng, birth, leavers)
        number = self.numbers.issue(self._issued_in(rng, county, role), birth, is_male)
        table = pa.table(
            [
                number,
                name,
                pa.array(np.where(is_male, "男", "女")),
                pa.array(ethnicity),
                pa.array(birth).cast(pa.string()),
                self.new_households(village_of_home).take(pa.array(home)),
                pa.array(self.places.village_code[village]),
                self.home_addresses(rng, village_of_home).take(pa.array(home)),
                pa.array(marital).dictionary_encode().cast(pa.string()),
                pa.array(status),
                moments(_updated(rng, birth, status), rng),
            ],
            names=list(HEADERS),
        )
        if namesakes is not None:
            numbers = [number[int(row)].as_py() for row in namesakes]
            self._city.truth.event("two_persons_one_name_and_birthday", resource="resident", id_numbers=numbers)
        return Persons(table, birth, is_male, village, status == REGISTERED, marital == "已婚")

    def _plant_namesakes(
        self, birth: NDArray[np.datetime64], is_male: Flags, role: Integers, county: Integers
    ) -> tuple[int, int] | None:
        """Give a man of the last county in the first chunk with two counties the birthday of one of the first."""
        if any(event["kind"] == "two_persons_one_name_and_birthday" for event in self._city.truth.events):
            return None
        heads = np.flatnonzero(is_male & (role == population.HEAD))
        one, other = int(heads[0]), int(heads[-1])
        if county[one] == county[other]:
            return None
        birth[other] = birth[one]
        return one, other

    def _ethnicity(self, rng: np.random.Generator, village_of_home: Integers) -> NDArray[np.str_]:
        draw = rng.random(len(village_of_home))
        codes = np.array([code for code, _ in MINORITIES] + ["01"])
        edges = np.cumsum([share for _, share in MINORITIES])
        ordinary = codes[np.searchsorted(edges, draw, side="right")]
        return np.where(self._is_hui[village_of_home] & (draw < 0.6), "03", ordinary)

    def _names(self, rng: np.random.Generator, homes: population.Households, home: Integers, is_hui: Flags) -> pa.Array:
        count = int(home[-1]) + 1
        hui_home = np.zeros(count, dtype=bool)
        hui_home[home[is_hui]] = True
        family = names.surnames(rng, count, is_hui=hui_home).take(pa.array(home))
        own = names.surnames(rng, len(home), is_hui=is_hui)
        married_in = np.isin(homes.role, (population.WIFE, population.MOTHER))
        lone = homes.template[homes.household] == len(population.TEMPLATES) - 1
        # The child of a mother alone bears its father's name.
        married_in |= lone & (homes.role == population.LONE_PARENT) & ~homes.is_male
        year = homes.birth.astype("datetime64[Y]").astype(np.int64) + 1970
        surname = pc.if_else(pa.array(married_in), own, family)
        return names.full_names(surname, names.given_names(rng, year, homes.is_male))

    def _issued_in(self, rng: np.random.Generator, county: Integers, role: Integers) -> Integers:
        """County that issued the number: mostly one's own, for wives more often another."""
        elsewhere = rng.random(len(county)) < np.where(role == population.WIFE, 0.14, 0.04)
        return np.where(elsewhere, rng.integers(0, len(self.places.counties), len(county)), county)

    def new_households(self, village_of_home: Integers) -> pa.Array:
        """County code and a running number of six digits."""
        county = self.places.village_county[village_of_home]
        numbers = np.empty(len(county), dtype=np.int64)
        for index, unit in enumerate(self.places.counties):
            chosen = np.flatnonzero(county == index)
            numbers[chosen] = int(unit.code) * 1_000_000 + self._households[index] + 1 + np.arange(len(chosen))
            self._households[index] += len(chosen)
        return text_of(numbers)

    def home_addresses(self, rng: np.random.Generator, village_of_home: Integers) -> pa.Array:
        """Village and house number; in towns building, entrance and flat."""
        count = len(village_of_home)
        prefix = self.addresses.take(pa.array(village_of_home))
        house = join(prefix, text_of(rng.integers(1, 400, count)), "号")
        flat = text_of(rng.integers(1, 7, count) * 100 + rng.integers(1, 5, count))
        building = text_of(rng.integers(1, 31, count))
        entrance = text_of(rng.integers(1, 6, count))
        town = join(prefix, building, "号楼", entrance, "单元", flat, "室")
        return pc.if_else(pa.array(self.places.village_is_urban[village_of_home]), town, house)


def _marital(rng: np.random.Generator, homes: population.Households, home: Integers) -> NDArray[np.str_]:
    role, count = homes.role, len(home)
    age = (population.LAST_BIRTH - homes.birth).astype(np.int64) / 365.25
    draw = rng.random(count)
    widowed_mother = (role == population.MOTHER) & (
        homes.template[homes.household] == population.WIDOWED_MOTHER_TEMPLATE
    )
    married = np.isin(role, (population.HEAD, population.WIFE, population.FATHER, population.MOTHER)) & ~widowed_mother
    single = np.isin(role, (population.SINGLE_MAN, population.SINGLE_WOMAN))
    result = np.full(count, "未婚", dtype="<U3")
    result[married] = "已婚"
    result[np.isin(role, (population.WIDOW, population.WIDOWER)) | widowed_mother] = "丧偶"
    result[single & (age > 33) & (draw < 0.45)] = "离婚"
    result[role == population.LONE_PARENT] = "离婚"
    result[(role == population.LONE_PARENT) & (draw < 0.2)] = "丧偶"
    result[(age >= 18) & (rng.random(count) < 0.01)] = "未说明"
    return result


def _status(rng: np.random.Generator, birth: NDArray[np.datetime64], leavers: int) -> NDArray[np.str_]:
    """Exactly ``leavers`` persons who are no longer registered: the old by death, the young by moving."""
    age = (population.LAST_BIRTH - birth).astype(np.int64) / 365.25
    dead = round(leavers * CANCELLED_SHARE)
    status = np.full(len(birth), REGISTERED)
    # Gumbel noise on log weights: the largest keys are a weighted sample without replacement.
    by_age = 0.09 * age + rng.gumbel(size=len(age))
    status[np.argsort(by_age)[len(age) - dead :]] = CANCELLED
    by_youth = np.where(status == REGISTERED, -((age - 26) ** 2) / 120.0 + rng.gumbel(size=len(age)), -np.inf)
    status[np.argsort(by_youth)[len(age) - (leavers - dead) :]] = MOVED_OUT
    return status


def _updated(
    rng: np.random.Generator, birth: NDArray[np.datetime64], status: NDArray[np.str_]
) -> NDArray[np.datetime64]:
    """Day of the last change: recent ones are more frequent, never before the person was born.

    The records cancelled by death are those of the months that the city is watched, evenly.
    """
    draw = rng.exponential(MEAN_DAYS_UNCHANGED, len(birth))
    evenly = (1 - np.exp(-draw / MEAN_DAYS_UNCHANGED)) * WATCHED_DAYS
    back = np.where(status == CANCELLED, evenly, np.minimum(draw, 4800.0)).astype("timedelta64[D]")
    return np.maximum(population.LAST_BIRTH - back, birth)
