"""The city's information systems: who owns them, what they do, how they live; 37 of them dead, 14 in another's shadow.

What a system is like is said by its ``role``; no threshold of any rule is known here.
"""

import datetime
from dataclasses import dataclass, replace

import numpy as np

from sample_data.context import City
from sample_data.governance.departments import DEPARTMENTS, OFFICE_SUBJECTS, Department

WHOLE_CITY, AT_LEAST = 1_150, 320
ZOMBIES, SHADOWS, UNLISTED = 37, 14, 9
"""Planted whatever the scale: a leading group clears them one by one."""
MAIL_SYSTEMS = 24
HONEST = {"seasonal": 0.05, "small": 0.07, "old": 0.08, "new": 0.02, "stopped": 0.02, "parallel": 0.03}
"""Shares of systems that look like dead or doubled ones and are neither."""

KINDS: dict[str, str] = {
    "管理系统": "申请、受理、审核、办结和归档",
    "监管平台": "对象建档、现场检查、问题整改和复查",
    "查询系统": "检索、核验和证明打印",
    "统计分析系统": "数据汇总、报表生成和图表展示",
    "服务平台": "网上预约、进度公示和评价",
    "采集系统": "基层填报、逐级上报和校对",
    "档案系统": "扫描著录、目录编制和利用登记",
    "调度系统": "任务下达、进度跟踪和预警提醒",
}
AUDIENCES = ("本局业务科室", "基层站所", "企业和群众", "县级主管部门", "窗口工作人员", "一线执法人员")
EXTRAS = (
    "支持与省级平台数据交换",
    "提供短信提醒",
    "附带移动端",
    "按月生成工作台账",
    "支持多级权限",
    "可导出电子表格",
    "支持影像上传",
    "保留操作日志",
)
OFFICE_SHARE = 0.3
MAIL_KINDS = ("电子邮件系统", "即时通信系统")


@dataclass(frozen=True)
class System:
    """One system. ``role``: normal, one of HONEST, mail, shared, zombie, shadow or unlisted; ``users`` could use it.

    ``ended_on`` is when it was shut; ``unified_on`` since when its owner says that what all share does its work, by
    having joined it or, with ``says_closed``, by having been shut.
    """

    code: str
    name: str
    department: Department
    role: str
    kind: str
    function: str
    audience: str
    built_on: datetime.date
    changed_on: datetime.date
    maintained_until: datetime.date | None
    cost_10k_yuan: float
    users: int
    ended_on: datetime.date | None = None
    unified_on: datetime.date | None = None
    says_closed: bool = False
    twin: str = ""


def _day(rng: np.random.Generator, first: str, last: str) -> datetime.date:
    begin = datetime.date.fromisoformat(first)
    return begin + datetime.timedelta(days=int(rng.integers(0, (datetime.date.fromisoformat(last) - begin).days)))


def _function(rng: np.random.Generator, subject: str, kind: str) -> tuple[str, str]:
    """What it does, and for whom."""
    audience = str(rng.choice(AUDIENCES))
    extra = "，".join(rng.choice(EXTRAS, 2, replace=False).tolist())
    return f"用于{subject}业务的{KINDS[kind]}，{extra}", audience


def _drafts(rng: np.random.Generator, count: int) -> list[tuple[Department, str, str]]:
    """Owner, subject and kind of ``count`` systems: no owner has the same twice."""
    every = [
        (department, subject, kind)
        for department in DEPARTMENTS
        for subjects, wanted in ((department.subjects, 1.0), (OFFICE_SUBJECTS, OFFICE_SHARE))
        for subject in subjects
        for kind in KINDS
        if rng.random() < wanted
    ]
    return [every[place] for place in np.sort(rng.choice(len(every), count, replace=False))]


def _roles(rng: np.random.Generator, count: int) -> list[str]:
    named = ["zombie"] * ZOMBIES + [role for role, share in HONEST.items() for _ in range(round(count * share))]
    roles = named + ["normal"] * (count - len(named))
    return [roles[place] for place in rng.permutation(count)]


def make_one(rng: np.random.Generator, number: int, draft: tuple[Department, str, str], role: str) -> System:
    """One system of an owner's subject and kind, as its role has it."""
    department, subject, kind = draft
    function, audience = _function(rng, subject, kind)
    built = _day(rng, "2008-01-01", "2017-03-01")
    changed = _day(rng, "2017-03-01", "2018-05-20")
    until: datetime.date | None = _day(rng, "2018-07-01", "2020-01-01")
    if role == "zombie":
        built = _day(rng, "2006-01-01", "2013-06-01")
        changed = _day(rng, "2013-06-01", "2016-02-01")
        until = None if rng.random() < 0.5 else _day(rng, "2014-06-01", "2017-06-01")
        if rng.random() < 0.1:
            until = _day(rng, "2018-09-01", "2019-06-01")
    if role == "old":
        built, changed = _day(rng, "2004-01-01", "2010-01-01"), _day(rng, "2010-01-01", "2015-12-31")
        until = None if rng.random() < 0.5 else _day(rng, "2015-06-01", "2017-06-01")
    if role == "new":
        built = changed = _day(rng, "2018-04-20", "2018-05-25")
    users = int(np.clip(np.exp(rng.normal(3.6, 0.9)), 12, 4000))
    if role == "small":
        users = int(rng.integers(1, 4))
    code = f"TA{department.code[:6].upper():0<6}{number:05d}"
    cost = round(float(np.exp(rng.normal(1.6, 0.8))), 1)
    return System(
        code, f"{subject}{kind}", department, role, kind, function, audience, built, changed, until, cost, users
    )


