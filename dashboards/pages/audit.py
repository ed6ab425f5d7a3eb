"""审计: who did what, when and in what role, from the hash-chained log; nothing here can be changed."""

from typing import Any

from dash import html

from alerts import audit, objections, planreports
from alerts.audit import Verdict
from alerts.casebook import PREFIXES
from alerts.store import AuditEntry
from alerts.words import EVENT_TITLES, state_title
from dashboards import format as fmt
from dashboards import parts
from dashboards.departments import name_of
from dashboards.paging import leaf_of, turn
from dashboards.serving import Snapshot
from dashboards.view import View
from dashboards.words import RUN_STATES
from taian.access.roles import ROLE_TITLES
from taian.settings import settings

TITLE = "审计"
ACTIONS = {
    "night": "夜间批次",
    "draw": "双随机抽取",
    "sheet": "打印移送单",
    "plan report": "方案任务举证",
    "plan evaluation": "考核异议和裁定",
    "plan sample": "审计抽样",
    "export": "导出",
    "look-person": "查看个人档案",
    "sign-in": "登录",
    "sign-in failed": "登录失败",
    "sign-in refused": "登录被暂停",
    "sign-out": "退出",
    "set-up": "首次设置",
    "password changed": "修改密码",
    "account.add": "建立账号",
    "account.invite": "建立账号（统一身份认证）",
    "account.role": "更改账号的角色",
    "account.passwd": "发新的初始口令",
    "account.lock": "锁定账号",
    "account.unlock": "解锁账号",
    "account.end": "结束全部登录",
    "view.keep": "存为视图",
    "view.rename": "视图改名",
    "view.drop": "删除视图",
    "view.up": "视图上移",
    "view.down": "视图下移",
    "view.mail-day": "订阅视图（每日）",
    "view.mail-month": "订阅视图（每月）",
    "view.mail-never": "停发视图",
    "view.mailed": "视图写成邮件",
    "threshold.set": "设自己的阈值",
    "threshold.drop": "删除自己的阈值",
    "note.pin": "写批注",
    "note.drop": "删除批注",
    "threshold.told": "阈值越过，邮件告知",
    **{f"case.{event}": title for event, title in EVENT_TITLES.items()},
}
"""What the log calls an action, and what people call it; what is not here is shown as it stands."""

KINDS = {prefix: kind for kind, prefix in PREFIXES.items()}
"""Kind of a case by the beginning of its number."""

OBJECTS = {"web": "页面"}
SHORT = 20
"""Characters of a name or number that stays on one line."""

NOBODY = {"platform": "平台", "none": "未登录", "anonymous": "未登录"}


def _chain(verdict: Verdict) -> html.P:
    if verdict.broken:
        return html.P(verdict.broken + "。", className="state state-error", role="alert")
    return html.P([f"共 {fmt.count(verdict.entries)} 条，首尾相接，没有改动。最后一条的摘要 ", html.Code(verdict.head)])


def _roles(text: str) -> str:
    titles: dict[str, str] = {**{str(role): title for role, title in ROLE_TITLES.items()}, **NOBODY}
    return "、".join(titles.get(role, role) for role in text.split("+"))


def _detail(one: AuditEntry) -> str:
    """What a line adds, with codes of states, roles and departments in words."""
    first, colon, rest = one.detail.partition("：")
    if one.action.startswith("case."):
        return _states(one.object, first) + colon + rest
    if one.action.startswith("account."):
        return (_roles(first) if first else fmt.DASH) + colon + "、".join(map(name_of, rest.split("、")))
    if one.action == "night":
        return RUN_STATES.get(first, (first, ""))[0] + colon + rest
    if one.action == planreports.ACTION:
        said = planreports.of_line(one)
        return f"{'已完成' if said.state == 'done' else '进行中'}：{said.why}（{said.document}）"
    if one.action == objections.ACTION:
        ruled = objections.of_line(one)
        return f"{ruled.year} 年 {objections.TITLES[ruled.what]}：{ruled.why}（{ruled.document}）"
    return one.detail or fmt.DASH


def _states(case: str, steps: str) -> str:
    """``from > to`` of a step on a case."""
    kind = KINDS.get(case.partition("-")[0], "")
    words = [state_title(state, kind) for state in steps.split(" > ") if state != "-"]
    return " → ".join(dict.fromkeys(words)) or fmt.DASH


def _row(one: AuditEntry) -> tuple[Any, ...]:
    said = html.Span(ACTIONS.get(one.action, one.action), title=one.action)
    about = name_of(one.object) if one.action == objections.ACTION else OBJECTS.get(one.object, one.object)
    whole = [fmt.moment(one.at), NOBODY.get(one.actor, one.actor), about]
    at, who, what = (html.Span(text, className="whole" if len(text) <= SHORT else "") for text in whole)
    return at, who, _roles(one.role), said, what, _detail(one)


def _log(snapshot: Snapshot, view: View) -> html.Section:
    verdict = audit.standing(settings())
    leaf = leaf_of(view, verdict.entries)
    rows = [_row(one) for one in audit.entries(settings(), most=leaf.lines, skip=leaf.start)]
    body: list[Any] = [parts.empty("还没有记录。")]
    if rows:
        headers = ("时间", "谁", "角色", "做了什么", "对象", "说明")
        body = [parts.table("审计日志，最近的在前", headers, rows), turn(view, leaf)]
    return parts.card(
        "审计日志",
        [_chain(verdict), *body],
        subtitle="最近的在前；离线核对用 taian audit verify",
        foot=parts.stamp_of(snapshot.business_date, "案件库 alerts.db", None),
        name="wide-card",
    )


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The lines of the log, those of ``?page=``, and whether its chain is whole."""
    question = "谁在什么时候做了什么？记录有没有被改过？"
    return parts.page(TITLE, question, [parts.guarded("审计日志", lambda: _log(snapshot, view), "wide-card")])
