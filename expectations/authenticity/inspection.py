"""All authenticity tests on enterprise returns, in the order in which they need each other."""

import pandas as pd

from expectations.authenticity import alike, copied_growth, cross_source, identity, repeated_month, same_source
from expectations.authenticity.evidence import Histogram
from expectations.authenticity.finding import Finding
from expectations.authenticity.limits import LIMITS, Limits
from expectations.authenticity.units import Directory


def inspect(
    panel: pd.DataFrame, paradata: pd.DataFrame, directory: Directory, limits: Limits = LIMITS
) -> list[Finding]:
    """Findings of every family.

    Tests of one return against itself come first; the firms they name leave the baseline against which output
    is compared with other sources. Same source comes last, because it asks what the others say of its members.
    """
    alone = [
        *identity.inspect(panel, directory, limits),
        *copied_growth.inspect(panel, directory, limits),
        *repeated_month.inspect(panel, directory, limits),
    ]
    sources = same_source.find(paradata, limits)
    tainted = frozenset().union(*suspects(alone).values(), *(source.members for source in sources))
    compared = cross_source.inspect(panel, directory, tainted, limits)
    population = int(paradata["unit"].nunique())
    growth = alike.Growth(panel, directory, limits)
    filed = same_source.inspect(sources, population, suspects([*alone, *compared]), growth, directory, limits)
    return [*alone, *compared, *filed]


def suspects(findings: list[Finding]) -> dict[str, set[str]]:
    """Firms named by each family, alone or as members of a group."""
    named: dict[str, set[str]] = {}
    for finding in findings:
        members = {finding.unit} if finding.unit_kind == "firm" else set()
        if isinstance(finding.evidence, Histogram):
            members |= {member.unit for member in finding.evidence.members}
        named.setdefault(finding.family, set()).update(members)
    return named
