"""Code lists: each has a title and names its standard, and codes are unique."""

import csv
import re

from catalog.codelists import load_codelists
from catalog.load import HERE


def test_every_list_says_its_standard_and_has_no_code_twice():
    for name, codes in load_codelists(HERE / "lists").items():
        assert codes.title and codes.source, name
        assert re.search("[一-龥]", codes.title), name
        assert codes.title != codes.source, name
        with (HERE / "lists" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert file.readline().startswith("#"), name
            rows = list(csv.DictReader(file))
        assert len(rows) == len(codes.names), name
        assert all(row["code"] and row["name"] for row in rows), name


def test_a_list_keeps_the_order_of_its_standard(tmp_path):
    (tmp_path / "colour.csv").write_text("# 颜色：GB/T 0000\ncode,name\n2,红\n1,绿\n", encoding="utf-8")
    (colour,) = load_codelists(tmp_path).values()
    assert (colour.name, colour.title, colour.source) == ("colour", "颜色", "GB/T 0000")
    assert list(colour.names.items()) == [("2", "红"), ("1", "绿")]


def test_the_areas_are_the_city_its_counties_and_their_townships():
    lists = load_codelists(HERE / "lists")
    assert lists["area_nbs"].names == {"370900": "泰安市", **lists["county"].names, **lists["township_nbs"].names}
