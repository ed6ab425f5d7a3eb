"""What the night makes of the resources: base libraries and topics, each with its inputs.

A product names the function that builds it, as ``module:function``, so that reading this list costs no import.
Its inputs are resources (their published rows) or other products (their last good version).
"""

from dataclasses import dataclass
from typing import Literal

from catalog import Catalog


@dataclass(frozen=True)
class Product:
    """One table of the night; ``needs`` are its inputs, ``uses`` inputs it can do without."""

    table: str
    layer: Literal["base", "topic"]
    builder: str
    needs: tuple[str, ...]
    uses: tuple[str, ...] = ()

    def inputs(self, catalog: Catalog) -> tuple[str, ...]:
        """Inputs that exist in this catalogue or among the products."""
        return self.needs + tuple(name for name in self.uses if name in catalog.resources)


PRODUCTS: tuple[Product, ...] = (
    Product("base_geo__division", "base", "jobs.fuse.division:build", ("division",)),
    Product("base_population__person", "base", "jobs.fuse.person:build", ("resident",)),
    Product(
        "base_legal__legal_person",
        "base",
        "jobs.fuse.legal_person:build",
        ("enterprise_registration",),
        ("tax_registration",),
    ),
    Product(
        "base_credit__record",
        "base",
        "jobs.fuse.credit_record:build",
        ("license", "penalty", "dishonest_debtor"),
        ("tax_rating", "wage_arrears"),
    ),
    Product(
        "base_credit__profile",
        "base",
        "jobs.fuse.credit_profile:build",
        ("base_credit__record", "base_legal__legal_person"),
    ),
    Product(
        "base_licence__certificate",
        "base",
        "jobs.fuse.certificate:build",
        ("certificate", "base_population__person", "base_legal__legal_person"),
    ),
    Product("base_geo__address", "base", "jobs.fuse.address:build", ("standard_address", "boundary")),
    Product(
        "topic_city__indicator",
        "topic",
        "jobs.indicators.build:build",
        ("base_population__person", "base_geo__division"),
        (
            "enterprise_registration",
            "enterprise_return",
            "electricity",
            "vat_invoice",
            "fiscal",
            "hotline_12345",
            "air_quality",
            "license",
            "penalty",
            "service_case",
        ),
    ),
    Product(
        "topic_authenticity__finding",
        "topic",
        "jobs.inspection.build:build",
        ("enterprise_return", "enterprise_return_paradata", "electricity", "vat_invoice", "enterprise_registration"),
        ("resident",),
    ),
)

BY_TABLE = {product.table: product for product in PRODUCTS}


def products(catalog: Catalog) -> tuple[Product, ...]:
    """The products whose needed inputs are all declared (or are products themselves)."""
    kept: list[Product] = []
    known = set(catalog.resources)
    for product in PRODUCTS:
        if known.issuperset(product.needs):
            kept.append(product)
            known.add(product.table)
    return tuple(kept)
