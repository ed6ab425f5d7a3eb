"""What each recipient is told of a night. Pure: facts in, parts of letters out.

Only counts, codes, batch ids and links are taken from the facts. A finding's sentence is never read here, and sentences
about a delivery pass ``without_identifiers``.
"""

import datetime
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from alerts.again import again
from alerts.casebook import CaseView, batch_path, delivery_subject, run_path
from alerts.cases import DUTY, ON_THE_WAY, WARNING
from alerts.deadlines import late
from alerts.duties import News
from alerts.letter import Card, Part, Section, Table
from alerts.night import DeliveryFact, Night, QualityFact
from alerts.words import (
    FAMILY_TITLES,
    STRENGTH_TITLES,
    count,
    family_title,
    one_line,
    reason,
    state_title,
    without_identifiers,
)
from catalog.codes import all_codes
from catalog.model import DIMENSION_TITLES
from catalog.warnings import LEVELS

MOST_CARDS = 12
"""Longer lists are for the page; the mail says how many are left."""

MOST_CODES = 5

STRANGER = "有部门不在资源目录中，平台无法直接通知，请代为联系；它"

RERUN_IS_SAFE = "重复执行不会产生重复数据"


@dataclass(frozen=True)
class Lead:
    """A case of the inspector that is not closed: its number, not its subject."""

    id: str
    family: str
    county_name: str
    url: str
    is_new: bool
    is_reopened: bool = False
    is_joined: bool = False
    """A further finding on its unit joined it this night."""
    days_late: int = 0
    """Working days since its deadline."""
    is_newly_late: bool = False


def _is_fresh(lead: Lead) -> bool:
    return lead.is_new or lead.is_reopened or lead.is_joined


def inspector_part(leads: Sequence[Lead], public_url: str) -> Part | None:
    """Numbers of leads by family and county, and links to the new ones; None when no lead is waiting."""
    if not leads:
        return None
    fresh = [lead for lead in leads if _is_fresh(lead)]
    opened, reopened = sum(lead.is_new for lead in leads), sum(lead.is_reopened for lead in leads)
    joined = sum(lead.is_joined and not lead.is_new for lead in leads)
    again = f"，重新打开 {reopened} 条" if reopened else ""
    again += f"，在办案件并入新疑点 {joined} 件" if joined else ""
    sections = [
        Section("按类型", table=_lead_table("类型", leads, lambda lead: family_title(lead.family))),
        Section("按县（市、区）", table=_lead_table("县（市、区）", leads, lambda lead: lead.county_name)),
    ]
    if fresh:
        sections.insert(0, _fresh_section(fresh, public_url))
    late = [lead for lead in leads if lead.days_late]
    if late:
        sections.insert(0, _late_section(late, public_url))
    overdue = f"，逾期 {len(late)} 件" if late else ""
    return Part(
        headline=f"数据真实性新增线索 {opened} 条{again}，未办结 {len(leads)} 条{overdue}",
        greeting="市统计局",
        summary=(
            f"本夜新增线索 {opened} 条（均为强疑点）{again}；目前未办结共 {len(leads)} 条{overdue}。"
            "疑点是核查的起点，不是结论；单位名称和证据请打开平台查看。"
        ),
        sections=tuple(sections),
        steps=(
            "打开数据真实性页面，先看新增线索的证据图和需要先排除的正常原因。",
            "对要核查的线索点“受理”，分派承办人并定期限；听取单位陈述申辩后，认定属实或者排除，写明理由。",
            "属实的打印线索移送单，按统计法律法规移送；最后办结。",
        ),
        link=("打开数据真实性页面", f"{public_url}/authenticity"),
    )


