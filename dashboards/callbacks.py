"""What the server answers while a page is open: the page, a panel, rows of a list, the news of a night."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from dash import Dash, Input, Output, State, html, no_update

from dashboards import asked, parts
from dashboards.access import current_reader
from dashboards.casework import case_callbacks
from dashboards.duty import warning_callbacks
from dashboards.faults import sentence
from dashboards.lobby import NAME
from dashboards.objected import objection_callbacks
from dashboards.office import account_callbacks
from dashboards.overseen import duty_callbacks
from dashboards.own import own_callbacks
from dashboards.pages import batch, catalogue, finding, findings_card
from dashboards.router import body_of
from dashboards.serving import Serving, ServingError, Snapshot
from dashboards.shell import freshness, navigation
from dashboards.sight import sight_of
from dashboards.still import still
from dashboards.view import View

Panel = Callable[[Snapshot, str | None, View], Any]


def _own_night(serving: Serving) -> Snapshot:
    """The night to show now, as far as whoever asks may see."""
    return serving.snapshot(sight_of(current_reader()))


def _mark(snapshot: Snapshot | None) -> str:
    return f"{snapshot.run_id} {snapshot.published_at}" if snapshot else ""


def _show(serving: Serving, looked: object) -> tuple[Any, ...]:
    """The page of the address, and everything around it that follows from it."""
    view, reader = View.of(looked), current_reader()
    body, snapshot, title = body_of(serving, view, sight_of(reader))
    problem = parts.failed(f"{snapshot.problem}以下是之前一夜的结果。") if snapshot and snapshot.problem else None
    return (
        [still(body), html.Div(id="page-made-for", hidden=True, **parts.data(search=urlencode(view.params)))],
        still(navigation(view.path, reader)),
        still(freshness(snapshot)),
        _mark(snapshot),
        f"{title} · {NAME}",
        problem,
    )


def _tell_of_a_new_night(serving: Serving, _: object, shown: object) -> Any:
    try:
        snapshot = _own_night(serving)
    except ServingError:
        return no_update
    if _mark(snapshot) == shown:
        return no_update
    return html.Div(
        [f"已发布 {snapshot.business_date} 的新结果。", html.A("刷新此页", href="")], className="notice", role="status"
    )


def _page_of_findings(serving: Serving, request: object, looked: object) -> Any:
    if not request:
        return no_update
    start, end = asked.row_block(request)
    params = View.of(looked).params
    rows, total = findings_card.grid_rows(_own_night(serving), params.get("strength"), params.get("family"), start, end)
    return {"rowData": rows, "rowCount": total}


def _find_resources(serving: Serving, words: object, looked: object) -> Any:
    view = View.of(looked)
    try:
        return still(
            catalogue.results(_own_night(serving), replace(view, params={**view.params, "q": asked.text(words)}))
        )
    except Exception as error:
        return parts.failed(sentence(error, "catalogue"))


def _panel(serving: Serving, fill: Panel, chosen: object, looked: object) -> Any:
    """Refill the panel beside a list for the row that was chosen."""
    if not chosen:
        return no_update
    identity = asked.chosen_id(chosen)
    try:
        return still(fill(_own_night(serving), identity, View.of(looked)))
    except Exception as error:
        return parts.failed(sentence(error, identity))


def server_callbacks(app: Dash, serving: Serving) -> None:
    """Wire the answers to what asks for them."""
    page = [("page", "children"), ("nav", "children"), ("freshness", "children")]
    page += [("night", "data"), ("title", "data"), ("notice", "children")]
    answers: tuple[tuple[Callable[..., Any], Any, Input, State | None], ...] = (
        (_show, [Output(name, part) for name, part in page], Input("view", "data"), None),
        (
            _tell_of_a_new_night,
            Output("notice", "children", allow_duplicate=True),
            Input("clock", "n_intervals"),
            State("night", "data"),
        ),
        (
            _page_of_findings,
            Output("findings", "getRowsResponse"),
            Input("findings", "getRowsRequest"),
            State("view", "data"),
        ),
        (_find_resources, Output("resource-list", "children"), Input("words-typed", "data"), State("view", "data")),
    )
    for answer, output, when, given in answers:
        app.callback(output, when, *([given] if given else []), prevent_initial_call=True)(partial(answer, serving))
    panels: tuple[tuple[str, Panel], ...] = (("finding", finding.evidence), ("batch", batch.batch))
    for name, fill in panels:
        app.callback(
            Output(f"{name}-panel", "children"),
            Input(f"{name}-chosen", "data"),
            State("view", "data"),
            prevent_initial_call=True,
        )(partial(_panel, serving, fill))
    case_callbacks(app)
    warning_callbacks(app)
    account_callbacks(app)
    duty_callbacks(app)
    own_callbacks(app, serving)
    objection_callbacks(app, serving)
