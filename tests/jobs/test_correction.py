"""A return of 2016-05 corrected in 2018-06, from landing to the library: what depends on it changes, nothing else."""

import datetime

import numpy as np
import pyarrow as pa
import pytest

from sample_data import delivery
from sample_data.firms.codes import credit_codes

pytestmark = pytest.mark.spark

BEFORE, AFTER = datetime.date(2018, 6, 19), datetime.date(2018, 6, 30)
A, B, CITY = "370902", "370911", "370900"
FIRMS = dict(
    zip(
        credit_codes(np.random.default_rng(1), np.full(8, 379901), np.zeros(8, bool), np.zeros(8, bool)).tolist(),
        [A] * 4 + [B] * 4,
        strict=True,
    )
)
MONTHS = ("2016-04", "2016-05", "2016-06", "2017-04", "2017-05", "2017-06")
KEY = ("indicator", "area_code", "period", "is_cumulative")
DEPENDENT = {
    ("industrial_revenue", area, *figure)
    for area in (A, CITY)
    for figure in (("2016-05", True), ("2016-05", False), ("2016-06", False))
}


def hand_in(home, batch, table):
    def write(path):
        delivery.write_csv(path, table, encoding="GB18030", quoted=True)

    delivery.write(home, batch, {"f.csv": write}, table.num_rows)


def returns(rows):
    """Rows of (firm, period, revenue); everything else is even and adds up."""
    columns = {
        "统一社会信用代码": [r[0] for r in rows],
        "统计期": [r[1] for r in rows],
        "行业代码": ["1310"] * len(rows),
    }
    amount = [str(100_000 * int(r[1][5:].rstrip("月"))) for r in rows]
    columns |= {"工业总产值": amount, "营业收入": [r[2] for r in rows], "利润总额": amount, "应交税金": amount}
    columns |= {
        "内销产值": amount,
        "出口交货值": ["0"] * len(rows),
        "平均从业人员": ["30"] * len(rows),
        "应付职工薪酬": amount,
    }
    return pa.table(columns)


def register():
    firms = list(FIRMS)
    columns = {
        "统一社会信用代码": firms,
        "注册号": [""] * len(firms),
        "企业名称": ["甲"] * len(firms),
        "曾用名": [""] * len(firms),
        "法定代表人": ["张三"] * len(firms),
        "注册资本": ["10"] * len(firms),
        "行业代码": ["1311"] * len(firms),
        "住所": ["路1号"] * len(firms),
        "所属区划": list(FIRMS.values()),
        "成立日期": ["2010-01-01"] * len(firms),
        "登记状态": ["存续"] * len(firms),
        "类型": ["企业"] * len(firms),
        "更新时间": ["2015-01-01 00:00:00"] * len(firms),
    }
    return pa.table(columns)


@pytest.fixture(scope="module")
def libraries(spark, tmp_path_factory, at_home):
    """The library's rows after the night before the correction and after the night that took it in."""
    from catalog import load_catalog
    from jobs.fuse.observation import build
    from jobs.fuse.published_number import compared
    from jobs.inputs import Inputs
    from jobs.resource import run_resource

    catalog, found = load_catalog(), {}
    with at_home(tmp_path_factory.mktemp("correction")) as home:
        first = "2018-06-01T06:00:00+08:00"
        rows = [(firm, month, str(200_000 * int(month[5:]))) for month in MONTHS for firm in FIRMS]
        office = ("enterprise_return", "tongjiju")
        hand_in(home, delivery.Batch(*office, "2018-05", "r-1", first, "GB18030"), returns(rows))
        batch = delivery.Batch("enterprise_registration", "gongshangju", "2018-05-31", "q-1", first, "GB18030")
        hand_in(home, batch, register())
        right = returns([(next(iter(FIRMS)), "2016年5月", "900000")])
        hand_in(home, delivery.Batch(*office, "2016-05", "r-2", "2018-06-20T16:00:00+08:00", "GB18030"), right)
        for day in (BEFORE, AFTER):
            for name in ("enterprise_return", "enterprise_registration"):
                run_resource(catalog[name], catalog, day, f"night-{day}")
            library = build(Inputs(catalog, day)).persist()
            current = compared(library.where("is_current")).select(*KEY, "value", "yoy").collect()
            found[day] = (library.collect(), {tuple(r[key] for key in KEY): (r["value"], r["yoy"]) for r in current})
        found["dwd"] = [(row["batch"], row["state"], row["code"]) for row in _outcomes()]
    return found


def _outcomes():
    from jobs import journal

    return journal.deliveries("enterprise_return")


def as_known(rows, day):
    """Every figure as it was known on a day, without what was learnt of it later."""
    seen = [r.asDict() for r in rows if r["known_from"] <= day and (r["known_to"] is None or r["known_to"] > day)]
    return {
        tuple(r[key] for key in KEY): {k: v for k, v in r.items() if k not in ("known_to", "is_current")} for r in seen
    }


def test_the_correction_is_published_and_the_batch_that_it_corrects_stays(libraries):
    assert libraries["dwd"] == [("r-1", "published", None), ("r-2", "published_flagged", "W004")]


def test_the_tables_differ_exactly_in_the_figures_that_depend_on_the_correction(libraries):
    before, after = ({tuple(map(str, row)): row for row in libraries[day][0]} for day in (BEFORE, AFTER))
    changed = [row for key, row in (before | after).items() if (key in before) != (key in after)]
    assert {tuple(row[key] for key in KEY) for row in changed} == DEPENDENT
    assert len(after) == len(before) + len(DEPENDENT)


def test_both_vintages_can_be_asked_after_the_correction(libraries):
    before, after = libraries[BEFORE][0], libraries[AFTER][0]
    assert as_known(after, BEFORE) == as_known(before, BEFORE)
    now, then = as_known(after, AFTER), as_known(after, BEFORE)
    assert {key for key in now if now[key] != then[key]} == DEPENDENT
    whole = ("industrial_revenue", A, "2016-05", True)
    # 千元 as delivered, 万元 in the library: one of four firms now says 90,000 where it said 100,000.
    assert (then[whole]["value"], now[whole]["value"]) == (400_000, 390_000)
    assert (now[whole]["known_from"], now[whole]["batches"]) == (
        datetime.date(2018, 6, 20),
        ["enterprise_return@r-1", "enterprise_return@r-2"],
    )


def test_of_the_comparisons_with_a_year_ago_those_with_a_corrected_figure_change(libraries):
    before, after = libraries[BEFORE][1], libraries[AFTER][1]
    a_year_later = {(name, area, period.replace("2016", "2017"), is_sum) for name, area, period, is_sum in DEPENDENT}
    assert {key for key in after if before[key] != after[key]} == DEPENDENT | a_year_later
