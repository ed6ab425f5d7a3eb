"""One night, step by step; Airflow calls these and knows nothing else of the work."""

from datetime import date
from pathlib import Path

import sqlalchemy as sa

from alerts.words import without_identifiers
from catalog import Catalog, load_catalog
from jobs import journal
from jobs.manifest import BadManifestError, read_manifest
from jobs.plan import Step, night_plan
from taian.settings import settings


def _catalog() -> Catalog:
    return load_catalog(settings().catalog_dir)


def begin(run_id: str, business_date: date) -> None:
    """Write the night down and refuse what was delivered for resources nobody declared."""
    journal.begin_run(run_id, business_date)
    journal.record_deliveries(_undeclared(_catalog(), business_date, run_id))


def _undeclared(catalog: Catalog, business_date: date, run_id: str) -> list[journal.Delivery]:
    refused = []
    for folder in sorted(path.parent for path in settings().landing.glob("*/*/*/manifest.json")):
        name = folder.parent.parent.name
        if name in catalog.resources or name.startswith("_"):
            continue
        refused.append(_refuse_undeclared(folder, name, run_id))
    return [outcome for outcome in refused if outcome.delivered_at.astimezone(journal.CHINA).date() <= business_date]


def _refuse_undeclared(folder: Path, name: str, run_id: str) -> journal.Delivery:
    try:
        manifest = read_manifest(folder)
        provider, delivered_at = manifest.provider, manifest.delivered_at
    except BadManifestError as error:
        provider, delivered_at = None, error.delivered_at
    return journal.Delivery(
        resource=name,
        batch=folder.name,
        folder=folder.relative_to(settings().landing).as_posix(),
        state="rejected",
        delivered_at=delivered_at,
        run_id=run_id,
        provider=provider,
        period=folder.parent.name,
        code="F013",
        message=f"批次 {folder.name} 的资源“{name}”不在资源目录内，请核对资源名称或先在目录中登记。",
    )


def run_step(name: str, business_date: date, run_id: str) -> str:
    """Do one step of the plan and say in one sentence what came of it; raises what went wrong, after writing it
    down.
    """
    catalog = _catalog()
    step = next((step for step in night_plan(catalog) if step.name == name), None)
    if step is None:
        raise LookupError(f"the night has no step '{name}'; see taian catalog list")
    # Imported here, as the steps' own libraries are: the DAG is drawn without them.
    from jobs.lineage.events import StepRun

    lineage = StepRun(step, catalog, business_date, run_id)
    lineage.begin()
    try:
        message = _do(step, catalog, business_date, run_id)
    except Exception as error:
        told = _told(error)
        journal.record_step(run_id, name, "failed", told)
        lineage.fail(told)
        raise
    journal.record_step(run_id, name, "success", message)
    lineage.complete()
    return message


def _told(error: Exception) -> str:
    """An error on one line for the runs page: Spark quotes the values it stumbles over."""
    first = next((line for line in str(error).splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {without_identifiers(first)[:300] or '没有说明，请查看任务日志'}"


def _do(step: Step, catalog: Catalog, business_date: date, run_id: str) -> str:
    # Imported here: each step needs its own heavy libraries only.
    match step.layer:
        case "land":
            from jobs.resource import run_resource

            return run_resource(catalog[step.name], catalog, business_date, run_id)
        case "base" | "topic":
            from jobs.build import run_product

            return run_product(step.name, catalog, business_date, run_id)
        case "settle":
            from jobs.lineage.events import forget_before
            from jobs.tidy import tidy

            forget_before(business_date)
            return _settle(catalog, run_id) + tidy(business_date)
        case "publish":
            from jobs.publish.serve import publish

            return publish(catalog, business_date, run_id)
        case "alert":
            from jobs.tell import tell

            return tell(catalog, business_date, run_id, failed_steps(run_id))


def failed_steps(run_id: str) -> list[str]:
    """Steps of a night whose last attempt failed."""
    query = sa.select(journal.STEP.c.step).where(journal.STEP.c.run_id == run_id, journal.STEP.c.state == "failed")
    return sorted(row["step"] for row in journal.rows(query))


def _settle(catalog: Catalog, run_id: str) -> str:
    """Close the books: how the night ended so far, and the journal as tables."""
    from jobs.publish.meta import write_meta

    failed = failed_steps(run_id)
    journal.end_run(run_id, "failed" if failed else "success")
    rows = write_meta(catalog)
    return f"{rows} 行运行记录" + (f"；{len(failed)} 步失败：{'、'.join(failed)}" if failed else "")


def finish(run_id: str, failed: list[str]) -> None:
    """The run is over."""
    journal.end_run(run_id, "failed" if failed else "success")
