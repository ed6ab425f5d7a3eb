"""The plan's tables of a small night: two departments and a county, one system of each verdict, three milestones."""

import datetime as dt
import json
from dataclasses import asdict
from typing import Any

import pandas as pd

from catalog.evaluation import evaluation
from catalog.plan import scheme
from taian.evaluation import Share, digest_of, evaluate

CRITERIA = tuple(scheme().criteria)
DEAD = "TAGONGAN00001"
SYSTEMS: list[tuple[str, str, str, str, str, tuple[float, ...], str]] = [
    (DEAD, "旅馆业治安查询系统", "gonganju", "公安局", "zombie", (1, 0, 1, 1, 1), "exempt"),
    ("TAGONGAN00002", "户籍办理管理系统", "gonganju", "公安局", "none", (0, 0, 0, 0, 0), "moved"),
    ("TAGONGAN00003", "户籍办理管理系统（自建）", "gonganju", "公安局", "shadow", (0, 1, 0, 0.2, 1), "moving"),
    ("TAJIAOYU00004", "学籍管理系统", "jiaoyuju", "教育局", "none", (0, 0, 0, 1, 0), "not_started"),
    ("TAJIAOYU70001", "", "jiaoyuju", "教育局", "unlisted", (), ""),
]


def system_rows() -> pd.DataFrame:
    """``topic_plan__system``."""
    rows: list[dict[str, Any]] = []
    for code, name, department, title, verdict, scores, move in SYSTEMS:
        said = {key: f"{scheme().criteria[key].title}的依据" for key in CRITERIA} if scores else {}
        known = dict(zip(CRITERIA, scores, strict=True)) if scores else dict.fromkeys(CRITERIA)
        rows.append(
            {
                "system_code": code,
                "name": name or None,
                "department": department,
                "department_name": title,
                "kind": "business",
                "status": "in_use",
                "cost_10k_yuan": 12.5,
                "is_listed": bool(name),
                "is_used": True,
                "verdict": verdict,
                "points": float(sum(scores)) if scores else None,
                **known,
                "evidence": json.dumps(said, ensure_ascii=False),
                "is_eligible": move in ("moved", "moving", "not_started") if move else None,
                "is_moved": move == "moved" if move else None,
                "move_status": move or None,
                "why_not_moved": "预算未下达" if move in ("moving", "not_started") else None,
                "next_step": "列入下半年预算" if move in ("moving", "not_started") else None,
                "planned_on": dt.date(2018, 10, 28) if move in ("moving", "not_started") else None,
            }
        )
    return pd.DataFrame(rows)


def township_rows() -> pd.DataFrame:
    """``topic_plan__township``."""
    towns = [("370902001", "岱庙街道", True), ("370902100", "省庄镇", False)]
    return pd.DataFrame(
        [
            {
                "township_code": code,
                "name": name,
                "county_code": code[:6],
                "county_name": "泰山区",
                "is_connected": there,
                "connected_on": dt.date(2018, 3, 1) if there else None,
                "why_not": None if there else "光缆沿线道路施工",
                "planned_on": None if there else dt.date(2018, 9, 30),
            }
            for code, name, there in towns
        ]
    )


MEASURED = [
    ("cloud", "370900", "全市", 1, 7),
    ("cloud", "gonganju", "公安局", 1, 2),
    ("cloud", "jiaoyuju", "教育局", 0, 1),
    ("cleared", "370900", "全市", 2, 4),
    ("cleared", "gonganju", "公安局", 1, 3),
    ("on_ledger", "370900", "全市", 4, 5),
    ("mail_closed", "370900", "全市", 4, 4),
    ("exits_merged", "370900", "全市", 1, 2),
    ("exits_merged", "gonganju", "公安局", 1, 2),
    ("penalties_docked", "370900", "全市", 0, 1),
    ("penalties_docked", "gonganju", "公安局", 0, 1),
    ("items_online", "370900", "全市", 2, 4),
    ("items_online", "370902", "泰山区", 1, 2),
    ("video_merged", "370900", "全市", 1, 2),
    ("video_merged", "gonganju", "公安局", 0, 1),
    ("townships", "370900", "全市", 1, 2),
    ("townships", "370902", "泰山区", 1, 2),
]


def measure_rows() -> pd.DataFrame:
    """``topic_plan__measure``."""
    return pd.DataFrame(
        [
            {
                "measure": measure,
                "title": scheme().measures[measure].title,
                "owner": owner,
                "owner_name": name,
                "numerator": done,
                "denominator": whole,
                "value": 100 * done / whole,
                **(
                    dict(zip(("low", "expected", "high"), (40.0, 62.0, 80.0), strict=True))
                    if measure == "cloud"
                    else {}
                ),
            }
            for measure, owner, name, done, whole in MEASURED
        ]
    )


