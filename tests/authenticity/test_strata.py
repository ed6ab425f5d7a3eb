import numpy as np
import pandas as pd

from expectations.authenticity.strata import size_class, strata


def test_a_firm_is_as_large_as_the_smaller_of_its_two_measures_says():
    persons = np.array([1200.0, 1200, 400, 50, 10, np.nan])
    income = np.array([50_000.0, 30_000, 2500, 400, 9000, 9000])
    assert size_class(persons, income).tolist() == ["大型", "中型", "中型", "小型", "微型", ""]


def test_a_stratum_is_as_fine_as_there_are_units_for():
    industry = pd.Series(["30"] * 50 + ["25"] * 3)
    size = pd.Series(["小型"] * 45 + ["大型"] * 5 + ["小型"] * 3)
    county = pd.Series(["泰山区"] * 40 + ["岱岳区"] * 13)
    found = strata([industry, size, county], 40)
    assert found.value_counts().to_dict() == {"30 小型 泰山区": 40, "30 小型": 5, "30": 5, "25": 3}
