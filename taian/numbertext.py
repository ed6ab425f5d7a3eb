"""Numbers as people write them in tables: 1,234.5 · 12% · 3.4亿 · １２ · (1,234) · 12,5 · 1 234.

A column is read as a whole, because its cells explain each other: a unit that stands in every cell is the column's
own unit and stays with it (12.5% is 12.5, 2000万元 is 2000); where only some cells carry 万 or 亿, all become the base
unit.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MISSING = (
    *("", "-", "--", "---", "—", "——", "–", "...", "……", "/", "\\", "*", "**", ".", "?"),
    *("na", "n/a", "nan", "null", "none", "nil", "(null)", "<na>", "nat", "missing"),
    *("无", "缺", "缺失", "空", "未知", "不详", "#n/a", "#div/0!", "#value!", "#ref!", "#num!", "#name?", "#null!"),
)
"""What people and programs write where they have no number, in lower case."""

SCALES = {"百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9, "百亿": 1e10}
SCALES |= {"万亿": 1e12}
_MEASURES = (
    "元|人民币|人|户|家|个|件|辆|台|吨|公斤|千克|千瓦时|kWh|度|亩|公顷|平方米|平方公里|立方米|米|公里|"
    "千米|天|小时|次|万千瓦|千瓦|岁|股|份|套|张|头|只|%|‰|个百分点|pp|t|kg|m|km|m2|m3|yuan|RMB|CNY|USD|EUR"
)
_WHOLE = r"\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d{1,3}(?:'\d{3})+|\d+"
_NUMBER = rf"[-+]?(?:(?:{_WHOLE})(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|[-+]?inf(?:inity)?"
_SCALE = "|".join(sorted(SCALES, key=len, reverse=True))
_WRITTEN = rf"^(?:[¥$€£]|RMB|CNY|USD)? ?(?P<number>{_NUMBER}) ?(?P<scale>{_SCALE})?(?P<unit>{_MEASURES})?$"
_PLAIN = r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$"
_COMMA_DECIMAL = r"^[-+]?(\d{1,3}(\.\d{3})+|\d+),\d+$"
_GROUPED = r"^[-+]?\d{1,3}(,\d{3})+$"
_POINT_DECIMAL = r"\.(\d{1,2}|\d{4,})$"
_SAFE_DIGITS = 15
"""A float64 holds every integer of 15 digits; longer ones are numbers of identity, of accounts, of meters."""


@dataclass(frozen=True)
class Numbers:
    """A column read as numbers, one entry a row; NaN where there is none."""

    values: Floats
    unit: str = ""
    """Unit that stood in every cell (``%``, ``万元``); the values are in it."""
    is_rescaled: bool = False
    """Some cells carried 百 to 万亿 and others not: all are in the base unit."""
    unreadable: Integers = field(default_factory=lambda: np.array([], dtype=np.int64))
    """Rows whose cell is a text and no number."""
    infinite: Integers = field(default_factory=lambda: np.array([], dtype=np.int64))
    """Rows whose cell was infinite; it counts as unknown."""


def read_numbers(cells: pa.ChunkedArray) -> Numbers:
    """Read a column of texts (null: empty) or of any numeric type."""
    if not _is_text(cells.type):
        return _finite(Numbers(_float64(cells)))
    try:
        return _finite(Numbers(_float64(cells)))
    except pa.ArrowInvalid:
        return _read_texts(pc.utf8_trim_whitespace(cells))


def _read_texts(cells: pa.ChunkedArray) -> Numbers:
    """Plain numbers at once, the distinct other texts one by one."""
    plain = pc.fill_null(pc.match_substring_regex(cells, _PLAIN), False)
    odd = pc.and_(pc.invert(plain), pc.is_valid(cells))
    rows = np.flatnonzero(odd.to_numpy()).astype(np.int64)
    texts = pc.dictionary_encode(pc.filter(cells, odd)).combine_chunks()
    distinct = _normal(texts.dictionary)
    if _writes_decimal_commas(cells, distinct):
        return read_numbers(_with_points(cells))
    values = _float64(pc.if_else(plain, cells, None))
    return _finite(_with_odd(values, rows, texts.indices.to_numpy(), distinct, has_plain=pc.any(plain).as_py()))


def is_quantity(cells: pa.ChunkedArray, numbers: Numbers) -> bool:
    """Whether a column nobody named holds quantities: mostly numbers, and not codes, which keep leading zeros or have
    more digits than any quantity."""
    if pa.types.is_boolean(cells.type):
        return False
    filled = len(cells) - cells.null_count
    known = int(np.isfinite(numbers.values).sum())
    if known == 0 or known < (filled - len(numbers.unreadable)) / 2 or len(numbers.unreadable) > known:
        return False
    some = numbers.values[np.isfinite(numbers.values)][:1000]
    if not _is_text(cells.type) or not np.array_equal(some, np.floor(some)):
        return True
    codes = pc.match_substring_regex(cells, rf"^\s*(0\d+|\d{{{_SAFE_DIGITS + 1},}})\s*$")
    return not pc.any(codes).as_py()


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _float64(cells: pa.ChunkedArray | pa.Array) -> Floats:
    values = pc.cast(cells, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.array(values, dtype=np.float64)


def _finite(numbers: Numbers) -> Numbers:
    """Infinities become unknown and are counted."""
    infinite = np.flatnonzero(np.isinf(numbers.values)).astype(np.int64)
    if infinite.size == 0:
        return numbers
    numbers.values[infinite] = np.nan
    return replace(numbers, infinite=infinite)


def _normal(texts: pa.Array) -> pa.Array:
    """Half-width, one kind of minus, brackets as a minus, no apostrophe that made a spreadsheet keep a text."""
    texts = pc.utf8_trim_whitespace(pc.utf8_normalize(texts, form="NFKC"))
    texts = pc.replace_substring_regex(texts, "^[−▲△]", "-")
    texts = pc.replace_substring_regex(texts, "^'", "")
    return pc.replace_substring_regex(texts, r"^\((.*\d.*)\)$", r"-\1")


def _writes_decimal_commas(cells: pa.ChunkedArray, distinct: pa.Array) -> bool:
    """12,5 with a comma for the point: some cell cannot be thousands, and no cell has a decimal point."""
    commas = pc.match_substring_regex(distinct, _COMMA_DECIMAL)
    grouped = pc.match_substring_regex(distinct, _GROUPED)
    if not pc.any(pc.and_(commas, pc.invert(grouped))).as_py():
        return False
    return not pc.any(pc.match_substring_regex(cells, _POINT_DECIMAL)).as_py()


def _with_points(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.replace_substring(pc.replace_substring(cells, ".", ""), ",", ".")


def _with_odd(values: Floats, rows: Integers, codes: Integers, distinct: pa.Array, *, has_plain: bool) -> Numbers:
    """Put the cells that are not plain numbers in their rows; ``codes`` says which of ``distinct`` each of them is."""
    missing = pc.is_in(pc.utf8_lower(distinct), pa.array(MISSING)).to_numpy(zero_copy_only=False)
    parts = pc.extract_regex(pc.replace_substring_regex(distinct, "(?i)^([-+]?)∞$", r"\1inf"), "(?i)" + _WRITTEN)
    number = pc.replace_substring_regex(pc.struct_field(parts, "number"), "[,' ]", "")
    found = _float64(number)
    scale = np.array(pc.fill_null(pc.struct_field(parts, "scale"), "").to_pylist(), dtype=object)
    unit = np.array(pc.fill_null(pc.struct_field(parts, "unit"), "").to_pylist(), dtype=object)
    is_number = ~np.isnan(found) & ~missing
    suffixes = {f"{s}{u}" for s, u in zip(scale[is_number], unit[is_number], strict=True)} | (
        {""} if has_plain else set()
    )
    is_rescaled = len(suffixes) > 1 and any(scale[is_number])
    if is_rescaled:
        found = found * np.array([SCALES.get(s, 1.0) for s in scale])
    bases = {str(u) for u in unit[is_number]}
    own = next(iter(suffixes)) if len(suffixes) == 1 else (next(iter(bases - {""})) if len(bases - {""}) == 1 else "")
    values[rows] = np.where(is_number, found, np.nan)[codes]
    return Numbers(values, own, is_rescaled, rows[(~is_number & ~missing)[codes]])
