"""The publishing gate: for each pending batch of a resource, published, published with a flag, or held."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from pyspark.errors import PySparkException
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog.codes import OURS, all_codes
from catalog.model import Resource
from expectations.engine import FusedSparkEngine, StockSparkEngine, check_of, exception_of, validate
from expectations.metrics import BATCH_COLUMN, plan
from expectations.profile import BatchFacts, BatchProfile, CheckResult, State, Verdict, comparable, profile_of
from expectations.suite import (
    NO_HISTORY,
    Check,
    Observation,
    data_checks,
    figures_of,
    history_checks,
    structure_checks,
    suite_of,
)

MISSHAPEN = Observation("信息项缺失或类型不符，未判定", is_judged=False)


class GateError(Exception):
    """A check could not be computed, neither a pass nor a failure: the resource's task fails and is repeated."""


class Judged(NamedTuple):
    """A check's result with the code that its failure gives and the columns it reads."""

    code: str
    result: CheckResult
    columns: tuple[str, ...] = ()


def judge(
    resource: Resource, frame: DataFrame, batches: list[BatchFacts], history: list[BatchProfile]
) -> dict[str, Verdict]:
    """Verdict of every pending batch of a resource, by batch id.

    ``frame`` holds the accepted, typed rows of all of them with the batch in ``_batch``; ``batches`` stand in the order
    of their delivery; ``history`` are the profiles of the resource's published batches, oldest first. A batch that
    passes counts as history for those after it. Reads ``frame`` in one aggregation, one group-by for the key and one
    for the distributions, however many the batches.

    Raises GateError when a check could not be computed.
    """
    if not batches:
        return {}
    structure = _structure(resource, frame)
    misshapen = {name for item in structure if not item.result.success for name in item.columns}
    data = data_checks(resource)
    sample = _readable([*data, *history_checks(resource, batches[0], [])], misshapen)
    try:
        answers = plan(frame, suite_of(resource, sample), [facts.batch for facts in batches])
    except PySparkException as error:
        raise GateError(_cannot(f"{resource.title} 的 {len(batches)} 个批次", str(error))) from error
    known, verdicts = list(history), {}
    for facts in batches:
        past = comparable(resource, profile_of(resource, facts, known, {}, {}), known)
        checks = _readable([*data, *history_checks(resource, facts, past)], misshapen)
        engine = FusedSparkEngine(frame.where(F.col(BATCH_COLUMN) == facts.batch), answers[facts.batch])
        judged = [*structure, *_judged(resource, facts, checks, engine), *_arrival(facts)]
        profile = profile_of(resource, facts, known, *figures_of(engine, resource))
        verdict = verdicts[facts.batch] = _verdict(resource, facts, judged, profile)
        if verdict.state != "held":
            known.append(verdict.profile)
    return verdicts


def _structure(resource: Resource, frame: DataFrame) -> list[Judged]:
    """Declared columns and types against the schema of the frame, which all batches share; no Spark job."""
    checks, engine = structure_checks(resource), StockSparkEngine(frame)
    results = {check_of(result): result for result in validate(engine, suite_of(resource, checks))}
    # GX answers the question for the type of a missing column with an exception: that is a failure too.
    return [_result(check, check.observe(engine).words, success=bool(results[check.name].success)) for check in checks]


def _readable(checks: Iterable[Check], misshapen: set[str]) -> list[Check]:
    """The checks, those that read a missing or mistyped column with nothing to judge by."""
    return [
        replace(check, expectation=None, observe=lambda _: MISSHAPEN)
        if misshapen.intersection(check.columns)
        else check
        for check in checks
    ]


def _judged(resource: Resource, facts: BatchFacts, checks: Sequence[Check], engine: StockSparkEngine) -> list[Judged]:
    """What became of every check of a batch, in the order of the suite."""
    results = {check_of(result): result for result in validate(engine, suite_of(resource, checks))}
    judged = []
    for check in checks:
        result = results.get(check.name)
        if result is not None and (reason := exception_of(result)):
            raise GateError(_cannot(f"{resource.title} {facts.batch} 的检查 {check.name}", reason))
        seen = check.observe(engine)
        is_judged = result is not None and seen.is_judged
        judged.append(_result(check, seen.words, success=bool(result.success) if result and is_judged else None))
    return judged


def _cannot(what: str, reason: str) -> str:
    return f"{what}无法计算（{reason.splitlines()[0]}）；请查看任务日志，修正目录声明或恢复计算服务后重跑该资源"


def _result(check: Check, observed: str, *, success: bool | None) -> Judged:
    result = CheckResult(
        check=check.name,
        dimension=check.dimension,
        severity=check.severity,
        observed=observed,
        expected=check.expected,
        success=success,
    )
    return Judged(check.code, result, check.columns)


def _arrival(facts: BatchFacts) -> list[Judged]:
    """What landing saw of the file and its time; flags, never reasons to hold."""
    columns = CheckResult(
        check="structure.extra_columns",
        dimension=all_codes()["W001"].dimension,
        severity="warning",
        observed="多出 " + "、".join(facts.extra_columns) if facts.extra_columns else "没有多出",
        expected="没有目录以外的信息项",
        success=not facts.extra_columns,
    )
    late = CheckResult(
        check="timeliness.late",
        dimension=all_codes()["W004"].dimension,
        severity="warning",
        observed=f"迟到 {facts.days_late} 天" if facts.is_late else "按时",
        expected="按更新周期报送",
        success=not facts.is_late,
    )
    return [Judged("W001", columns), Judged("W004", late)]


def _verdict(resource: Resource, facts: BatchFacts, judged: Sequence[Judged], profile: BatchProfile) -> Verdict:
    failed = sorted((item for item in judged if item.result.success is False), key=_gravity)
    holding = [item for item in failed if item.result.severity == "critical"]
    state: State = "held" if holding else "published_flagged" if failed else "published"
    worst = next(iter(holding or failed), None)
    return Verdict(
        batch=facts.batch,
        state=state,
        code=worst.code if worst else None,
        message=_message(resource, facts, judged, worst),
        checks=[item.result for item in judged],
        profile=profile,
    )


def _gravity(item: Judged) -> tuple[bool, str]:
    """The order in which failures are told. A fault of ours comes first: behind another code a person could let the
    batch through, rows that break their declaration and all.
    """
    return item.code != OURS, item.code


def _message(resource: Resource, facts: BatchFacts, judged: Sequence[Judged], worst: Judged | None) -> str:
    """One sentence: the batch, what was found against what was allowed, what became of it, what to do."""
    name = f"{resource.title} {facts.batch}"
    if worst is None:
        is_open = any(item.result.observed == NO_HISTORY.words for item in judged)
        unknown = "；行数或分布尚无可比的历史，未判定" if is_open else ""
        return f"{name}：已发布，接收 {facts.rows_accepted:,} 行，隔离 {facts.rows_quarantined:,} 行{unknown}。"
    code, result = all_codes()[worst.code], worst.result
    outcome = "批次未发布，沿用上一版本" if result.severity == "critical" else "批次已发布并加注"
    return f"{name}：{code.title}，{result.observed}（要求{result.expected}），{outcome}；处理办法：{code.remedy}。"
