import numpy as np
import pandas as pd
import pytest

from expectations.authenticity import copied_rows, precision, row_relations, spread, twin
from expectations.authenticity.observations import Roles, observe


def sites(count=25, seed=1, sizes=(30, 600)):
    """Rows of many sites of unlike size: two measurements of each person, the second somewhat longer, and a spread."""
    rng = np.random.default_rng(seed)
    parts = []
    for site in range(count):
        size = int(rng.integers(*sizes))
        person = rng.normal(0, 0.15, size)
        parts.append(
            pd.DataFrame(
                {
                    "site": f"s{site}",
                    "first": np.exp(6.3 + person + rng.normal(0, 0.1, size)),
                    "second": np.exp(6.4 + person + rng.normal(0, 0.1, size)),
                    "spread": np.exp(5 + rng.normal(0, 0.4, size)),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def seen(frame, **roles):
    return observe(frame, Roles(unit="site", **roles))


def test_honest_sites_of_any_size_are_no_rarer_than_promised():
    p = np.concatenate(
        [
            each.p
            for seed in range(8)
            for each in spread.test(seen(sites(seed=seed))) + row_relations.test(seen(sites(seed=seed)))
        ]
    )
    p = p[np.isfinite(p)]
    for alpha in (0.05, 0.01, 0.001):
        assert (p <= alpha).mean() <= alpha + 3 * np.sqrt(alpha / len(p))


def test_a_small_site_is_compared_with_peers_cut_to_its_size():
    frame = sites()
    frame = pd.concat([frame[frame["site"] != "s0"], frame[frame["site"] == "s0"].head(10)])
    (tested, *_) = spread.test(seen(frame))
    assert tested.p[0] > 0.05
    assert tested.peers[0] == 24


def test_rows_too_alike_are_found_and_the_sentence_says_how_much():
    frame = sites()
    own = frame["site"] == "s3"
    frame.loc[own, "spread"] = 150 * (frame.loc[own, "spread"] / 150) ** 0.25
    tested = next(
        each for each in spread.test(seen(frame)) if each.columns == ("spread",) and each.test == "spread_small"
    )
    assert tested.p[3] < 1e-4
    assert tested.effect[3] == pytest.approx(0.25, abs=0.08)
    assert "过于整齐" in tested.message(3)


def test_columns_invented_one_by_one_have_lost_their_correlation():
    frame = sites()
    own = frame["site"] == "s3"
    frame.loc[own, "second"] = np.random.default_rng(2).permutation(frame.loc[own, "second"])
    tested = next(each for each in row_relations.test(seen(frame)) if each.columns == ("first", "second"))
    assert tested.test == "correlation"
    assert tested.p[3] < 1e-3
    assert (np.delete(tested.p, 3) > 1e-3).all()


def test_an_effect_too_large_is_found_on_the_reference_alone():
    frame = sites()
    frame.loc[frame["site"].isin(["s3", "s4"]), "second"] *= 1.5
    frame["known"] = ~frame["site"].isin(["s3", "s4"])
    tested = next(
        each for each in row_relations.test(seen(frame, reference="known")) if each.test == "paired_difference"
    )
    assert (tested.p[3:5] < 1e-3).all()


def test_a_column_with_one_value_in_half_of_its_rows_has_no_spread_to_compare():
    frame = sites()[["site"]].assign(fixed=30.0)
    assert spread.test(seen(frame, values=("fixed",))) == []


def test_a_panel_is_no_set_of_rows(honest_panel):
    panel = honest_panel(units=30).seen()
    assert spread.test(panel) == row_relations.test(panel) == copied_rows.test(panel) == twin.test(panel) == []


def test_a_block_copied_from_elsewhere_is_found_at_the_place_it_was_copied_to():
    frame = sites(sizes=(40, 60))
    target, source = (frame.index[frame["site"] == site][5:13] for site in ("s7", "s2"))
    frame.loc[target, ["first", "second", "spread"]] = frame.loc[source, ["first", "second", "spread"]].to_numpy()
    block = next(each for each in copied_rows.test(seen(frame)) if each.test == "copied_block")
    assert block.statistic[7] == 8
    assert block.p[7] < 1e-6
    assert (np.delete(block.p, 7) == 1).all()


def test_answers_on_a_scale_of_five_repeat_honestly():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"site": rng.integers(0, 10, 500), "a": rng.integers(1, 6, 500), "b": rng.integers(1, 6, 500)})
    assert copied_rows.test(seen(frame)) == []


def odometers(seed=1, rounded_again=0.9):
    rng = np.random.default_rng(seed)
    first = rng.gamma(3, 20_000, 4000).round()
    hand = rng.random(4000) < 0.3
    first[hand] = first[hand].round(-3)
    second = first + rng.gamma(3, 8_000, 4000).round()
    again = hand & (rng.random(4000) < rounded_again)
    second[again] = second[again].round(-3)
    return pd.DataFrame({"first": first, "second": second})


def test_a_column_made_from_its_neighbour_has_lost_its_round_figures_and_lies_evenly_above_it():
    frame = odometers()
    frame["second"] = frame["first"] + np.floor(np.random.default_rng(2).uniform(0, 50_000, len(frame)))
    tested = {each.test: each for each in twin.test(observe(frame, Roles()))}
    assert tested["heaping_lost"].p[0] < 1e-6
    assert tested["heaping_lost"].matters[0]
    assert tested["uniform_gap"].p[0] < 1e-4


def test_two_honest_readings_keep_their_round_figures():
    tested = twin.test(observe(odometers(), Roles()))
    heaping = [each for each in tested if each.test == "heaping_lost"]
    assert not any(each.matters[0] for each in heaping)
    assert all(each.p[0] > 0.5 for each in tested if each.test == "uniform_gap")


def test_figures_typed_to_another_place_raise_the_score_only():
    frame = sites(sizes=(30, 40)).round(4)
    own = frame["site"] == "s3"
    frame.loc[own, "first"] = frame.loc[own, "first"].round()
    tested = next(each for each in precision.test(seen(frame)) if each.columns == ("first",))
    assert tested.family == "digits"
    assert tested.p[3] == np.nanmin(tested.p) == pytest.approx(1 / 25)
    assert "一般写到0位小数" in tested.message(3)
