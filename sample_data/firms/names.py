"""Invented names: trade names that no register holds, and the spellings one firm goes by in different offices."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sample_data import names as people
from sample_data.firms.codes import distinct

Objects = NDArray[np.object_]

_FIRST = "岱汶徂蒙嶅柴淄洸康瀛弘灏衍璟煜骏昱翊澄祺朔霁澜珩峤晟铎钧栩砺彧曜堃垚焱鑫淼犇喆昊旻暄琰瑄祎翀翰菁蓁蕴衡"
_SECOND = "穗禾麦粟谷稷黍桑柘梓楠槐榆桐柏枫杉樟椿栎梧棣棠槿桂荷莲芷蕙兰芸茂芃蔚葳菀萱芊苒茗荃葆菖蒲薇芙蓉苇"
_THIRD = "澜源泉溪涧浦津渡洲浔沅沛泽润涵泓洋瀚汇淳澄溥洁浩渤湍汀渊沧漪汐潼洛滨灵沐沁涟湛淇渌滢浚泠溶漾溯濂"
"""Trade names are one character of each list: plausible, and together never a word."""

_SUFFIXES = ("有限公司", "有限责任公司", "股份有限公司", "厂")


@dataclass(frozen=True)
class FirmNames:
    """Names in their parts, so that other offices can spell them in other ways."""

    county: Objects
    trade: Objects
    business: Objects
    suffix: Objects

    def registered(self) -> Objects:
        """As the register writes it: 泰安市宁阳县… is shortened to the county."""
        return np.asarray(self.county + self.trade + self.business + self.suffix)

    def with_city(self) -> Objects:
        """As the tax office writes it: the city in front, 有限公司 written out."""
        suffix = np.where(self.suffix == "有限公司", "有限责任公司", self.suffix)
        return np.asarray("泰安市" + self.county + self.trade + self.business + suffix)

    def short(self) -> Objects:
        """As the meter reader writes it: no legal form, the place in full-width brackets."""
        return np.asarray(self.trade + self.business + "（" + self.county + "）")


def _letters(text: str) -> Objects:
    return np.array(list(text), dtype=object)


def trade_names(rng: np.random.Generator, count: int) -> Objects:
    """Three-character trade names, different as long as the combinations last."""
    first, second, third = _letters(_FIRST), _letters(_SECOND), _letters(_THIRD)
    limit = len(first) * len(second) * len(third)
    number = distinct(rng, count, limit) if count < limit // 2 else rng.integers(0, limit, size=count)
    high, low = np.divmod(number, len(third))
    return np.asarray(first[high // len(second)] + second[high % len(second)] + third[low])


def firm_names(rng: np.random.Generator, county: Objects, business: Objects, is_sole: NDArray[np.bool_]) -> FirmNames:
    """Names for firms of ``county`` (泰安, 宁阳, …) in the trade ``business`` (食品, 机械; 小吃店 of a sole trader)."""
    count = len(county)
    trade = trade_names(rng, count)
    suffix = np.array(_SUFFIXES, dtype=object)[rng.choice(len(_SUFFIXES), size=count, p=[0.78, 0.1, 0.06, 0.06])]
    empty = np.full(count, "", dtype=object)
    return FirmNames(county, trade, business, np.where(is_sole, empty, suffix))


def former_names(rng: np.random.Generator, firms: FirmNames, may_have: NDArray[np.bool_]) -> Objects:
    """The name a firm had before, "" for most: another trade name, another trade, or another legal form."""
    count = len(firms.trade)
    draw = np.where(may_have, rng.random(count), 1.0)
    trade, business = trade_names(rng, count), rng.permutation(firms.business)
    other_form = np.where(firms.suffix == "有限公司", "厂", "有限公司")
    renamed = firms.county + trade + firms.business + firms.suffix
    moved = firms.county + firms.trade + business + firms.suffix
    reformed = firms.county + firms.trade + firms.business + other_form
    former = np.select([draw < 0.04, draw < 0.06, draw < 0.08], [renamed, moved, reformed], default="")
    return np.asarray(np.where(former == firms.registered(), "", former), dtype=object)


def person_names(rng: np.random.Generator, count: int) -> Objects:
    """Names of representatives, adults of both sexes."""
    born = rng.integers(1950, 1993, size=count)
    given = people.given_names(rng, born, rng.random(count) < 0.72)
    full = people.full_names(people.surnames(rng, count), given)
    return np.array(full.to_pylist(), dtype=object)
