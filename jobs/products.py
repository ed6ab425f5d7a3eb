"""What the night makes of the resources: base libraries and topics, each with its inputs.

A product names the function that builds it, as ``module:function``, so that reading this list costs no import.
Its inputs are resources (their published rows) or other products (their last good version).
"""

from dataclasses import dataclass
from typing import Literal

from catalog import Catalog
from catalog.fusion import all_fusions
from jobs.governance import projects, registers, services


@dataclass(frozen=True)
class Product:
    """One table of the night; ``needs`` are its inputs, ``uses`` inputs it can do without.

    ``beside`` names a function that says, as a text and for a business date, what else decides the content: a person's
    decisions.
    """

    table: str
    layer: Literal["base", "topic"]
    builder: str
    needs: tuple[str, ...]
    uses: tuple[str, ...] = ()
    beside: str | None = None

    def inputs(self, catalog: Catalog) -> tuple[str, ...]:
        """Inputs that exist in this catalogue or among the products that it allows for."""
        return self.needs + tuple(name for name in self.uses if is_made(name, catalog))


_BODIES = ("public_institution", "social_organization")
"""Registers of legal persons that are no firms."""

PRODUCTS: tuple[Product, ...] = (
    Product("base_geo__division", "base", "jobs.fuse.division:build", ("division",)),
    Product(
        "base_population__link",
        "base",
        "jobs.fuse.person_link:build",
        ("resident",),
        (
            "residence_permit",
            "birth",
            "death",
            "marriage",
            "social_insurance_person",
            "minimum_living_allowance",
        ),
    ),
    Product(
        "base_population__person",
        "base",
        "jobs.fuse.person:build",
        ("resident", "base_population__link"),
        ("residence_permit", "birth", "death", "marriage"),
    ),
    Product(
        "base_population__household",
        "base",
        "jobs.fuse.household:build",
        ("resident", "base_population__link", "base_population__person"),
        ("minimum_living_allowance",),
    ),
    Product(
        "topic_population__contradiction",
        "topic",
        "jobs.fuse.contradiction:build",
        ("resident", "death", "base_population__link"),
        ("social_insurance_person", "minimum_living_allowance"),
    ),
    Product(
        "base_legal__link",
        "base",
        "jobs.fuse.match.link:build",
        ("enterprise_registration",),
        (*_BODIES, "tax_registration", "electricity", "social_insurance_employer", "statistical_unit"),
        beside="jobs.fuse.match.decisions:fingerprint",
    ),
    Product(
        "base_legal__legal_person",
        "base",
        "jobs.fuse.legal_person:build",
        ("enterprise_registration", "base_legal__link"),
        (*_BODIES, "tax_registration", "electricity", "social_insurance_employer"),
    ),
    Product(
        "base_legal__establishment",
        "base",
        "jobs.fuse.establishment:build",
        ("base_legal__legal_person", "base_legal__link"),
        ("social_insurance_employer",),
    ),
    Product("base_legal__role", "base", "jobs.fuse.role:build", ("base_legal__legal_person",)),
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
    Product("base_geo__outline", "base", "jobs.fuse.outline:build", ("boundary",)),
    Product(
        "base_geo__facility",
        "base",
        "jobs.fuse.facility:build",
        ("public_facility", "boundary", "base_geo__division", "base_geo__address"),
    ),
    Product(
        "base_geo__grid",
        "base",
        "jobs.fuse.grid:build",
        ("base_population__person", "base_geo__address", "base_geo__facility", "boundary"),
    ),
    Product(
        "base_macro__observation",
        "base",
        "jobs.fuse.observation:build",
        ("fiscal",),
        (
            "enterprise_return",
            "enterprise_registration",
            "investment_project",
            "vat_invoice",
            "county_account",
            "price_index",
            "world_bank_china",
        ),
    ),
    Product(
        "topic_city__indicator",
        "topic",
        "jobs.indicators.build:build",
        ("base_population__person", "base_geo__division"),
        (
            "base_macro__observation",
            "enterprise_registration",
            "electricity",
            "hotline_12345",
            "air_quality",
            "license",
            "penalty",
            "birth",
            "death",
            "marriage",
            "residence_permit",
            "minimum_living_allowance",
            "dishonest_debtor",
            "wage_arrears",
            "tax_rating",
            "certificate",
            "water",
            "mobile_presence",
            "infectious_disease",
            "safety_accident",
            "food_price",
            "service_case",
        ),
    ),
    Product(
        "base_decision__indicator",
        "base",
        "jobs.fuse.published_number:build",
        ("base_macro__observation", "topic_city__indicator"),
    ),
    Product(
        "base_decision__target",
        "base",
        "jobs.fuse.target:build",
        ("indicator_target", "base_decision__indicator"),
    ),
    Product(
        "topic_authenticity__finding",
        "topic",
        "jobs.inspection.build:build",
        ("enterprise_return", "enterprise_return_paradata", "electricity", "vat_invoice", "enterprise_registration"),
        ("resident", "hotline_12345"),
        beside="jobs.inspection.beside:fingerprint",
    ),
    Product(
        "topic_authenticity__unit",
        "topic",
        "jobs.inspection.inspected_units:build",
        ("enterprise_return", "enterprise_registration", "topic_authenticity__finding"),
    ),
    Product(
        "topic_plan__system",
        "topic",
        "jobs.governance.systems:build",
        ("information_system",),
        ("system_usage", "cloud_migration"),
    ),
    Product("topic_plan__township", "topic", "jobs.governance.townships:build", ("network_access",)),
    Product(
        "topic_plan__measure",
        "topic",
        "jobs.governance.measures:build",
        (),
        (
            "topic_plan__system",
            "topic_plan__township",
            *registers.SOURCES,
            projects.FILINGS,
            services.ITEMS,
            services.CASES,
        ),
    ),
    Product(
        "topic_plan__task",
        "topic",
        "jobs.governance.tasks:build",
        ("plan_task",),
        ("topic_plan__measure",),
        beside="alerts.planreports:fingerprint",
    ),
    Product(
        "topic_warning__forecast",
        "topic",
        "jobs.warning.build:forecast",
        ("topic_city__indicator",),
        ("hotline_12345", "infectious_disease", "electricity_area", "air_quality"),
    ),
    Product(
        "topic_warning__signal",
        "topic",
        "jobs.warning.build:signal",
        ("topic_warning__forecast",),
        ("topic_authenticity__finding",),
    ),
    Product("topic_quality__conflict", "topic", "jobs.fuse.conflicts:build", (), tuple(all_fusions())),
)

BY_TABLE = {product.table: product for product in PRODUCTS}


def behind(name: str) -> frozenset[str]:
    """The inputs of a product, and theirs: a change of any of them makes it anew."""
    product = BY_TABLE.get(name)
    own = frozenset(product.needs + product.uses) if product else frozenset()
    return own.union(*map(behind, own))


def is_made(name: str, catalog: Catalog) -> bool:
    """Whether the night of this catalogue makes a table: a declared resource, or a product with all that it needs."""
    if name in catalog.resources:
        return True
    product = BY_TABLE.get(name)
    if product is None or not all(is_made(needed, catalog) for needed in product.needs):
        return False
    return bool(product.inputs(catalog))


def products(catalog: Catalog) -> tuple[Product, ...]:
    """The products whose needed inputs are all declared (or are products themselves)."""
    return tuple(product for product in PRODUCTS if is_made(product.table, catalog))
