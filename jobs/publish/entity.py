"""What the pages of one firm and one person read: a row a subject, everything known of it in lists beside it.

DuckDB reads the lake's files itself: neither rows nor the sort pass through the engine or this process, which is what
5.47 million persons cost least. Every column that its resources declare personal is masked before a query sees it
(``taian.masking``); persons go by a stand-in (``taian.pseudonym``), and so do the names they are found by.
"""

from dataclasses import dataclass

from pyspark.sql.types import ArrayType, DataType, MapType, StructType

from catalog import Catalog
from catalog.masking import masked_sql
from jobs import lake
from jobs.publish.duck import Query
from jobs.sqltext import texts
from taian.masking import RECORDS_OF, masks_of, statistical
from taian.pseudonym import in_sql, key_of
from taian.settings import settings

FIRM = """
WITH seen AS (
  SELECT entity_id, list({'valid_from': valid_from, 'valid_to': valid_to, 'name': name,
    'representative': representative, 'address': address, 'status': registration_status, 'life': life,
    'capital_10k_yuan': capital_10k_yuan::DOUBLE, 'industry_code': industry_code} ORDER BY valid_from DESC) AS versions
  FROM base_legal__legal_person GROUP BY entity_id
), linked AS (
  SELECT entity_id, list({'resource': resource, 'record_key': record_key, 'relation': relation, 'method': method,
    'evidence': evidence, 'batch': batch} ORDER BY resource, record_key) AS links
  FROM base_legal__link WHERE state = 'linked' GROUP BY entity_id
), acting AS (
  SELECT entity_id, list({'role': role, 'representative': representative, 'valid_from': valid_from,
    'valid_to': valid_to, 'source': source} ORDER BY valid_from DESC) AS roles
  FROM base_legal__role GROUP BY entity_id
), placed AS (
  SELECT entity_id, list({'kind': kind, 'name': name, 'address': address, 'is_open': is_open, 'valid_from': valid_from,
    'source': source} ORDER BY kind, name) AS places
  FROM base_legal__establishment WHERE is_current GROUP BY entity_id
), scored AS (
  SELECT credit_code, max_by(score, is_current) AS score, max_by(level, is_current) AS level,
    max_by(points, is_current) AS points,
    list({'valid_from': valid_from, 'score': score, 'level': level} ORDER BY valid_from DESC) AS scores
  FROM base_credit__profile GROUP BY credit_code
), recorded AS (
  SELECT credit_code, list({'record_id': record_id, 'kind': kind, 'summary': summary, 'is_adverse': is_adverse,
    'amount_10k_yuan': amount_10k_yuan::DOUBLE, 'valid_from': valid_from, 'valid_to': valid_to, 'source': source}
    ORDER BY valid_from DESC, record_id) AS records
  FROM base_credit__record WHERE credit_code IS NOT NULL GROUP BY credit_code
), held AS (
  SELECT credit_code, list({'kind': kind, 'number': number, 'issued_on': issued_on, 'expires_on': expires_on,
    'is_valid': is_valid, 'reasons': reasons, 'source': coalesce(map_values(sources)[1], '')} ORDER BY kind, issued_on)
    AS certificates
  FROM base_licence__certificate WHERE holder_kind = 'legal_person' AND credit_code IS NOT NULL GROUP BY credit_code
)
SELECT now.credit_code, now.entity_id, now.name, now.former_name, now.register, now.kind, now.registration_number,
  now.representative, now.industry_code, now.county_code, now.address, now.established_on, now.registration_status,
  now.life, now.is_contradicted, now.evidence, now.conflicts, now.capital_10k_yuan::DOUBLE AS capital_10k_yuan,
  now.tax_status, now.taxpayer_kind, now.insured_persons, map_entries(now.sources) AS sources,
  map_entries(now.source_dates) AS source_dates, versions, coalesce(links, []) AS links, coalesce(roles, []) AS roles,
  coalesce(places, []) AS places, score, level, coalesce(points, []) AS points, coalesce(scores, []) AS scores,
  coalesce(records, []) AS records, coalesce(certificates, []) AS certificates,
  list_sort(list_distinct([now.register] || list_transform(coalesce(links, []), lambda each: each.resource)
    || list_transform(coalesce(records, []), lambda each: split_part(each.source, '@', 1)))) AS resources
FROM base_legal__legal_person AS now JOIN seen USING (entity_id)
LEFT JOIN linked USING (entity_id) LEFT JOIN acting USING (entity_id) LEFT JOIN placed USING (entity_id)
LEFT JOIN scored USING (credit_code) LEFT JOIN recorded USING (credit_code) LEFT JOIN held USING (credit_code)
WHERE now.is_current
"""

NAME = """
WITH place AS (SELECT code, name, level, parent_code FROM base_geo__division WHERE system = 'nbs' AND is_current)
SELECT 'firm' AS kind, firm.credit_code AS key, firm.name AS title, county.name AS "where", firm.county_code,
  firm.life AS state, list_sort(list_distinct([firm.register] || list(link.resource))) AS resources,
  upper(concat_ws(' ', firm.name, firm.former_name, firm.credit_code, firm.registration_number, firm.address)) AS "text"
FROM base_legal__legal_person AS firm LEFT JOIN place AS county ON county.code = firm.county_code
LEFT JOIN base_legal__link AS link ON link.entity_id = firm.entity_id AND link.state = 'linked'
WHERE firm.is_current
GROUP BY firm.credit_code, firm.name, county.name, firm.county_code, firm.life, firm.register, firm.former_name,
  firm.registration_number, firm.address
UNION ALL BY NAME
SELECT 'address' AS kind, village_code AS key, address AS title, village.name AS "where", county_code, kind AS state,
  ['standard_address'] AS resources, upper(address) AS "text",
  regexp_replace(upper(address), '[0-9]+', '#', 'g') AS shape
FROM base_geo__address LEFT JOIN place AS village ON village.code = village_code
UNION ALL BY NAME
SELECT 'place' AS kind, place.code AS key, place.name AS title, above.name AS "where",
  left(place.code, 6) AS county_code, place.level AS state, NULL AS resources, place.name || ' ' || place.code AS "text"
FROM place LEFT JOIN place AS above ON above.code = place.parent_code
UNION ALL BY NAME
SELECT 'facility' AS kind, coalesce(village_code, township_code, facility.county_code) AS key, facility.name AS title,
  near.name AS "where", facility.county_code, facility.kind AS state, ['public_facility'] AS resources,
  upper(concat_ws(' ', facility.name, address)) AS "text"
FROM base_geo__facility AS facility LEFT JOIN place AS near ON near.code = coalesce(village_code, township_code)
WHERE status = 'open'
"""

