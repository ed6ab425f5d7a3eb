"""What may be shown of a personal value to a person without a purpose."""

import pytest

from catalog import load_catalog
from catalog.masking import masked


@pytest.mark.parametrize(
    ("value", "mask", "shown"),
    [
        ("欧阳娜娜", "name", "欧***"),
        ("张三", "name", "张*"),
        ("张", "name", "张*"),
        ("379901199001011234", "id_number", "379901**********34"),
        ("370902900101123", "id_number", "370902*******23"),
        ("12345678", "id_number", "********"),
        ("13805380000", "phone", "138****00"),
        ("1234567", "phone", "*******"),
        ("泰安市泰山区岱庙街道1号", "address", "泰安市泰山区****"),
        ("泰安市", "address", "****"),
        ("任何内容", "all", "****"),
        ("公开", "none", "公开"),
        ("", "name", "*"),
    ],
)
def test_a_masked_form(value, mask, shown):
    assert masked(value, mask) == shown


@pytest.mark.parametrize("mask", ["none", "name", "id_number", "phone", "address", "all"])
def test_a_missing_value_stays_missing(mask):
    assert masked(None, mask) is None


@pytest.mark.parametrize("mask", ["name", "id_number", "phone", "address", "all"])
def test_no_masked_form_is_the_value_itself(mask):
    for value in ("张三", "379901199001011234", "13805380000", "泰安市泰山区岱庙街道1号", "123456789"):
        assert masked(value, mask) != value


def test_every_identifying_column_of_the_catalogue_is_masked():
    plain = {
        (resource.resource, column.name)
        for resource in load_catalog().resources.values()
        for column in resource.columns
        if column.personal == "sensitive" and column.mask == "none"
    }
    assert plain == set()
