"""Two tasks of the plan under supervision: one that its department proves, one that a measure tells."""

import datetime as dt

from alerts.duties import Duties
from alerts.night import DutyFact
from alerts.store import open_store
from catalog.plan import scheme
from taian.settings import Settings

BOTH = {"lead": "zfbgs", "lead_name": "市政府办公室", "due_on": dt.date(2017, 12, 31), "evidence": "x"}
FACTS = [
    DutyFact(task="16-1", title="对接省平台", obliged=("zfbgs",), state="unproven", **BOTH),
    DutyFact(task="03-2", title="清理", obliged=("gonganju", "zfbgs"), state="overdue", is_measured=True, **BOTH),
]


def supervise(config: Settings, now: dt.datetime) -> None:
    """The night of 2018-06-29 finds both overdue, at the moment ``now``."""
    with open_store(config).writing() as session:
        Duties(session, now).night(FACTS, scheme().supervision, dt.date(2018, 6, 29))