def _beside(rng: np.random.Generator, number: int, main: System, role: str) -> System:
    """A system that does what ``main`` does in nearly the same words."""
    head, _, _ = main.function.partition("，")
    function = f"{head}，{rng.choice(EXTRAS)!s}"
    mark = {"shadow": "（自建）", "parallel": "（二期）"}.get(role, "（旧版）")
    users = int(rng.integers(2, 5)) if role == "shadow" else main.users
    built, changed = _day(rng, "2012-01-01", "2016-06-01"), _day(rng, "2015-06-01", "2018-03-01")
    return replace(
        main,
        code=f"TA{main.department.code[:6].upper():0<6}{number:05d}",
        name=f"{main.name}{mark}",
        role=role,
        function=function,
        users=users,
        built_on=built,
        changed_on=max(built, changed),
        cost_10k_yuan=round(main.cost_10k_yuan * float(rng.uniform(0.2, 0.8)), 1),
        twin=main.code,
    )


def _mail(rng: np.random.Generator, number: int) -> System:
    """Self-built mail and messaging of a department; most are closed in the spring of 2018."""
    department = DEPARTMENTS[number % len(DEPARTMENTS)]
    kind = MAIL_KINDS[number // 2 % len(MAIL_KINDS)]
    made = make_one(rng, 90_000 + number, (department, "内部", "管理系统"), "mail")
    closed = _day(rng, "2018-03-15", "2018-06-25") if rng.random() < 0.8 else None
    function = f"本单位自建{kind}，收发{'邮件' if kind == MAIL_KINDS[0] else '消息'}和附件"
    made = replace(made, name=f"{department.name}{kind}", kind=kind, function=function)
    return replace(made, ended_on=closed, unified_on=closed, says_closed=closed is not None)


def make_systems(city: City) -> list[System]:
    """Every system, those off the ledger last; who is dead, doubled or off the ledger goes to the truth."""
    rng = city.stream("governance", "systems")
    own = city.count(WHOLE_CITY, at_least=AT_LEAST) - SHADOWS - MAIL_SYSTEMS
    roles = _roles(rng, own)
    systems = [
        make_one(rng, i, draft, role) for i, (draft, role) in enumerate(zip(_drafts(rng, own), roles, strict=True))
    ]
    busy = [system for system in systems if system.role == "normal" and system.users >= 25]
    mains = [busy[place] for place in rng.permutation(len(busy))]
    shadows = [_beside(rng, 50_000 + i, main, "shadow") for i, main in enumerate(mains[:SHADOWS])]
    # Some of the dead were replaced by what their neighbours use; some honest pairs run side by side for a while.
    for place, system in enumerate(systems):
        if system.role in ("zombie", "parallel") and rng.random() < 0.5:
            mate = next((m for m in mains[SHADOWS:] if m.department == system.department), None)
            if mate is not None:
                twin = _beside(rng, place, mate, system.role)
                is_dead = system.role == "zombie"
                systems[place] = (
                    replace(system, name=twin.name, function=twin.function, kind=twin.kind) if is_dead else twin
                )
    mails = [_mail(rng, number) for number in range(MAIL_SYSTEMS)]
    off = [
        replace(make_one(rng, 70_000 + i, draft, "unlisted"), users=int(rng.integers(5, 60)))
        for i, draft in enumerate(_drafts(city.stream("governance", "unlisted"), UNLISTED))
    ]
    everything = _named_apart([*systems, *shadows, *mails]) + off
    for system in everything:
        if system.role in ("zombie", "shadow", "unlisted"):
            city.truth.event(
                f"{system.role}_system",
                resource="information_system",
                code=system.code,
                department=system.department.code,
            )
    return everything


def _named_apart(systems: list[System]) -> list[System]:
    """No owner has two systems of one name: the ledger's form does not take them."""
    seen: set[tuple[str, str]] = set()
    out = []
    for system in systems:
        name, number = system.name, 1
        while (system.department.code, name) in seen:
            number += 1
            name = f"{system.name}{number}号"
        seen.add((system.department.code, name))
        out.append(replace(system, name=name))
    return sorted(out, key=lambda system: (system.department.is_county, system.department.code, system.code))
