"""Legal persons that are no firms: public institutions 事业单位 and social organisations 社会组织, all invented."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sample_data.context import City
from sample_data.firms import codes, names
from sample_data.firms.industries import COUNTIES
from sample_data.firms.register import COUNTY_NAMES
from sample_data.places import Places

INSTITUTIONS, ORGANIZATIONS = 2_900, 3_100
FEWEST = 300

Objects = NDArray[np.object_]
Row = tuple[str, str, str, int]
"""Place, what follows it in the name, the body above, the county's index."""


@dataclass(frozen=True)
class _Kind:
    """A kind of institution: its names, the bureau above it, its class of GB/T 4754."""

    titles: tuple[str, ...]
    bureau: str
    industry: str


_NUMBERS = "一二三四五六七八九"

_IN_A_TOWN = (
    _Kind(("中心小学", "第二小学", "第三小学", "联合小学", "希望小学", "中心幼儿园"), "教育局", "8321"),
    _Kind(("初级中学", "第二中学"), "教育局", "8331"),
    _Kind(("中心卫生院", "社区卫生服务站"), "卫生和计划生育局", "8423"),
    _Kind(("计划生育服务站",), "卫生和计划生育局", "8433"),
    _Kind(("农业技术推广站", "畜牧兽医站", "农村经济管理站", "林业站"), "农业局", "0511"),
    _Kind(("水利站",), "水利局", "7610"),
    _Kind(("文化站", "广播电视站"), "文化广电新闻出版局", "8870"),
    _Kind(("便民服务中心", "社会保障服务中心"), "人力资源和社会保障局", "9221"),
    _Kind(("村镇建设服务中心", "环境卫生管理所", "安全生产监督站"), "住房和城乡建设局", "7820"),
)
_IN_A_COUNTY = (
    _Kind(tuple(f"第{n}{kind}" for kind in ("实验小学", "实验幼儿园") for n in _NUMBERS), "教育局", "8321"),
    _Kind((*(f"第{n}高级中学" for n in _NUMBERS), "职业中等专业学校", "教师进修学校"), "教育局", "8334"),
    _Kind(
        ("人民医院", "中医医院", "妇幼保健院", "疾病预防控制中心", "皮肤病防治所", "急救中心"),
        "卫生和计划生育局",
        "8411",
    ),
    _Kind(("图书馆", "文化馆", "博物馆", "体育运动学校", "档案服务中心"), "文化广电新闻出版局", "8831"),
    _Kind(("公路管理所", "道路运输管理所", "港航管理所"), "交通运输局", "5442"),
    _Kind(("环境监测站", "固体废物管理中心"), "环境保护局", "7461"),
    _Kind(("土地储备中心", "不动产登记中心", "测绘院"), "国土资源局", "7040"),
    _Kind(("检验检测中心", "食品药品检验所", "计量检定所"), "质量技术监督局", "7452"),
)

_FUNDS = ("财政补助", "财政补贴", "经费自理")
_SOCIAL_KINDS = ("社会团体", "民办非企业单位", "基金会")
_ASSOCIATIONS = (
    *("商会", "协会", "学会", "促进会", "志愿者协会", "书法家协会", "摄影家协会", "钓鱼协会"),
    *("餐饮行业协会", "物业管理协会", "果品协会", "老年体育协会"),
)
_PRIVATE = (
    *("幼儿园", "培训学校", "老年公寓", "养老服务中心", "社会工作服务中心", "健身俱乐部"),
    *("艺术培训中心", "康复中心", "职业技能培训学校"),
)


def _places(places: Places) -> list[tuple[str, int]]:
    return [(f"泰安市{COUNTY_NAMES[town.county]}{town.name}", town.county) for town in places.townships]


def _institution_names(places: Places) -> list[Row]:
    """Every institution that can be: first the kinds of a county, then those of a town."""
    rows = []
    for county, name in enumerate(COUNTY_NAMES):
        place = f"泰安市{name}"
        rows += [(place, title, f"{place}{k.bureau}", county) for k in _IN_A_COUNTY for title in k.titles]
    for place, county in _places(places):
        above = f"泰安市{COUNTY_NAMES[county]}"
        rows += [(place, title, f"{above}{kind.bureau}", county) for kind in _IN_A_TOWN for title in kind.titles]
    return rows


def _industry_of() -> dict[str, str]:
    return {title: kind.industry for kind in (*_IN_A_COUNTY, *_IN_A_TOWN) for title in kind.titles}


def _areas(city: City, county: NDArray[np.int64]) -> NDArray[np.int64]:
    samples = {item.code: int(item.sample_code) for item in city.places.counties}
    return np.array([samples[code] for code in COUNTIES])[county]


