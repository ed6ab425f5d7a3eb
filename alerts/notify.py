"""The face the night uses: record what it saw, then send what there is to tell."""

import datetime
from collections import defaultdict
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import audit, deadlines, digest, duties, outbox
from alerts.brief import Brief, brief_of, letter_part
from alerts.briefpaper import name_of, paper_of
from alerts.casebook import Casebook, CaseView, Tally, delivery_subject, entered_on
from alerts.cases import INSPECTED, WARNING
from alerts.letter import Letter, Part
from alerts.night import DeliveryFact, Night
from alerts.outbox import Checkpoint, SendReport, deliver_pending, no_checkpoint
from alerts.store import AuditEntry, Case, open_store
from alerts.warnings import Warnings, WarningTally
from alerts.words import KIND_TITLES, PLATFORM
from catalog.load import load_catalog
from catalog.plan import scheme
from taian.clock import delivery_moment
from taian.settings import Settings


class Recorded(BaseModel):
    """What a night changed in the alert store."""

    model_config = ConfigDict(frozen=True)

    cases_opened: int
    cases_seen: int
    cases_reopened: int
    cases_closed: int
    mails: tuple[str, ...]
    """Message-IDs of the mails that were written."""

    def __str__(self) -> str:
        return f"新增案件 {self.cases_opened} 件，仍在 {self.cases_seen} 件，写入待发邮件 {len(self.mails)} 封"


def record_night(settings: Settings, night: Night, last_success: datetime.date | None = None) -> Recorded:
    """Bring cases up to the night and write its digests, in one transaction; recording it again changes nothing.

    ``night.deliveries`` are all batches finished for that business date, whichever run finished them.
    """
    audiences = _audiences(settings, night)
    with open_store(settings).writing() as session:
        now = delivery_moment(settings.home)
        tally = Casebook(session, now).record(night, audiences)
        watched = Warnings(session, now).night(night.warnings, night.business_date) if night.warnings else None
        urged = duties.Duties(session, now).night(night.duties, scheme().supervision, night.business_date)
        _audit(session, now, night, tally, watched, urged)
        mails = _Digests(session, settings, night, last_success).write(audiences)
    return Recorded(
        cases_opened=tally.opened,
        cases_seen=tally.seen,
        cases_reopened=tally.reopened,
        cases_closed=tally.closed,
        mails=tuple(mails),
    )


def _audit(
    session: Session, now: datetime.datetime, night: Night, tally: Tally, watched: WarningTally | None, urged: Tally
) -> None:
    """One line a night, so that the head moves every night; again only when the night changed something."""
    object_ = night.business_date.isoformat()
    is_known = select(AuditEntry.sequence).where(AuditEntry.action == "night", AuditEntry.object == object_).limit(1)
    changed = tally.opened or tally.reopened or tally.closed or tally.overdue or tally.joined
    changed = changed or urged.opened or urged.reopened or urged.closed or urged.overdue
    if changed or session.scalar(is_known) is None:
        counts = f"立案 {tally.opened}，重新打开 {tally.reopened}，了结 {tally.closed}，逾期 {tally.overdue}"
        counts += f"，并入 {tally.joined}" if tally.joined else ""
        if watched:
            counts += f"；预警新增 {watched.opened}，解除 {watched.lifted}，超出每日限额未立 {watched.left_out}"
        if urged != Tally():
            counts += f"；督办新立 {urged.opened}，上报 {urged.overdue}，销号 {urged.closed}"
        audit.append(
            session,
            now,
            actor=PLATFORM,
            role=audit.PLATFORM_ROLE,
            action="night",
            object_=object_,
            detail=f"{night.state}：{counts}",
        )


def send(settings: Settings, checkpoint: Checkpoint = no_checkpoint) -> SendReport:
    """Send everything that waits; see ``outbox.deliver_pending``."""
    return deliver_pending(settings, checkpoint)


def _audiences(settings: Settings, night: Night) -> dict[str, str]:
    """Provider code to who is told: its owner when the catalogue knows it, else the operator."""
    if not night.deliveries:
        return {}  # a night that broke on the catalogue itself must still be reported
    known = {p.code for resource in load_catalog(settings.catalog_dir).resources.values() for p in resource.providers}
    return {d.provider: f"owner:{d.provider}" if d.provider in known else "operator" for d in night.deliveries}


