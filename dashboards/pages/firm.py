"""一企一档: everything the departments know of one legal person, which of them says what, and whose word counts."""

from collections.abc import Sequence
from typing import Any

from dash import html
from sqlalchemy.exc import SQLAlchemyError

from alerts import casebook
from alerts.words import KIND_TITLES, STATE_TITLES, family_title
from dashboards import format as fmt
from dashboards import parts, queries, subjects
from dashboards.serving import Snapshot
from dashboards.subject_words import ATTRIBUTES, KINDS, LIVES, REASONS, RECORDS, ROLES, STATUSES, method_title
from dashboards.view import View, address
from taian.settings import settings

TITLE = "一企一档"
STATISTICAL = "能识别单个调查对象的统计资料只用于统计，只有统计执法员能看（统计法第二十五条）。"
MONTHS, SHOWN = 12, 8
"""Months of returns, and rows of a list, that are shown before one unfolds more."""

Firm = dict[str, Any]


def batch_link(source: Any, titles: dict[str, str]) -> Any:
    """``resource@batch`` as a link to the batch."""
    resource, _, batch = str(source).partition("@")
    name = titles.get(resource, resource)
    return parts.link(name, address("/runs", batch=f"{resource}/{batch}", night="all")) if batch else name


def said_by_key(entries: Any) -> dict[str, Any]:
    """A map of the lake as it was published: a list of keys and values."""
    return {entry["key"]: entry["value"] for entry in entries if entry} if isinstance(entries, list) else {}


def attribute(name: str) -> str:
    """What an attribute of a golden record is called."""
    return ATTRIBUTES.get(name, name)


def conflict(text: str, titles: dict[str, str]) -> str:
    """``attribute=kept/other`` as a sentence."""
    name, _, sides = text.partition("=")
    kept, _, other = sides.partition("/")
    return f"{attribute(name)}：采用{titles.get(kept, kept)}，{titles.get(other, other)}说法不同"


def _span(row: dict[str, Any]) -> str:
    return f"{fmt.day(row['valid_from'])} 至 {'今' if fmt.is_missing(row['valid_to']) else fmt.day(row['valid_to'])}"


def _listed(
    title: str, headers: Sequence[str], rows: Sequence[Sequence[Any]], nothing: str, said: str = ""
) -> html.Section:
    """A card with a table; what does not fit one look is folded away."""
    body = parts.folded(title, headers, rows, shown=SHOWN) if rows else parts.empty(nothing)
    return parts.card(title, body, subtitle=said or None, name="wide-card")


def _profile(snapshot: Snapshot, firm: Firm) -> html.Section:
    county = subjects.division_names(snapshot, [str(firm["county_code"])]).get(str(firm["county_code"]), fmt.DASH)
    items: list[tuple[str, Any]] = [
        ("统一社会信用代码", firm["credit_code"]),
        ("注册号", fmt.or_dash(firm["registration_number"])),
        ("类型", KINDS.get(firm["kind"], fmt.or_dash(firm["kind"]))),
        ("县（市、区）", parts.link(county, f"/entity/place/{firm['county_code']}")),
        ("地址", fmt.or_dash(firm["address"])),
        ("法定代表人", fmt.or_dash(firm["representative"])),
        ("成立", fmt.day(firm["established_on"])),
        ("注册资本", fmt.amount(firm["capital_10k_yuan"], "10k_yuan")),
        ("登记状态", STATUSES.get(firm["registration_status"], fmt.or_dash(firm["registration_status"]))),
        ("曾用名", fmt.or_dash(firm["former_name"])),
        ("参保人数", fmt.amount(firm["insured_persons"], "person")),
    ]
    body: list[Any] = [parts.facts(items, "profile")]
    if firm["is_contradicted"]:
        said = "登记已注销或吊销，却还有部门见到它纳税、缴费或用电。这是请两个部门核对的问题，不是结论。"
        body.append(html.P(said, className="aloud aloud-warn"))
    return parts.card("概况", body, name="wide-card", foot=parts.stamp(snapshot.business_date, "法人库"))


def _sources(firm: Firm, titles: dict[str, str]) -> html.Section:
    seen = dict(str(text).partition("=")[::2] for text in firm["evidence"])
    rows = [
        (
            parts.link(titles.get(each["resource"], each["resource"]), f"/catalogue/{each['resource']}"),
            each["record_key"],
            "分支机构" if each["relation"] == "branch" else "本单位",
            method_title(each["method"]),
            fmt.or_dash(each["evidence"]),
            _activity(seen.get(each["resource"])),
            batch_link(f"{each['resource']}@{each['batch']}", titles),
        )
        for each in firm["links"]
    ]
    headers = ("来源", "那里的编号", "是", "怎样对应", "依据", "那里的状态", "批次")
    nothing = "没有其他部门的记录对应到它，或不在您能看的范围内。"
    return _listed("各部门的记录", headers, rows, nothing, "同一个单位在各部门各是哪一条记录")  # fmt: skip


