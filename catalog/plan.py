"""How the integration plan is followed, as ``plan.yaml`` declares it: criteria, measures, what measures a task."""

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from catalog.model import Frozen
from catalog.said import not_valid, not_yaml

CRITERIA = ("detached", "replaceable", "idle", "unmaintained", "small")


class Criterion(Frozen):
    """One of the plan's five signs of a dead system: ``limit`` is where it is met, as the leading group decides it."""

    title: str
    limit: float
    is_at_most: bool = True
    definition: str

    def score(self, value: float | None) -> float:
        """0..1: 1 where it is met, 0 at twice the limit (of at most) or at half of it (of at least) and beyond.

        An unknown value is no sign.
        """
        if value is None:
            return 0.0
        way = 2 - value / self.limit if self.is_at_most else 2 * value / self.limit - 1
        return min(1.0, max(0.0, way))


class Measure(Frozen):
    """A share that a table of the platform tells: rows of ``table`` for which ``counted`` is true, in percent of those
    for which ``among`` is. Both are SQL of DuckDB. Where a row stands for many things, ``weight`` is how many, and
    ``counted`` how many of them count. ``goal`` is what is wanted where no task asks for a percentage; null where more
    is better and nobody has said how much. ``by`` is the column of the owners it is told for, besides the whole city.
    """

    title: str
    definition: str
    table: str
    among: str = "true"
    counted: str
    weight: str = "1"
    by: str
    moved_on: str | None = None
    unit: Literal["percent"] = "percent"
    goal: float | None = 100
    page: str


class Task(Frozen):
    """What measures a milestone, and the percentage that is asked for (of the city, at the milestone's date)."""

    measure: str
    at_least: float = Field(gt=0, le=100)


class Supervision(Frozen):
    """督办: how many working days before its date a task is reminded of, and after it goes to the leading group."""

    remind_before: int = Field(ge=1, le=60)
    escalate_after: int = Field(ge=1, le=60)


class Problem(Frozen):
    """What can be wrong with a filed project, and by how much it makes an audit likelier."""

    title: str
    weight: float = Field(gt=0, le=100)
    definition: str


class Audit(Frozen):
    """审计抽样 (article 38): a project's risk is 1, the weights of its problems, and ``large`` where its budget is
    ``large_from`` (10 000 yuan) or more; the chance to be drawn goes by it.
    """

    large: float = Field(ge=0)
    large_from: float = Field(gt=0)
    problems: dict[str, Problem]


class Scheme(Frozen):
    """The whole of ``plan.yaml``. ``evidence`` is the measure that shows the progress of a milestone for which the plan
    asks for no percentage: its state is reported by a person.
    """

    observed_days: int
    least_days: int
    busier: float
    logins_a_month: float
    idle_points: int
    supervision: Supervision
    audit: Audit
    criteria: dict[str, Criterion]
    measures: dict[str, Measure]
    tasks: dict[str, Task]
    evidence: dict[str, str] = Field(default_factory=dict)
    departments: dict[str, tuple[str, ...]]

    def means(self, name: str, code: str) -> bool:
        """Whether a name that the plan uses stands for a department or county; some names stand for all of them."""
        return any(
            code.isdigit() is EVERYBODY[each] if each in EVERYBODY else code == each
            for each in self.departments.get(name, ())
        )

    @model_validator(mode="after")
    def _whole(self) -> "Scheme":
        if tuple(self.criteria) != CRITERIA:
            raise ValueError(f"criteria must be the five that the plan names, in its order: {', '.join(CRITERIA)}")
        for name, task in self.tasks.items():
            if task.measure not in self.measures:
                known = ", ".join(sorted(self.measures))
                raise ValueError(f"task '{name}' is measured by '{task.measure}', known are {known}")
        for name, measure in self.evidence.items():
            if measure not in self.measures:
                known = ", ".join(sorted(self.measures))
                raise ValueError(f"task '{name}' is shown by '{measure}', known are {known}")
            if name in self.tasks:
                raise ValueError(f"task '{name}' is measured already: evidence is for tasks that no percentage decides")
        return self

    def shown_by(self, task: str) -> str | None:
        """The measure that decides a milestone or shows its progress."""
        return self.tasks[task].measure if task in self.tasks else self.evidence.get(task)


def read_scheme(path: Path) -> Scheme:
    """The scheme of a file; ValidationError when it is not one."""
    return Scheme.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


@cache
def scheme() -> Scheme:
    """The scheme of this project."""
    return read_scheme(Path(__file__).with_name("plan.yaml"))


def mistakes(path: Path, tasks: set[str], tables: set[str], departments: set[str]) -> list[str]:
    """One sentence for everything in the file that is not known: a task, a table of the platform, a department."""
    try:
        found = read_scheme(path)
    except ValidationError as error:
        return not_valid(path, error)
    except yaml.YAMLError as error:
        return [not_yaml(path, error)]
    named = sorted({code for codes in found.departments.values() for code in codes} - departments - set(EVERYBODY))
    return [
        *(
            f"{path.name}: task '{name}' is no milestone of the plan"
            for name in (*found.tasks, *found.evidence)
            if name not in tasks
        ),
        *(
            f"{path.name}: measure '{name}' reads '{measure.table}', which the night does not make"
            for name, measure in found.measures.items()
            if measure.table not in tables
        ),
        *(f"{path.name}: department '{code}' is not in the list department.csv" for code in named),
    ]


EVERYBODY = {"*departments": False, "*counties": True}
"""Words of ``departments`` that stand for all departments of the city, and for all counties: whether they are those."""
