"""发展改革委: sixty yearly targets for the city and every county, a sheet a year. Invented, plausible.

Some stand for numbers that the sample city's departments deliver; for most nobody has a number yet, as in life.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sample_data import corrupt, defects, delivery
from sample_data.context import INITIAL_DELIVERY, City
from sample_data.corrupt import Edit
from sample_data.firms.handover import hand_in
from sample_data.firms.register import COUNTY_NAMES
from sample_data.firms.treasury import BASE_REVENUE
from sample_data.macro.accounts import CITY_NAME, GDP_2016

RESOURCE, PROVIDER = "indicator_target", "fagaiwei"
YEARS = (2016, 2017, 2018)
HEADER = ("类别", "指标代码", "指标名称", "计量单位", "目标类型", "地区", "目标值")
HEADER_ROW = 3

Sharing = Literal["same", "product", "revenue", "scaled"]
"""A county's target: the city's, its share by product or by revenue, or a share of what scales with the city."""


@dataclass(frozen=True)
class Goal:
    """One indicator of the plan: the city's target of 2018 and its factor from year to year."""

    code: str
    category: str
    title: str
    unit: str
    kind: Literal["总量", "增速", "上限", "下限"]
    value: float
    change: float
    sharing: Sharing = "same"


GOALS = (
    Goal("A01", "经济增长", "地区生产总值", "亿元", "总量", 3_840, 1.075, "product"),
    Goal("A02", "经济增长", "地区生产总值增速", "%", "增速", 7.5, 1, "same"),
    Goal("A03", "经济增长", "规模以上工业总产值增速", "%", "增速", 6.5, 1, "same"),
    Goal("A04", "经济增长", "规模以上工业营业收入增速", "%", "增速", 7, 1, "same"),
    Goal("A05", "经济增长", "规模以上工业利润增速", "%", "增速", 7.5, 1, "same"),
    Goal("A06", "经济增长", "固定资产投资增速", "%", "增速", 8, 1, "same"),
    Goal("A07", "经济增长", "社会消费品零售总额增速", "%", "增速", 9.5, 1, "same"),
    Goal("A08", "经济增长", "一般公共预算收入", "万元", "总量", 1_880_000, 1.08, "revenue"),
    Goal("A09", "经济增长", "税收收入占一般公共预算收入比重", "%", "下限", 75, 1, "same"),
    Goal("A10", "经济增长", "居民消费价格涨幅", "%", "上限", 3, 1, "same"),
    Goal("A11", "经济增长", "进出口总额增速", "%", "增速", 5, 1, "same"),
    Goal("A12", "经济增长", "实际使用外资", "万美元", "总量", 26_000, 1.05, "product"),
    Goal("B01", "结构转型", "第三产业增加值", "亿元", "总量", 1_640, 1.09, "product"),
    Goal("B02", "结构转型", "第三产业增加值占比", "%", "下限", 45.5, 1.01, "same"),
    Goal("B03", "结构转型", "高新技术产业产值占比", "%", "下限", 38, 1.04, "same"),
    Goal("B04", "结构转型", "研发经费投入强度", "%", "下限", 2.4, 1.04, "same"),
    Goal("B05", "结构转型", "每万人发明专利拥有量", "件", "下限", 6.5, 1.12, "same"),
    Goal("B06", "结构转型", "高新技术企业数", "家", "总量", 230, 1.25, "product"),
    Goal("B07", "结构转型", "技术合同成交额", "万元", "总量", 310_000, 1.2, "product"),
    Goal("B08", "结构转型", "新增市场主体", "户", "总量", 62_000, 1.1, "scaled"),
    Goal("B09", "结构转型", "期末在营市场主体", "户", "下限", 450_000, 1.08, "scaled"),
    Goal("B10", "结构转型", "增值税开票销售额增速", "%", "增速", 9, 1, "same"),
    Goal("C01", "城乡民生", "城镇居民人均可支配收入增速", "%", "增速", 7.8, 1, "same"),
    Goal("C02", "城乡民生", "农村居民人均可支配收入增速", "%", "增速", 8.2, 1, "same"),
    Goal("C03", "城乡民生", "城镇新增就业", "人", "总量", 52_000, 1.02, "product"),
    Goal("C04", "城乡民生", "农村劳动力转移就业", "人", "总量", 48_000, 1.01, "product"),
    Goal("C05", "城乡民生", "城镇登记失业率", "%", "上限", 3.5, 1, "same"),
    Goal("C06", "城乡民生", "教育支出", "万元", "总量", 880_000, 1.08, "revenue"),
    Goal("C07", "城乡民生", "社会保障和就业支出", "万元", "总量", 705_000, 1.08, "revenue"),
    Goal("C08", "城乡民生", "学前教育毛入园率", "%", "下限", 86, 1.01, "same"),
    Goal("C09", "城乡民生", "每千人口医疗卫生机构床位", "张", "下限", 6.1, 1.03, "same"),
    Goal("C10", "城乡民生", "每千名老人养老床位", "张", "下限", 38, 1.05, "same"),
    Goal("C11", "城乡民生", "基本医疗保险参保率", "%", "下限", 97, 1, "same"),
    Goal("C12", "城乡民生", "脱贫人口", "人", "总量", 21_000, 0.8, "product"),
    Goal("D01", "生态环境", "细颗粒物平均浓度", "微克/立方米", "上限", 60, 0.95, "same"),
    Goal("D02", "生态环境", "空气质量优良天数比例", "%", "下限", 60, 1.03, "same"),
    Goal("D03", "生态环境", "单位生产总值能耗降幅", "%", "下限", 3.5, 1, "same"),
    Goal("D04", "生态环境", "单位生产总值用水量降幅", "%", "下限", 4, 1, "same"),
    Goal("D05", "生态环境", "化学需氧量排放降幅", "%", "下限", 2.5, 1, "same"),
    Goal("D06", "生态环境", "二氧化硫排放降幅", "%", "下限", 4.5, 1, "same"),
    Goal("D07", "生态环境", "森林覆盖率", "%", "下限", 40, 1.01, "same"),
    Goal("D08", "生态环境", "国控断面水质达标率", "%", "下限", 90, 1.01, "same"),
    Goal("D09", "生态环境", "城市污水集中处理率", "%", "下限", 96, 1.005, "same"),
    Goal("D10", "生态环境", "生活垃圾无害化处理率", "%", "下限", 99, 1.002, "same"),
    Goal("E01", "政务服务", "政务服务事项网上可办率", "%", "下限", 80, 1.3, "same"),
    Goal("E02", "政务服务", "政务信息系统上云率", "%", "下限", 70, 1.5, "same"),
    Goal("E03", "政务服务", "政务外网乡镇覆盖率", "%", "下限", 100, 1.1, "same"),
    Goal("E04", "政务服务", "行政许可办结件数", "件", "总量", 250_000, 1.05, "scaled"),
    Goal("E05", "政务服务", "热线诉求按时办结率", "%", "下限", 90, 1.01, "same"),
    Goal("E06", "政务服务", "政务数据共享接口数", "个", "总量", 260, 1.5, "product"),
    Goal("E07", "政务服务", "企业开办时间", "工作日", "上限", 5, 0.7, "same"),
    Goal("E08", "政务服务", "不动产登记办理时间", "工作日", "上限", 7, 0.7, "same"),
    Goal("F01", "公共安全", "生产安全事故死亡人数", "人", "上限", 28, 0.9, "product"),
    Goal("F02", "公共安全", "食品检验合格率", "%", "下限", 98, 1.002, "same"),
    Goal("F03", "公共安全", "药品抽检合格率", "%", "下限", 99, 1.001, "same"),
    Goal("F04", "公共安全", "群众安全感", "%", "下限", 96, 1.003, "same"),
    Goal("F05", "公共安全", "信访事项按期办结率", "%", "下限", 97, 1.002, "same"),
    Goal("F06", "公共安全", "法定传染病报告发病率增幅", "%", "上限", 0, 1, "same"),
    Goal("F07", "公共安全", "校车安全达标率", "%", "下限", 100, 1, "same"),
    Goal("F08", "公共安全", "拖欠农民工工资案件办结率", "%", "下限", 98, 1.005, "same"),
)

