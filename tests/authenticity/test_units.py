import pandas as pd

from expectations.authenticity.units import Who, common, directory


def units(**names):
    frame = pd.DataFrame({"name": names}).rename_axis("unit")
    return frame.assign(county_code="370902", county_name="泰山区", industry_name="水泥制造")


def test_a_unit_is_called_by_its_name_with_its_code_where_two_share_it_and_by_its_code_without_one():
    assert list(directory(units(a="甲公司", b="乙公司", c="乙公司", d=""))) == [
        "甲公司",
        "乙公司（b）",
        "乙公司（c）",
        "d",
    ]


def test_what_members_do_not_share_is_unknown_of_the_group():
    whos = [Who("a", "370902", "泰山区", "水泥制造"), Who("b", "370902", "泰山区", "平板玻璃制造")]
    assert common(whos) == {"county_code": "370902", "county_name": "泰山区", "industry_name": ""}
