"""Invented personal names as frequent as in Shandong: surnames, and given names by sex and generation."""

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Integers = NDArray[np.int64]

SURNAMES = (
    "王 9.8 张 8.9 李 8.7 刘 6.1 赵 4.2 孙 3.6 陈 3.0 徐 2.3 杨 2.2 马 2.0 高 1.9 周 1.7 朱 1.6 吴 1.5 郭 1.5 于 1.4 "
    "宋 1.4 韩 1.3 胡 1.2 苏 1.1 许 1.1 尹 1.0 侯 1.0 田 1.0 范 0.9 程 0.9 姜 0.9 董 0.9 冯 0.8 吕 0.8 魏 0.8 曹 0.8 "
    "任 0.8 贾 0.7 梁 0.7 杜 0.7 鹿 0.6 石 0.6 袁 0.6 崔 0.6 安 0.6 毕 0.5 薛 0.5 丁 0.5 孔 0.5 谭 0.5 亓 0.5 卢 0.4 "
    "冉 0.4 郑 0.4 黄 0.4 展 0.4 武 0.4 公 0.3 牛 0.3 柳 0.3 邱 0.3 解 0.3 纪 0.3 汪 0.3 殷 0.3 颜 0.3 阴 0.2 "
    "聂 0.2 娄 0.2 路 0.2 段 0.2 庞 0.2 臧 0.2 沈 0.2 谢 0.2 何 0.2 罗 0.2 邵 0.2 葛 0.2 夏 0.2 齐 0.2 宁 0.2 訾 0.1 "
    "逯 0.1 桑 0.1 乔 0.1 欧阳 0.05 司马 0.02 上官 0.02 钟 0.1 岳 0.1 焦 0.1 种 0.05 仝 0.05 綦 0.03 亢 0.02"
)

HUI_SURNAMES = "马 20 米 9 法 6 金 9 沙 7 丁 8 白 8 杨 7 刘 7 张 6 陈 6 李 7"

ERAS = (1900, 1945, 1965, 1980, 1995, 2008)
"""First birth year of each generation of given names."""

MALE = (
    "德 振 永 兆 传 继 广 庆 玉 福 成 昌 吉 茂 荣 祥 善 贵 财 堂 山 田 海 春 和 义 仁 礼 信 修",
    "建 国 军 明 志 永 庆 学 文 振 兴 华 民 强 平 生 林 海 德 玉 光 荣 胜 利 东 成 安 西 山 友",
    "军 强 勇 伟 建 国 斌 涛 辉 明 刚 峰 平 波 林 海 兵 杰 东 志 文 新 庆 华 永 忠 亮 宁 磊 鹏",
    "磊 鹏 伟 涛 超 凯 强 亮 峰 杰 浩 龙 帅 飞 斌 鑫 洋 宁 健 旭 明 坤 刚 晓 文 国 振 泽 瑞 阳",
    "浩 宇 泽 文 博 子 轩 豪 睿 涵 俊 杰 昊 天 佳 明 家 旭 鑫 晨 嘉 航 翔 硕 凯 智 哲 一 瑞 然",
    "子 轩 浩 宇 泽 梓 沐 辰 奕 宸 睿 一 诺 俊 熙 铭 昊 然 嘉 懿 皓 翊 霖 煜 墨 恒 瑾 佑 安 景",
)
FEMALE = (
    "秀 英 兰 桂 玉 芳 香 凤 荣 花 美 莲 珍 淑 贞 翠 爱 金 银 云 芝 娥 素 月 清 菊 梅 翠 霞 喜",
    "秀 兰 英 桂 玉 珍 芳 凤 霞 荣 美 红 爱 云 淑 翠 梅 华 香 莲 琴 芝 素 玲 萍 金 花 春 英 娥",
    "红 霞 燕 芳 玲 丽 英 艳 敏 梅 静 娟 秀 华 玉 爱 春 萍 琴 云 翠 凤 慧 兰 霞 青 荣 香 平 美",
    "静 丽 娜 婷 敏 倩 晓 燕 娟 芳 雪 莹 丹 艳 玲 慧 萍 文 雯 颖 璐 琳 蕾 宁 媛 佳 洁 琪 楠 双",
    "欣 怡 佳 雨 涵 梦 婷 思 雪 文 静 悦 琪 慧 琳 瑶 子 萱 月 彤 颖 宁 晴 可 心 诗 嘉 雅 馨 然",
    "子 涵 梓 萱 欣 怡 一 诺 可 馨 诗 雨 沐 瑶 语 桐 若 汐 梦 琪 艺 彤 熙 悦 妍 依 诺 锦 安 苒",
)
SINGLE_SHARE = (0.10, 0.12, 0.38, 0.36, 0.10, 0.04)
"""Share of given names of one character, by generation."""


@cache
def _weighted(text: str) -> tuple[pa.Array, NDArray[np.float64]]:
    parts = text.split()
    weights = np.array([float(w) for w in parts[1::2]])
    return pa.array(parts[::2]), np.cumsum(weights / weights.sum())


@cache
def _given(era: int, is_male: bool) -> tuple[pa.Array, NDArray[np.float64]]:
    """All given names of a generation with their cumulative shares; the first characters of a list are frequent."""
    characters = (MALE if is_male else FEMALE)[era].split()
    popularity = 1.0 / np.sqrt(np.arange(1, len(characters) + 1))
    popularity /= popularity.sum()
    pairs = np.outer(popularity, popularity)
    # A doubled character (婷婷) is liked, other pairs keep the order of both lists.
    names = characters + [first + second for first in characters for second in characters]
    shares = np.concatenate((popularity * SINGLE_SHARE[era], pairs.ravel() * (1.0 - SINGLE_SHARE[era])))
    return pa.array(names), np.cumsum(shares / shares.sum())


def surnames(rng: np.random.Generator, count: int, *, is_hui: NDArray[np.bool_] | None = None) -> pa.Array:
    """``count`` surnames; where ``is_hui`` those common among 回族."""
    names, cumulative = _weighted(SURNAMES)
    draw = rng.random(count)
    result = names.take(pa.array(np.searchsorted(cumulative, draw)))
    if is_hui is None or not is_hui.any():
        return result
    hui_names, hui_cumulative = _weighted(HUI_SURNAMES)
    return pc.if_else(pa.array(is_hui), hui_names.take(pa.array(np.searchsorted(hui_cumulative, draw))), result)


def given_names(rng: np.random.Generator, birth_year: Integers, is_male: NDArray[np.bool_]) -> pa.Array:
    """A given name for each person, by sex and generation."""
    era = np.searchsorted(ERAS, birth_year, side="right") - 1
    draw = rng.random(len(birth_year))
    parts, places = [], []
    for number in range(len(ERAS)):
        for male in (True, False):
            chosen = np.flatnonzero((era == number) & (is_male == male))
            names, cumulative = _given(number, male)
            parts.append(names.take(pa.array(np.searchsorted(cumulative, draw[chosen]))))
            places.append(chosen)
    order = np.argsort(np.concatenate(places), kind="stable")
    return pa.concat_arrays(parts).take(pa.array(order))


def full_names(surname: pa.Array, given: pa.Array) -> pa.Array:
    """Surname and given name in one word."""
    return pc.binary_join_element_wise(surname, given, "")
