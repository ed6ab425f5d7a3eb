"""The industries of the sample city: weight in each county, season, use of power and labour. Invented, plausible."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

COUNTIES = ("370902", "370911", "370921", "370923", "370982", "370983")
"""泰山区 岱岳区 宁阳县 东平县 新泰市 肥城市, in the order of every per-county array of this package."""


@dataclass(frozen=True)
class Division:
    """One division (two digits) of GB/T 4754-2017.

    ``classes`` are its commonest classes (four digits); ``counties`` weighs the six counties; ``season`` is the log
    amplitude of the year and ``peak`` its month; ``power`` is kWh per 10,000 yuan of sales; ``sales_a_head`` is 10,000
    yuan a year; ``cooling`` the share of power that follows heat; ``festival`` the log standstill of Spring Festival.
    """

    code: str
    classes: str
    business: str
    weight: float
    counties: tuple[float, ...]
    season: float
    peak: int
    power: float
    sales_a_head: float
    cooling: float
    festival: float = 0.35


INDUSTRIAL = (
    Division("06", "0610 0620 0690", "煤业", 3, (0, 1, 3, 0.5, 8, 6), 0.06, 12, 420, 55, 0.02, 0.12),
    Division("10", "1011 1012 1013 1019 1020 1030", "矿业", 3, (0.5, 3, 2, 4, 2, 2), 0.12, 9, 380, 70, 0.02, 0.45),
    Division("13", "1311 1312 1313 1314 1319 1321", "食品", 9, (1, 3, 4, 5, 3, 4), 0.14, 10, 90, 120, 0.15),
    Division("14", "1411 1419 1421 1422 1431 1432", "食品", 4, (3, 3, 2, 2, 2, 2), 0.10, 12, 110, 80, 0.15),
    Division("15", "1511 1512 1513 1514 1515 1519", "酒业", 2, (3, 3, 1, 1, 1, 2), 0.15, 12, 80, 90, 0.10, 0.20),
    Division("17", "1711 1712 1713 1721 1722 1723", "纺织", 7, (2, 3, 3, 3, 4, 3), 0.06, 10, 520, 60, 0.10),
    Division("18", "1811 1819 1821 1829 1830", "服饰", 5, (4, 3, 2, 2, 3, 2), 0.10, 9, 70, 35, 0.12),
    Division("20", "2011 2012 2013 2019 2021 2022", "木业", 4, (0.5, 2, 5, 3, 2, 2), 0.08, 10, 180, 70, 0.04),
    Division("22", "2211 2212 2221 2222 2223 2231", "纸业", 3, (1, 2, 3, 4, 2, 2), 0.05, 11, 600, 85, 0.05),
    Division("26", "2611 2612 2613 2614 2619 2621", "化工", 9, (1, 3, 6, 2, 4, 6), 0.05, 4, 560, 130, 0.05, 0.15),
    Division("27", "2710 2720 2730 2740 2750 2761", "药业", 2, (4, 2, 1, 0.5, 1, 1), 0.04, 12, 210, 95, 0.12, 0.20),
    Division("29", "2911 2912 2913 2914 2915 2916", "橡塑", 5, (1, 3, 3, 2, 3, 4), 0.06, 9, 330, 80, 0.06),
    Division("30", "3011 3012 3021 3022 3023 3024", "建材", 10, (1, 6, 4, 4, 4, 4), 0.18, 10, 480, 75, 0.03, 0.50),
    Division("31", "3110 3120 3130 3140", "钢铁", 3, (2, 3, 1, 1, 3, 2), 0.04, 5, 640, 160, 0.04, 0.12),
    Division("33", "3311 3312 3321 3322 3323 3324", "金属", 7, (2, 4, 3, 2, 4, 4), 0.07, 10, 240, 80, 0.06),
    Division("34", "3411 3412 3413 3414 3415 3419", "机械", 9, (3, 5, 3, 2, 6, 4), 0.06, 6, 150, 70, 0.08),
    Division("35", "3511 3512 3513 3514 3515 3516", "装备", 6, (4, 5, 2, 1, 5, 3), 0.07, 6, 130, 70, 0.10),
    Division("36", "3611 3612 3620 3630 3640 3650", "汽配", 4, (3, 4, 2, 1, 3, 3), 0.08, 12, 170, 85, 0.08),
    Division("38", "3811 3812 3813 3819 3821 3822", "电气", 7, (6, 4, 2, 1, 4, 3), 0.07, 11, 140, 90, 0.10),
    Division("39", "3911 3912 3913 3914 3915 3919", "电子", 3, (6, 3, 1, 0.5, 1, 1), 0.08, 11, 160, 65, 0.25),
    Division("44", "4411 4412 4413 4414 4415 4416", "热电", 2, (2, 2, 2, 2, 3, 2), 0.25, 1, 900, 180, 0.05, 0.05),
)

SERVICES = (
    Division("51", "5111 5112 5113 5114 5115 5116", "商贸", 22, (6, 4, 2, 2, 4, 3), 0.06, 12, 12, 220, 0.35, 0.25),
    Division("52", "5211 5212 5213 5219 5221 5222", "商贸", 22, (6, 3, 2, 2, 4, 3), 0.10, 1, 25, 120, 0.40, 0.10),
    Division("54", "5411 5412 5413 5414 5419 5421", "物流", 9, (2, 4, 3, 3, 4, 3), 0.06, 11, 30, 60, 0.10, 0.35),
    Division("48", "4811 4812 4813 4814 4819 4821", "建设", 8, (5, 3, 2, 2, 3, 3), 0.20, 11, 20, 75, 0.05, 0.60),
    Division("50", "5011 5012 5013 5021 5022 5030", "装饰", 6, (5, 3, 1, 1, 2, 2), 0.15, 10, 10, 45, 0.10, 0.60),
    Division("62", "6210 6220 6231 6232 6233 6239", "餐饮", 6, (6, 3, 1, 1, 2, 2), 0.08, 8, 90, 25, 0.40, 0.05),
    Division("65", "6511 6512 6513 6519 6520 6531", "信息科技", 6, (8, 3, 1, 0.5, 1, 1), 0.08, 12, 25, 45, 0.45, 0.20),
    Division("70", "7010 7020 7030 7040 7090", "置业", 5, (5, 4, 2, 2, 3, 3), 0.12, 12, 15, 150, 0.30, 0.40),
    Division("72", "7211 7212 7213 7214 7215 7219", "商务服务", 9, (7, 3, 1, 1, 2, 2), 0.07, 12, 15, 40, 0.40, 0.25),
    Division("74", "7410 7420 7431 7432 7439 7441", "工程技术", 4, (7, 3, 1, 1, 2, 2), 0.07, 12, 18, 45, 0.35, 0.25),
    Division("05", "0511 0512 0513 0514 0515 0519", "农业", 5, (0.5, 4, 4, 4, 4, 4), 0.20, 9, 60, 40, 0.10, 0.20),
    Division("81", "8111 8112 8113 8114 8121 8122", "汽车服务", 3, (4, 3, 2, 2, 3, 2), 0.05, 6, 20, 35, 0.25, 0.20),
)

DIVISIONS = INDUSTRIAL + SERVICES

TRADES = tuple(division for division in SERVICES if division.code in ("52", "54", "62", "81"))
"""What sole traders do."""

SHOPS = {
    "52": ("便利店", "五金店", "服装店", "粮油店", "建材店", "水果店", "日用品店"),
    "54": ("货运部", "物流点"),
    "62": ("小吃店", "面馆", "炒鸡店", "饭店"),
    "81": ("汽修厂", "洗车行", "理发店"),
}


NEW_EDITION = np.datetime64("2017-10", "M")
"""First month in which returns carry classes of GB/T 4754-2017."""

CLASSES_OF_2011 = {
    **dict.fromkeys(("1311", "1312", "1313", "1314", "1319"), "1310"),
    "1321": "1320",
    **dict.fromkeys(("1811", "1819"), "1810"),
    **dict.fromkeys(("1821", "1829"), "1820"),
    "2761": "2760",
    "2916": "2919",
    "3130": "3140",
    "3140": "3150",
    "3513": "3514",
    "3514": "3513",
    **dict.fromkeys(("3611", "3612"), "3610"),
    "3620": "3660",
    "3630": "3620",
    "3640": "3630",
    "3650": "3640",
    "3813": "3819",
    **dict.fromkeys(("3914", "3915"), "3919"),
    "4412": "4411",
    "4413": "4412",
    "4414": "4413",
    "4415": "4414",
    "4416": "4415",
}
"""Where a firm of that class stood in GB/T 4754-2011; all other classes of ``INDUSTRIAL`` kept their code."""


def written_in(month: np.datetime64, classes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Classes as returns of ``month`` name them, in the edition of that time."""
    if month >= NEW_EDITION:
        return classes
    return np.array([CLASSES_OF_2011.get(code, code) for code in classes], dtype=object)


def draw(
    rng: np.random.Generator, count: int, divisions: tuple[Division, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Division (index into ``DIVISIONS``) and county (index into ``COUNTIES``) of ``count`` firms."""
    places = np.array([DIVISIONS.index(division) for division in divisions])
    table = np.array([[d.weight * c / sum(d.counties) for c in d.counties] for d in divisions])
    cell = rng.choice(table.size, size=count, p=(table / table.sum()).ravel())
    division, county = np.divmod(cell, len(COUNTIES))
    return places[division], county


def attribute(name: str) -> NDArray[np.float64]:
    """One numeric attribute of all divisions, in their order."""
    return np.array([float(getattr(division, name)) for division in DIVISIONS])
