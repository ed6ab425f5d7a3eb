"""A commit that was begun and not closed: its batches staged again exactly as they were, or given up for good.

Some tables may already hold the commit. A batch whose delivery is no longer what the commit began with can therefore
neither be staged again nor wait for a later night: it leaves the commit and gets its outcome in one transaction. What
it left in the tables belongs to no published batch, and its number is never free again (F016).
"""

from collections.abc import Callable
from pathlib import Path

from catalog import Resource, all_codes
from jobs import journal
from jobs.ingest.rejected import RejectedError
from jobs.ingest.stage import Staged, stage
from jobs.landing import refusal
from jobs.manifest import BadManifestError, Manifest, read_manifest
from taian.settings import settings


def restage(
    resource: Resource, number: int, begun: dict[str, str], run_id: str, target: Callable[[int], Path]
) -> list[Staged]:
    """The batches of commit ``number`` that are still what they were; ``begun``: folder to manifest as it was then."""
    staged = []
    for index, (folder, text) in enumerate(begun.items()):
        manifest = Manifest.model_validate_json(text).model_copy(update={"folder": settings().landing / folder})
        try:
            _check_unchanged(manifest)
            staged.append(stage(manifest, resource, target(index)))
        except RejectedError as error:
            given_up = refusal(manifest, _changed(manifest, error), run_id)
            journal.drop_from_commit(resource.resource, number, given_up)
    return staged


def _check_unchanged(manifest: Manifest) -> None:
    try:
        found = read_manifest(manifest.folder)
    except (BadManifestError, OSError) as error:
        raise RejectedError("F001", "清单已不在原处或不可读") from error
    if found != manifest:
        raise RejectedError("F003", "清单已被改动")


def _changed(manifest: Manifest, error: RejectedError) -> RejectedError:
    reason = all_codes()[error.code].title
    return RejectedError(
        "F003",
        f"批次 {manifest.batch} 入库时曾经中断，续做时它的清单或文件已不是当时的样子（{reason}），平台没有采用它；"
        "请以新的批次号重新报送完整的批次。",
    )
