"""整合台账: how far each register of the plan has come, and what is done on paper only."""

from dash import html

from catalog.plan import scheme
from dashboards import format as fmt
from dashboards import parts, planned
from dashboards.pages.plan_words import REGISTERS, WATCHED
from dashboards.serving import Snapshot
from dashboards.view import address

NAME = "wide-card plan-registers"


def registers_card(snapshot: Snapshot) -> html.Section:
    """One line a register: done of how many, and how many are said to be done and are not; a line leads to its rows."""
    frame = planned.registered(snapshot)
    rows: list[list[parts.Node]] = []
    for register, (title, measure) in REGISTERS.items():
        own = frame[(frame["register"] == register) & frame["is_counted"]]
        paper = own[own["state"] == "said_done"]
        done = int(own["is_done"].sum())
        here = address("/plan", tab="registers", register=register)
        doubt = parts.link(
            fmt.count(len(paper)), address("/plan", tab="registers", register=register, state="said_done")
        )
        rows.append(
            [
                parts.link(title, here),
                f"{fmt.count(done)}/{fmt.count(len(own))}",
                fmt.percent(done / len(own)) if len(own) else fmt.DASH,
                doubt if len(paper) else "0" if register in WATCHED else fmt.DASH,
                scheme().measures[measure].definition,
            ]
        )
    said = (
        "报称完成，未见完成：责任单位报称已并入、归并、关停，而监测到原线路仍有流量、网站仍能打开、系统仍有人登录的，不算完成；"
        "“—”是只有登记、平台没有监测的。"
    )
    headers = ("台账", "完成", "比例", "报称完成，未见完成", "怎样算")
    return parts.card(
        "整合进度",
        [html.P(said, className="muted small"), parts.table("整合进度", headers, rows, (1, 2, 3), "plan-rows")],
        subtitle="点台账看各责任单位和明细",
        foot=parts.stamp(snapshot.business_date, "市政府办公室、网信办各台账"),
        name=NAME,
    )
