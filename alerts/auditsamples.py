"""审计抽样 (article 38): projects drawn for audit at random, the riskier the likelier, and drawn again to check.

Each project has a number of its own under a seed (``alerts.lots``), read as u in (0, 1); those with the smallest
-ln(u) / risk are drawn: successive sampling with probability proportional to size (Efraimidis and Spirakis, Information
Processing Letters 97, 2006). Seed, size, the digest of what could be drawn and the result are a line of the audit log.
"""

import hashlib
import json
import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from alerts import audit, lots
from alerts.store import AuditEntry
from alerts.words import one_line
from taian.errors import ProblemError
from taian.settings import Settings

ACTION = "plan sample"
LONGEST_SEED = 40


@dataclass(frozen=True)
class Sample:
    """One draw; ``frame`` is the digest of the projects with their risks, ``at`` the moment by the business clock."""

    number: str
    seed: str
    size: int
    among: int
    frame: str
    drawn: tuple[str, ...]
    who: str = ""
    at: str = ""


def drawn(risks: Mapping[str, float], size: int, seed: str) -> list[str]:
    """``size`` projects in the order in which they are drawn. ProblemError when there are not so many."""
    if not 0 < size <= len(risks):
        raise ProblemError(f"--size is {size}, and {len(risks)} projects are filed: take 1 to {len(risks)}.")

    def waits(code: str) -> float:
        return -math.log((int(lots.number(seed, code), 16) + 0.5) / 2**256) / risks[code]

    return sorted(risks, key=lambda code: (waits(code), code))[:size]


def frame_of(risks: Mapping[str, float]) -> str:
    """SHA-256 of what could be drawn: every project with its risk."""
    return hashlib.sha256(json.dumps(sorted(risks.items()), separators=(",", ":")).encode()).hexdigest()


def sample(config: Settings, risks: Mapping[str, float], size: int, seed: str, who: str) -> Sample:
    """Draw and write it down; without a seed one is thrown. ProblemError for a seed that was used on another frame or
    cannot be one: drawing until somebody is spared must show.
    """
    seed, before = one_line(seed) or secrets.token_hex(8), history(config)
    if len(seed) > LONGEST_SEED:
        raise ProblemError(f"--seed is longer than {LONGEST_SEED} characters: take a shorter one, or none.")
    if used := next((each.number for each in before if each.seed == seed), None):
        raise ProblemError(f"--seed {seed} was used for {used}: taian plan sample --check {used} draws it again.")
    found = Sample(
        f"SJ-{len(before) + 1:03d}", seed, size, len(risks), frame_of(risks), tuple(drawn(risks, size, seed))
    )
    detail = json.dumps([found.seed, found.size, found.among, found.frame, list(found.drawn)], ensure_ascii=False)
    role = audit.OPERATOR_ROLE
    audit.record(config, actor=who, role=role, action=ACTION, object_=found.number, detail=detail)
    return history(config)[-1]


def check(config: Settings, risks: Mapping[str, float], number: str) -> bool:
    """Whether a draw, made again, gives the same projects. ProblemError when there is no such draw, or the projects or
    their risks are no longer those of that day.
    """
    kept = next((each for each in history(config) if each.number == number), None)
    if kept is None:
        raise ProblemError(f"There is no draw '{number}': taian plan sample without --size lists them.")
    if frame_of(risks) != kept.frame:
        raise ProblemError(
            f"{number} was drawn from other projects or risks than those of now: publish the night of {kept.at[:10]}."
        )
    return tuple(drawn(risks, kept.size, kept.seed)) == kept.drawn


def history(config: Settings) -> list[Sample]:
    """Every draw, oldest first."""
    return [_read(line) for line in audit.of_action(config, ACTION)]


def _read(line: AuditEntry) -> Sample:
    seed, size, among, frame, codes = json.loads(line.detail)
    return Sample(line.object, seed, size, among, frame, tuple(codes), line.actor, line.at)
