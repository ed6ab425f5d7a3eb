"""Names of legal persons as they are compared, as DuckDB macros.

``plain(x)``  half-width capitals without spaces, brackets and punctuation
``key(x)``    plain, 有限责任公司 as 有限公司, without the province and city in front: equal keys are the same name
``core_of_key(k)`` a key without county and legal form: 岱穗澜食品 of 泰安市宁阳岱穗澜食品有限责任公司
``county_in(k)`` the county a key begins or ends with (宁阳 of 宁阳县第一中学), null where it names none
``dice(a, b)`` likeness of two texts by pairs of neighbouring characters, 0 to 1 (Dice, Ecology 26, 1945);
``dice_of_pairs(pairs(a), b, pairs(b))`` the same, where the pairs are at hand

DuckDB's own Levenshtein and Jaro-Winkler count bytes, of which a Chinese character has three: no name meets them.
"""

from collections.abc import Iterable

_FULL = "（）［］【】〔〕－＆．，" + "".join(
    map(chr, (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)))
)
_HALF = "()[][][]-&.," + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NOISE = r"[\s()\[\]<>《》.,，。、·•\-—_＿'" "“”‘’]"
_FORMS = "有限公司|股份公司|集团公司|集团|公司|厂"


def _either(words: Iterable[str]) -> str:
    """A pattern for any of these words, longer ones first."""
    return "|".join(sorted(set(words), key=lambda word: (-len(word), word)))


def short_places(places: Iterable[str]) -> list[str]:
    """Each place with and without 市, 区, 县: 宁阳县, 宁阳."""
    return [name for place in places for name in {place, place.rstrip("市区县")} if len(name) > 1]


def macros(province: str, city: str, counties: Iterable[str]) -> str:
    """The macros for a city, whose places are no part of a name."""
    counties = tuple(counties)
    places, short = _either(short_places([city, *counties])), _either(name.rstrip("市区县") for name in counties)
    return f"""
    CREATE MACRO plain(x) AS
        regexp_replace(upper(translate(x, '{_FULL}', '{_HALF}')), '{_NOISE.replace("'", "''")}', '', 'g');
    CREATE MACRO with_form(x) AS replace(replace(x, '有限责任公司', '有限公司'), '股份有限公司', '股份公司');
    CREATE MACRO key(x) AS regexp_replace(with_form(plain(x)), '^(?:{province})?(?:{city})?(.)', '\\1');
    CREATE MACRO without_place(x) AS regexp_replace(regexp_replace(x, '^(?:{places})', ''), '(?:{places})$', '');
    CREATE MACRO core_of_key(k) AS coalesce(nullif(regexp_replace(without_place(k), '(?:{_FORMS})$', ''), ''), k);
    CREATE MACRO county_in(k) AS nullif(coalesce(
        nullif(regexp_extract(k, '^(?:{short})'), ''), regexp_extract(k, '({short})[市区县]?$', 1)), '');
    CREATE MACRO pairs(x) AS
        list_distinct(list_transform(range(1, greatest(length(x), 2)), lambda i: substr(x, i, 2)));
    CREATE MACRO dice_of_pairs(a_pairs, b, b_pairs) AS
        2.0 * len(list_filter(a_pairs, lambda pair: contains(b, pair))) / (len(a_pairs) + len(b_pairs));
    CREATE MACRO dice(a, b) AS CASE WHEN a = b THEN 1.0 ELSE dice_of_pairs(pairs(a), b, pairs(b)) END;
    """
