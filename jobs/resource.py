"""One resource's night: landing -> ods -> dwd or quarantine -> gate, journalled so that any step may die and run again.

The order matters. Files are checked and staged first; then the commit is written into the journal; ods, dwd and
quarantine
follow, each taken once by Delta under the commit's number; the verdicts close the commit in one transaction.
"""

import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog import Catalog, Resource
from expectations.gate import judge
from expectations.profile import BatchFacts, BatchProfile, Verdict
from jobs import journal, killpoints, lake
from jobs.ingest.rejected import RejectedError
from jobs.ingest.stage import Staged, stage
from jobs.landing import arrivals, content_of, duplicate, folder_of, lateness, refusal, taken_contents
from jobs.manifest import Manifest
from jobs.migrate import migrate
from jobs.read import published_values
from jobs.release import publish_released
from jobs.retention import clear_expired
from jobs.session import plain_codegen, spark, suited_to
from jobs.stages import Stages
from jobs.standardize.duplicates import repeated_rows
from jobs.standardize.integrity import proved
from jobs.standardize.project import VIOLATIONS, check_references, is_valid, keep_refused_raw, project, violated
from jobs.unfinished import restage, tables_of, take_back
from taian.settings import settings

Find = Callable[[Resource, Catalog, date, str, Path], tuple[int, list[Staged]]]
"""Stages the batches of one commit; its number and what was staged."""


@dataclass(frozen=True)
class Counts:
    """Rows of one batch after the rules: accepted, quarantined, and how often each code was given."""

    accepted: int
    quarantined: int
    codes: dict[str, int]


def run_resource(resource: Resource, catalog: Catalog, business_date: date, run_id: str) -> str:
    """Bring the table to the declaration, publish what was released, finish what a killed run began, take in every
    pending batch, clear old refused rows.

    Returns one sentence for the log. Raises what the engine raises, and ProblemError for a declaration that stored rows
    do not fit.
    """
    moved = migrate(resource)
    stages = Stages(run_id, resource.resource)
    before = journal.known_folders(resource.resource)
    released = publish_released(resource.resource, business_date, run_id)
    outcomes = [
        outcome
        for find in (_stage_unfinished, _stage_pending)
        for outcome in _take(find, resource, catalog, business_date, run_id, stages)
    ]
    if outcomes:
        stages.save()
    cleared = clear_expired(resource, business_date, run_id)
    decided = before | {outcome.folder for outcome in outcomes}
    refused = [row["state"] for row in journal.deliveries(resource.resource) if row["folder"] not in decided]
    return _sentence(resource, outcomes, refused, released) + moved + cleared


def _take(
    find: Find, resource: Resource, catalog: Catalog, business_date: date, run_id: str, stages: Stages
) -> list[journal.Delivery]:
    """One commit of the batches that ``find`` stages; their outcomes."""
    staging = _staging(resource)
    with stages("land") as measured:
        shutil.rmtree(staging, ignore_errors=True)
        number, staged = find(resource, catalog, business_date, run_id, staging)
        measured.rows = sum(batch.rows for batch in staged)
    if not staged:
        return []
    with suited_to(sum(batch.rows for batch in staged)):
        counts, verdicts = _judged(resource, catalog, business_date, stages, number, staged)
    killpoints.here(f"dwd.after:{resource.resource}")
    outcomes = [_outcome(batch, verdicts[batch.manifest.batch], counts, run_id) for batch in staged]
    journal.close_commit(resource.resource, number, outcomes, _checks(resource, verdicts, run_id))
    killpoints.here(f"journal.after:{resource.resource}")
    shutil.rmtree(staging, ignore_errors=True)
    return outcomes


def _judged(
    resource: Resource, catalog: Catalog, business_date: date, stages: Stages, number: int, staged: list[Staged]
) -> tuple[dict[str, Counts], dict[str, Verdict]]:
    """Write the staged rows where they belong; the counts and the gate's verdict of each batch."""
    with stages("ods") as measured:
        measured.rows = _write_ods(resource, staged, number)
    with stages("standardize") as measured:
        typed = _standardize(resource, catalog, business_date, staged, _staging(resource))
        repeated = repeated_rows(typed, resource).persist()
        counts = _count(typed, repeated)
        measured.rows = _check_sums(staged, counts)
    accepted = _accepted(typed, repeated, counts)
    with stages("gate"):
        verdicts = judge(resource, accepted.drop("_delivered_at"), _facts(staged, counts, resource), _history(resource))
    with stages("dwd") as measured:
        measured.rows = _write_rows(resource, typed, repeated, accepted, staged, number)
    repeated.unpersist()
    return counts, verdicts


def _staging(resource: Resource) -> Path:
    return settings().lake / "_staging" / resource.resource