PERSON = """
SELECT entity, name, number, sex, year(birth_date) AS birth_year, household, ethnicity, marital_status, status,
  village_code, residence_village_code, county_code, residence_county_code, address, residence_address, died_on,
  is_living, is_registered, is_resident, valid_from, valid_to, is_current, map_entries(sources) AS sources,
  map_entries(source_dates) AS source_dates, conflicts
FROM base_population__person
"""

PERSON_NAME = """
SELECT name_key, entity, name, year(birth_date) AS birth_year, county_code
FROM base_population__person WHERE is_current
"""

PERSON_RECORD = """
SELECT entity, resource, role, method, score, conflicts, source FROM base_population__link WHERE entity IS NOT NULL
"""


@dataclass(frozen=True)
class Entity:
    """A published table: its query, the tables of the lake that it reads, and the columns it is sorted by."""

    query: str
    inputs: tuple[str, ...]
    order: list[str]


LEGAL = (
    "base_legal__legal_person",
    "base_legal__link",
    "base_legal__role",
    "base_legal__establishment",
    "base_credit__profile",
    "base_credit__record",
    "base_licence__certificate",
)
GEO = ("base_geo__address", "base_geo__division", "base_geo__facility")
ENTITIES: dict[str, Entity] = {
    "entity__firm": Entity(FIRM, LEGAL, ["credit_code"]),
    "entity__name": Entity(NAME, (*LEGAL[:2], *GEO), ["kind", "key", "title"]),
    "entity__person": Entity(PERSON, ("base_population__person",), ["entity", "valid_from"]),
    "entity__person_name": Entity(PERSON_NAME, ("base_population__person",), ["name_key", "entity"]),
    "entity__person_record": Entity(PERSON_RECORD, ("base_population__link",), ["entity", "resource"]),
}
"""Persons are found by the stand-in of their whole name or number: a prefix would list people to whoever types one."""

STAND_INS: dict[str, dict[str, str]] = {
    "base_population__person": {"entity": "person_id", "name_key": "name", "household": "household_id"},
    "base_population__link": {"entity": "person_id"},
}
"""Column of a view to the column of the table that it stands in for."""

NUMBERS = {"base_population__person": "person_id"}
"""Table to its column that is shown masked as ``number``."""


def is_there(entity: Entity) -> bool:
    """Whether the lake has everything that this table is made from."""
    return all(lake.exists(table) for table in entity.inputs)


def decided_by(entity: Entity) -> list[str | None]:
    """What decides the content besides the code."""
    key = key_of(settings().home)
    return [in_sql(key, "x"), *(lake.state(table) for table in entity.inputs)]


def query_of(catalog: Catalog, entity: Entity) -> Query:
    """The query over the lake's files as they are now, and the masked views that it reads."""
    views = {table: view(table, catalog, lake.files(table)) for table in entity.inputs}
    return Query(entity.query, views)


def view(table: str, catalog: Catalog, files: list[str]) -> str:
    """``table`` as a query sees it: personal columns masked, with the stand-ins for what must be found again."""
    key, columns = key_of(settings().home), lake.schema(table).names
    masks = {name: mask for name, mask in masks_of(table, catalog).items() if name in columns}
    shown = [f"{masked_sql(name, masks.get(name, 'none'))} AS {name}" for name in columns if name != "person_id"]
    shown += [f"{in_sql(key, column)} AS {name}" for name, column in STAND_INS.get(table, {}).items()]
    if table in NUMBERS:
        shown.append(f"{masked_sql(NUMBERS[table], 'id_number')} AS number")
    source = f"read_parquet([{_quoted(files)}])" if files else f"({_nothing(lake.schema(table))})"
    rows = f"SELECT {', '.join(shown)} FROM {source}"
    if table in RECORDS_OF:
        # Which legal person a record of the statistical directory is about identifies a unit.
        rows += f" WHERE {RECORDS_OF[table]} NOT IN ({_quoted(statistical(catalog))})"
    return rows


def _nothing(columns: StructType) -> str:
    """No rows with the columns of a table that has no file: a night in which nothing of its kind was delivered."""
    typed = (f"NULL::{_in_duckdb(field.dataType)} AS {field.name}" for field in columns)
    return f"SELECT {', '.join(typed)} WHERE false"


def _in_duckdb(kind: DataType) -> str:
    if isinstance(kind, ArrayType):
        return _in_duckdb(kind.elementType) + "[]"
    if isinstance(kind, MapType):
        return f"MAP({_in_duckdb(kind.keyType)}, {_in_duckdb(kind.valueType)})"
    if isinstance(kind, StructType):
        return f"STRUCT({', '.join(f'{field.name} {_in_duckdb(field.dataType)}' for field in kind)})"
    return kind.simpleString()


def _quoted(words: list[str]) -> str:
    return texts(words) or "NULL"