def _activity(text: str | None) -> str:
    state, _, day = (text or "").partition("@")
    return f"{STATUSES.get(state, state)}（{day}）" if text else fmt.DASH


def _golden(firm: Firm, titles: dict[str, str]) -> html.Section:
    sources, dates = said_by_key(firm["sources"]), said_by_key(firm["source_dates"])
    named = ("name", "representative", "industry_code", "county_code")
    shown = [name for name in named if name in sources] + ["*"]
    rows = [
        (
            attribute(name),
            fmt.or_dash(firm.get(name)) if name != "*" else "登记机关所登记的",
            batch_link(sources.get(name, ""), titles),
            fmt.day(dates.get(name)),
        )
        for name in shown
    ]
    body: list[Any] = [parts.table("每一项采用了谁的值", ("信息项", "现值", "采用自", "那条记录的日期"), rows)]
    said = [conflict(str(text), titles) for text in firm["conflicts"] or []]
    body.append(html.Ul([html.Li(text) for text in said], className="innocent") if said else html.P("各来源没有矛盾。"))
    return parts.card("采用了谁的，谁说法不同", body, subtitle="登记机关说了算的先说", name="wide-card")


def _history(firm: Firm) -> html.Section:
    rows = [
        (
            _span(each),
            each["name"],
            fmt.or_dash(each["representative"]),
            STATUSES.get(each["status"], fmt.or_dash(each["status"])),
            fmt.or_dash(each["address"]),
            fmt.amount(each["capital_10k_yuan"], "10k_yuan"),
        )
        for each in firm["versions"]
    ]
    headers = ("有效", "名称", "法定代表人", "登记状态", "地址", "注册资本")
    return _listed("登记的历史", headers, rows, "没有历史。", "现实中从哪天起是这样，最近的在前")


def _roles(firm: Firm, titles: dict[str, str]) -> html.Section:
    rows = [
        (_span(each), ROLES.get(each["role"], each["role"]), each["representative"], batch_link(each["source"], titles))
        for each in firm["roles"]
    ]
    return _listed("任职", ("期间", "职务", "姓名（脱敏）", "来源"), rows, "没有任职记录。")


def _places(firm: Firm, titles: dict[str, str]) -> html.Section:
    rows = [
        (KINDS.get(each["kind"], each["kind"]), each["name"], fmt.or_dash(each["address"]),
         "在用" if each["is_open"] else "停用", batch_link(each["source"], titles))
        for each in firm["places"]
    ]  # fmt: skip
    return _listed("场所与分支机构", ("类别", "名称", "地址", "状态", "来源"), rows, "没有场所。")


def _credit(firm: Firm, titles: dict[str, str]) -> html.Section:
    if fmt.is_missing(firm["score"]):
        return parts.card("信用", parts.empty("没有信用画像，或不在您能看的范围内。"), name="wide-card")
    points = [
        (each["title"], f"{each['points']:+d}".replace("-", fmt.MINUS), _span(each), batch_link(each["source"], titles))
        for each in firm["points"]
    ]
    before = [(fmt.day(each["valid_from"]), str(each["score"]), each["level"]) for each in firm["scores"] or []]
    body = [
        parts.facts([("得分", str(int(firm["score"]))), ("等级", str(firm["level"]))]),
        parts.table("从 1000 分起的每一分", ("项目", "分值", "计分期间", "来源"), points, numeric=(1,))
        if points
        else html.P("没有加减分，是起始的 1000 分。"),
        html.Details(
            [html.Summary("得分的历史"), parts.table("得分的历史", ("从", "得分", "等级"), before, numeric=(1,))]
        ),
    ]
    return parts.card("信用", body, subtitle="得分 = 1000 + 当时有效的各条记录的分值", name="wide-card")


def _records(firm: Firm, titles: dict[str, str]) -> html.Section:
    rows = [
        (RECORDS.get(each["kind"], each["kind"]), fmt.or_dash(each["summary"]),
         parts.badge("不良", "bad") if each["is_adverse"] else parts.badge("一般"), _span(each),
         batch_link(each["source"], titles))
        for each in firm["records"]
    ]  # fmt: skip
    return _listed("许可、处罚与信用记录", ("类别", "内容", "性质", "期间", "来源"), rows, "没有记录。")


