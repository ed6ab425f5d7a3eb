"""Figures as files for somebody else's tools: CSV and XLSX with their date, filters and who asked."""

import csv
import io
from dataclasses import dataclass

import xlsxwriter

from catalog.evaluation import evaluation
from dashboards import format as fmt
from dashboards import queries
from dashboards.crossed import AXES, Crossed, crossed
from dashboards.pages.cross import held_words
from dashboards.pages.figures import Chosen, figures
from dashboards.pages.indicator import definitions
from dashboards.pages.plan_words import HEADERS as PLAN_HEADERS
from dashboards.pages.plan_words import TABS, cells, rows_of, tab_of
from dashboards.pages.topics import CROSS, TOPICS, in_view
from dashboards.permissions import page_of
from dashboards.planned import digest_of
from dashboards.serving import Snapshot
from dashboards.view import View
from dashboards.words import WITHHELD
from taian.spreadsheet import neutral

HEADERS = ("统计期", "覆盖月数", "数值", "同比", "环比")


@dataclass(frozen=True)
class Export:
    """One table as a page shows it: ``notes`` above, ``rows`` below ``headers``; None is no value."""

    name: str
    notes: list[tuple[str, str]]
    rows: list[tuple[str | float | None, ...]]
    headers: tuple[str, ...] = HEADERS

    def csv(self) -> bytes:
        """UTF-8 with a mark, every cell quoted, texts that look like formulas made harmless (RFC 4180; OWASP, CSV
        Injection).
        """
        text = io.StringIO()
        writer = csv.writer(text, quoting=csv.QUOTE_ALL)
        for line in [*self.notes, self.headers, *self.rows]:
            writer.writerow([_cell(value) for value in line])
        return text.getvalue().encode("utf-8-sig")

    def xlsx(self) -> bytes:
        """A workbook whose texts stay texts."""
        content = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(content, options) as book:
            sheet = book.add_worksheet("数据")
            for number, line in enumerate([*self.notes, self.headers, *self.rows]):
                sheet.write_row(number, 0, ["" if value is None else value for value in line])
            sheet.set_column(0, len(self.headers) - 1, 16)
        return content.getvalue()


def _cell(value: object) -> str:
    """A text that is none to a spreadsheet; a number as it is, though it may begin with a minus."""
    if value is None:
        return ""
    return neutral(value) if isinstance(value, str) else str(value)


def export_of(snapshot: Snapshot, view: View, who: str) -> Export | None:
    """What the address of a topic page shows as a table; None when there is no such indicator or area."""
    indicator = definitions(snapshot).get(view.params.get("indicator", ""))
    line = queries.lineage_of_area(snapshot, view.params.get("area") or queries.CITY)
    if indicator is None or not line:
        return None
    chosen = Chosen.of(view)
    frame = figures(snapshot, indicator, line[-1][0], chosen)
    notes = [
        ("指标", indicator.title),
        ("区划", " / ".join(name for _, name, _ in line)),
        ("口径", indicator.definition),
        ("单位", fmt.delivered_unit(indicator.unit)),
        ("所取数值", chosen.words),
        ("数据截止", snapshot.business_date),
        ("来源", indicator.owner),
        ("导出人", who),
    ]
    rows = [
        (
            str(row["period"]),
            int(row["months"]),
            WITHHELD if row["is_withheld"] is True else float(row["value"]),
            *(None if fmt.is_missing(row[name]) else float(row[name]) for name in ("yoy", "mom")),
        )
        for row in frame.to_dict("records")
    ]
    return Export(f"{indicator.key}-{line[-1][0]}-{snapshot.business_date}", notes, rows)


def table_of(snapshot: Snapshot, view: View, who: str) -> Export | None:
    """The table of a page as its own export gives it; None for a page whose mail is only a link."""
    name = view.path.rstrip("/").rpartition("/topics")[2].strip("/") or next(iter(TOPICS))
    if page_of(view.path) not in ("/topics", "/topics/<topic>"):
        return None
    if name == CROSS:
        return cross_of(snapshot, view, who)
    known = {key: one for key, one in definitions(snapshot).items() if one.topic == TOPICS.get(name)}
    if not known:
        return None
    given = {**view.params, "indicator": in_view(known, view).key}
    return export_of(snapshot, View(view.path, given), who)


def cross_of(snapshot: Snapshot, view: View, who: str) -> Export | None:
    """The free table of the address as a file; None when there is no such area or topic."""
    table = crossed(snapshot, view, TOPICS)
    if table is None:
        return None
    units = [f"{table.known[key].title} {fmt.delivered_unit(table.known[key].unit)}" for key in _indicators_of(table)]
    notes = [
        ("内容", f"交叉表 · {held_words(table)}"),
        ("区划", " / ".join(name for _, name, _ in table.place.line)),
        ("专题", TOPICS[table.asked.topic]),
        ("单位", "；".join(units)),
        ("数据截止", snapshot.business_date),
        ("导出人", who),
    ]
    rows: list[tuple[str | float | None, ...]] = [
        (name, *(WITHHELD if table.is_withheld(key, each) else table.figure(key, each) for each in table.columns))
        for key, name in table.rows.items()
    ]
    headers = (AXES[table.asked.rows], *table.columns.values())
    return Export(f"cross-{table.place.code}-{snapshot.business_date}", notes, rows, headers)


def _indicators_of(table: Crossed) -> list[str]:
    """The indicators that have a cell."""
    return list(dict.fromkeys(table.indicator_of(*each).key for each in table.cells))


def plan_of(snapshot: Snapshot, view: View, who: str) -> Export:
    """What a tab of the page of the plan lists under the filters of its address, every row of it."""
    tab, frame = tab_of(view), rows_of(snapshot, view)
    chosen = "；".join(f"{name}={value}" for name, value in sorted(view.params.items()) if name != "tab")
    notes = [
        ("内容", f"整合共享 · {TABS[tab]}"),
        ("条件", chosen or "全部"),
        ("数据截止", snapshot.business_date),
        ("来源", "实施方案（泰政办发〔2017〕17号）各台账"),
        ("导出人", who),
    ]
    if tab == "evaluation" and len(frame):
        notes += [("办法版本", evaluation().version), ("结果摘要（SHA-256）", digest_of(snapshot))]
    rows: list[tuple[str | float | None, ...]] = [cells(tab, row) for row in frame.to_dict("records")]
    return Export(f"plan-{tab}-{snapshot.business_date}", notes, rows, PLAN_HEADERS[tab])