def _stage_unfinished(
    resource: Resource, _catalog: Catalog, _business_date: date, run_id: str, staging: Path
) -> tuple[int, list[Staged]]:
    """Stage the batches of an unfinished commit again, once no table holds any of them."""
    unfinished = journal.open_commit(resource.resource)
    if unfinished is None:
        return 0, []
    number, begun = unfinished
    number = take_back(resource, number, begun)
    staged = restage(resource, number, begun, run_id, partial(_raw_path, staging))
    if not staged:
        journal.close_commit(resource.resource, number, [], [])
    return number, staged


def _stage_pending(
    resource: Resource, catalog: Catalog, business_date: date, run_id: str, staging: Path
) -> tuple[int, list[Staged]]:
    """Stage everything pending as a new commit; refused batches get their outcome at once."""
    found = arrivals(resource, catalog, business_date, run_id)
    refused = list(found.refused)
    staged: list[Staged] = []
    taken = taken_contents(resource)
    for index, manifest in enumerate(found.pending):
        content = content_of(manifest)
        if manifest.digest and content in taken:
            refused.append(duplicate(manifest, run_id))
            continue
        try:
            staged.append(stage(manifest, resource, _raw_path(staging, index)))
        except RejectedError as error:
            refused.append(refusal(manifest, error, run_id))
        else:
            taken |= {content, (*content[:2], None)}
    journal.record_deliveries(refused)
    if not staged:
        return 0, []
    begun = {folder_of(batch.manifest): batch.manifest.model_dump_json() for batch in staged}
    number = journal.begin_commit(resource.resource, begun)
    killpoints.here(f"journal.begun:{resource.resource}")
    return number, staged


def _raw_path(staging: Path, index: int) -> Path:
    return staging / "raw" / f"{index:05d}.parquet"


def _read_raw(batches: list[Staged]) -> DataFrame:
    return spark().read.parquet(*(str(batch.raw) for batch in batches))


def _write_ods(resource: Resource, staged: list[Staged], number: int) -> int:
    """Every row ever delivered, as delivered, with its place and hash."""
    table, _, _ = tables_of(resource)
    frame = _read_raw(staged).select("_batch", "_file", "_source_row", "raw", F.xxhash64("raw").alias("_hash"))
    lake.append(frame, table, table, number)
    killpoints.here(f"ods.after:{resource.resource}")
    return sum(batch.rows for batch in staged)


def _standardize(
    resource: Resource, catalog: Catalog, business_date: date, staged: list[Staged], staging: Path
) -> DataFrame:
    """All batches through one plan, written once as typed Parquet."""
    target = staging / "typed"
    targets = {
        column.name: published_values(catalog, column.references)
        for column in resource.columns
        if column.references is not None
    }
    raw = _read_raw(staged)
    typed = project(raw, resource, catalog.codelists, business_date)
    judged = keep_refused_raw(check_references(typed, resource, targets))
    if resource.integrity:
        judged = proved(judged, raw, resource.integrity, catalog.codelists[resource.integrity.keys].names)
    # Read a few times and removed: dictionaries cost more than they save.
    with plain_codegen():
        judged.write.mode("overwrite").option("parquet.enable.dictionary", "false").parquet(str(target))
    return spark().read.parquet(str(target))


def _accepted(typed: DataFrame, repeated: DataFrame, counts: dict[str, Counts]) -> DataFrame:
    place = ["_source_row", "_file", "_batch"]
    valid = typed.where(is_valid()).drop(VIOLATIONS, "raw")
    if not any("R008" in found.codes for found in counts.values()):
        return valid
    return valid.join(F.broadcast(repeated), on=place, how="left_anti")


def _count(typed: DataFrame, repeated: DataFrame) -> dict[str, Counts]:
    """One aggregation over the staged rows, one over the few repeated ones."""
    sums = typed.groupBy("_batch").agg(F.count(F.lit(1)).alias("n"), F.count_if(~is_valid()).alias("bad")).collect()
    totals = {row["_batch"]: row["n"] for row in sums}
    bad = {row["_batch"]: row["bad"] for row in sums}
    refused = typed.where(~is_valid()).select("_batch", violated(0).alias("codes"))
    codes: dict[str, dict[str, int]] = defaultdict(dict)
    exploded = refused.select("_batch", F.explode(F.array_distinct("codes")).alias("code"))
    for row in exploded.groupBy("_batch", "code").agg(F.count(F.lit(1)).alias("n")).collect():
        codes[row["_batch"]][row["code"]] = row["n"]
    for row in repeated.groupBy("_batch").agg(F.count(F.lit(1)).alias("n")).collect():
        bad[row["_batch"]] = bad.get(row["_batch"], 0) + row["n"]
        codes[row["_batch"]]["R008"] = row["n"]
    return {batch: Counts(n - bad.get(batch, 0), bad.get(batch, 0), codes[batch]) for batch, n in totals.items()}


