"""A commit that was begun and not closed: taken back from the tables, then its batches staged again or given up.

Some tables may already hold the commit, others not. What is judged again may come out differently (a view moves on, so
do the business date and the declaration), and a row must stand in one table only: all tables lose the commit before any
takes it again. A batch whose delivery is no longer what the commit began with is given up: it leaves the commit and
gets its outcome in one transaction, and its number is never free again (F016).
"""

from collections.abc import Callable
from pathlib import Path

from catalog import Resource, all_codes
from jobs import journal, killpoints, lake
from jobs.ingest.rejected import RejectedError
from jobs.ingest.stage import Staged, stage
from jobs.landing import refusal
from jobs.manifest import BadManifestError, Manifest, read_manifest
from jobs.session import spark
from taian.settings import settings

UNREACHABLE = "F015"


def tables_of(resource: Resource) -> tuple[str, str, str]:
    """The tables that take a resource's commits: every row, the accepted ones, the refused ones."""
    return f"ods_{resource.table}", f"dwd_{resource.table}", f"quarantine__{resource.resource}"


def take_back(resource: Resource, number: int, begun: dict[str, str]) -> int:
    """Take commit ``number`` out of all tables; the number under which it is done again."""
    batches = [Manifest.model_validate_json(text).batch for text in begun.values()]
    for table in filter(lake.exists, tables_of(resource)):
        lake.withdraw(spark(), table, table, number, batches)
    killpoints.here(f"unfinished.back:{resource.resource}")
    return journal.renumber_commit(resource.resource, number)


def restage(
    resource: Resource, number: int, begun: dict[str, str], run_id: str, target: Callable[[int], Path]
) -> list[Staged]:
    """The batches of commit ``number`` that are still what they were; ``begun``: folder to manifest as it was then.

    Raises RejectedError F015: a view that does not answer is no changed delivery, so the commit waits for it.
    """
    staged = []
    for index, (folder, text) in enumerate(begun.items()):
        manifest = Manifest.model_validate_json(text).model_copy(update={"folder": settings().landing / folder})
        try:
            _check_unchanged(manifest)
            staged.append(stage(manifest, resource, target(index)))
        except RejectedError as error:
            if error.code == UNREACHABLE:
                raise
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
