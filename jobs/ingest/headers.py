"""The header of a delivered table against the declaration."""

import difflib
from collections.abc import Sequence

from catalog import Resource
from jobs.ingest.rejected import RejectedError


def check_headers(file: str, headers: Sequence[str], resource: Resource) -> tuple[str, ...]:
    """Headers the declaration does not know, when every declared one is there; otherwise F006 with the likeliest
    cause.
    """
    declared = [column.delivered_as for column in resource.columns if column.delivered_as != resource.form.sheet_column]
    missing = [header for header in declared if header not in headers]
    extra = tuple(
        header for header in headers if header and header not in declared and header != resource.form.sheet_column
    )
    if missing:
        similar = difflib.get_close_matches(missing[0], extra, n=1, cutoff=0.3) or list(extra[:1])
        hint = f"（是否改名为“{similar[0]}”？）" if similar else ""
        names = "、".join(f"“{name}”" for name in missing[:3]) + ("等" if len(missing) > 3 else "")
        raise RejectedError("F006", f"文件“{file}”缺少信息项{names}{hint}，请恢复《{resource.title}》目录声明的表头。")
    if len(set(headers)) != len(headers):
        twice = next(header for header in headers if list(headers).count(header) > 1)
        raise RejectedError("F006", f"文件“{file}”的表头“{twice}”出现了两次，请恢复目录声明的表头。")
    return extra