class _Digests:
    """The letters of one night: the parts of every role, gathered by address."""

    def __init__(self, session: Session, settings: Settings, night: Night, last_success: datetime.date | None) -> None:
        self._session, self._settings, self._night = session, settings, night
        self._last_success = last_success.isoformat() if last_success else None
        self._url = settings.public_url.rstrip("/")
        self._parts: dict[str, list[Part]] = defaultdict(list)
        self._keys: dict[str, list[str]] = defaultdict(list)

    def write(self, audiences: dict[str, str]) -> list[str]:
        """Enqueue one letter an address; the Message-IDs of those not told before."""
        night, settings = self._night, self._settings
        is_run = night.state in ("success", "failed")
        operator = digest.operator_part(night, self._url, self._last_success)
        self._add(settings.mail_operator, operator, outbox.key_of(night.state, *night.failed_steps))
        if is_run:
            found = (f"{f.finding_id} {f.strength}" for f in night.findings if f.opens_a_case)
            self._add(settings.mail_statistics, digest.inspector_part(self._leads(), self._url), outbox.key_of(*found))
            for provider, deliveries in self._by_provider().items():
                is_known = audiences[provider] != "operator"
                quality = [each for each in night.quality if each.provider == provider]
                cases = self._case_ids(deliveries)
                part = digest.owner_part(deliveries, cases, self._url, quality=quality, is_known=is_known)
                address = f"{provider}@{settings.mail_owner_domain}" if is_known else settings.mail_operator
                self._add(address, part, outbox.key_of(*deliveries))
            real = select(Case).where(Case.kind == WARNING, Case.is_past.is_not(True))
            standing = list(self._session.scalars(real))
            told = digest.warning_part([CaseView.model_validate(case) for case in standing], night.business_date)
            key = outbox.key_of(*(f"{case.id} {case.state} {case.strength}" for case in standing))
            for address in (settings.mail_duty, *settings.webhooks):
                self._add(address, told, key)
            self._duties()
            # Told once a night: the same head is in both mails, and people's steps in between are no news of the night.
            log = digest.audit_part(*audit.head_of(self._session))
            for address in (settings.mail_statistics, settings.mail_auditor):
                self._add(address, log, "audit")
        kind = "digest" if is_run else "watch"
        date = night.business_date
        briefs = self._briefs() if night.state == "success" else []
        identities = (
            outbox.enqueue(
                self._session,
                address,
                kind,
                date,
                outbox.key_of(*self._keys[address]),
                Letter(date.isoformat(), tuple(parts)),
            )
            for address, parts in self._parts.items()
        )
        return [identity for identity in (*identities, *briefs) if identity]

    def _briefs(self) -> list[str | None]:
        """The brief of the night to the leaders, and on the last day of a month that of the month: each once, however
        often the night is run."""
        night, date = self._night, self._night.business_date
        if night.brief is None:
            return []
        cases = [
            CaseView.model_validate(case) for case in self._session.scalars(select(Case).where(Case.kind == WARNING))
        ]
        is_last = (date + datetime.timedelta(days=1)).day == 1
        kinds = ("day", "month") if is_last else ("day",)
        return [self._brief(brief_of(night.brief, cases, date, kind), kind) for kind in kinds]

    def _brief(self, brief: Brief, kind: str) -> str | None:
        """One brief with the document that the page hands out."""
        from taian.paper import as_pdf  # the command that lists cases needs no typesetter

        date = self._night.business_date
        pdf = as_pdf(paper_of(brief, date, self._url))
        letter = Letter(date.isoformat(), (letter_part(brief, self._url, kind),))
        attached = outbox.Attached(f"{name_of(kind, date)}.pdf", pdf)
        address = self._settings.mail_leaders
        return outbox.enqueue(self._session, address, f"brief-{kind}", date, outbox.key_of(kind), letter, attached)

    def _duties(self) -> None:
        """Tell each lead department of its tasks, and the leading group of what is its to know or to decide."""
        night, settings = self._night, self._settings
        by_address: dict[str, list[duties.News]] = defaultdict(list)
        for one in (news := duties.news_of(self._session, night.business_date)):
            lead = one.fact.lead
            by_address[f"{lead}@{settings.mail_owner_domain}" if lead else settings.mail_leading].append(one)
        told = [(address, digest.duty_part(own, night.business_date, self._url)) for address, own in by_address.items()]
        for address, part in [
            *told,
            (settings.mail_leading, digest.leading_part(news, night.business_date, self._url)),
        ]:
            own = by_address.get(address, news)
            self._add(address, part, outbox.key_of(*(f"{one.case.id} {one.events} {one.said}" for one in own)))
        self._shares(news)

    def _shares(self, news: Sequence[duties.News]) -> None:
        """Tell each department that works on a task under another's lead that its day comes or has passed; what lead
        and leading group write to each other in between is not its to act on.
        """
        by_code: dict[str, list[duties.News]] = defaultdict(list)
        for one in news:
            if one.stages:
                for code in sorted(set(one.fact.obliged) - {one.fact.lead}):
                    by_code[code].append(one)
        names = load_catalog(self._settings.catalog_dir).codelists["department"].names if by_code else {}
        for code, own in by_code.items():
            part = digest.share_part(own, names.get(code, code), self._night.business_date, self._url)
            key = outbox.key_of(*(f"share {one.case.id} {one.stages}" for one in own))
            self._add(f"{code}@{self._settings.mail_owner_domain}", part, key)

    def _add(self, address: str, part: Part | None, key: str) -> None:
        if part is not None:
            self._parts[address].append(part)
            self._keys[address].append(key)

    def _by_provider(self) -> dict[str, Sequence[DeliveryFact]]:
        grouped: dict[str, list[DeliveryFact]] = defaultdict(list)
        for delivery in sorted(self._night.deliveries, key=lambda d: (d.provider, d.resource, d.batch)):
            grouped[delivery.provider].append(delivery)
        return dict(grouped)

    def _case_ids(self, deliveries: Sequence[DeliveryFact]) -> dict[str, str]:
        subjects = [delivery_subject(d) for d in deliveries]
        rows = self._session.execute(
            select(Case.subject, Case.id).where(Case.kind == "delivery", Case.subject.in_(subjects))
        )
        return {subject: case_id for subject, case_id in rows}  # noqa: C416 (rows of two, typed)

    def _leads(self) -> list[digest.Lead]:
        waiting = select(Case).where(Case.kind.in_(INSPECTED), Case.state != "closed")
        rows = list(self._session.scalars(waiting.order_by(Case.opened_on, Case.id)))
        date = self._night.business_date
        ids = [case.id for case in rows]
        again, joined, overdue = (
            entered_on(self._session, what, ids, date) for what in ("reopened", "joined", "overdue")
        )
        return [
            digest.Lead(
                id=case.id,
                family=case.family or KIND_TITLES[case.kind],
                county_name=case.county_name or "",
                url=f"{self._url}{case.url_path}",
                is_new=case.opened_on == date and case.kind == "finding",
                is_reopened=case.id in again,
                is_joined=case.id in joined,
                days_late=deadlines.late(case.due_on, date),
                is_newly_late=case.id in overdue,
            )
            for case in rows
        ]
