"""政务服务: what can be applied for online, which own systems are docked, who takes longer than promised."""

from functools import cache, partial
from typing import Any

import pandas as pd
from dash import html

from dashboards import format as fmt
from dashboards import parts, planned
from dashboards.charts.promised import ROW, Kept, promised
from dashboards.kept import kept_card
from dashboards.pages.plan_words import KIND_GROUPS, SERVICE_STATES, of_kind
from dashboards.serving import Snapshot
from dashboards.theme import palette
from dashboards.view import View, address

NAME = "wide-card plan-services"
LATE_TIMES = 2
"""A department is late out of the ordinary when so many times as many of its cases are late as of the whole city's."""
NOTHING = "您的部门没有政务服务事项。"
CENTRE = "政务服务中心"


def services_cards(snapshot: Snapshot, view: View) -> list[html.Section]:
    """The cards of the tab above its measures and its list; eleven thousand rows are read once for all of them."""
    read = cache(partial(planned.services, snapshot))
    on = snapshot.business_date
    return [
        kept_card(snapshot, view, "事项网上可办率", lambda: _online_card(read(), on), NAME),
        kept_card(snapshot, view, "承诺与实际", lambda: _promised_card(read(), on, view), NAME),
        kept_card(snapshot, view, "对接", lambda: _docking_card(read(), on), NAME),
    ]


def _online_card(frame: pd.DataFrame, on: str) -> html.Section:
    """The share of the matters that can be applied for online, by department and kind; each leads to its matters."""
    if frame.empty:
        return parts.card("事项网上可办率", parts.empty(NOTHING), name=NAME)
    rows = [_online_row("", "全部", frame)]
    rows += [_online_row(str(office), str(office), own) for office, own in frame.groupby("office")]
    cases = int(frame["cases"].sum())
    online = fmt.percent(frame["online_cases"].sum() / cases) if cases else fmt.DASH
    said = (
        "网办深度为三级、四级的事项可以在网上申请。实施部门包括市、县两级；点比例看事项。"
        f"一年内受理办件 {fmt.count(cases)} 件，实际在网上申请的占 {online}。"
    )
    headers = ("实施部门", "事项", "全部", *KIND_GROUPS)
    table = parts.table("事项网上可办率", headers, rows, tuple(range(1, len(headers))), "plan-rows")
    return parts.card(
        "事项网上可办率",
        [html.P(said, className="muted small"), table],
        subtitle=f"{fmt.count(len(frame))} 个事项，{fmt.percent(frame['is_online'].mean())} 可以在网上申请",
        foot=parts.stamp(on, CENTRE),
        name=NAME,
    )


def _online_row(office: str, title: str, own: pd.DataFrame) -> list[parts.Node]:
    shares = [_share(of_kind(own, group), office=office, kind=group) for group in KIND_GROUPS]
    return [title if office else html.Strong(title), fmt.count(len(own)), _share(own, office=office), *shares]


def _share(own: pd.DataFrame, **where: str) -> parts.Node:
    if own.empty:
        return fmt.DASH
    count = f"{int(own['is_online'].sum())}/{len(own)}"
    return parts.link(fmt.percent(own["is_online"].mean()), _rows(**where), title=count)


def _rows(**where: str) -> str:
    return address("/plan", tab="services", **{name: value for name, value in where.items() if value})


def kept_by(frame: pd.DataFrame) -> list[Kept]:
    """What each department promised and took for its finished cases, those that are late most often first."""
    sums = frame.groupby("office")[["finished_cases", "on_time_cases", "promised_sum", "actual_sum"]].sum()
    sums = sums[sums["finished_cases"] > 0]
    whole = int(sums["finished_cases"].sum())
    usual = (whole - int(sums["on_time_cases"].sum())) / whole if whole else 0.0
    found = [_kept(str(office), row, usual) for office, row in sums.iterrows()]
    return sorted(found, key=lambda one: (-one.late, one.name))


def _kept(office: str, row: Any, usual: float) -> Kept:
    finished = int(row["finished_cases"])
    late = 1 - int(row["on_time_cases"]) / finished
    promises, takes = float(row["promised_sum"]) / finished, float(row["actual_sum"]) / finished
    return Kept(office, promises, takes, 100 * late, late > LATE_TIMES * usual)


def _promised_card(frame: pd.DataFrame, on: str, view: View) -> html.Section:
    """Promised and actual days by department."""
    found = kept_by(frame)
    if not found:
        return parts.card("承诺与实际", parts.empty("没有已办结的办件。"), name=NAME)
    late = [one.name for one in found if one.is_late]
    said = f"超时偏多：{'、'.join(late) or '没有'}（超过承诺的办件占比高于全部平均的 {LATE_TIMES} 倍）"
    rows = [
        [parts.link(one.name, _rows(office=one.name)), f"{one.promised:.1f}", f"{one.actual:.1f}", f"{one.late:.1f}%"]
        for one in found
    ]
    headers = ("实施部门", "平均承诺（工作日）", "平均实际（工作日）", "超过承诺")
    table = parts.table("承诺与实际", headers, rows, (1, 2, 3))
    finished, in_time = int(frame["finished_cases"].sum()), int(frame["on_time_cases"].sum())
    return parts.card(
        "承诺与实际",
        [
            html.P(said, className="muted small"),
            parts.graph(promised(found, palette(view.theme)), said, 90 + ROW * len(found), table),
        ],
        subtitle=f"一年内办结 {fmt.count(finished)} 件，{fmt.percent(in_time / finished)} 不超过承诺时限",
        foot=parts.stamp(on, CENTRE),
        name=NAME,
    )


def _docking_card(frame: pd.DataFrame, on: str) -> html.Section:
    """How many matters stand where, and the departments' own systems, those that are not docked first."""
    if frame.empty:
        return parts.card("对接", parts.empty(NOTHING), name=NAME)
    counts = frame["state"].value_counts()
    facts: list[tuple[str, parts.Node]] = [
        (title, parts.link(f"{fmt.count(counts.get(state, 0))} 项", _rows(state=state)))
        for state, (title, _) in SERVICE_STATES.items()
    ]
    own = frame[frame["state"].isin(("docked", "undocked"))]
    systems = (
        own.assign(own_system=own["own_system"].fillna("（没有写系统名称）"))
        .groupby(["state", "office", "own_system"])
        .agg(items=("item_code", "size"), kinds=("kind", "unique"), docked_on=("docked_on", "max"))
        .reset_index()
        .sort_values(["state", "office"], ascending=[False, True])
    )
    rows = [_system(row) for row in systems.to_dict("records")]
    headers = ("自建系统", "实施部门", "事项类型", "事项", "对接")
    body: parts.Node = parts.table("部门自建系统", headers, rows, (3,), "plan-rows") if rows else ""
    return parts.card(
        "对接",
        [parts.facts(facts), body],
        subtitle=f"{int((systems['state'] == 'undocked').sum())} 个自建系统没有与政务服务平台对接",
        foot=parts.stamp(on, CENTRE),
        name=NAME,
    )


def _system(row: Any) -> list[parts.Node]:
    groups = [group for group, kinds in KIND_GROUPS.items() if set(kinds) & set(row["kinds"])]
    here = _rows(office=row["office"], state=row["state"])
    done: parts.Node = fmt.day(row["docked_on"]) if row["state"] == "docked" else parts.badge("未对接", "bad")
    return [parts.link(row["own_system"], here), row["office"], "、".join(groups), fmt.count(row["items"]), done]
