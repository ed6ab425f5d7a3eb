"""Who is believed for which attribute: declared once, of resources and columns that exist."""

import pytest
from pydantic import ValidationError

from catalog import load_catalog
from catalog.fusion import Attribute, all_fusions
from jobs.products import BY_TABLE


def test_a_fusion_names_a_product_and_resources_that_it_reads():
    for table, fusion in all_fusions().items():
        product = BY_TABLE[table]
        assert set(fusion.resources) <= {*product.needs, *product.uses}, table
        assert set(fusion.resources) <= set(load_catalog().resources), table


@pytest.mark.parametrize(("sources", "said"), [((), "no sources"), (("a", "a"), "twice")])
def test_an_attribute_without_a_source_or_with_one_twice_is_refused(sources, said):
    with pytest.raises(ValidationError, match=said):
        Attribute(sources=sources)
