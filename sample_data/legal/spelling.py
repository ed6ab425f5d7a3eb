"""What an office makes of a name: other places in it, another legal form, a wrong character, the name of years ago."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sample_data.firms.names import trade_names

Objects = NDArray[np.object_]

SHARES = {
    "registered": 0.63,
    "with_city": 0.07,
    "other_form": 0.05,
    "short": 0.04,
    "no_place": 0.04,
    "bracketed": 0.03,
    "misspelt": 0.05,
    "abbreviated": 0.02,
    "truncated": 0.02,
    "noted": 0.02,
    "forgotten": 0.015,
    "former": 0.015,
}
"""How names are written: ``forgotten`` is a former name that the register does not hold, ``former`` one that it does;
only who has one can be filed under it, and two in five of those still are.
"""
KINDS = tuple(SHARES)
FORMER = 0.4
LONGEST = 9
"""Characters that fit into an old system's field of 18 bytes."""
NOTES = ("（老户）", "（新）", "（一部）", "（已迁址）", "*")

_LIKE = (
    "岱代 汶文 徂租 蒙濛 柴紫 淄湽 康庚 瀛赢 弘宏 灏浩 衍珩 璟景 煜昱 骏俊 翊羿 澄橙 祺琪 朔塑 "
    "霁济 澜兰 峤桥 晟盛 铎泽 钧均 栩翊 砺励 曜耀 堃坤 鑫金 淼森 喆哲 旻昊 琰炎 瑄宣 祎伟 翀冲 "
    "翰瀚 菁青 蓁秦 蕴韵 衡恒 穗惠 禾和 麦脉 粟栗 稷积 桑嗓 柘拓 梓子 楠南 槐怀 榆瑜 桐同 柏百 "
    "枫丰 杉衫 樟章 椿春 栎乐 梧吾 棣隶 棠唐 桂贵 荷何 莲连 芷止 蕙惠 兰岚 芸云 茂懋 萱宣 茗铭 "
    "源原 泉全 溪西 涧润 浦普 津金 渡度 洲州 沅元 泽择 涵含 泓弘 洋阳 汇会 淳纯 溥普 洁杰 渤勃 "
    "湍喘 汀丁 渊源 沧苍 潼童 洛络 滨宾 灵玲 沁心 涟连 湛甚 浚俊 溶容 溯朔 "
)
LIKE = {pair[0]: pair[1] for pair in _LIKE.split()}
"""Characters that a clerk confuses: they sound or look alike."""
_CITY = "泰安市"


def _misspelt(rng: np.random.Generator, cores: Objects) -> Objects:
    """One of the first three characters written as another one, or left out where nothing looks like it."""
    place = rng.integers(0, 3, size=len(cores))
    out = []
    for core, at in zip(cores, place, strict=True):
        out.append(core[:at] + LIKE.get(core[at], "") + core[at + 1 :])
    return np.array(out, dtype=object)


def kinds(rng: np.random.Generator, subjects: pd.DataFrame) -> Objects:
    """How each subject's name is written, one of ``KINDS``."""
    count = len(subjects)
    chosen = np.array(KINDS, dtype=object)[rng.choice(len(KINDS), size=count, p=list(SHARES.values()))]
    has_former = subjects["former_name"].to_numpy() != ""
    chosen = np.where(has_former & (rng.random(count) < FORMER), "former", chosen)
    chosen = np.where(~has_former & (chosen == "former"), "registered", chosen)
    # Only firms have a legal form to change and a trade name to go by.
    no_form = (subjects["form"].to_numpy() == "") & np.isin(chosen, ("other_form", "abbreviated", "forgotten"))
    return np.asarray(np.where(no_form, "registered", chosen), dtype=object)


def _other_form(form: Objects) -> Objects:
    known = ("有限公司", "有限责任公司", "股份有限公司")
    written = ("有限责任公司", "有限公司", "股份公司")
    return np.select([form == name for name in known], list(written), default="有限公司").astype(object)


def _cut(names: Objects, length: int) -> Objects:
    return np.array([name[:length] for name in names], dtype=object)


def spelled(rng: np.random.Generator, subjects: pd.DataFrame, kind: Objects) -> Objects:
    """The names as the office writes them."""
    place, core, form = (subjects[name].to_numpy(dtype=object) for name in ("place", "core", "form"))
    registered, count = subjects["name"].to_numpy(dtype=object), len(subjects)
    has_city = np.char.startswith(place.astype(str), _CITY)
    business = np.array([name[3:] for name in core], dtype=object)
    written = {
        "registered": registered,
        "with_city": np.where(has_city, "山东省", _CITY).astype(object) + place + core + form,
        "other_form": place + core + _other_form(form),
        "short": core + "（" + place + "）",
        "no_place": core + form,
        "bracketed": "（" + place + "）" + core + form,
        "misspelt": place + _misspelt(rng, core) + form,
        "abbreviated": place + _cut(core, 3) + "公司",
        "truncated": _cut(registered, LONGEST),
        "noted": registered + np.array(NOTES, dtype=object)[rng.integers(0, len(NOTES), size=count)],
        "forgotten": place + trade_names(rng, count) + business + form,
        "former": subjects["former_name"].to_numpy(dtype=object),
    }
    return np.asarray(np.select([kind == name for name in KINDS], [written[name] for name in KINDS]), dtype=object)
