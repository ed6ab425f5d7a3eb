"""What the server answers to who looks for a subject, or at a person: a look is in the audit log before it is shown."""

from functools import partial
from typing import Any

from dash import Dash, Input, Output, State, no_update

from dashboards import asked, parts
from dashboards.access import current_reader, roles_of, told
from dashboards.faults import sentence
from dashboards.pages import person, search
from dashboards.permissions import page_of
from dashboards.serving import Serving
from dashboards.sight import sight_of
from dashboards.view import View
from taian.settings import Settings

LOOK = "look-person"
"""How the audit log calls a look at one person."""


def _find(serving: Serving, words: object) -> Any:
    try:
        return search.results(serving.snapshot(sight_of(current_reader())), asked.text(words))
    except Exception as error:
        return parts.failed(sentence(error, "search"))


def _look(serving: Serving, config: Settings, clicks: object, chosen: object, why: object, looked: object) -> Any:
    """The file of the person in the address; first what for, then the log, then the file."""
    if not clicks:
        return no_update
    view, reader = View.of(looked), current_reader()
    what_for = person.purpose(asked.text(chosen), asked.text(why))
    if not what_for:
        return parts.failed(person.ASK)
    if page_of(view.path) != "/entity/person/<id>":
        return parts.failed("没有说明看的是谁；请从“查找”打开。")
    entity = view.path.rstrip("/").rsplit("/", 1)[-1]
    if not told(config, reader.account, roles_of(reader), LOOK, f"person/{entity}", what_for):
        return parts.failed("审计日志写不进去，不能查看；请告诉运维人员（alerts.db）。")
    try:
        return person.file_of(serving.snapshot(sight_of(reader)), entity)
    except Exception as error:
        return parts.failed(sentence(error, "person"))


def lookup_callbacks(app: Dash, serving: Serving, config: Settings) -> None:
    """Wire the search and the looks at persons."""
    app.callback(Output("found", "children"), Input("sought", "data"), prevent_initial_call=True)(
        partial(_find, serving)
    )
    app.callback(
        Output("person-file", "children"),
        Input("look-open", "n_clicks"),
        State("look-purpose", "value"),
        State("look-why", "value"),
        State("view", "data"),
        prevent_initial_call=True,
    )(partial(_look, serving, config))
