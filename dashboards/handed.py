"""A file for whoever asks, once the audit log says that it was taken; what is wrong is answered in one sentence."""

from collections.abc import Callable
from typing import Protocol

from flask import Response

from dashboards.access import current_reader, roles_of, told
from taian.settings import Settings

CSV = "text/csv; charset=utf-8"
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNTOLD = "审计日志写不进去，不能导出；请告诉运维人员（alerts.db）。"


class Tables(Protocol):
    """Tables that go out under a name, as either kind of file."""

    @property
    def name(self) -> str:
        """What the file is called, without its kind."""

    def csv(self) -> bytes:
        """For any tool."""

    def xlsx(self) -> bytes:
        """For a spreadsheet."""


def handed_out(
    config: Settings, object_: str, detail: str, make: Callable[[], bytes], content_type: str, name: str = ""
) -> Response:
    """A file for whoever asks, once the log says so; ``name`` goes on from ``attachment``."""
    if not is_told(config, object_, detail):
        return sentence(UNTOLD, 503)
    given = {"Content-Disposition": f"attachment{name}", "Cache-Control": "no-store"}
    return Response(make(), content_type=content_type, headers=given)


def exported(config: Settings, object_: str, found: Tables, kind: str) -> Response:
    """Tables for whoever asks, as ``csv`` or else as ``xlsx``."""
    make, type_ = (found.csv, CSV) if kind == "csv" else (found.xlsx, XLSX)
    return handed_out(config, object_, kind, make, type_, f'; filename="{found.name}.{kind}"')


def is_told(config: Settings, object_: str, detail: str) -> bool:
    """Whether the log says now that this reader takes something out."""
    reader = current_reader()
    return told(config, reader.account, roles_of(reader), "export", object_, detail)


def sentence(words: str, status: int) -> Response:
    """One sentence for a person."""
    return Response(f"{words}\n", status, content_type="text/plain; charset=utf-8")
