"""How well records of other offices are linked to legal persons, and whom they are linked to falsely.

The city knows nothing of the match: spellings, numbers and outsiders are drawn by ``sample_data.legal``. Beside it, on
the same records: the rule that equal names are the same firm, and, on what the exact layers leave, Splink with the
comparisons of its own library and its usual training.
"""

import logging
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import pandas as pd
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.blocking_rule_library import CustomRule
from splink.comparison_library import ExactMatch, JaroWinklerAtThresholds

from jobs.fuse.match import layers, probable
from jobs.fuse.match.desk import desk
from taian.bench.legalcity import LegalCity, legal_city
from taian.bench.report import Goal, Measure, measure, share

NO_USABLE_CODE = ("missing", "mistyped", "of_another", "own")
"""Ways of writing the number that leave a record without one that its register knows."""

_PRECISION, _RECALL, _RECALL_WITHOUT = Goal(">=", 0.999), Goal(">=", 0.99), Goal(">=", 0.95)
_REVIEWED = Goal("<=", 0.01)
Say = Callable[[str], None]


@dataclass(frozen=True)
class Found:
    """Links of one side of the comparison: ``record_id``, ``entity_id``, ``relation``."""

    links: pd.DataFrame
    seconds: float


def bench_matching(scale: float, seed: int, say: Say) -> list[Measure]:
    """All measures at one scale."""
    say(f"Legal persons of a city at scale {scale:g}")
    city = legal_city(scale, seed)
    with tempfile.TemporaryDirectory() as spill, desk(city.sides, spill) as connection:
        say(
            f"{city.sides.records.num_rows:,} records of four offices to {city.sides.entities.num_rows:,} legal persons"
        )
        begun = time.perf_counter()
        ran = layers.run_layers(connection)
        rows = layers.linked(connection).to_pandas()
        seconds = time.perf_counter() - begun
        ours = Found(rows[rows["state"] == "linked"], seconds)
        measures = [
            measure("entities", city.sides.entities.num_rows, "legal persons"),
            measure("records", city.sides.records.num_rows, "records"),
            *_layers(ran, ours.links, city.truth),
            *_whole("match", ours, city.truth, with_goals=True),
            *_reviewed(rows, city.truth),
        ]
        say("The plain name rule on the same records")
        measures += _whole("name_rule", _name_rule(connection), city.truth)
        say("Splink's library defaults on what the exact layers left")
        return [*measures, *_leftovers(connection, ours.links, city)]


def _layers(ran: list[layers.Ran], links: pd.DataFrame, truth: pd.DataFrame) -> list[Measure]:
    """Each layer's links, how many are right, and how many of those that were left for it it found."""
    judged = _judged(links, truth)
    left = int((truth["relation"] != "outsider").sum())
    measures = []
    for layer in ran:
        own = judged[judged["method"] == layer.method]
        right = int(own["is_right"].sum())
        measures += [
            share(f"layer.{layer.method}.precision", right, len(own)),
            share(f"layer.{layer.method}.recall_of_rest", right, left),
            measure(f"layer.{layer.method}.seconds", layer.seconds, "s"),
        ]
        left -= right
    return measures


