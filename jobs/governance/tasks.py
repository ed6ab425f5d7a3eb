"""topic_plan__task: every milestone of the plan's 38 articles with its state and what shows it."""

from pyspark.sql import DataFrame, Row

from alerts import planreports
from catalog.plan import Task, scheme
from jobs import lake
from jobs.governance.follow import follow
from jobs.indicators.rollup import CITY
from jobs.inputs import Inputs, MissingInputError
from jobs.session import spark
from taian.settings import settings

MEASURES = "topic_plan__measure"
SCHEMA = (
    "task_id string, article int, section string, task string, due_on date, lead_department string, "
    "cooperating_departments string, obliged array<string>, measure string, measure_title string, value double, "
    "target double, state string, days_late int, evidence string, expected double, basis string, source string"
)


def build(inputs: Inputs) -> DataFrame:
    """The milestones as they stand on the business date: it counts the working days, so they are made every night."""
    declared = inputs.current("plan_task")
    if declared is None:
        raise MissingInputError("plan_task")
    today = inputs.today
    owned = inputs.table(MEASURES).collect() if lake.exists(MEASURES) else []
    measured = {row["measure"]: row.asDict() for row in owned if row["owner"] == CITY}
    said = planreports.standing(settings(), today)
    departments = tuple(inputs.catalog.codelists["department"].names)
    rows = []
    for row in declared.orderBy("task_id").collect():
        task = scheme().tasks.get(row["task_id"])
        told = measured.get(task.measure) if task else None
        behind = _behind(task, owned) if task else 0
        found = follow(row["due_on"], today, task, told, said.get(row["task_id"]), behind)
        basis = "measure" if told else "report" if row["task_id"] in said else "none"
        rows.append(
            (
                *(row[name] for name in ("task_id", "article", "section", "task", "due_on", "lead_department")),
                row["cooperating_departments"],
                obliged(row["lead_department"], row["cooperating_departments"], departments),
                task.measure if task else None,
                told["title"] if told else None,
                told["value"] if told else None,
                task.at_least if task else None,
                *(found.state, found.days_late, found.evidence, found.expected, basis),
                f"plan_task@{row['_batch']}",
            )
        )
    return spark().createDataFrame(rows, SCHEMA)


def _behind(task: Task, owned: list[Row]) -> int:
    """How many owners stand below what is asked of the city."""
    return sum(
        row["measure"] == task.measure and row["owner"] != CITY and row["value"] < task.at_least for row in owned
    )


def obliged(lead: str, cooperating: str | None, departments: tuple[str, ...]) -> list[str]:
    """Codes of everybody whom a milestone binds; names that the plan uses for several stand for all of them."""
    names = [lead, *(cooperating or "").split("、")]
    return sorted(code for code in departments if any(scheme().means(name, code) for name in names))