def warning_part(standing: Sequence[CaseView], date: datetime.date) -> Part | None:
    """How many warnings stand, by level and by what they wait for, and the numbers of the new and the overdue; None
    when none stands. Those that somebody opened afterwards are no news of the night and are left out."""
    waiting = [case for case in standing if case.is_live]
    if not waiting:
        return None
    fresh = [case for case in waiting if case.opened_on == date]
    late = [case for case in waiting if case.due_on is not None and case.due_on <= date]
    levels, states = Counter(case.strength for case in waiting), Counter(case.state for case in waiting)
    by_level = tuple((STRENGTH_TITLES[level], count(levels[level])) for level in LEVELS)
    by_state = tuple((state_title(state, WARNING), count(states[state])) for state in ON_THE_WAY if states[state])
    sections = [
        _numbers(f"逾期预警 {len(late)} 件", late),
        _numbers(f"本夜预警 {len(fresh)} 件", fresh),
        Section("按等级", table=Table(("内部预警等级", "件数"), by_level, frozenset({1}))),
        Section("按环节", table=Table(("环节", "件数"), by_state, frozenset({1}))),
    ]
    overdue = f"，逾期 {len(late)} 件" if late else ""
    return Part(
        headline=f"预警新增 {len(fresh)} 件，在办 {len(waiting)} 件{overdue}",
        greeting="值班室",
        summary=f"本夜新增预警 {len(fresh)} 件，在办共 {len(waiting)} 件{overdue}。等级为内部预警等级，不是法定预警。",
        sections=tuple(section for section in sections if section.cards or section.table),
        steps=(
            "执行 taian warnings show 编号 ，看预期范围、原因线索和经过。",
            "研判后报审批发布；签收、派发、反馈、复核逐步办理，数据恢复正常后解除、归档。",
        ),
    )


def _numbers(title: str, found: Sequence[CaseView]) -> Section:
    cards = tuple(Card(f"{case.id} · {STRENGTH_TITLES[case.strength]}") for case in found[:MOST_CARDS])
    return Section(title, "", cards, tone="act")


def duty_part(news: Sequence[News], date: datetime.date, public_url: str) -> Part | None:
    """Tasks of the plan that one lead department is reminded of, or has an answer on; None when there is nothing."""
    if not news:
        return None
    is_known = bool(news[0].fact.lead)
    urged = [one for one in news if one.case.state != "closed"]
    overdue = sum(late(one.case.due_on, date) > 0 for one in urged)
    whose = "贵单位牵头" if is_known else "平台没有其牵头单位的邮箱、请代为通知"
    return Part(
        headline=f"督办 {len(urged)} 项" + (f"，逾期 {overdue} 项" if overdue else ""),
        greeting=one_line(news[0].fact.lead_name) if is_known else "专项小组",
        summary=f"以下 {len(news)} 项整合共享任务由{whose}，本夜有提醒、批复或已销号。",
        sections=(_duty_section("督办事项", news, date, public_url),),
        steps=(
            "打开链接，看任务的依据；已经完成的附文件“报告完成”，正在办理的“答复进展”。",
            "不能按期完成的，在到期前“申请延期”，写明日期和理由，由专项小组批复。",
        ),
        link=("打开整合共享页面", f"{public_url}/plan"),
    )


def share_part(news: Sequence[News], name: str, date: datetime.date, public_url: str) -> Part | None:
    """Tasks of the plan that a department works on under the lead of another, and whose day comes or has passed; None
    when there is nothing."""
    if not news:
        return None
    overdue = sum(late(one.case.due_on, date) > 0 for one in news)
    return Part(
        headline=f"配合督办 {len(news)} 项" + (f"，逾期 {overdue} 项" if overdue else ""),
        greeting=one_line(name),
        summary=f"以下 {len(news)} 项整合共享任务由贵单位配合、分工或具体落实，本夜到了提醒的时点。",
        sections=(_duty_section("配合的督办事项", news, date, public_url, with_lead=True),),
        steps=("打开链接，看任务的依据和牵头部门的办理；贵单位承担的部分请附文件“答复进展”。",),
        link=("打开整合共享页面", f"{public_url}/plan"),
    )


