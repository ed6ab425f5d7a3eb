"""``taian bench labelled`` on sets of the published shapes, whose truth is drawn here."""

import numpy as np
import pandas as pd
import pytest

from taian.bench.labelled import auroc, bench_labelled
from taian.errors import ProblemError


def _participants(rng, rows: int, spread: float) -> pd.DataFrame:
    means = rng.normal((700, 800), spread, (rows, 2))
    deviations = np.exp(rng.normal(np.log(200), spread / 400, (rows, 2)))
    return pd.DataFrame(
        {
            "MC": means[:, 0],
            "SDC": deviations[:, 0],
            "NC": 30,
            "MI": means[:, 1],
            "SDI": deviations[:, 1],
            "NI": 30,
        }
    ).round(2)


@pytest.fixture
def trials(tmp_path):
    """Eleven genuine sites, and six inventions that stay near the middle."""
    rng = np.random.default_rng(1)
    folder = tmp_path / "hartgerink_ddfab"
    (folder / "study2_fabricated").mkdir(parents=True)
    sites = [_participants(rng, 60, 150).assign(study_name=f"site{at}") for at in range(11)]
    pd.concat(sites).to_csv(folder / "study2_genuine.csv", index=False)
    for at in range(6):
        rows = _participants(rng, 25, 15)
        rows.insert(0, "id", range(25))
        rows.to_csv(folder / "study2_fabricated" / f"f{at}.txt", sep="\t", index=False)
    return tmp_path


def test_inventions_stand_out_from_sites_that_were_left_out_of_the_reference(trials):
    said = []
    measures = {each.name: each for each in bench_labelled(trials, said.append)}
    assert said == ["hartgerink_ddfab"]
    assert measures["hartgerink.auroc"].value > 0.95
    assert measures["hartgerink.auroc"].unit == "6 sets, 11 sites in turn"
    assert measures["hartgerink.false"].unit == "of 11"


def test_provinces_are_ranked_by_what_their_own_years_say(tmp_path):
    rng = np.random.default_rng(1)
    names = ["辽宁", "内蒙古", "天津", *(f"省{at}" for at in range(28))]
    figures = np.exp(9 + rng.normal(0, 0.5, (31, 1)) + 0.1 * np.arange(10) + rng.normal(0, 0.01, (31, 10)))
    figures[0, 6:] *= 0.6
    folder = tmp_path / "china_provincial_gdp"
    folder.mkdir()
    rows = pd.DataFrame(figures.round(2), index=names, columns=range(2010, 2020)).stack()
    rows = rows.rename_axis(["province", "year"])
    rows.rename("gdp_100m_yuan").reset_index().to_csv(folder / "provincial_gdp_100m_yuan_2010_2019.csv", index=False)
    measures = {each.name: each.value for each in bench_labelled(tmp_path, lambda name: None)}
    assert measures["gdp.rank.辽宁"] <= 3
    assert measures["gdp.named_others"] == 0


def test_a_score_that_says_nothing_separates_half():
    assert auroc(np.array([1.0, 1.0, 1.0, 1.0]), np.array([True, False, True, False])) == 0.5


def test_a_folder_without_a_set_and_a_set_that_is_torn_are_one_sentence(trials):
    with pytest.raises(ProblemError, match="holds none of hartgerink_ddfab"):
        bench_labelled(trials / "hartgerink_ddfab", lambda name: None)
    (trials / "hartgerink_ddfab" / "study2_genuine.csv").write_text("site\nx\n")
    with pytest.raises(ProblemError, match="not as it was published"):
        bench_labelled(trials, lambda name: None)