def _certificates(firm: Firm, titles: dict[str, str]) -> html.Section:
    rows = [
        (each["kind"], each["number"], fmt.day(each["issued_on"]), fmt.day(each["expires_on"]),
         parts.badge("有效", "good") if each["is_valid"] else
         parts.badge("、".join(REASONS.get(reason, reason) for reason in each["reasons"]) or "无效", "warn"),
         batch_link(each["source"], titles))
        for each in firm["certificates"]
    ]  # fmt: skip
    headers = ("证照", "号码（脱敏）", "颁发", "到期", "是否有效", "来源")
    return _listed("电子证照", headers, rows, "没有证照。")


def _months(snapshot: Snapshot, code: str) -> html.Section:
    title = "申报、开票与用电"
    if not snapshot.sight.units:
        return parts.card(title, parts.empty(STATISTICAL), name="wide-card")
    frame = subjects.firm_months(snapshot, code)
    if frame.empty:
        return parts.card(title, parts.empty("它不在联网直报的范围内，没有报表。"), name="wide-card")
    rows = [
        (row["period"], fmt.amount(row["revenue_10k_yuan"], "10k_yuan"), fmt.amount(row["output_10k_yuan"], "10k_yuan"),
         fmt.amount(row["headcount"], "person"), fmt.amount(row["invoiced_10k_yuan"], "10k_yuan"),
         fmt.amount(row["electricity_kwh"], "kwh"))
        for row in frame.tail(MONTHS).iloc[::-1].to_dict("records")
    ]  # fmt: skip
    headers = ("统计期", "营业收入（1-本月）", "总产值（1-本月）", "从业人员", "开票销售额（当月）", "用电量（当月）")
    table = parts.table(title, headers, rows, numeric=(1, 2, 3, 4, 5))
    said = f"最近 {MONTHS} 期；报表是累计数，开票和用电是当月数"
    return parts.card(title, table, subtitle=said, name="wide-card")


def _cases(snapshot: Snapshot, code: str) -> html.Section | None:
    """Findings and cases, for the inspector alone."""
    if not snapshot.sight.units:
        return None
    config = settings()
    items: list[Any] = []
    for row in subjects.findings_of_firm(snapshot, code).to_dict("records"):
        title, place = f"{family_title(str(row['family']))} {fmt.span(row['period'])}", str(row["finding_id"])
        opened = parts.link(title, address("/authenticity", finding=place))
        items.append(html.Li([parts.strength_badge(row["strength"]), " ", opened]))
    try:
        cases = casebook.list_cases(config, unit=code) if config.alerts_db.exists() else []
    except SQLAlchemyError:
        return parts.card("疑点与案件", parts.failed("案件库读不到。请运维人员检查 alerts.db。"), name="wide-card")
    for case in cases:
        opened = parts.link(f"{KIND_TITLES[case.kind]} {case.id}", address("/cases", case=case.id))
        items.append(html.Li([parts.badge(STATE_TITLES[case.state]), " ", opened]))
    body = html.Ul(items, className="history") if items else parts.empty("没有疑点，也没有案件。")
    return parts.card("疑点与案件", body, subtitle="疑点不是结论", name="wide-card")


def render(snapshot: Snapshot, view: View) -> html.Div:
    """The file of one legal person, ``/entity/firm/<credit code>``."""
    code = view.path.rsplit("/", 1)[-1]
    firm = subjects.firm(snapshot, code)
    if firm is None:
        nothing = parts.empty(f"库里没有代码为 {code} 的法人，或不归您的部门。", parts.link("去查找", "/search"))
        return parts.page(TITLE, "请核对代码。", [parts.card("没有找到", nothing)])
    titles = queries.titles(snapshot)
    cards = [
        parts.guarded("概况", lambda: _profile(snapshot, firm), "wide-card"),
        parts.guarded("采用了谁的，谁说法不同", lambda: _golden(firm, titles), "wide-card"),
        parts.guarded("各部门的记录", lambda: _sources(firm, titles), "wide-card"),
        parts.guarded("申报、开票与用电", lambda: _months(snapshot, code), "wide-card"),
        _cases(snapshot, code),
        parts.guarded("信用", lambda: _credit(firm, titles), "wide-card"),
        parts.guarded("许可、处罚与信用记录", lambda: _records(firm, titles), "wide-card"),
        parts.guarded("电子证照", lambda: _certificates(firm, titles), "wide-card"),
        parts.guarded("登记的历史", lambda: _history(firm), "wide-card"),
        parts.guarded("任职", lambda: _roles(firm, titles), "wide-card"),
        parts.guarded("场所与分支机构", lambda: _places(firm, titles), "wide-card"),
    ]
    trail = parts.breadcrumbs([("查找", "/search"), (str(firm["name"]), None)])
    state = parts.badge(*LIVES.get(firm["life"], (fmt.or_dash(firm["life"]), "plain")))
    body = [card for card in cards if card is not None]
    return parts.page(str(firm["name"]), "各部门都知道它什么？谁的说法算数？", body, tools=state, trail=trail)