def leading_part(news: Sequence[News], date: datetime.date, public_url: str) -> Part | None:
    """What the leading group has to know or to decide: escalated tasks, answers, requests; None without any."""
    raised = [one for one in news if "raised" in one.events]
    answered = [one for one in news if "told" in one.events and one not in raised]
    waiting = sum(one.case.state == "asked" for one in news)
    if not raised and not answered:
        return None
    sections = (
        _duty_section(f"逾期上报 {len(raised)} 项", raised, date, public_url),
        _duty_section(f"答复和申请 {len(answered)} 项", answered, date, public_url),
    )
    return Part(
        headline=f"督办上报 {len(raised)} 项，待批延期 {waiting} 项",
        greeting="专项小组",
        summary=f"本夜上报逾期任务 {len(raised)} 项；有答复、申请的 {len(answered)} 项，其中待批延期 {waiting} 项。",
        sections=tuple(section for section in sections if section.cards),
        steps=("打开链接，对延期申请同意（写明日期）或不同意，对不实的答复退回，都写明理由。",),
        link=("打开整合共享页面", f"{public_url}/plan"),
    )


def _duty_section(
    title: str, news: Sequence[News], date: datetime.date, public_url: str, *, with_lead: bool = False
) -> Section:
    cards = [_duty_card(one, date, public_url, with_lead=with_lead) for one in news[:MOST_CARDS]]
    return Section(title, _rest(len(news), "整合共享页面"), tuple(cards), tone="act")


def _duty_card(one: News, date: datetime.date, public_url: str, *, with_lead: bool) -> Card:
    days = late(one.case.due_on, date)
    lines = [("牵头", one_line(one.fact.lead_name))] if with_lead else []
    lines += [("状态", state_title(one.case.state, DUTY)), ("期限", f"{one.case.due_on}" if one.case.due_on else "—")]
    lines += [("逾期", f"{days} 个工作日")] if days and one.case.state != "closed" else []
    lines += [("本次", one.said)] if one.said and not with_lead else []
    return Card(f"{one.case.id} · 任务 {one.fact.task}", tuple(lines), f"{public_url}{one.case.url_path}")


def audit_part(entries: int, head: str) -> Part:
    """Where the audit log ends after this night: kept outside of the platform, it shows what is changed later."""
    return Part(
        headline=f"审计日志 {count(entries)} 条",
        greeting="审计人员",
        summary=f"平台审计日志现有 {count(entries)} 条，末条摘要（SHA-256）：{head}",
        steps=(
            "请保存本邮件。",
            f"核对日志时执行 taian audit verify --head {head} ：日志被改动、删除或截短，都会指出。",
        ),
    )


def _fresh_section(fresh: Sequence[Lead], public_url: str) -> Section:
    """The night's leads by number; when they are many the first of them, and of the others a link to each type."""
    title = f"本夜线索 {len(fresh)} 条"
    numbered = tuple(Card(_lead_title(lead), link=lead.url) for lead in fresh[:MOST_CARDS])
    if len(fresh) <= MOST_CARDS:
        return Section(title, "", numbered, tone="act")
    kinds = Counter(lead.family for lead in fresh[MOST_CARDS:])
    others = tuple(
        Card(
            f"其余{family_title(family)} {count(number)} 条",
            link=f"{public_url}/authenticity?strength=strong&family={quote(family)}"
            if family in FAMILY_TITLES
            else f"{public_url}/cases",
        )
        for family, number in kinds.most_common()
    )
    note = f"先列 {MOST_CARDS} 条，其余 {len(fresh) - MOST_CARDS} 条按类型；打开后证据最强、偏离最大的排在最前。"
    note += "页面按疑点列出，一条线索可含同一单位的几条疑点。"
    return Section(title, note, numbered + others, tone="act")


def _late_section(late: Sequence[Lead], public_url: str) -> Section:
    """How many cases are overdue; one by one only those that became so this night."""
    newly = [lead for lead in late if lead.is_newly_late]
    cards = tuple(
        Card(f"{_lead_title(lead)} · 逾期 {lead.days_late} 个工作日", link=lead.url) for lead in newly[:MOST_CARDS]
    )
    note = f"其中本夜新增逾期 {len(newly)} 件；全部见 {public_url}/cases?late=1 。"
    return Section(f"逾期案件 {len(late)} 件", note, cards, tone="act")