def _check_sums(staged: list[Staged], counts: dict[str, Counts]) -> int:
    """delivered = accepted + quarantined for every batch; anything else is a fault of ours and stops the resource."""
    for batch in staged:
        found = counts.get(batch.manifest.batch, Counts(0, 0, {}))
        if found.accepted + found.quarantined != batch.rows:
            raise RuntimeError(
                f"batch {batch.manifest.batch}: {batch.rows} rows delivered but {found.accepted} accepted and "
                f"{found.quarantined} quarantined; nothing was published, report this as a fault of the platform"
            )
    return sum(batch.rows for batch in staged)


def _facts(staged: list[Staged], counts: dict[str, Counts], resource: Resource) -> list[BatchFacts]:
    facts = []
    for batch in staged:
        found = counts.get(batch.manifest.batch, Counts(0, 0, {}))
        late = lateness(batch.manifest, resource)
        facts.append(
            BatchFacts(
                batch=batch.manifest.batch,
                period=batch.manifest.period,
                rows_delivered=batch.rows,
                rows_accepted=found.accepted,
                rows_quarantined=found.quarantined,
                extra_columns=batch.extra,
                is_late=late > 0,
                days_late=late,
            )
        )
    return facts


def _history(resource: Resource) -> list[BatchProfile]:
    """Profiles of the resource's published batches, oldest first."""
    return [
        BatchProfile.model_validate_json(row["profile"])
        for row in journal.published(resource.resource)
        if row["profile"]
    ]


def _write_rows(
    resource: Resource,
    typed: DataFrame,
    repeated: DataFrame,
    accepted: DataFrame,
    staged: list[Staged],
    number: int,
) -> int:
    """Valid rows to dwd, the others to quarantine as they were delivered."""
    _, dwd, quarantine = tables_of(resource)
    killpoints.here(f"dwd.before:{resource.resource}")
    lake.append(accepted, dwd, dwd, number)
    killpoints.here(f"quarantine.before:{resource.resource}")
    refused = typed.where(~is_valid()).select(
        "_batch",
        "_file",
        "_source_row",
        violated(0).alias("codes"),
        violated(1).alias("columns"),
        "raw",
    )
    twice = (
        _read_raw(staged)
        .join(F.broadcast(repeated), on=["_batch", "_file", "_source_row"], how="inner")
        .select(
            "_batch",
            "_file",
            "_source_row",
            F.array(F.lit("R008")).alias("codes"),
            F.array(F.lit(resource.key[0])).alias("columns"),
            "raw",
        )
    )
    lake.append(refused.unionByName(twice).coalesce(1), quarantine, quarantine, number)
    return sum(batch.rows for batch in staged)


def _outcome(batch: Staged, verdict: Verdict, counts: dict[str, Counts], run_id: str) -> journal.Delivery:
    manifest: Manifest = batch.manifest
    found = counts.get(manifest.batch, Counts(0, 0, {}))
    state, code, message = verdict.state, verdict.code, verdict.message
    if batch.notes and state == "published":
        state, code, message = "published_flagged", batch.notes[0][0], " ".join(text for _, text in batch.notes)
    return journal.Delivery(
        resource=manifest.resource,
        batch=manifest.batch,
        folder=folder_of(manifest),
        state=state,
        delivered_at=manifest.delivered_at,
        run_id=run_id,
        provider=manifest.provider,
        period=manifest.period,
        digest=manifest.digest,
        replaces=manifest.replaces,
        code=code,
        message=message,
        rows_delivered=batch.rows,
        rows_accepted=found.accepted,
        rows_quarantined=found.quarantined,
        codes=found.codes,
        profile=verdict.profile.model_dump_json(),
        headers=batch.headers,
        codec=batch.codec,
    )


def _checks(resource: Resource, verdicts: dict[str, Verdict], run_id: str) -> list[dict[str, object]]:
    return [
        {"run_id": run_id, "resource": resource.resource, "batch": batch, **check.model_dump()}
        for batch, verdict in verdicts.items()
        for check in verdict.checks
    ]


def _sentence(resource: Resource, outcomes: list[journal.Delivery], refused: list[str], released: list[str]) -> str:
    """What the night did with the resource's batches: those taken, those not taken (by state), those let through."""
    said = []
    if outcomes:
        rows = sum(outcome.rows_delivered or 0 for outcome in outcomes)
        said.append(f"{len(outcomes)} 个批次（{_counted([outcome.state for outcome in outcomes])}），{rows} 行")
    if refused:
        said.append(f"{len(refused)} 个批次未采用（{_counted(refused)}）")
    if released:
        said.append(f"放行 {len(released)} 个批次（{'、'.join(released)}）")
    if not outcomes and not refused:
        said.insert(0, "没有新的批次")
    return f"{resource.title}：{'；'.join(said)}"


def _counted(states: list[str]) -> str:
    return "、".join(f"{state} {count}" for state, count in sorted(Counter(states).items()))
