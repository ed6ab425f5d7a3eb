"""审计局: projects drawn for audit each month, with everything that it takes to draw them again; one draw was changed
by hand afterwards.
"""

import datetime
import hashlib
import math
from collections.abc import Sequence

from sample_data import corrupt, defects
from sample_data.context import City
from sample_data.corrupt import Edit
from sample_data.firms.handover import Office
from sample_data.governance.projects import Project
from sample_data.governance.workbook import Rows, Workbook

SIZE = 12
CHANGED = "SJ-2018-04"
"""The draw in which the second project was put in the place of the first."""
LARGE = 100.0
"""Budget, in 10 000 yuan, from which a project is three times as likely to be drawn."""
BOOK = Workbook(
    Office("audit_sample", "shenjiju"),
    "电子政务项目审计抽样",
    "审计抽样",
    ("泰安市电子政务项目审计抽样表", "抽样单位：泰安市审计局"),
    ("抽样编号", "抽样日期", "种子", "抽取数", "备选项目数", "项目编号", "风险", "抽中次序"),
    (
        Edit("风险为空", "R001", "风险", defects.blank),
        Edit("风险不是数字", "R002", "风险", defects.always("较高")),
        Edit("编号少一位", "R004", "项目编号", defects.always("DZ201701")),
        Edit("抽样早于方案", "R005", "抽样日期", defects.always("2017-01-05")),
        Edit("抽取数多于备选", "R106", "抽取数", defects.always(5_000)),
        corrupt.DUPLICATE,
    ),
    share=0.01,
)


def risk_of(project: Project) -> float:
    """How much an audit should look at a project: by its budget, and by how it came to its money."""
    risk = 3.0 if project.budget >= LARGE else 1.0
    is_odd = project.approved_on is None or (project.signed_on is not None and project.signed_on < project.approved_on)
    return risk + 4.0 * (is_odd and project.paid > 0)


def drawn(risks: dict[str, float], size: int, seed: str) -> list[str]:
    """Successive sampling with probability proportional to risk (Efraimidis and Spirakis 2006) from SHA-256, as the
    platform publishes the method: each project waits -ln(u) / risk, and the first ``size`` are drawn.
    """

    def waits(code: str) -> float:
        number = int(hashlib.sha256(f"{seed}\x1f{code}".encode()).hexdigest(), 16)
        return -math.log((number + 0.5) / 2**256) / risks[code]

    return sorted(risks, key=lambda code: (waits(code), code))[:size]


def _draw(projects: Sequence[Project], first: datetime.date) -> Rows:
    """Every project that could be drawn in the month that begins with ``first``, and the place of those that were."""
    day, number = first + datetime.timedelta(days=19), f"SJ-{first:%Y-%m}"
    risks = {each.code: risk_of(each) for each in projects if each.filed_on <= day}
    seed = f"审计{first:%Y%m}"
    chosen = drawn(risks, SIZE, seed)
    if number == CHANGED:
        spared = next(code for code in sorted(risks) if code not in chosen)
        chosen = [spared, *chosen[1:]]
    places = {code: place for place, code in enumerate(chosen, start=1)}
    return [
        [number, day.isoformat(), seed, SIZE, len(risks), code, risks[code], places.get(code)] for code in sorted(risks)
    ]


def deliver(city: City, projects: Sequence[Project]) -> None:
    """Each month's draw, with that of the month before once more."""
    city.truth.event("audit_draw_changed", resource=BOOK.office.resource, code=CHANGED)

    def rows_on(day: datetime.date) -> Rows:
        this = day.replace(day=1)
        last = (this - datetime.timedelta(days=1)).replace(day=1)
        return [*_draw(projects, last), *_draw(projects, this)]

    BOOK.deliver(city, rows_on)