def _lead_title(lead: Lead) -> str:
    again = "（重新打开）" if lead.is_reopened else "（并入新疑点）" if lead.is_joined and not lead.is_new else ""
    return f"{lead.id}{again} · {family_title(lead.family)} · {lead.county_name}"


def _lead_table(title: str, leads: Sequence[Lead], group: Callable[[Lead], str]) -> Table:
    waiting = Counter(group(lead) for lead in leads)
    fresh = Counter(group(lead) for lead in leads if _is_fresh(lead))
    rows = tuple((name, count(fresh[name]), count(total)) for name, total in waiting.most_common())
    return Table((title, "本夜", "未办结"), rows, frozenset({1, 2}))


def owner_part(
    deliveries: Sequence[DeliveryFact],
    case_ids: dict[str, str],
    public_url: str,
    *,
    quality: Sequence[QualityFact] = (),
    is_known: bool = True,
) -> Part | None:
    """What became of one department's deliveries: refused, held, quarantined, flagged; None when all of it went well.

    ``case_ids``: subject of a delivery to its case number; ``quality``: how its resources stand. A department that the
    catalogue does not know cannot be written to (not ``is_known``): the operator is told instead, and asked to pass it
    on.
    """
    rejected = [d for d in deliveries if d.state == "rejected"]
    held = [d for d in deliveries if d.state == "held"]
    published = [d for d in deliveries if d.state in ("published", "published_flagged")]
    quarantined = _by_resource([d for d in published if d.rows_quarantined])
    released = [d for d in published if d.released_why]
    flagged = _by_resource([d for d in published if d.state == "published_flagged" and not d.released_why])
    if not (rejected or held or quarantined or flagged or released):
        return None
    to_do = len(rejected) + len(held) + len(quarantined)
    sections = (
        _batch_section("整批拒收，未入库", "文件有问题，平台没有采用其中任何一行。", rejected, case_ids, public_url),
        _batch_section("待核，未发布", "平台继续使用上一版本，直到更正或核实放行。", held, case_ids, public_url),
        _batch_section("核实后放行，已发布", "曾待核的批次经核实，带提示标记发布。", released, case_ids, public_url),
        _quarantine_section(quarantined, public_url),
        _flag_section(flagged, public_url),
        _quality_section(quality),
    )
    outcome = f"发布 {len(published)} 批，待核 {len(held)} 批，拒收 {len(rejected)} 批"
    ask = f"以下 {to_do} 项需要您处理。" if to_do else "没有需要立即处理的事项，以下提示供改进。"
    return Part(
        headline=f"夜间批次：需要您处理 {to_do} 项" if to_do else "夜间批次：已发布，有提示",
        greeting=(one_line(deliveries[0].provider_name) or "数据提供部门") if is_known else "运维人员",
        summary=f"{'贵单位' if is_known else STRANGER}报送的批次本夜处理完毕：{outcome}。{ask}",
        sections=tuple(section for section in sections if section is not None),
        steps=_owner_steps(bool(rejected), bool(held), bool(quarantined)),
        link=("打开批次运行页面", f"{public_url}/runs"),
    )


def _by_resource(deliveries: Sequence[DeliveryFact]) -> dict[str, list[DeliveryFact]]:
    grouped: dict[str, list[DeliveryFact]] = defaultdict(list)
    for delivery in deliveries:
        grouped[delivery.resource].append(delivery)
    return dict(grouped)


def _rest(total: int, where: str) -> str:
    return (
        f"这里列出前 {MOST_CARDS} 项，其余 {count(total - MOST_CARDS)} 项见平台的{where}。"
        if total > MOST_CARDS
        else ""
    )


