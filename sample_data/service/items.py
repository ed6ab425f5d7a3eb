"""政务服务中心: the catalogue of service items, every quarter whole."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sample_data import corrupt, defects, delivery
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.service.platform import Handling, handling_of

Integers = NDArray[np.int64]

RESOURCE, PROVIDER = "service_item", "zwfwzx"
ITEMS = 11_000
"""Of the city and its counties; a catalogue never scales."""
QUARTERS = {"2018Q1": "2018-04-10T15:20:00+08:00", "2018Q2": "2018-06-30T17:10:00+08:00"}
CITY = "370900"
HEADER = (
    *("事项编码", "事项名称", "事项类型", "实施部门", "所属区划", "网办深度", "法定时限", "承诺时限"),
    *("办理平台", "自建系统名称", "对接日期"),
)
TITLES = ("泰安市政务服务事项目录", "编制单位：泰安市政务服务中心　　　时限单位：工作日")
HEADER_ROW = len(TITLES) + 1
SHEET = "事项"
DEPTHS = ("一级", "二级", "三级", "四级")
ONLINE_FROM = 2
"""Place in ``DEPTHS`` from which an item can be applied for online."""
DEPTH_SHARES = (0.16, 0.22, 0.34, 0.28)
RAISED_SHARE = 0.14
"""Items that are made one depth deeper from the first quarter to the second."""

DEPARTMENTS = {
    "公安局": ("户口登记", "居住证", "机动车登记", "出入境证件", "特种行业", "大型活动"),
    "民政局": ("社会团体登记", "婚姻登记", "最低生活保障", "养老机构", "殡葬服务"),
    "人力资源社会保障局": ("社会保险登记", "失业保险金", "职业资格", "劳务派遣", "工伤认定", "退休手续"),
    "国土资源局": ("不动产登记", "建设用地", "采矿权", "土地使用权转让"),
    "住房城乡建设局": ("施工", "商品房预售", "建筑企业资质", "燃气经营", "公租房"),
    "交通运输局": ("道路运输经营", "客运线路", "涉路施工", "船舶登记"),
    "农业局": ("种子生产经营", "农药经营", "动物防疫条件", "拖拉机登记"),
    "卫生计生委": ("医疗机构执业", "公共场所卫生", "医师执业", "生育登记", "放射诊疗"),
    "环保局": ("环境影响评价文件", "排污", "危险废物经营"),
    "食品药品监管局": ("食品经营", "药品经营", "医疗器械经营", "餐饮服务"),
    "工商局": ("企业登记", "个体工商户登记", "广告发布登记", "股权出质登记"),
    "国税局": ("税务登记", "发票领用", "出口退税", "税收优惠备案"),
    "教育局": ("民办学校设立", "教师资格", "学籍管理", "校车使用"),
    "水利局": ("取水", "水土保持方案", "河道管理范围内建设"),
    "林业局": ("林木采伐", "占用林地", "野生动物驯养"),
    "文广新局": ("娱乐场所经营", "出版物零售", "文物保护"),
    "安监局": ("危险化学品经营", "烟花爆竹经营", "矿山安全生产"),
    "残疾人联合会": ("残疾人证", "残疾人补贴"),
    "气象局": ("防雷装置", "升放气球"),
    "体育局": ("高危险性体育项目",),
}
ACTIONS = (
    ("核发", "行政许可"),
    ("变更", "行政许可"),
    ("延续", "行政许可"),
    ("注销", "行政许可"),
    ("补发", "公共服务"),
    ("查询", "公共服务"),
    ("咨询与预约", "公共服务"),
    ("资格确认", "行政确认"),
    ("信息确认", "行政确认"),
    ("补助给付", "行政给付"),
    ("违法行为处罚", "行政处罚"),
    ("逾期处罚", "行政处罚"),
    ("查封扣押", "行政强制"),
    ("年度报告", "公共服务"),
    ("备案", "公共服务"),
    ("档案出具", "公共服务"),
    ("复核", "行政确认"),
    ("材料补正", "公共服务"),
    ("进度公示", "公共服务"),
    ("异议处理", "行政确认"),
    ("资质升级", "行政许可"),
)
BY_OFFICE_ONLY = ("行政处罚", "行政强制")
"""Nobody applies for these: they have no cases here."""

EDITS = (
    Edit("事项名称为空", "R001", "事项名称", defects.blank),
    Edit("时限不是数字", "R002", "法定时限", defects.always("视情况")),
    Edit("区划不存在", "R003", "所属区划", defects.always("370999")),
    Edit("编码缺位", "R004", "事项编码", lambda cell, rng: cell[:-2]),
    Edit("深度不存在", "R004", "网办深度", defects.always("五级")),
    Edit("时限过大", "R005", "法定时限", defects.always("9999")),
    Edit("承诺长于法定", "R106", "承诺时限", defects.always("300")),
    Edit("时限带单位", "", "承诺时限", defects.with_unit("个工作日")),
    Edit("全角编码", "", "事项编码", defects.full_width),
    corrupt.lost_character("事项名称"),
    corrupt.DUPLICATE,
    corrupt.TOTALS,
)


@dataclass(frozen=True)
class Items:
    """The catalogue as parallel arrays; ``depth`` is the place in ``DEPTHS`` at the first quarter and at the second."""

    code: NDArray[np.str_]
    title: NDArray[np.str_]
    kind: NDArray[np.str_]
    department: NDArray[np.str_]
    area: NDArray[np.str_]
    depth: tuple[Integers, Integers]
    legal: Integers
    promised: Integers
    handling: Handling

    @property
    def has_cases(self) -> NDArray[np.bool_]:
        """Items that somebody can apply for."""
        return ~np.isin(self.kind, BY_OFFICE_ONLY)


def make_items(city: City) -> Items:
    """Every matter of every department at the city and in each county, as far as ``ITEMS`` goes."""
    matters = [
        (department, f"{subject}{action}", kind)
        for department, subjects in DEPARTMENTS.items()
        for subject in subjects
        for action, kind in ACTIONS
    ]
    areas = [CITY, *(county.code for county in city.places.counties)]
    rows = [(area, number, *matter) for number, matter in enumerate(matters, start=1) for area in areas][:ITEMS]
    area, number, department, title, kind = (np.array(column) for column in zip(*rows, strict=True))
    rng = city.stream(RESOURCE)
    count = len(rows)
    legal = rng.choice([1, 5, 7, 15, 20, 30, 45, 60], count, p=[0.08, 0.12, 0.1, 0.15, 0.35, 0.12, 0.05, 0.03])
    shorter = rng.choice([0.2, 0.35, 0.5, 0.7, 1.0], count, p=[0.15, 0.25, 0.3, 0.2, 0.1])
    first = rng.choice(len(DEPTHS), count, p=DEPTH_SHARES)
    second = np.where(rng.random(count) < RAISED_SHARE, np.minimum(first + 1, len(DEPTHS) - 1), first)
    order = np.array([list(DEPARTMENTS).index(name) for name in department.tolist()])
    code = np.array([f"{a}{o + 1:03d}{n:04d}" for a, o, n in zip(area, order, number, strict=True)])
    promised = np.maximum(1, np.round(legal * shorter)).astype(np.int64)
    handling = handling_of(city, kind, department, area)
    return Items(code, title, kind, department, area, (first, second), legal, promised, handling)


def _rows(items: Items, quarter: int, known_on: datetime.date) -> list[list[Any]]:
    depth = np.array(DEPTHS)[items.depth[quarter]]
    texts = (items.code, items.title, items.kind, items.department, items.area, depth)
    columns = [*(column.tolist() for column in texts), items.legal.tolist(), items.promised.tolist()]
    return [[*row, *items.handling.cells(item, known_on)] for item, row in enumerate(zip(*columns, strict=True))]


def deliver_items(city: City, items: Items) -> NDArray[np.bool_]:
    """The whole catalogue at the end of March, and at the end of June with some items online that were not.

    Returns which items the platform knows from the first of them on: a case of another one would be refused.
    """
    for quarter, (period, delivered_at) in enumerate(QUARTERS.items()):
        if delivered_at[:10] <= str(city.until):
            known_on = datetime.date.fromisoformat(delivered_at[:10])
            _hand_in(city, period, delivered_at, _rows(items, quarter, known_on))
    first = f"{RESOURCE}-{next(iter(QUARTERS))}-01"
    refused = [planted.source_row for planted in city.truth.defects if planted.batch == first and planted.codes]
    places = np.array(refused, dtype=np.int64) - HEADER_ROW - 1
    is_known = np.ones(len(items.code), dtype=bool)
    is_known[places[places < len(is_known)]] = False
    return is_known


def _hand_in(city: City, period: str, delivered_at: str, rows: list[list[Any]]) -> None:
    batch = delivery.Batch(RESOURCE, PROVIDER, period, f"{RESOURCE}-{period}-01", delivered_at)
    file = f"政务服务事项_{period}.xlsx"
    folder = delivery.write(city.out, batch, {file: _workbook(rows)}, len(rows))
    city.delivered(RESOURCE, len(rows))
    city.truth.expect(RESOURCE, batch.batch, "published")
    rng = city.stream("dirt", folder.name, file)
    city.truth.plant(corrupt.edit_xlsx(folder, file, EDITS, rng, sheet=SHEET, header_row=HEADER_ROW))


def _workbook(rows: list[list[Any]]) -> Callable[[Path], None]:
    return lambda path: delivery.write_xlsx(path, {SHEET: rows}, header=HEADER, titles=TITLES)
