"""The resource catalogue as pages show it: declarations with the state of their last delivery."""

import json
from typing import Any

import pyarrow as pa

from catalog import Catalog, Column, Resource
from catalog.indicators import all_indicators
from catalog.model import CYCLE_TITLES, DOMAIN_TITLES
from jobs import journal

COUNTED = (*journal.VISIBLE, "held", "replaced")


def resources(catalog: Catalog) -> pa.Table:
    """One row a resource."""
    deliveries: dict[str, list[dict[str, Any]]] = {}
    for row in journal.deliveries():
        deliveries.setdefault(row["resource"], []).append(row)
    rows = [_row(catalog, resource, deliveries.get(resource.resource, [])) for resource in catalog.resources.values()]
    return pa.Table.from_pylist(rows)


def _row(catalog: Catalog, resource: Resource, deliveries: list[dict[str, Any]]) -> dict[str, Any]:
    columns = [_column(catalog, resource, column) for column in resource.columns]
    counted = [row for row in deliveries if row["state"] in COUNTED]
    delivered = sum(row["rows_delivered"] or 0 for row in counted)
    accepted = sum(row["rows_accepted"] or 0 for row in counted)
    # A batch delivered twice says nothing new of its resource.
    told = [row for row in deliveries if row["state"] != "duplicate"]
    last = told[-1] if told else None
    visible = [row for row in deliveries if row["state"] in journal.VISIBLE]
    return {
        "resource": resource.resource,
        "title": resource.title,
        "domain": resource.domain,
        "domain_title": DOMAIN_TITLES[resource.domain],
        "code": resource.code,
        "provider": resource.provider.code,
        "provider_name": resource.provider.name,
        "summary": resource.summary,
        "cycle": CYCLE_TITLES[resource.cycle],
        "form": resource.form.kind,
        "load": resource.load,
        "share": resource.share,
        "is_open": resource.is_open,
        "edition": resource.edition,
        "columns_json": json.dumps(columns, ensure_ascii=False),
        "last_period": max((row["period"] for row in visible), default=None),
        "last_state": last["state"] if last else None,
        "last_delivered_at": last["delivered_at"] if last else None,
        "rows_published": sum(row["rows_accepted"] or 0 for row in visible),
        "good_share": accepted / delivered if delivered else None,
        "is_late": bool(last and last["code"] == "W004"),
    }


def _column(catalog: Catalog, resource: Resource, column: Column) -> dict[str, Any]:
    rules = [rule.code for rule in resource.rules if column.name in rule.columns]
    return {
        "name": column.name,
        "title": column.title,
        "type": column.type,
        "required": column.required,
        "unit": column.unit,
        "codelist_title": catalog.codelists[column.codelist].title if column.codelist else None,
        "grade": column.grade,
        "personal": column.personal,
        "rules": rules,
    }


def indicators() -> pa.Table:
    """One row an indicator, its sources joined by 、."""
    rows = [{**i.model_dump(exclude={"tally"}), "sources": "、".join(i.sources)} for i in all_indicators().values()]
    return pa.Table.from_pylist(rows)