def _reason(delivery: DeliveryFact) -> tuple[tuple[str, str], ...]:
    """Why, and what to do: the sentence about this batch, else what the code means; of a released one, why it was."""
    known = all_codes().get(delivery.code or "")
    title = " ".join(word for word in (delivery.code, delivery.code_title or (known.title if known else None)) if word)
    if delivery.released_why:
        return (("原因", title or "未说明"), ("放行理由", without_identifiers(delivery.released_why)))
    said = reason(delivery.message or "", delivery.title, delivery.batch)
    meaning = without_identifiers(said) or (known.meaning if known else "")
    remedy = without_identifiers(delivery.remedy or "") or (known.remedy if known else "")
    lines = (("原因", title or "未说明"), ("说明", meaning), ("处理办法", remedy))
    return tuple((label, words) for label, words in lines if words)


def _again(delivery: DeliveryFact) -> tuple[tuple[str, str], ...]:
    """How to hand it in again; of a released batch there is nothing to say."""
    if delivery.released_why:
        return ()
    steps = again(
        resource=delivery.resource,
        form=delivery.form,
        load=delivery.load,
        period=delivery.period,
        batch=delivery.batch,
        state=delivery.state,
        rows_quarantined=delivery.rows_quarantined or 0,
    )
    return tuple(("怎样再报", f"{step.words} {step.command}".strip()) for step in steps)


def _rows(delivery: DeliveryFact) -> tuple[tuple[str, str], ...]:
    if delivery.rows_delivered is None:
        return ()
    accepted, refused = count(delivery.rows_accepted), count(delivery.rows_quarantined)
    return (("行数", f"报送 {count(delivery.rows_delivered)}，合格 {accepted}，隔离 {refused}"),)


def _batch_section(
    title: str, note: str, batches: Sequence[DeliveryFact], case_ids: dict[str, str], public_url: str
) -> Section | None:
    if not batches:
        return None
    cards = []
    for delivery in batches[:MOST_CARDS]:
        number = case_ids.get(delivery_subject(delivery))
        lines = (
            ("批次", delivery.batch),
            ("统计期", delivery.period),
            *_reason(delivery),
            *_rows(delivery),
            *_again(delivery),
            *((("案件编号", number),) if number else ()),
        )
        cards.append(Card(delivery.title, lines, f"{public_url}{batch_path(delivery)}"))
    tone = {"rejected": "act", "held": "wait"}.get(batches[0].state, "note")
    heading = f"{title}（{len(batches)} 批）"
    return Section(heading, f"{note}{_rest(len(batches), '批次运行页面')}", tuple(cards), tone=tone)


def _quarantine_section(by_resource: dict[str, list[DeliveryFact]], public_url: str) -> Section | None:
    if not by_resource:
        return None
    cards = []
    for batches in by_resource.values():
        worst = max(batches, key=lambda d: d.rows_quarantined or 0)
        delivered, accepted, refused = (
            sum(getattr(d, name) or 0 for d in batches)
            for name in ("rows_delivered", "rows_accepted", "rows_quarantined")
        )
        figures = f"报送 {count(delivered)}，采用 {count(accepted)}，隔离 {count(refused)}（共 {len(batches)} 批）"
        codes: Counter[tuple[str, str, str]] = Counter()
        for delivery in batches:
            for code, title, remedy, rows in delivery.top_codes:
                codes[(code, title, remedy)] += rows
        reasons = tuple(
            (f"{code} {title}", f"{count(rows)} 行。{remedy}")
            for (code, title, remedy), rows in codes.most_common(MOST_CODES)
        )
        most = (("隔离最多的批次", worst.batch), *_again(worst))
        link = f"{public_url}{batch_path(worst)}"
        cards.append(Card(batches[0].title, (("行数", figures), *reasons, *most), link))
    total = sum(d.rows_quarantined or 0 for batches in by_resource.values() for d in batches)
    note = f"其余行已发布；被隔离的 {count(total)} 行没有入库，更正后可重新报送。"
    return Section(f"被隔离的行（{len(cards)} 个资源）", note, tuple(cards), tone="wait")