EDITS = (
    Edit("目标值为空", "R001", "目标值", defects.blank),
    Edit("目标值不是数字", "R002", "目标值", defects.always("完成省下达任务")),
    Edit("地区不在本市", "R003", "地区", defects.always("莱芜市")),
    Edit("目标类型写法不对", "R004", "目标类型", defects.always("力争")),
    Edit("千分位", "", "目标值", defects.thousands),
    corrupt.DUPLICATE,
    corrupt.TOTALS,
)

Row = tuple[str | float, ...]


def _values(goal: Goal, year: int, rng: np.random.Generator, scale: float) -> NDArray[np.float64]:
    """The city's target and the counties', as they are written."""
    city = goal.value * goal.change ** (year - YEARS[-1])
    if goal.sharing == "same":
        counties = city * np.exp(rng.normal(0, 0.02, len(COUNTY_NAMES)))
        return np.round(np.concatenate([[city], counties]), 1)
    weight = np.array(BASE_REVENUE) if goal.sharing == "revenue" else GDP_2016
    city *= scale if goal.sharing == "scaled" else 1.0
    counties = city * weight / weight.sum() * np.exp(rng.normal(0, 0.015, len(COUNTY_NAMES)))
    return np.maximum(np.round(np.concatenate([[city], counties]), 0), 1)


def _sheet(city: City, year: int) -> list[Row]:
    rng = city.stream("macro", "targets", str(year))
    return [
        (goal.category, goal.code, goal.title, goal.unit, goal.kind, area, float(value))
        for goal in GOALS
        for area, value in zip((CITY_NAME, *COUNTY_NAMES), _values(goal, year, rng, city.scale), strict=True)
    ]


def deliver(city: City) -> None:
    """One workbook with a sheet for each year of the plan."""
    sheets = {f"{year}年": _sheet(city, year) for year in YEARS}
    period = str(YEARS[-1])
    file = f"年度目标_{period}.xlsx"
    titles = ("泰安市国民经济和社会发展主要指标年度目标", "编制单位：泰安市发展改革委")

    def write(path: Path) -> None:
        delivery.write_xlsx(path, sheets, header=HEADER, titles=titles, merged_columns=[0, 2])

    batch = delivery.Batch(RESOURCE, PROVIDER, period, f"{RESOURCE}-{period}-01", INITIAL_DELIVERY)
    folder = hand_in(city, batch, {file: write}, sum(len(rows) for rows in sheets.values()))
    for name in sheets:
        rng = city.stream("dirt", folder.name, name)
        city.truth.plant(corrupt.edit_xlsx(folder, file, EDITS, rng, sheet=name, header_row=HEADER_ROW))
