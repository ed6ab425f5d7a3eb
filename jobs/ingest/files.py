"""Checks of a delivery as files: who, when, which, and whether it arrived as it was sent."""

import hashlib
import re
from pathlib import Path

from catalog import Catalog, Resource
from expectations.profile import period_of
from jobs.ingest.rejected import RejectedError
from jobs.manifest import DeliveredFile, Manifest

PERIODS = {
    "daily": (re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"), "2018-06-30"),
    "monthly": (re.compile(r"\d{4}-(0[1-9]|1[0-2])"), "2018-06"),
    "quarterly": (re.compile(r"\d{4}Q[1-4]"), "2018Q2"),
    "yearly": (re.compile(r"\d{4}"), "2018"),
}
ERROR_PAGE = re.compile(
    rb"^\s*(<!doctype|<html|<\?xml|\{\s*\"(code|error|msg|message|status|timestamp)\")", re.IGNORECASE
)
TEXT_TABLES = ("csv",)


def check_declared(manifest: Manifest, catalog: Catalog) -> Resource:
    """The resource of a manifest whose resource, provider, period and place are as the catalogue says."""
    resource = catalog.resources.get(manifest.resource)
    if resource is None:
        raise RejectedError(
            "F013", f"批次 {manifest.batch} 的资源“{manifest.resource}”不在资源目录内，请核对资源名称。"
        )
    if manifest.provider not in {provider.code for provider in resource.providers}:
        raise RejectedError(
            "F008",
            f"批次 {manifest.batch} 由{_who(manifest.provider, catalog)}报送，而《{resource.title}》的提供方是"
            f"{resource.provider.name}（{resource.provider.code}），请由该部门报送。",
        )
    pattern, example = PERIODS.get(resource.cycle, (None, " 或 ".join(example for _, example in PERIODS.values())))
    if not _is_period(manifest.period) or (pattern is not None and not pattern.fullmatch(manifest.period)):
        raise RejectedError(
            "F007", f"批次 {manifest.batch} 的统计期“{manifest.period}”写法不符，《{resource.title}》应写作 {example}。"
        )
    if manifest.folder.parent.name != manifest.period or manifest.folder.name != manifest.batch:
        raise RejectedError(
            "F007", f"批次 {manifest.batch} 的目录与清单中的统计期或批次号不一致，请用 taian deliver 重新报送。"
        )
    return resource


def _who(provider: str, catalog: Catalog) -> str:
    """A department as people call it, with its code; only the code where the catalogue has no name."""
    names = {one.code: one.name for resource in catalog.resources.values() for one in resource.providers}
    return f"{names[provider]}（{provider}）" if provider in names else f"“{provider}”"


def _is_period(text: str) -> bool:
    """Whether there is such a day, month, quarter or year (2018-02-30 is none)."""
    try:
        period_of(text)
    except (ValueError, OverflowError):
        return False
    return True


def check_files(manifest: Manifest, resource: Resource) -> list[Path]:
    """Paths of the delivered files, each there, named safely, complete and unchanged since the manifest was written."""
    if resource.form.kind != "jdbc" and not manifest.files:
        raise RejectedError("F002", f"批次 {manifest.batch} 的清单没有列出任何文件，请补齐后重新报送。")
    return [_check_file(manifest, file, resource.form.kind) for file in manifest.files]


def _check_file(manifest: Manifest, file: DeliveredFile, kind: str) -> Path:
    path = manifest.folder / file.name
    if Path(file.name).name != file.name or path.is_symlink() or not path.is_file():
        raise RejectedError("F002", f"批次 {manifest.batch} 缺少文件“{file.name}”或文件名不安全，请补齐后重新报送。")
    size = path.stat().st_size
    if size != file.bytes or sha256(path) != file.sha256:
        raise RejectedError(
            "F003",
            f"文件“{file.name}”与清单的摘要不符（清单 {file.bytes} 字节，实际 {size} 字节），请重新生成清单并报送。",
        )
    if size == 0:
        raise RejectedError("F009", f"文件“{file.name}”是空文件，请重新导出。")
    if kind in TEXT_TABLES:
        with path.open("rb") as opened:
            head = opened.read(512).removeprefix(b"\xef\xbb\xbf")
        if ERROR_PAGE.match(head):
            raise RejectedError("F010", f"文件“{file.name}”的内容是一个错误页面而不是数据，请检查导出系统后重新导出。")
    return path


def sha256(path: Path) -> str:
    """Digest of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
