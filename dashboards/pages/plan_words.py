"""The words of the integration plan's page: states, verdicts, moves, and which rows each tab is about."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from catalog.evaluation import evaluation
from catalog.plan import CRITERIA, scheme
from dashboards import format as fmt
from dashboards import planned
from dashboards.serving import Snapshot
from dashboards.view import View
from dashboards.words import WITHHELD

LEAST_CASES = 10
"""Cases of one matter below which nothing more is told of them (docs/decisions/0020-counts-of-a-few.md)."""

TABS = {
    "tasks": "任务",
    "progress": "进度",
    "systems": "系统台账",
    "cloud": "上云",
    "network": "外网覆盖",
    "registers": "整合台账",
    "exchange": "共享交换",
    "services": "政务服务",
    "projects": "项目备案",
    "evaluation": "考核",
}
STATES: dict[str, tuple[str, str]] = {
    "overdue": ("逾期", "bad"),
    "at_risk": ("有风险", "warn"),
    "unproven": ("待举证", "warn"),
    "under_way": ("进行中", "plain"),
    "not_started": ("未见进展", "plain"),
    "done": ("已完成", "good"),
}
SHARES = {"lead": "我牵头的", "cooperate": "我配合的"}
"""What a department has in a task of its own."""
DUES = {"past": "已到期", "ahead": "未到期", "undated": "没有写时限"}
"""Whether the day of a task has come."""

VERDICTS: dict[str, tuple[str, str]] = {
    "zombie": ("僵尸系统", "bad"),
    "shadow": ("影子系统", "warn"),
    "unlisted": ("未列入台账", "warn"),
    "not_judged": ("观察不足", "plain"),
    "closed": ("已停用", "plain"),
    "none": ("正常", "good"),
}
ACROSS = {"level": "跨层级", "region": "跨地区", "department": "跨部门"}
"""The boundaries of article 17 that an exchange crosses."""

REGISTERS: dict[str, tuple[str, str]] = {
    "private_network": ("业务专网", "networks_merged"),
    "internet_exit": ("互联网出口", "exits_merged"),
    "website": ("网站清理", "sites_cleared"),
    "site_platform": ("网站迁入统一平台", "sites_moved"),
    "portal": ("门户前端整合", "in_portal"),
    "sign_in": ("统一身份认证", "signed_in"),
    "assessment": ("安全测评", "assessed"),
    "restore": ("恢复演练", "restorable"),
    "mail": ("邮件和即时通信", "mail_closed"),
    "video": ("网络会议和视频监控", "video_merged"),
    "office": ("办公业务系统", "office_merged"),
    "mobile": ("移动办公", "mobile_docked"),
}
"""What a row of the registers is about, and the measure that counts such rows."""
WATCHED = {"private_network", "internet_exit", "website", "mail", "video", "office", "mobile"}
"""Registers whose claims the platform compares with what is observed; of the others it knows only what is reported."""
REGISTER_OF = {measure: register for register, (_, measure) in REGISTERS.items()}
REGISTER_STATES: dict[str, tuple[str, str]] = {
    "said_done": ("报称完成，未见完成", "bad"),
    "overdue": ("过期", "bad"),
    "failed": ("未通过", "bad"),
    "never": ("从未演练", "bad"),
    "waiting": ("未完成", "warn"),
    "kept": ("批准保留", "plain"),
    "exempt": ("不适用", "plain"),
    "done": ("已完成", "good"),
}
SERVICE_STATES: dict[str, tuple[str, str]] = {
    "platform": ("平台办理", "good"),
    "docked": ("自建系统，已对接", "good"),
    "undocked": ("自建系统，未对接", "bad"),
    "offline": ("未上平台", "warn"),
    "unknown": ("没有报送", "plain"),
}
"""Where a matter of the service catalogue is handled."""
SERVICE_KINDS = {
    "licence": "行政许可",
    "public_service": "公共服务",
    "penalty": "行政处罚",
    "enforcement": "行政强制",
    "confirmation": "行政确认",
    "payment": "行政给付",
}
KIND_GROUPS: dict[str, tuple[str, ...]] = {
    "许可": ("licence",),
    "公共服务": ("public_service",),
    "处罚": ("penalty",),
    "强制": ("enforcement",),
    "其他": ("confirmation", "payment"),
}
"""Kinds of matters as the articles 22 to 25 speak of them."""
DEPTHS = {"1": "一级", "2": "二级", "3": "三级", "4": "四级"}
PROJECT_KINDS = {"build": "建设", "maintain": "运维", "service": "购买服务"}
REVIEWS = {"passed": "通过", "refused": "不通过", "not_yet": "未审核"}
MOVES = {"moved": "已上云", "moving": "迁移中", "not_started": "未启动", "exempt": "不迁移"}


def tab_of(view: View) -> str:
    """The tab that the address asks for, else the first."""
    wanted = view.params.get("tab", "")
    return wanted if wanted in TABS else next(iter(TABS))


def place_of(measure: str) -> dict[str, str]:
    """The parameters of the page's address under which the rows of a measure are listed."""
    register = REGISTER_OF.get(measure)
    return {"tab": scheme().measures[measure].page, **({"register": register} if register else {})}


