"""What the server answers when a department objects to its evaluation 考核 or the leading group decides on it."""

from typing import Any

from dash import Dash

from alerts.objections import TITLES
from dashboards import parts
from dashboards.access import current_reader
from dashboards.casework import Pressed, wire_steps
from dashboards.objections import take
from dashboards.pages.objection_panel import objection_panel
from dashboards.serving import Serving, ServingError
from dashboards.sight import sight_of
from taian.settings import settings


def objection_callbacks(app: Dash, serving: Serving) -> None:
    """Wire the form."""

    def said_now(given: Pressed) -> Any:
        """Write it down, if it is this reader's to say, and show the objections as they are then."""
        reader = current_reader()
        try:
            snapshot = serving.snapshot(sight_of(reader))
        except ServingError as error:
            return parts.failed(str(error))
        wrong = take(settings(), snapshot, given.action, reader, given.fields)
        done = "" if wrong else TITLES[given.action.partition("/")[0]]
        return objection_panel(settings(), snapshot, given.identity, wrong, done)

    wire_steps(app, "objection", said_now)
