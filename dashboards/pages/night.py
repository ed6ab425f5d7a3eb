"""Which night the page of runs shows."""

from dataclasses import dataclass

from dashboards import queries
from dashboards.serving import Snapshot
from dashboards.view import View

GIVEN_BY_RUN = "run"
"""Value of the night's control while ``?run=`` says which night; ``assets/app.js`` (``steer``) knows it too."""


@dataclass(frozen=True)
class Night:
    """A business date with all its runs, and the run by which it was asked for; no date when nobody knows that run."""

    date: str
    run_id: str


def night_of(snapshot: Snapshot, view: View) -> Night | None:
    """The night that is looked at: ``?run=`` names one, ``?night=all`` means every night (None), else the last."""
    if view.params.get("night") == "all":
        return None
    asked = view.params.get("run")
    if not asked or asked == snapshot.run_id:
        return Night(snapshot.business_date, snapshot.run_id)
    found = queries.run(snapshot, asked)
    return Night(str(found["business_date"]) if found else "", asked)
