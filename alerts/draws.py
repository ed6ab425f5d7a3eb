"""双随机: units that nobody suspects, drawn at random for a check. Only such checks tell what the inspection misses.

A draw is kept with its frame (who could have been drawn) and stands in the audit log with its seed and the digests of
frame and result; ``check`` draws again and holds all of it against the log.
"""

import datetime
import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts import audit, cases, lots, published
from alerts.casebook import NO_COUNTY, Casebook, CaseView, Sight
from alerts.published import InspectedUnit
from alerts.store import AuditEntry, Case, Draw, open_store
from alerts.words import one_line, without_identifiers
from taian.clock import SHANGHAI, delivery_moment
from taian.settings import Settings

KIND = "drawn"
ACTION = "draw"
"""What the audit log calls it."""

By = Literal["", "county", "industry"]
BY_TITLES: dict[By, str] = {"": "不分层", "county": "按县（市、区）", "industry": "按行业大类"}
LONGEST_SEED = 40


@dataclass(frozen=True)
class Order:
    """What is to be drawn, as a person asks for it; without a seed the platform throws one."""

    who: str
    wanted: int
    seed: str = ""
    by: By = ""
    inspectors: tuple[str, ...] = ()


def draw(settings: Settings, order: Order, role: str = audit.OPERATOR_ROLE) -> tuple[Draw, list[CaseView]]:
    """Draw units and open a case on each. Raises CaseError with the sentence to show; then nothing is drawn."""
    who = one_line(order.who)
    if not who:
        raise cases.CaseError("双随机抽取必须写明操作人；请填写姓名或账号后再试")
    try:
        day, units = published.inspected_units(settings)
    except published.NotPublishedError as error:
        raise cases.CaseError(str(error)) from error
    with open_store(settings).writing() as session:
        at = delivery_moment(settings.home)
        seed = _seed(session, order.seed)
        names = tuple(dict.fromkeys(filter(None, map(one_line, order.inspectors))))
        frame = {each.unit: _stratum(each, order.by) for each in _unsuspected(session, units)}
        try:
            chosen = lots.drawn(frame, order.wanted, seed)
        except lots.LotError as error:
            raise cases.CaseError(str(error)) from error
        kept = Draw(
            id=_next_number(session, at),
            at=at,
            business_date=day,
            who=who,
            seed=seed,
            wanted=order.wanted,
            stratified_by=order.by,
            frame=json.dumps(sorted(frame.items()), ensure_ascii=False),
            inspectors=json.dumps(names, ensure_ascii=False),
        )
        session.add(kept)
        audit.append(session, at, actor=who, role=role, action=ACTION, object_=kept.id, detail=told(kept, chosen))
        book = Casebook(session, at, role)
        known = {each.unit: each for each in units}
        opened = _open(book, kept, [known[unit] for unit in chosen], lots.dealt(chosen, names, seed))
        session.flush()
        session.expunge(kept)
        return kept, opened


def _open(book: Casebook, kept: Draw, units: Iterable[InspectedUnit], whose: dict[str, str]) -> list[CaseView]:
    opened = []
    for each in units:
        case = book.open_case(_sight(kept, each), kept.who, f"双随机抽取 {kept.id}")
        if each.unit in whose:
            why = f"双随机抽取 {kept.id} 随机选派"
            case = book.act(case.id, cases.Step("assign", kept.who, why, to=whose[each.unit]))
        opened.append(case)
    return opened


def _sight(kept: Draw, unit: InspectedUnit) -> Sight:
    county = unit.county_name or NO_COUNTY
    return Sight(
        kind=KIND,
        subject=f"{kept.id}/{unit.unit}",
        audience="statistics",
        title=f"{county} · 双随机抽查",
        message=f"双随机抽取 {kept.id}（抽样种子 {kept.seed}）抽中，没有疑点；按抽查方案核查报表与原始凭证。",
        strength="weak",
        url_path="",
        county_name=county,
        unit=unit.unit,
        unit_name=one_line(unit.unit_name or "") or unit.unit,
    )


