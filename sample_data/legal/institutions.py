"""编办: the register of public institutions, a workbook a quarter."""

import pandas as pd

from sample_data import corrupt, defects
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.legal import quarterly
from sample_data.legal.quarterly import Book, Row

RESOURCE = "public_institution"

EDITS = (
    Edit("单位名称为空", "R001", "单位名称", defects.blank),
    Edit("开办资金不是数字", "R002", "开办资金", defects.always("见章程")),
    Edit("区划不在本市", "R003", "所属区划", defects.always("历城区")),
    Edit("年份2197", "R005", "变更日期", defects.always("2197-01-01")),
    Edit("信用代码错一位", "R007", "统一社会信用代码", defects.swapped_digits),
    Edit("单元格带单位", "", "开办资金", defects.with_unit("元", 1)),
    Edit("生僻字", "", "法定代表人", defects.rare_given_name),
    corrupt.DUPLICATE,
    corrupt.TOTALS,
)
HEADER = (
    "统一社会信用代码",
    "证书号",
    "单位名称",
    "法定代表人",
    "举办单位",
    "经费来源",
    "开办资金",
    "行业代码",
    "住所",
    "所属区划",
    "成立日期",
    "登记状态",
    "变更日期",
)


def _rows(register: pd.DataFrame) -> list[Row]:
    return list(
        zip(
            register["credit_code"],
            register["register_number"],
            register["name"],
            register["representative"],
            register["above"],
            register["funds"],
            register["capital"],
            register["industry_code"],
            register["address"],
            register["county_code"],
            quarterly.day(register["established"]),
            register["status"],
            quarterly.day(register["updated_on"]),
            strict=True,
        )
    )


BOOK = Book(
    resource=RESOURCE,
    provider="bianban",
    file="事业单位法人名册",
    sheet="事业单位",
    titles=("泰安市事业单位法人登记情况表", "填报单位：泰安市机构编制委员会办公室　　　单位：万元"),
    header=HEADER,
    rows=_rows,
    edits=EDITS,
)


def deliver_institutions(city: City, register: pd.DataFrame) -> None:
    """Deliver the register."""
    quarterly.deliver(city, BOOK, register)