def met(row: Any) -> str:
    """The criteria that a system meets, with what shows each, in one cell."""
    said = planned.evidence_of(row)
    known = [name for name in CRITERIA if not fmt.is_missing(row[name]) and row[name] >= 1]
    return "；".join(f"{scheme().criteria[name].title}：{said[name]}" for name in known)


def _filtered(frame: pd.DataFrame, view: View, *names: str) -> pd.DataFrame:
    for name in names:
        if wanted := view.params.get(name):
            frame = frame[frame[name] == wanted]
    return frame


def by_department(tasks: pd.DataFrame, today: str) -> pd.DataFrame:
    """How each lead department stands: its tasks, those that were due, how many are in each state; the late first."""
    is_due = planned.due_of(tasks, today) == "past"
    marked = tasks.assign(is_due=is_due, **{state: tasks["state"] == state for state in STATES})
    columns = ["is_due", *STATES]
    found = marked.groupby("lead_department")[columns].sum().assign(tasks=marked.groupby("lead_department").size())
    return found.reset_index().sort_values(["overdue", "unproven", "lead_department"], ascending=[False, False, True])


def ranking_of(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a department: its place, its score, and the points of each indicator as columns."""
    if frame.empty:
        return frame
    points = frame.pivot(index="department", columns="indicator", values="points").reset_index()
    return frame.drop_duplicates("department")[
        ["department", "department_name", "rank", "low_rank", "high_rank", "score"]
    ].merge(points, on="department", how="left")


def of_party(calls: pd.DataFrame, party: str | None) -> pd.DataFrame:
    """What one department or county took and what was taken from it; everything when none is asked for."""
    return calls[(calls["taker"] == party) | (calls["giver"] == party)] if party else calls


def with_problem(projects: pd.DataFrame, problem: str | None) -> pd.DataFrame:
    """The projects with one problem; with any when none is asked for, so that the sound ones are not in the way."""
    wanted = [bool(len(each)) if not problem else problem in each for each in projects["problems"]]
    return projects if problem == "all" else projects[wanted]


def of_kind(services: pd.DataFrame, group: str | None) -> pd.DataFrame:
    """The matters of one group of kinds; all when none is asked for."""
    return services[services["kind"].isin(KIND_GROUPS.get(group, ()))] if group else services


def _unmoved(snapshot: Snapshot, view: View) -> pd.DataFrame:
    frame = _filtered(planned.systems(snapshot), view, "department")
    return frame[frame["is_eligible"].fillna(False).astype(bool) & ~frame["is_moved"].fillna(False).astype(bool)]


ROWS: dict[str, Callable[[Snapshot, View], pd.DataFrame]] = {
    "tasks": lambda snapshot, view: _filtered(
        planned.tasks(snapshot), view, "state", "lead_department", "share", "due"
    ),
    "progress": lambda snapshot, view: by_department(
        _filtered(planned.tasks(snapshot), view, "lead_department"), snapshot.business_date
    ),
    "systems": lambda snapshot, view: _filtered(planned.systems(snapshot), view, "department", "verdict"),
    "cloud": _unmoved,
    "network": lambda snapshot, view: _filtered(planned.townships(snapshot), view, "county_code"),
    "registers": lambda snapshot, view: _filtered(
        planned.registered(snapshot), view, "register", "department", "state"
    ),
    "exchange": lambda snapshot, view: of_party(
        _filtered(planned.exchange(snapshot), view, "across"), view.params.get("party")
    ),
    "services": lambda snapshot, view: of_kind(
        _filtered(planned.services(snapshot), view, "office", "department", "state"), view.params.get("kind")
    ),
    "projects": lambda snapshot, view: with_problem(
        _filtered(planned.projects(snapshot), view, "department"), view.params.get("problem")
    ),
    "evaluation": lambda snapshot, view: ranking_of(planned.evaluation(snapshot)),
}


def rows_of(snapshot: Snapshot, view: View) -> pd.DataFrame:
    """The rows that the tab lists under the filters of the address: the same on the page and in a file."""
    return ROWS[tab_of(view)](snapshot, view)


HEADERS: dict[str, tuple[str, ...]] = {
    "tasks": ("编号", "任务", "牵头部门", "时限", "状态", "依据"),
    "progress": ("牵头部门", "任务", "已到期", "已完成", "逾期", "待举证", "有风险"),
    "evaluation": ("部门", "名次", "得分", *(each.title for each in evaluation().indicators.values())),
    "systems": ("系统", "部门", "结论", "得分", "依据", "年运维费"),
    "cloud": ("系统", "部门", "状态", "未上云原因", "下一步措施", "计划完成"),
    "projects": ("编号", "项目", "申报单位", "类型", "审核", "预算", "已拨付", "问题", "风险"),
    "services": (
        *("事项", "类型", "实施部门", "责任单位", "办理", "网办深度"),
        *("承诺工作日", "实际中位数", "实际九成以内", "办件", "网上申请", "不超过承诺"),
    ),
    "registers": ("台账", "名称", "责任单位", "状态", "完成日期", "期限", "说明"),
    "exchange": ("使用单位", "提供单位", "资源", "跨越", "调用", "成功率", "数据行数", "平均用时"),
    "network": ("乡镇（街道）", "县（市、区）", "状态", "接入日期", "未接入原因", "计划接入"),
}


def _tasks_cells(row: Any) -> tuple[str, ...]:
    due = fmt.day(row["due_on"]) if not fmt.is_missing(row["due_on"]) else "未定"
    return row["task_id"], row["task"], row["lead_department"], due, STATES[row["state"]][0], row["evidence"]


PROGRESS: dict[str, dict[str, str]] = {
    "tasks": {},
    "is_due": {"due": "past"},
    **{state: {"state": state} for state in ("done", "overdue", "unproven", "at_risk")},
}
"""What is counted of a lead department, in the order of its columns, and the filters under which it is listed."""


def _progress_cells(row: Any) -> tuple[str, ...]:
    return row["lead_department"], *(fmt.count(row[name]) for name in PROGRESS)


def _evaluation_cells(row: Any) -> tuple[str, ...]:
    place = "不排名" if fmt.is_missing(row["rank"]) else f"{int(row['rank'])}"
    points = (row.get(name) for name in evaluation().indicators)
    shown = (fmt.DASH if fmt.is_missing(each) else f"{each:.2f}" for each in points)
    return row["department_name"], place, f"{row['score']:.2f}", *shown


def _systems_cells(row: Any) -> tuple[str, ...]:
    name = fmt.or_dash(row["name"]) if row["is_listed"] else row["system_code"]
    score = fmt.DASH if fmt.is_missing(row["points"]) else f"{row['points']:.1f}"
    verdict = VERDICTS[row["verdict"]][0]
    return (
        name,
        row["department_name"],
        verdict,
        score,
        met(row) or fmt.DASH,
        fmt.amount(row["cost_10k_yuan"], "万元"),
    )


def _cloud_cells(row: Any) -> tuple[str, ...]:
    planned_on = fmt.day(row["planned_on"])
    words = (fmt.or_dash(row[name]) for name in ("why_not_moved", "next_step"))
    return row["name"] or row["system_code"], row["department_name"], MOVES[row["move_status"]], *words, planned_on


def _projects_cells(row: Any) -> tuple[str, ...]:
    money = (fmt.amount(row[name], "万元") for name in ("budget_10k_yuan", "paid_10k_yuan"))
    head = (row["project_code"], row["name"], row["department_name"], PROJECT_KINDS[row["kind"]])
    return *head, REVIEWS[row["review"]], *money, row["evidence"] or fmt.DASH, f"{row['risk']:g}"


def _services_cells(row: Any) -> tuple[str, ...]:
    where = SERVICE_STATES[row["state"]][0]
    system = "" if fmt.is_missing(row["own_system"]) else f"（{row['own_system']}）"
    head = (row["title"], SERVICE_KINDS[row["kind"]], row["office"], row["department_name"], f"{where}{system}")
    promise = (DEPTHS[row["online_depth"]], fmt.count(row["promised_days"]))
    # A case is somebody's: of a few of one matter nothing more is told than that they are few.
    if 0 < row["cases"] < LEAST_CASES:
        return *head, *promise, WITHHELD, WITHHELD, f"不足 {LEAST_CASES}", WITHHELD, WITHHELD
    online = fmt.percent(row["online_cases"] / row["cases"]) if row["cases"] else fmt.DASH
    days = [fmt.DASH if fmt.is_missing(row[name]) else f"{row[name]:.1f}" for name in ("median_days", "p90_days")]
    in_time = fmt.percent(row["on_time_cases"] / row["finished_cases"]) if row["finished_cases"] else fmt.DASH
    if 0 < row["finished_cases"] < LEAST_CASES:
        days, in_time = [WITHHELD, WITHHELD], WITHHELD
    return *head, *promise, *days, fmt.count(row["cases"]), online, in_time


def _registers_cells(row: Any) -> tuple[str, ...]:
    head = (REGISTERS[row["register"]][0], row["name"], row["department_name"], REGISTER_STATES[row["state"]][0])
    return *head, fmt.day(row["done_on"]), fmt.day(row["due_on"]), fmt.or_dash(row["reason"])


def _exchange_cells(row: Any) -> tuple[str, ...]:
    return (
        *(row[name] for name in ("taker_name", "giver_name", "resource_name")),
        ACROSS[row["across"]],
        fmt.count(row["calls"]),
        fmt.percent(row["succeeded"] / row["calls"]),
        fmt.count(row["row_count"]),
        f"{row['latency_ms'] / row['calls'] / 1000:.2f} 秒",
    )


def _network_cells(row: Any) -> tuple[str, ...]:
    state = "已接入" if row["is_connected"] else "未接入"
    dates = (fmt.day(row["connected_on"]), fmt.or_dash(row["why_not"]), fmt.day(row["planned_on"]))
    return row["name"], row["county_name"], state, *dates


CELLS: dict[str, Callable[[Any], tuple[str, ...]]] = {
    "tasks": _tasks_cells,
    "progress": _progress_cells,
    "evaluation": _evaluation_cells,
    "systems": _systems_cells,
    "cloud": _cloud_cells,
    "projects": _projects_cells,
    "services": _services_cells,
    "registers": _registers_cells,
    "exchange": _exchange_cells,
    "network": _network_cells,
}


def cells(tab: str, row: Any) -> tuple[str, ...]:
    """One listed row in words, under the tab's HEADERS."""
    return CELLS[tab](row)
