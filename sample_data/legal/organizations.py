"""民政局: the register of social organisations, a workbook a quarter."""

import pandas as pd

from sample_data import corrupt, defects
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.legal import quarterly
from sample_data.legal.quarterly import Book, Row

RESOURCE = "social_organization"

EDITS = (
    Edit("名称为空", "R001", "名称", defects.blank),
    Edit("类型不存在", "R004", "类型", defects.always("宗教场所")),
    Edit("区划不在本市", "R003", "所属区划", defects.always("370999")),
    Edit("年份0168", "R005", "成立日期", defects.ancient_date),
    Edit("信用代码错一位", "R007", "统一社会信用代码", defects.swapped_digits),
    Edit("千分位", "", "注册资金", defects.with_unit("万元")),
    corrupt.lost_character("名称"),
    corrupt.DUPLICATE,
    corrupt.ALL_ZERO,
)
HEADER = (
    "统一社会信用代码",
    "登记证号",
    "名称",
    "类型",
    "法定代表人",
    "业务主管单位",
    "注册资金",
    "住所",
    "所属区划",
    "成立日期",
    "年检结论",
    "登记状态",
    "变更日期",
)


def _rows(register: pd.DataFrame) -> list[Row]:
    return list(
        zip(
            register["credit_code"],
            register["register_number"],
            register["name"],
            register["kind"],
            register["representative"],
            register["above"],
            register["capital"],
            register["address"],
            register["county_code"],
            register["established"].dt.strftime("%Y-%m-%d"),
            register["inspected"],
            register["status"],
            pd.to_datetime(register["updated_on"]).dt.strftime("%Y-%m-%d"),
            strict=True,
        )
    )


BOOK = Book(
    resource=RESOURCE,
    provider="minzhengju",
    file="社会组织名册",
    sheet="社会组织",
    titles=("泰安市社会组织登记名册",),
    header=HEADER,
    rows=_rows,
    edits=EDITS,
)


def deliver_organizations(city: City, register: pd.DataFrame) -> None:
    """Deliver the register."""
    quarterly.deliver(city, BOOK, register)
