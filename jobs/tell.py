"""The alert step: the night's facts to the case store, and its digests to the post."""

import os
import subprocess
import sys
from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from alerts.briefing import facts_of
from alerts.night import BriefFacts, CodeCount, DeliveryFact, DutyFact, FindingFact, Night, QualityFact
from alerts.notify import record_night, send
from catalog import Catalog, Code, all_codes
from catalog.plan import EVERYBODY, scheme
from jobs import journal, killpoints, lake
from jobs.publish import duck
from jobs.quality import measures, owner_of
from jobs.release import releases
from jobs.session import spark
from jobs.warning.told import watched
from taian.mine.asked import is_anything_asked
from taian.settings import ROOT, Settings, settings

FINDINGS = "topic_authenticity__finding"
TASKS = "topic_plan__task"
MOST_CODES = 5
UNKNOWN = "未登记的提供方"
PATIENCE = 120
"""Seconds that writing people's own mails may take."""


def tell(catalog: Catalog, business_date: date, run_id: str, failed: list[str]) -> str:
    """Record cases and enqueue one digest a recipient, then send what is due; returns one sentence."""
    night = Night(
        run_id=run_id,
        business_date=business_date,
        state="failed" if failed else "success",
        failed_steps=tuple(failed),
        findings=tuple(_findings()),
        deliveries=_deliveries(catalog, business_date),
        quality=tuple(_quality(catalog, business_date)),
        warnings=watched(),
        duties=_duties(),
        brief=_brief(business_date),
    )
    recorded = record_night(settings(), night)
    own = asked_for(settings(), business_date)
    report = send(settings(), checkpoint=killpoints.here)
    return f"{recorded}；{own}{report}"


def asked_for(config: Settings, business_date: date) -> str:
    """Have the pages write what people asked to be mailed of this night; a word on it, nothing where nobody asked.

    It is a program of its own, since nothing here may import the pages, and what is mailed goes through their
    permissions. Whatever becomes of it, the other mails go out.
    """
    try:
        if not is_anything_asked(config):
            return ""
        command = [sys.executable, "-m", "dashboards.post", business_date.isoformat()]
        environment = {**os.environ, "TAIAN_HOME": str(config.home), "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE,
            check=False,
        )  # fmt: skip
    except (SQLAlchemyError, OSError, subprocess.TimeoutExpired) as error:
        return f"各人所订的邮件没有写成（{type(error).__name__}）；"
    said = done.stdout.strip().splitlines()
    return f"{said[-1]}；" if said else f"各人所订的邮件没有写成（退出码 {done.returncode}）；"


def _brief(business_date: date) -> BriefFacts | None:
    """The facts of the brief from what this night published; None where the night that is up is another."""
    up = duck.current()
    return facts_of(duck.read) if up and up["business_date"] == business_date.isoformat() else None


def _findings() -> list[FindingFact]:
    if not lake.exists(FINDINGS):
        return []
    found = lake.read(spark(), FINDINGS)
    # Findings of a night before a column came stay up while the inspection fails.
    rows = found.select(*(name for name in FindingFact.model_fields if name in found.columns)).collect()
    return [FindingFact(**row.asDict()) for row in rows]


def _duties() -> tuple[DutyFact, ...]:
    """The tasks of the plan that have a day; their lead where the platform writes to it."""
    if not lake.exists(TASKS):
        return ()
    columns = ("task_id", "task", "due_on", "lead_department", "obliged", "state", "evidence")
    rows = lake.read(spark(), TASKS).where("due_on IS NOT NULL").select(*columns).orderBy("task_id").collect()
    return tuple(duty_of(row.asDict()) for row in rows)


def duty_of(row: dict[str, Any]) -> DutyFact:
    """One row of ``topic_plan__task`` as the supervision takes it."""
    leads = [code for code in scheme().departments.get(row["lead_department"], ()) if code not in EVERYBODY]
    return DutyFact(
        task=row["task_id"],
        title=row["task"],
        due_on=row["due_on"],
        lead=leads[0] if leads else "",
        lead_name=row["lead_department"],
        obliged=tuple(row["obliged"]),
        state=row["state"],
        evidence=row["evidence"],
        is_measured=row["task_id"] in scheme().tasks,
    )


def _deliveries(catalog: Catalog, business_date: date) -> tuple[DeliveryFact, ...]:
    done = {key: found.why for key, found in releases().items() if found.run_id is not None}
    return tuple(
        _fact(row, catalog, done.get((row["resource"], row["batch"], row["folder"])))
        for row in journal.finished_for(business_date)
    )


def _quality(catalog: Catalog, business_date: date) -> list[QualityFact]:
    """How every department's resources stand on this date."""
    shares: dict[tuple[str, str], dict[str, float | None]] = defaultdict(dict)
    for each in measures(catalog, journal.deliveries(), business_date):
        shares[each.owner, each.resource][each.dimension] = each.value
    return [
        QualityFact(provider=owner, resource=name, title=catalog[name].title, shares=of)
        for (owner, name), of in sorted(shares.items())
    ]


def _fact(row: dict[str, Any], catalog: Catalog, released_why: str | None) -> DeliveryFact:
    resource = catalog.resources.get(row["resource"])
    code: Code | None = all_codes().get(row["code"] or "")
    counted = sorted((row["codes"] or {}).items(), key=lambda item: (-item[1], item[0]))[:MOST_CODES]
    # The owner in the catalogue is told, also of what another department delivered in its name.
    owners = {p.code: p for p in resource.providers} if resource else {}
    owner = owners[owner_of(resource, row["provider"])] if resource else None
    return DeliveryFact(
        resource=row["resource"],
        title=resource.title if resource else row["resource"],
        provider=owner.code if owner else row["provider"] or UNKNOWN,
        provider_name=owner.name if owner else UNKNOWN,
        period=row["period"] or "",
        batch=row["batch"],
        state=row["state"],
        code=row["code"],
        code_title=code.title if code else None,
        message=row["message"],
        remedy=code.remedy if code else None,
        rows_delivered=row["rows_delivered"],
        rows_accepted=row["rows_accepted"],
        rows_quarantined=row["rows_quarantined"],
        released_why=released_why,
        form=resource.form.kind if resource else "csv",
        load=resource.load if resource else "upsert",
        top_codes=tuple(CodeCount(c, all_codes()[c].title, all_codes()[c].remedy, n) for c, n in counted),
    )
