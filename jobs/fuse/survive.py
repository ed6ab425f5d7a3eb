"""Survivorship: one value an attribute from what several departments say of the same subject.

What wins is declared in ``catalog/fusion.yaml``. Every golden attribute keeps its source and date, and every
contradiction is kept as a pair of sources, so that both departments can be asked (校核). Plain column expressions
throughout: lambdas over arrays are not compiled, and a population has five million rows.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add

from pyspark.sql import Column as Col
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from catalog.fusion import Attribute, Fusion
from jobs.fuse.sources import source

REST = "*"
"""The entry of ``sources`` and ``source_dates`` that stands for every attribute without an entry of its own."""
_NEVER = datetime.date(1600, 1, 1)


@dataclass(frozen=True)
class _Claim:
    """What one resource (``named`` in a row) says of one attribute; ``wins`` when its value is the one that is kept."""

    attribute: str
    resource: str
    named: Col
    value: Col
    mark: Col
    as_of: Col
    wins: Col


def survive(
    leading: DataFrame,
    key: str,
    claims: Mapping[str, DataFrame],
    fusion: Fusion,
    *,
    beside: Mapping[str, Col] | None = None,
    leader: Col | None = None,
) -> DataFrame:
    """``leading`` with every declared attribute settled.

    ``leading`` has one row per version of a subject, ``claims`` one row per subject and resource; each has ``key``,
    the attributes that its resource holds, ``_batch`` and ``_as_of`` (date). Columns of ``leading`` that no rule
    names stay as they are; resources without a claim have no say. ``leader`` is the leading resource's name where it
    differs from row to row. A row of ``leading`` without a ``_batch`` is of a subject that only others know. Added
    columns:

    ``sources``       map of attribute to ``resource@batch``, where it is not the leading resource's (that is REST)
    ``source_dates``  map of attribute to the date of that record, likewise
    ``conflicts``     array of ``attribute=kept/other``: a resource whose value contradicts the one that was kept
    ``beside``        what stands beside the attributes, as expressions over ``resource__column`` of the claims
    """
    lead = F.lit(fusion.leading) if leader is None else leader
    joined, held = leading, {fusion.leading: set(leading.columns)}
    for resource, claim in claims.items():
        held[resource] = set(claim.columns)
        said = (F.col(name).alias(f"{resource}__{name}") for name in claim.columns if name != key)
        joined = joined.join(claim.select(key, *said), on=key, how="left")
    settled: dict[str, list[_Claim]] = {}
    winners: dict[str, Col] = {}
    for name, rule in fusion.attributes.items():
        claims_of = _claims(name, [r for r in rule.sources if name in held.get(r, ())], fusion.leading, lead)
        if claims_of:
            settled[name], winners[_winner_of(name)] = claims_of, _winner(rule, claims_of)
    foreign = [claim for said in settled.values() for claim in said if claim.resource != fusion.leading]
    return joined.withColumns(winners).select(
        *(name for name in leading.columns if name not in (*settled, "_batch", "_as_of")),
        *(F.coalesce(*(F.when(c.wins, c.value) for c in said)).alias(name) for name, said in settled.items()),
        _map(foreign, lambda claim: claim.mark, source(lead, F.col("_batch")), F.lit("")).alias("sources"),
        _map(foreign, lambda claim: claim.as_of, F.col("_as_of"), F.lit(_NEVER)).alias("source_dates"),
        _conflicts(settled, fusion).alias("conflicts"),
        *(value.alias(name) for name, value in (beside or {}).items()),
    )


def _winner_of(attribute: str) -> str:
    return f"_winner_of_{attribute}"


def _claims(attribute: str, resources: list[str], leading: str, lead: Col) -> list[_Claim]:
    def column(resource: str, name: str) -> Col:
        return F.col(name if resource == leading else f"{resource}__{name}")

    return [
        _Claim(
            attribute,
            resource,
            lead if resource == leading else F.lit(resource),
            column(resource, attribute),
            source(resource, column(resource, "_batch")),
            column(resource, "_as_of"),
            F.col(_winner_of(attribute)) == rank,
        )
        for rank, resource in enumerate(resources)
    ]


def _winner(rule: Attribute, claims: list[_Claim]) -> Col:
    """The rank of the claim that is kept, null when nobody has a value. Ties go to the one named first."""
    if rule.prefer == "order" or len(claims) == 1:
        return F.coalesce(*(F.when(claim.value.isNotNull(), F.lit(rank)) for rank, claim in enumerate(claims)))
    if rule.prefer == "freshest":
        scores = [F.datediff(claim.as_of, F.lit(_NEVER)) for claim in claims]
    else:
        scores = [reduce(add, (claim.value.eqNullSafe(o.value).cast("int") for o in claims)) for claim in claims]
    scores = [F.when(claim.value.isNotNull(), score) for claim, score in zip(claims, scores, strict=True)]
    best = F.greatest(*scores)
    return F.coalesce(*(F.when(score == best, F.lit(rank)) for rank, score in enumerate(scores)))


def _map(foreign: list[_Claim], wanted: Callable[[_Claim], Col], rest: Col, absent: Col) -> Col:
    """What is wanted of every winning claim by attribute, and ``rest`` under REST; ``absent`` is a value nobody has.

    A subject that the leading resource does not have (null ``rest``) has no entry under REST.
    """
    names = (F.when(claim.wins, F.lit(claim.attribute)).otherwise("") for claim in foreign)
    values = (F.when(claim.wins, wanted(claim)).otherwise(absent) for claim in foreign)
    keys = F.array_remove(F.array(F.when(rest.isNotNull(), F.lit(REST)).otherwise(""), *names), "")
    return F.map_from_arrays(keys, F.array_remove(F.array(F.coalesce(rest, absent), *values), absent))


def _conflicts(settled: Mapping[str, list[_Claim]], fusion: Fusion) -> Col:
    found = [
        F.when(
            kept.wins & _differs(fusion.attributes[name], kept.value, other.value),
            F.concat(F.lit(f"{name}="), kept.named, F.lit("/"), other.named),
        )
        for name, claims in settled.items()
        for kept in claims
        for other in claims
        if kept is not other and fusion.attributes[name].compared != "never"
    ]
    return (
        F.array_remove(F.array(*(F.coalesce(pair, F.lit("")) for pair in found)), "")
        if found
        else F.array().cast("array<string>")
    )


def _differs(rule: Attribute, kept: Col, other: Col) -> Col:
    return text(kept) != text(other) if rule.compared == "text" else kept != other


_FULL_WIDTH = "（）［］【】〔〕－＆．，" + "".join(map(chr, (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))))
_HALF_WIDTH = "()[][][]-&.," + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def text(value: Col) -> Col:
    """A name as it is compared: half-width, upper case, without spaces and brackets."""
    return F.regexp_replace(F.upper(F.translate(value, _FULL_WIDTH, _HALF_WIDTH)), "[\\s\u00a0\u3000()\\[\\]]", "")
