"""市政府办公室: which townships the public domain of the government extranet reaches, a workbook a month."""

import datetime
from pathlib import Path

import numpy as np

from sample_data import corrupt, defects, delivery
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms.handover import Office, hand_in, months_due

OFFICE = Office("network_access", "zfbgs")
WITHOUT = 5
"""Townships that are still not connected at the end of June 2018."""
PLAN_DAY = datetime.date(2017, 12, 4)
LAST_DAY = 190
"""Days after the plan by which the others are connected."""
REASONS = ("光缆沿线道路施工", "办公楼搬迁，机房未就绪", "运营商线路资源不足")
BANDWIDTHS = (20, 50, 100, 200)
SHEET = "乡镇接入"
TITLES = ("电子政务外网公共服务域乡镇（街道）接入情况", "汇总单位：泰安市人民政府办公室　　　带宽单位：兆")
HEADER_ROW = len(TITLES) + 1
HEADER = ("乡镇代码", "乡镇名称", "接入状态", "接入日期", "带宽", "接入单位占比", "未接入原因", "计划接入日期")
SHARE = 0.06
"""Five or six of 88 rows: fewer would hardly hold a kind of defect each."""

EDITS = (
    Edit("乡镇代码不存在", "R003", "乡镇代码", defects.always("370999999")),
    Edit("状态不在目录", "R004", "接入状态", defects.always("部分接入")),
    Edit("占比超过100", "R005", "接入单位占比", defects.always(108), fits=bool),
    Edit("带宽带单位", "", "带宽", defects.with_unit("兆"), fits=bool),
    Edit("斜线日期", "", "接入日期", defects.slash_date, fits=bool),
)


def deliver(city: City) -> None:
    """May's workbook with the first delivery, then each month's."""
    rng = city.stream("governance", "network")
    towns = city.places.townships
    days = np.round(LAST_DAY * rng.beta(2.0, 1.3, len(towns))).astype(int)
    without = set(rng.choice(len(towns), WITHOUT, replace=False).tolist())
    width, share = rng.choice(BANDWIDTHS, len(towns)), rng.integers(70, 101, len(towns))
    for place in sorted(without):
        city.truth.event("township_without_extranet", resource=OFFICE.resource, township=towns[place].code)

    def rows(day: datetime.date) -> list[list[object]]:
        made: list[list[object]] = []
        for place, town in enumerate(towns):
            on = PLAN_DAY + datetime.timedelta(days=int(days[place]))
            head: list[object] = [town.code, town.name]
            if place not in without and on <= day:
                made.append([*head, "已接入", on.isoformat(), int(width[place]), int(share[place]), None, None])
            else:
                planned = datetime.date(2018, 9, 30) if place in without else on
                made.append([*head, "未接入", None, None, None, REASONS[place % len(REASONS)], planned.isoformat()])
        return made

    _hand_in(city, OFFICE.initial("monthly"), rows(datetime.date(2018, 5, 31)))
    for month in months_due(city):
        day = (month + 1).astype("datetime64[D]").astype(datetime.date) - datetime.timedelta(days=1)
        _hand_in(city, OFFICE.monthly(month), rows(day))


def _hand_in(city: City, batch: delivery.Batch, rows: list[list[object]]) -> None:
    file = f"外网乡镇接入_{batch.period}.xlsx"

    def write(path: Path) -> None:
        delivery.write_xlsx(path, {SHEET: rows}, header=HEADER, titles=TITLES)

    folder = hand_in(city, batch, {file: write}, len(rows))
    rng = city.stream("dirt", folder.name, file)
    city.truth.plant(corrupt.edit_xlsx(folder, file, EDITS, rng, sheet=SHEET, header_row=HEADER_ROW, share=SHARE))