def _judged(links: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Links with the truth beside them; an outsider's link is wrong, and so is a branch taken for its head."""
    both = links.merge(
        truth.drop(columns=["resource", "credit_code"]).assign(truth=truth["credit_code"]), on="record_id"
    )
    is_right = (both["entity_id"] == both["truth"]) & (both["relation_x"] == both["relation_y"])
    return both.assign(is_right=is_right)


def _whole(name: str, found: Found, truth: pd.DataFrame, *, with_goals: bool = False) -> list[Measure]:
    judged = _judged(found.links, truth)
    right = set(judged.loc[judged["is_right"], "record_id"])
    linkable = truth[truth["relation"] != "outsider"]
    without = linkable[linkable["code_kind"].isin(NO_USABLE_CODE)]
    goals = (_PRECISION, _RECALL) if with_goals else (None, None)
    return [
        share(f"{name}.precision", len(right), len(judged), goals[0]),
        share(f"{name}.recall", len(right), len(linkable), goals[1]),
        share(f"{name}.recall_without_usable_code", int(without["record_id"].isin(right).sum()), len(without)),
        measure(f"{name}.seconds", found.seconds, "s"),
    ]


def _reviewed(rows: pd.DataFrame, truth: pd.DataFrame) -> list[Measure]:
    """The same after a reviewer who knows the truth has decided every pair that waits."""
    pairs = rows[rows["state"] == "review"]
    accepted = _judged(pairs, truth).query("is_right")
    settled = pd.concat([rows[rows["state"] == "linked"], pairs.merge(accepted[["record_id", "entity_id"]])])
    after = {each.name: each for each in _whole("after_review", Found(settled, 0.0), truth)}
    asked = share("review.records", pairs["record_id"].nunique(), len(truth), _REVIEWED)
    kept = [after[f"after_review.{what}"] for what in ("precision", "recall")]
    without = after["after_review.recall_without_usable_code"]
    cases = int(without.unit.removeprefix("of "))
    return [asked, *kept, share(without.name, round(without.value * cases), cases, _RECALL_WITHOUT)]


def _name_rule(connection: duckdb.DuckDBPyConnection) -> Found:
    """Equal names are the same legal person, where one has that name."""
    begun = time.perf_counter()
    links = connection.sql(
        """
        SELECT r.record_id, min(e.entity_id) AS entity_id, 'self' AS relation
        FROM given_records r JOIN given_entities e USING (name) GROUP BY r.record_id HAVING count(*) = 1
        """
    ).to_df()
    return Found(links, time.perf_counter() - begun)


def _leftovers(connection: duckdb.DuckDBPyConnection, links: pd.DataFrame, city: LegalCity) -> list[Measure]:
    """Our model and the library's defaults on the records that the exact layers left: the same pairs for both."""
    asked = set(connection.sql("SELECT unique_id FROM asked").to_df()["unique_id"])
    truth = city.truth[city.truth["record_id"].isin(asked)]
    ours = Found(links[links["method"] == probable.METHOD], 0.0)
    kept = ("precision", "recall")
    mine = [each for each in _whole("rest.match", ours, truth) if each.name.endswith(kept)]
    theirs = _whole("rest.library_defaults", _library_defaults(connection), truth)
    return [*mine, *(each for each in theirs if each.name.endswith((*kept, "seconds")))]


def _library_defaults(connection: duckdb.DuckDBPyConnection) -> Found:
    """Splink with the comparisons of its library, trained as its guide says; the best above even chances is linked."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    begun = time.perf_counter()
    api = DuckDBAPI(connection)
    connection.execute(
        "CREATE VIEW named_person AS "
        "SELECT entity_id AS unique_id, name, core, representative, county_code FROM entity;"
        "CREATE VIEW named_asked AS SELECT record_id AS unique_id, r.name, r.core, r.representative, r.county_code "
        "FROM record r SEMI JOIN asked ON asked.unique_id = r.record_id"
    )
    tables = {"entity": "named_person", "record": "named_asked"}
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            JaroWinklerAtThresholds("name"),
            JaroWinklerAtThresholds("representative"),
            ExactMatch("county_code"),
        ],
        blocking_rules_to_generate_predictions=[CustomRule(rule) for rule in probable.BLOCKS],
        retain_matching_columns=False,
    )
    sides = [api.register(table, dataset_display_name=name) for name, table in tables.items()]
    linker = Linker(sides, settings, log_level=None)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=probable.SEED)
    for rule in ("l.name = r.name", "l.representative = r.representative and l.county_code = r.county_code"):
        linker.training.estimate_parameters_using_expectation_maximisation(CustomRule(rule))
    pairs = linker.inference.predict(threshold_match_probability=0.5, warning_mode="never").physical_name
    links = connection.sql(
        f"""
        SELECT unique_id_r AS record_id, arg_max(unique_id_l, match_weight) AS entity_id, 'self' AS relation
        FROM {pairs} GROUP BY unique_id_r
        """
    ).to_df()
    return Found(links, time.perf_counter() - begun)