def _seed(session: Session, given: str) -> str:
    """The seed of a draw: as given, or thrown. The same seed would draw the same units again, so it is used once."""
    seed = one_line(given) or secrets.token_hex(8)
    if len(seed) > LONGEST_SEED or without_identifiers(seed) != seed:
        raise cases.CaseError(f"抽样种子至多 {LONGEST_SEED} 个字，且不能是证件号码；请另填，或不填由平台产生")
    if (used := session.scalar(select(Draw.id).where(Draw.seed == seed))) is not None:
        raise cases.CaseError(f"抽样种子 {seed} 已用于 {used}，会抽中同样的单位；请另填，或不填由平台产生")
    return seed


def _unsuspected(session: Session, units: Iterable[InspectedUnit]) -> list[InspectedUnit]:
    """Units that no finding names and on which no case is open."""
    working = select(Case.unit).where(Case.kind.in_(cases.INSPECTED), Case.state != "closed", Case.unit.is_not(None))
    suspected = set(session.scalars(working))
    return [each for each in units if not each.findings and each.unit not in suspected]


def _stratum(unit: InspectedUnit, by: By) -> str:
    """The stratum of a unit; those whose county or industry is unknown are one of their own."""
    name = {"": "", "county": unit.county_name, "industry": unit.industry_name}[by]
    return name or ("未知" if by else "")


def _next_number(session: Session, at: datetime.datetime) -> str:
    series = f"CJ-{at.astimezone(SHANGHAI).year}-"
    taken = session.scalar(select(func.count()).where(Draw.id.startswith(series, autoescape=True))) or 0
    return f"{series}{taken + 1:02d}"


def frame_of(kept: Draw) -> dict[str, str]:
    """Who could have been drawn, unit to stratum."""
    return dict(json.loads(kept.frame))


def told(kept: Draw, chosen: list[str]) -> str:
    """What the audit log says of a draw: all that decides it and what came of it."""
    frame, result = (hashlib.sha256(text.encode()).hexdigest() for text in (kept.frame, "\n".join(chosen)))
    names = "、".join(json.loads(kept.inspectors)) or "未选派"
    by = BY_TITLES[cast(By, kept.stratified_by)]
    return without_identifiers(
        f"种子 {kept.seed}，{len(frame_of(kept))} 家中抽 {kept.wanted} 家，{by}，检查人员 {names}，"
        f"范围摘要 {frame}，名单摘要 {result}"
    )


def draws(settings: Settings) -> list[Draw]:
    """Every draw, newest first."""
    if not settings.alerts_db.exists():
        return []
    with open_store(settings).reading() as session:
        found = list(session.scalars(select(Draw).order_by(Draw.at.desc(), Draw.id.desc())))
        session.expunge_all()
        return found


def check(settings: Settings, number: str) -> str:
    """Draw again, and hold frame, seed, result and cases against the audit log: what is wrong, or nothing.

    Raises CaseError when there is no such draw.
    """
    kept = next((each for each in draws(settings) if each.id == number), None)
    if kept is None:
        raise cases.CaseError(f"没有编号为 {one_line(number)} 的抽取；用 taian alerts draws 查看现有编号")
    if broken := audit.verify(settings).broken:
        return broken
    chosen = lots.drawn(frame_of(kept), kept.wanted, kept.seed)
    with open_store(settings).reading() as session:
        logged = session.scalar(
            select(AuditEntry.detail).where(AuditEntry.action == ACTION, AuditEntry.object == number)
        )
        of_draw = select(Case.unit).where(Case.kind == KIND, Case.subject.startswith(f"{number}/", autoescape=True))
        opened = set(session.scalars(of_draw))
    if logged != told(kept, chosen):
        return f"抽取 {number} 的种子、范围或名单与审计日志不符：库中的记录被改动"
    if opened != set(chosen):
        return f"抽取 {number} 应立案 {len(chosen)} 家，实有 {len(opened)} 家或单位不同：案件被改动"
    return ""
