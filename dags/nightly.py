"""The night: one task a resource, one a product, exact edges from the plan; Airflow runs it, jobs do the work.

A failed part stops nothing that can go on with its last good version, and the watcher makes the run fail all the same.
"""

import datetime as dt
from typing import Any

from airflow.sdk import (
    DAG,
    CronTriggerTimetable,
    DeadlineAlert,
    DeadlineReference,
    Param,
    SyncCallback,
    TriggerRule,
    task,
)
from airflow.sdk.exceptions import AirflowException, AirflowSkipException

from catalog import Catalog, load_catalog
from jobs.plan import Step, night_plan
from taian.clock import business_date
from taian.selection import selected_steps
from taian.settings import settings

DEADLINE = dt.time(8, 30)
"""Of the morning, China time: the pages must be there when the offices open."""

RETRIES = {"retries": 3, "retry_delay": dt.timedelta(seconds=10), "retry_exponential_backoff": 2.0}
"""Three, since a killed scheduler costs one; the waits of 10, 20 and 40 s outlast a restart of Spark."""


def night_of(context: dict[str, Any]) -> dt.date:
    """Business date of the run a task belongs to."""
    return business_date(context["params"]["business_date"], context["dag_run"].logical_date)


@task(task_display_name="开始")
def begin(**context: Any) -> str:
    """Write the run into the journal."""
    from jobs import night

    date = night_of(context)
    night.begin(context["run_id"], date)
    return f"业务日期 {date}"


def step_task(step: Step, title: str, plan: tuple[Step, ...]) -> Any:
    """The task of one step; a night for some resources only skips what does not depend on them."""

    @task(
        task_id=step.name,
        task_display_name=title,
        trigger_rule=TriggerRule.ALL_DONE if step.needs else TriggerRule.ALL_SUCCESS,
        **RETRIES,
    )
    def run(**context: Any) -> str:
        if step.name not in selected_steps(plan, context["params"]["resources"]):
            raise AirflowSkipException(f"{step.name} does not depend on the chosen resources")
        from jobs import night

        return night.run_step(step.name, night_of(context), context["run_id"])

    return run()


@task(task_display_name="结束", trigger_rule=TriggerRule.ALL_DONE, **RETRIES)
def finish(steps: list[str], **context: Any) -> str:
    """Write into the journal how the run ended."""
    from jobs import night

    run_id = context["run_id"]
    states = context["ti"].get_task_states(dag_id="nightly", task_ids=steps, run_ids=[run_id])[run_id]
    failed = sorted(name for name, state in states.items() if state in ("failed", "upstream_failed"))
    night.finish(run_id, failed)
    return f"{len(failed)} 步失败：{'、'.join(failed)}" if failed else "全部完成"


@task(trigger_rule=TriggerRule.ONE_FAILED, retries=0, task_display_name="看门")
def watcher() -> None:
    """Fail the run when any part failed, although everything after it went on."""
    raise AirflowException("a step of this night failed: see the red ones, mend the cause and clear them")


def titles(catalog: Catalog) -> dict[str, str]:
    """What an operator reads in the grid."""
    fixed = {"settle": "结算", "publish": "发布", "alert": "提醒"}
    return {**fixed, **{resource.resource: resource.title for resource in catalog.resources.values()}}


def timing() -> dict[str, Any]:
    """Schedule and deadline when the night starts by itself; neither when a person starts it."""
    at = settings().night_at
    if at is None:
        return {"schedule": None}
    anyday = dt.date(2018, 1, 1)
    until = dt.datetime.combine(anyday, DEADLINE) - dt.datetime.combine(anyday, at)
    return {
        "schedule": CronTriggerTimetable(f"{at.minute} {at.hour} * * *", timezone="Asia/Shanghai"),
        "deadline": DeadlineAlert(
            reference=DeadlineReference.DAGRUN_LOGICAL_DATE,
            # At the deadline itself the next morning's is meant: a whole day, not none.
            interval=until % dt.timedelta(days=1) or dt.timedelta(days=1),
            callback=SyncCallback("taian.late.tell_operator"),
        ),
    }


def build() -> DAG:
    """The DAG of this catalogue."""
    catalog = load_catalog(settings().catalog_dir)
    plan, names = night_plan(catalog), titles(catalog)
    with DAG(
        "nightly",
        start_date=dt.datetime(2018, 1, 1, tzinfo=dt.UTC),
        catchup=False,
        max_active_runs=1,
        dag_display_name="夜间批次",
        description="Deliveries become base libraries, indicators, findings and pages",
        params={
            "business_date": Param(None, type=["null", "string"], format="date", title="业务日期"),
            "resources": Param([], type="array", items={"type": "string"}, title="只跑这些资源（空为全部）"),
        },
        tags=["taian"],
        **timing(),
    ) as night:
        started = begin.override(**RETRIES)()
        done = {step.name: step_task(step, names.get(step.name, step.name), plan) for step in plan}
        for step in plan:
            for needed in step.needs:
                done[needed] >> done[step.name]
            if not step.needs:
                started >> done[step.name]
        ended = finish([step.name for step in plan])
        for leaf in leaves(plan):
            done[leaf] >> ended
        [started, *done.values(), ended] >> watcher()
    return night


def leaves(plan: tuple[Step, ...]) -> list[str]:
    """Steps that no other step needs."""
    needed = {name for step in plan for name in step.needs}
    return [step.name for step in plan if step.name not in needed]


dag = build()