def _days(rng: np.random.Generator, count: int, first: str, last: str) -> NDArray[np.datetime64]:
    start, end = np.datetime64(first, "D"), np.datetime64(last, "D")
    return np.asarray(start + rng.integers(0, int((end - start).astype(np.int64)), size=count).astype("timedelta64[D]"))


def _common(city: City, rng: np.random.Generator, table: pd.DataFrame, kinds: NDArray[np.int64]) -> pd.DataFrame:
    """What both registers hold of a body: its code, representative, address, county, and dates."""
    count, county = len(table), table["county"].to_numpy()
    roads = np.array(["府前街", "文化路", "学府路", "健康路", "东岳大街", "迎胜路", "温泉路", "花园路"], dtype=object)
    number = rng.integers(1, 300, size=count).astype(str).astype(object)
    seat = np.array([f"泰安市{name}" for name in COUNTY_NAMES], dtype=object)[county]
    founded = _days(rng, count, "1985-01-01", "2017-10-01")
    touched = np.maximum(founded, _days(rng, count, "2014-01-01", "2018-05-01"))
    return table.assign(
        credit_code=codes.codes_of_bodies(rng, kinds, _areas(city, county)).astype(object),
        name=table["place"] + table["core"],
        representative=names.person_names(rng, count),
        county_code=np.array(COUNTIES, dtype=object)[county],
        address=seat + roads[rng.integers(0, len(roads), size=count)] + number + "号",
        established=founded.astype("datetime64[s]"),
        updated_on=touched,
    )


def make_institutions(city: City) -> pd.DataFrame:
    """The register of public institutions: one row each, as of the end of May 2018."""
    rng = city.stream("legal", "institutions")
    rows = _institution_names(city.places)
    count = min(city.count(INSTITUTIONS, FEWEST), len(rows))
    chosen = np.sort(rng.choice(len(rows), size=count, replace=False))
    table = pd.DataFrame([rows[row] for row in chosen], columns=["place", "core", "above", "county"])
    table = _common(city, rng, table, np.full(count, 12))
    serial = pd.Series(np.arange(1, count + 1)).astype(str).str.zfill(5).to_numpy(dtype=object)
    return table.assign(
        register_number="1" + table["county_code"].to_numpy() + serial,
        industry_code=table["core"].map(_industry_of()),
        funds=np.array(_FUNDS, dtype=object)[rng.choice(3, size=count, p=[0.78, 0.14, 0.08])],
        capital=rng.choice([5, 10, 20, 50, 80, 120, 300, 800, 2600], size=count),
        status=np.where(rng.random(count) < 0.04, "注销", "正常"),
    )


def make_organizations(city: City) -> pd.DataFrame:
    """The register of social organisations: one row each, as of the end of May 2018."""
    rng = city.stream("legal", "organizations")
    count = city.count(ORGANIZATIONS, FEWEST)
    kind = rng.choice(3, size=count, p=[0.42, 0.57, 0.01])
    county = rng.integers(0, len(COUNTY_NAMES), size=count)
    trade = names.trade_names(rng, count)
    what = np.where(
        kind == 0,
        np.array(_ASSOCIATIONS, dtype=object)[rng.integers(0, len(_ASSOCIATIONS), size=count)],
        np.array(_PRIVATE, dtype=object)[rng.integers(0, len(_PRIVATE), size=count)],
    )
    core = trade + np.where(kind == 2, "慈善基金会", what)
    place = np.array([f"泰安市{name}" for name in COUNTY_NAMES], dtype=object)[county]
    above = np.where(kind == 1, "教育局", "民政局")
    table = pd.DataFrame({"place": place, "core": core, "above": place + above.astype(object), "county": county})
    table = _common(city, rng, table, 51 + kind)
    serial = pd.Series(np.arange(1, count + 1)).astype(str).str.zfill(5).to_numpy(dtype=object)
    draw = rng.random(count)
    return table.assign(
        register_number=pd.Series(51 + kind).astype(str).to_numpy(dtype=object) + table["county_code"] + serial,
        industry_code=np.array(["9521", "8391", "9530"], dtype=object)[kind],
        kind=np.array(_SOCIAL_KINDS, dtype=object)[kind],
        capital=rng.choice([3, 5, 10, 20, 30, 50, 100, 200], size=count),
        inspected=np.array(["合格", "基本合格", "不合格", "未参检"], dtype=object)[
            rng.choice(4, size=count, p=[0.72, 0.12, 0.03, 0.13])
        ],
        status=np.select([draw < 0.05, draw < 0.07], ["注销", "撤销"], default="正常"),
    )