def task_rows() -> pd.DataFrame:
    """``topic_plan__task``."""
    due = dt.date(2017, 12, 31)
    rows = [
        ("03-2", 3, "基本完成“僵尸”系统、“影子”系统的清理工作", due, ["gonganju", "zfbgs"], "cleared", "overdue", 123),
        ("08-2", 8, "上云比例不低于70%", dt.date(2018, 6, 30), ["gonganju", "zfbgs"], "cloud", "at_risk", 0),
        ("16-1", 16, "实现市平台与省平台的对接", due, ["zfbgs"], None, "unproven", 123),
    ]
    return pd.DataFrame(
        [
            {
                "task_id": task,
                "article": article,
                "task": text,
                "due_on": on,
                "lead_department": "市政府办公室",
                "obliged": bound,
                "measure": measure,
                "state": state,
                "days_late": days,
                "evidence": f"{text}的依据",
            }
            for task, article, text, on, bound, measure, state, days in rows
        ]
    )


def state_rows() -> pd.DataFrame:
    """``topic_plan__state``: kept since the middle of May; one task was called done, and then no longer."""
    rows = [
        ("03-2", "2018-05-15", "unproven"),
        ("08-2", "2018-05-15", "under_way"),
        ("16-1", "2018-05-15", "done"),
        ("03-2", "2018-06-02", "overdue"),
        ("08-2", "2018-06-20", "at_risk"),
        ("16-1", "2018-06-20", "unproven"),
    ]
    frame = pd.DataFrame(rows, columns=["task_id", "since", "state"])
    return frame.assign(evidence=frame["since"] + "的依据", digest="0123456789abcdef")


def exchange_rows() -> pd.DataFrame:
    """``topic_plan__exchange``: the police give, the schools take, a county and the police do both."""
    names = {"gonganju": "公安局", "jiaoyuju": "教育局", "370902": "泰山区政府", "370911": "岱岳区政府"}
    calls = [
        ("jiaoyuju", "gonganju", "户籍信息", "department", 100, 98, 5_000, 40_000, 2),
        ("370902", "gonganju", "户籍信息", "level", 50, 25, 900, 400_000, 25),
        ("gonganju", "370902", "村务监督信息", "level", 10, 10, 20, 3_000, 0),
        ("370902", "370911", "征地补偿信息", "region", 4, 0, 0, 120_000, 4),
    ]
    columns = ("calls", "succeeded", "row_count", "latency_ms", "slow")
    return pd.DataFrame(
        [
            {"day": dt.date(2018, 6, day), "taker": taker, "taker_name": names[taker], "giver": giver}
            | {"giver_name": names[giver], "resource_name": resource, "way": "interface", "across": across}
            | dict(zip(columns, numbers, strict=True))
            | {"fruitful": numbers[1], "log_until": dt.date(2018, 6, 30)}
            for taker, giver, resource, across, *numbers in calls
            for day in (4, 5)
        ]
    )


def register_rows() -> pd.DataFrame:
    """``topic_plan__register``: an exit closed on paper, one in truth, one that stays, an untried backup."""
    rows = [
        ("internet_exit", "CK0001", "公安局户籍办理出口", "gonganju", "公安局", "said_done", "本月仍有流量 12.0 GB"),
        ("internet_exit", "CK0002", "公安局车辆调度出口", "gonganju", "公安局", "done", None),
        ("internet_exit", "CK0003", "教育局学籍出口", "jiaoyuju", "教育局", "kept", "泰政办函〔2018〕20号"),
        ("restore", "TAJIAOYU00004", "学籍管理系统", "jiaoyuju", "教育局", "never", "从未从备份恢复过"),
        ("video", "TAGONGAN95000", "公安局网络会议系统", "gonganju", "公安局", "said_done", "报称 2018-02-12 停用"),
        ("video", "TAJIAOYU95001", "教育局视频监控系统", "jiaoyuju", "教育局", "done", "已接入统一系统"),
    ]
    columns = ("register", "code", "name", "department", "department_name", "state", "reason")
    return pd.DataFrame(rows, columns=columns).assign(
        is_counted=lambda each: each["state"] != "kept",
        is_done=lambda each: each["state"] == "done",
        done_on=[None, dt.date(2018, 5, 2), None, None, None, dt.date(2018, 5, 8)],
        due_on=[None, None, None, dt.date(2018, 6, 1), None, None],
        source="internet_exit@internet_exit-2018-06-01",
    )


