"""What lies in landing and has no outcome yet."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from catalog import Catalog, Resource
from catalog.codes import OURS
from expectations.profile import period_of
from jobs import journal
from jobs.ingest.files import check_declared
from jobs.ingest.rejected import RejectedError
from jobs.manifest import BadManifestError, Manifest, read_manifest
from taian.settings import settings

Content = tuple[str, str, str | None]


@dataclass(frozen=True)
class Arrivals:
    """Pending batches of a resource, oldest delivery first, and outcomes that could be given without opening a file."""

    pending: tuple[Manifest, ...]
    refused: tuple[journal.Delivery, ...]


def _folder_key(folder: Path) -> str:
    return folder.relative_to(settings().landing).as_posix()


def folder_of(manifest: Manifest) -> str:
    """A batch's place below landing, its name in the journal."""
    return _folder_key(manifest.folder)


def refusal(manifest: Manifest, error: RejectedError, run_id: str) -> journal.Delivery:
    """The outcome of a batch whose file is rejected whole."""
    return journal.Delivery(
        resource=manifest.folder.parent.parent.name,
        batch=manifest.batch,
        folder=folder_of(manifest),
        state="rejected",
        delivered_at=manifest.delivered_at,
        run_id=run_id,
        provider=manifest.provider,
        period=manifest.period,
        digest=manifest.digest,
        replaces=manifest.replaces,
        code=error.code,
        message=error.message,
    )


def _unreadable(folder: Path, error: BadManifestError, resource: Resource, run_id: str) -> journal.Delivery:
    return journal.Delivery(
        resource=resource.resource,
        batch=folder.name,
        folder=_folder_key(folder),
        state="rejected",
        delivered_at=error.delivered_at,
        run_id=run_id,
        provider=resource.provider.code,
        period=folder.parent.name,
        code="F001",
        message=f"批次 {folder.name} 的{error.reason}，请用 taian deliver 重新生成清单。",
    )


def arrivals(resource: Resource, catalog: Catalog, business_date: date, run_id: str) -> Arrivals:
    """Batches delivered up to the end of the business date that the journal does not know.

    A correction must name a batch that is known or was delivered before it in the same night.
    """
    known = journal.known_folders(resource.resource)
    manifests: list[Manifest] = []
    refused: list[journal.Delivery] = []
    for path in sorted((settings().landing / resource.resource).glob("*/*/manifest.json")):
        if _folder_key(path.parent) in known:
            continue
        try:
            manifest = read_manifest(path.parent)
        except BadManifestError as error:
            refused.append(_unreadable(path.parent, error, resource, run_id))
            continue
        if manifest.delivered_at.astimezone(journal.CHINA).date() <= business_date:
            manifests.append(manifest)
    manifests.sort(key=lambda m: (m.delivered_at, m.batch))
    accepted, more = _declared(manifests, resource, catalog, run_id)
    return Arrivals(tuple(accepted), (*refused, *more))


def _declared(
    manifests: list[Manifest], resource: Resource, catalog: Catalog, run_id: str
) -> tuple[list[Manifest], list[journal.Delivery]]:
    earlier = journal.deliveries(resource.resource)
    batches = {row["batch"] for row in earlier}
    # A batch refused for its number or its place (F007, F016) never owned that number.
    owners = {row["batch"]: row["folder"] for row in reversed(earlier) if row["code"] not in ("F007", "F016")}
    accepted: list[Manifest] = []
    refused: list[journal.Delivery] = []
    for manifest in manifests:
        try:
            check_declared(manifest, catalog)
            if manifest.resource != resource.resource:
                raise RejectedError(
                    "F013", f"批次 {manifest.batch} 放在 {resource.resource} 目录下，清单却写 {manifest.resource}。"
                )
            if manifest.batch in owners:
                period = owners[manifest.batch].split("/")[1]
                raise RejectedError(
                    "F016", f"批次号 {manifest.batch} 已用于统计期 {period} 的批次，请换一个没有用过的批次号重新报送。"
                )
            if manifest.replaces and manifest.replaces not in batches:
                raise RejectedError(
                    "F014",
                    f"批次 {manifest.batch} 声明更正 {manifest.replaces}，但在它之前没有这个批次，请填写正确的批次号。",
                )
        except RejectedError as error:
            refused.append(refusal(manifest, error, run_id))
            continue
        finally:
            batches.add(manifest.batch)
        owners[manifest.batch] = folder_of(manifest)
        accepted.append(manifest)
    return accepted, refused


def content_of(manifest: Manifest) -> Content:
    """What a batch says: period, digest, and which batch it corrects."""
    return manifest.period, manifest.digest, manifest.replaces


def taken_contents(resource: Resource) -> set[Content]:
    """Every content of the resource that was taken, as such and as the correction it was.

    A batch that was refused may be sent again, and so may one that was held through a fault of ours. An earlier content
    that comes as the correction of what replaced it is restored, not repeated.
    """
    taken = (
        row
        for row in journal.deliveries(resource.resource)
        if row["state"] != "rejected" and (row["state"], row["code"]) != ("held", OURS)
    )
    found = [row for row in taken if row["digest"]]
    return {(row["period"], row["digest"], replaces) for row in found for replaces in (None, row["replaces"])}


def duplicate(manifest: Manifest, run_id: str) -> journal.Delivery:
    """The outcome of a batch whose files were already taken for its period."""
    return journal.Delivery(
        resource=manifest.resource,
        batch=manifest.batch,
        folder=folder_of(manifest),
        state="duplicate",
        delivered_at=manifest.delivered_at,
        run_id=run_id,
        provider=manifest.provider,
        period=manifest.period,
        digest=manifest.digest,
        message=f"批次 {manifest.batch} 与同一统计期已收到的批次内容完全相同，只取一次。",
    )


def lateness(manifest: Manifest, resource: Resource) -> int:
    """Days after the due day of the manifest's period (0 when in time): period end plus the declared ``due_days``."""
    try:
        _, ended = period_of(manifest.period)
    except ValueError:
        return 0
    delivered = manifest.delivered_at.astimezone(journal.CHINA).date()
    return max(0, (delivered - ended).days - resource.due_days)
