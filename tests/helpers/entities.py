"""A few firms and persons as the base libraries have them, and what the night publishes of them."""

import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import duckdb

from catalog import load_catalog
from jobs.publish import entity
from jobs.publish.place import rolled_up

KEY = "0" * 64
FIRM, OTHER = "913709026789012345", "913709116789012341"
NUMBER, NAME = "370902198001011234", "王小明"

TABLES = {
    "base_legal__legal_person": f"""
        SELECT 'FR1' AS entity_id, 'enterprise_registration' AS register, '{FIRM}' AS credit_code,
          '370900100000001' AS registration_number, '泰山老机械厂' AS former_name, 100.0 AS capital_10k_yuan,
          '泰安市泰山区工业一路1号' AS address, date '2010-01-18' AS established_on, 'firm' AS kind,
          'active' AS registration_status, date '2016-05-23' AS valid_from, NULL::date AS valid_to, true AS is_current,
          '泰山机械厂' AS name, '宋兵强' AS representative, '3412' AS industry_code, '370902' AS county_code,
          MAP {{'*': 'enterprise_registration@e-1'}} AS sources, MAP {{'*': date '2016-05-23'}} AS source_dates,
          ['name=enterprise_registration/electricity'] AS conflicts, 'normal' AS tax_status,
          'general' AS taxpayer_kind, 61 AS insured_persons, 'alive' AS life, false AS is_contradicted,
          ['register=active@2016-05-23', 'electricity=active@2018-06', 'tax_registration=normal@2018-06'] AS evidence
        UNION ALL BY NAME SELECT 'FR1' AS entity_id, 'enterprise_registration' AS register, '{FIRM}' AS credit_code,
          '泰山老机械厂' AS name, '李老板' AS representative, date '2010-01-18' AS valid_from,
          date '2016-05-23' AS valid_to, false AS is_current, '370902' AS county_code
        UNION ALL BY NAME SELECT 'FR2' AS entity_id, 'enterprise_registration' AS register, '{OTHER}' AS credit_code,
          '岱岳建材厂' AS name, '周大' AS representative, date '2012-01-01' AS valid_from, true AS is_current,
          '370911' AS county_code, 'alive' AS life, []::VARCHAR[] AS evidence, []::VARCHAR[] AS conflicts""",
    "base_legal__link": """
        SELECT * FROM (VALUES
          ('electricity:1', 'electricity', '3700000002', 'FR1', 'linked', 'self', 'credit_code', '信用代码一致', 'p-1'),
          ('tax:1', 'tax_registration', 'T1', 'FR1', 'linked', 'self', 'old_number', '原注册号一致', 't-1'),
          ('unit:1', 'statistical_unit', 'U1', 'FR1', 'linked', 'self', 'credit_code', '信用代码一致', 's-1'))
        AS t(record_id, resource, record_key, entity_id, state, relation, method, evidence, batch)""",
    "base_legal__role": """
        SELECT 'FR1' AS entity_id, 'legal_representative' AS role, '宋兵强' AS representative,
          date '2016-05-23' AS valid_from, NULL::date AS valid_to, 'enterprise_registration@e-1' AS source""",
    "base_legal__establishment": """
        SELECT 'FR1' AS entity_id, 'seat' AS kind, '泰山机械厂' AS name, '泰安市泰山区工业一路1号' AS address,
          true AS is_open, date '2016-05-23' AS valid_from, true AS is_current,
          'enterprise_registration@e-1' AS source""",
    "base_credit__profile": f"""
        SELECT '{FIRM}' AS credit_code, 970 AS score, 'A' AS level, true AS is_current,
          [{{'valid_from': date '2018-01-05', 'record_id': 'penalty:1', 'title': '行政处罚', 'points': -30,
             'valid_to': NULL::date, 'source': 'penalty@n-1'}}] AS points, date '2018-01-05' AS valid_from""",
    "base_credit__record": f"""
        SELECT 'penalty:1' AS record_id, 'penalty' AS kind, '{FIRM}' AS credit_code, '罚款' AS summary,
          true AS is_adverse, 3.0 AS amount_10k_yuan, date '2018-01-05' AS valid_from, NULL::date AS valid_to,
          'penalty@n-1' AS source""",
    "base_licence__certificate": f"""
        SELECT '营业执照' AS kind, '{FIRM}' AS number, 'legal_person' AS holder_kind, '{FIRM}' AS credit_code,
          date '2010-01-18' AS issued_on, NULL::date AS expires_on, true AS is_valid, []::VARCHAR[] AS reasons,
          MAP {{'certificate': 'certificate@c-1'}} AS sources""",
    "base_geo__address": """
        SELECT '1' AS address_id, '泰安市泰山区岱庙街道东湖社区1号' AS address, '370902001001' AS village_code,
          '370902' AS county_code, 'dwelling' AS kind""",
    "base_geo__division": """
        SELECT * FROM (VALUES ('nbs', 'county', '370902', '泰山区', '370900', true),
          ('nbs', 'township', '370902001', '岱庙街道', '370902', true),
          ('nbs', 'village', '370902001001', '东湖社区', '370902001', true))
        AS t(system, level, code, name, parent_code, is_current)""",
    "base_geo__facility": """
        SELECT '东湖社区村卫生室' AS name, 'village_clinic' AS kind, '东湖社区186号' AS address, 'open' AS status,
          '370902001001' AS village_code, '370902001' AS township_code, '370902' AS county_code""",
    "base_population__person": f"""
        SELECT '{NUMBER}' AS person_id, '{NUMBER}' AS id_number, '{NAME}' AS name, '1' AS sex, '01' AS ethnicity,
          date '1980-01-01' AS birth_date, '370902000001' AS household_id, '370902001001' AS village_code,
          '泰安市泰山区岱庙街道东湖社区5号楼' AS address, '20' AS marital_status, 'registered' AS status,
          '370902' AS county_code, '370902001001' AS residence_village_code, '370902' AS residence_county_code,
          '泰安市泰山区岱庙街道东湖社区5号楼' AS residence_address, NULL::date AS died_on, true AS is_living,
          true AS is_registered, true AS is_resident, date '2016-09-18' AS valid_from, NULL::date AS valid_to,
          true AS is_current, MAP {{'*': 'resident@r-1'}} AS sources, MAP {{'*': date '2016-09-18'}} AS source_dates,
          ['marital_status=resident/marriage'] AS conflicts""",
    "base_population__link": f"""
        SELECT 'birth' AS resource, 'P1' AS record, 'father' AS role, '{NUMBER}' AS person_id, 'number' AS method,
          1.0 AS score, []::VARCHAR[] AS conflicts, 'birth@b-1' AS source""",
}
PLACES = [("370902001001", "persons", 3), ("370902001002", "persons", 40), ("370902001003", "persons", 50)]
MONTHS = f"""
    SELECT '{FIRM}' AS credit_code, '2018-05' AS period, 4321.0 AS revenue_10k_yuan, 4400.0 AS output_10k_yuan,
      61 AS headcount, 880.0 AS invoiced_10k_yuan, 91000.0 AS electricity_kwh"""


def entity_tables(key: str = KEY) -> dict[str, Any]:
    """Every published table about single subjects, made as the night makes it."""
    catalog, found = load_catalog(), {}
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        names = {}
        for table, rows in TABLES.items():
            connection.execute(f"COPY ({rows}) TO '{Path(folder) / table}.parquet'")
            names[table] = [column[0] for column in connection.execute(f"DESCRIBE {rows}").fetchall()]
        with (
            mock.patch.object(entity.lake, "schema", lambda table: SimpleNamespace(names=names[table])),
            mock.patch.object(entity, "key_of", lambda home: key),
        ):
            for table in TABLES:
                view = entity.view(table, catalog, [f"{folder}/{table}.parquet"])
                connection.execute(f"CREATE TEMP VIEW {table} AS {view}")
        for table, each in entity.ENTITIES.items():
            found[table] = connection.sql(each.query).to_arrow_table()
        found["entity__place"] = rolled_up(PLACES)
        found["entity__firm_month"] = connection.sql(MONTHS).to_arrow_table()
    return found