def project_rows() -> pd.DataFrame:
    """``topic_plan__project``: one paid for and not approved, one that is sound, one of another department."""
    rows = [
        (
            "DZ2017001",
            "户籍系统运维",
            "gonganju",
            "公安局",
            120.0,
            60.0,
            ["unapproved"],
            "没有批复，已拨付 60 万元",
            8.0,
        ),
        ("DZ2017002", "机房改造", "gonganju", "公安局", 20.0, 19.4, [], "", 1.0),
        (
            "DZ2017003",
            "学籍系统建设",
            "jiaoyuju",
            "教育局",
            30.0,
            0.0,
            ["duplicate"],
            "与“学籍管理系统”相似度 0.91",
            4.0,
        ),
    ]
    columns = ["project_code", "name", "department", "department_name", "budget_10k_yuan", "paid_10k_yuan"]
    frame = pd.DataFrame(rows, columns=[*columns, "problems", "evidence", "risk"])
    return frame.assign(kind="build", review="not_yet", is_paid=lambda each: each["paid_10k_yuan"] > 0)


DOCKED = dt.date(2018, 5, 18)


def service_rows() -> pd.DataFrame:
    """``topic_plan__service``: a licence on the platform, penalties in a system that is not docked, a county's matter
    in one that is, and one of a department that takes longer than it promises.
    """
    rows = [
        # What is handled where, then cases and those of them that were in time.
        ("A1", "户口登记核发", "licence", "公安局", "gonganju", "公安局", "3", "platform", None, None, 50, 49),
        ("A2", "治安处罚", "penalty", "公安局", "gonganju", "公安局", "2", "undocked", "执法办案系统", None, 0, 0),
        (
            "B1",
            "教师资格确认",
            "confirmation",
            "教育局",
            "370902",
            "泰山区政府",
            "4",
            "docked",
            "学籍系统",
            DOCKED,
            40,
            40,
        ),
        ("B2", "取水核发", "licence", "水利局", "370902", "泰山区政府", "1", "offline", None, None, 10, 6),
    ]
    columns = ["item_code", "title", "kind", "office", "department", "department_name", "online_depth", "state"]
    frame = pd.DataFrame(rows, columns=[*columns, "own_system", "docked_on", "cases", "on_time_cases"])
    return frame.assign(
        area_code="370900",
        docked_on=pd.to_datetime(frame["docked_on"]),
        is_online=frame["online_depth"].astype(int) >= 3,
        is_on_platform=frame["state"].isin(("platform", "docked")),
        online_cases=frame["cases"] // 2,
        finished_cases=frame["cases"],
        promised_days=10,
        promised_sum=frame["cases"] * 10,
        actual_sum=frame["cases"] * 4,
        median_days=[3.0, None, 4.0, 9.5],
        p90_days=[8.0, None, 9.0, 14.0],
        source="service_item@service_item-2018Q2-01",
    )


def audit_rows() -> pd.DataFrame:
    """``topic_plan__audit``: a draw of the office that comes out again, and one of the platform that does not."""
    rows = [
        ("SJ-001", dt.date(2018, 6, 20), "审2018-1", "different", "DZ2019001", 1),
        ("SJ-2018-05", dt.date(2018, 5, 20), "审计201805", "same", "DZ2017003", 1),
    ]
    columns = ["draw_number", "drawn_on", "seed", "verdict", "project_code", "place"]
    frame = pd.DataFrame(rows, columns=columns).assign(size=1, among=3, known=3, risk=4.0)
    return frame.assign(source="audit_sample@audit_sample-2018-06-01")


FACTS = {
    "gonganju": {"supply": Share(1.0, 3, 3), "timeliness": Share(0.5, 0, 3), "quality": Share(0.9, 0, 12)},
    "jiaoyuju": {"supply": Share(0.5, 1, 2), "timeliness": Share(1.0, 1, 1), "quality": Share(0.9, 0, 4)},
    "linyeju": {name: Share(1.0, 1, 1) for name in ("use", "migration", "tasks")},
}
"""Who provides more, who is more punctual: close to each other; and who provides nothing."""


def evaluation_rows() -> pd.DataFrame:
    """``topic_plan__evaluation``."""
    names = {"gonganju": "公安局", "jiaoyuju": "教育局", "linyeju": "林业局"}
    lines = evaluate(FACTS, names, evaluation(), 2018)
    return pd.DataFrame([asdict(line) | {"digest": digest_of(lines)} for line in lines])


def plan_tables() -> dict[str, pd.DataFrame]:
    """The tables of the plan."""
    return {
        "topic_plan__audit": audit_rows(),
        "topic_plan__evaluation": evaluation_rows(),
        "topic_plan__exchange": exchange_rows(),
        "topic_plan__measure": measure_rows(),
        "topic_plan__project": project_rows(),
        "topic_plan__register": register_rows(),
        "topic_plan__service": service_rows(),
        "topic_plan__state": state_rows(),
        "topic_plan__system": system_rows(),
        "topic_plan__task": task_rows(),
        "topic_plan__township": township_rows(),
    }