def _flag_section(by_resource: dict[str, list[DeliveryFact]], public_url: str) -> Section | None:
    if not by_resource:
        return None
    cards = []
    for batches in by_resource.values():
        for code in sorted({d.code or "" for d in batches}):
            same = [d for d in batches if (d.code or "") == code]
            named = "、".join(d.batch for d in same[:3]) + (f" 等 {len(same)} 批" if len(same) > 3 else "")
            cards.append(
                Card(same[0].title, (("批次", named), *_reason(same[0])), f"{public_url}{batch_path(same[0])}")
            )
    note = f"批次已发布，并带有提示标记。{_rest(len(cards), '批次运行页面')}"
    return Section(f"提示（{len(cards)} 项）", note, tuple(cards[:MOST_CARDS]))


def _quality_section(quality: Sequence[QualityFact]) -> Section | None:
    if not quality:
        return None
    rows = tuple(
        (each.title, *(_share(each.shares.get(dimension)) for dimension in DIMENSION_TITLES)) for each in quality
    )
    headers = ("资源", *DIMENSION_TITLES.values())
    note = "维度依 GB/T 36344-2018；历史见资源目录中各资源的页面。"
    return Section("质量评价", note, table=Table(headers, rows, frozenset(range(1, len(headers)))))


def _share(share: float | None) -> str:
    """A share to a tenth of a percent; what is not whole is never rounded to 100 %."""
    return "—" if share is None else f"{math.floor(share * 1000) / 10:.1f}%"


def _owner_steps(has_rejected: bool, has_held: bool, has_quarantined: bool) -> tuple[str, ...]:
    steps = ["打开上面的链接，查看每一项的原因和脱敏样例；页面上可以下载这个批次的报告（XLSX）。"]
    if has_rejected or has_held:
        steps.append("整批没有采用的：按“怎样再报”更正后重新报送，或确认属实后请平台运维人员核实放行。")
    if has_quarantined:
        steps.append("被隔离的行：在源系统中更正，随下一批报送；也可以按“怎样再报”导出、在表格中改好后重新提交。")
    return tuple(steps)


def operator_part(night: Night, public_url: str, last_success: str | None = None) -> Part | None:
    """What went wrong with the night itself; None when nothing did. ``last_success``: date of the last good night."""
    if night.state == "success":
        return None
    date = night.business_date.isoformat()
    page = f"{public_url}{run_path(night.run_id)}"
    since = f"最近一次成功的业务日期是 {last_success}。" if last_success else ""
    unchanged = "各页面继续显示上一次成功发布的数据，并注明数据日期。"
    if night.state == "failed":
        cards = tuple(Card(step) for step in night.failed_steps[:MOST_CARDS])
        note = f"其他步骤不受影响，依赖它们的部分使用上一版本。{_rest(len(night.failed_steps), '批次运行页面')}"
        return Part(
            headline=f"夜间批次失败：{len(night.failed_steps)} 个步骤",
            greeting="运维人员",
            summary=f"{date} 的夜间批次有 {len(night.failed_steps)} 个步骤失败。{unchanged}{since}",
            sections=(Section("失败的步骤", note, cards, tone="act"),) if cards else (),
            steps=(
                "打开批次运行页面，查看失败步骤的日志。",
                f"排除原因后，在 Airflow 中清除失败的步骤，或执行 taian nightly --date {date}；{RERUN_IS_SAFE}。",
                "仍然失败时，先通知受影响的部门，再联系平台开发人员。",
            ),
            link=("打开批次运行页面", page),
        )
    is_late = night.state == "late"
    delay = "已经开始，但到 08:30 仍未完成" if is_late else "到 08:30 仍没有开始"
    return Part(
        headline="夜间批次逾时未完成" if is_late else "夜间批次没有运行",
        greeting="运维人员",
        summary=f"{date} 的夜间批次{delay}。{unchanged}{since}",
        steps=(
            "执行 taian status，查看各服务是否在运行；没有运行的用 taian up 启动。",
            "打开批次运行页面，查看正在执行或停住的步骤。"
            if is_late
            else f"执行 taian nightly --date {date} 补跑；{RERUN_IS_SAFE}。",
            "检查磁盘空间和系统时间。",
        ),
        link=("打开批次运行页面", page),
    )
