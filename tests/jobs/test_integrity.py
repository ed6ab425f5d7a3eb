"""Digests of all records, signatures of as many as time allows; what is wrong is marked, what is unknown stays so."""

import datetime

import pytest

from catalog import load_catalog
from catalog.model import Integrity
from sample_data.service.kinds import ISSUERS
from sample_data.service.sm2 import N, Signer, sm3

DAY = datetime.date(2018, 3, 5)
CONTENT = "c1|张三|2018-03-05|"
KEYS = {name: Signer(name).public_key for name in ("a", "b")}
LEADING_04 = "issuer 714"
"""A sample key whose first digits are 04, which also mark an uncompressed point."""


def proof(**changes):
    declared = {"digest": "digest", "of": ["number", "name", "issued_on", "note"], "signature": "signature"}
    return Integrity.model_validate(declared | {"signer": "issuer", "keys": "key", "at_most": 100} | changes)


def signed(issuer="a", content=CONTENT):
    return Signer(issuer).sign([sm3(content.encode())])[0]


def row(digest=None, signature=None, *, issuer="a", name="张三", violations="", batch="b1"):
    digest = sm3(CONTENT.encode()).hex() if digest is None else digest
    return ("c1", name, DAY, None, issuer, digest, signature, batch, violations)


@pytest.fixture
def verdicts(spark):
    def run(rows, keys=KEYS, **changes):
        from jobs.standardize.integrity import proved

        judged = spark.createDataFrame(
            rows,
            "number string, name string, issued_on date, note string, issuer string, digest string, "
            "signature string, _batch string, _violations string",
        )
        raw = judged.selectExpr("_batch", "signature as _cell_signature")
        columns = list(judged.columns)
        found = proved(judged, raw, proof(**changes), keys)
        assert found.columns == [*columns, "is_digest_right", "is_signature_right"]
        return [(r["is_digest_right"], r["is_signature_right"]) for r in found.collect()]

    return run


@pytest.mark.spark
def test_a_record_that_was_changed_after_its_issue_has_a_wrong_digest_and_its_seal_is_still_its_issuers(verdicts):
    seal = signed()
    found = verdicts(
        [row(signature=seal), row(sm3(CONTENT.encode()).hex().upper(), seal), row(name="李四", signature=seal)]
    )
    assert found == [(True, True), (True, True), (False, True)]


@pytest.mark.spark
def test_a_seal_of_somebody_else_of_something_else_or_made_up_is_wrong(verdicts):
    half = "0" * 63 + "1"
    seals = [signed("b"), signed(content="别的"), "0" * 128, half + f"{N:064x}", half + "0" * 64, half * 2]
    assert verdicts([row(signature=seal) for seal in seals]) == [(True, False)] * len(seals)


@pytest.mark.spark
def test_without_a_seal_a_key_or_a_valid_row_nothing_is_said_of_it(verdicts):
    rows = [row(), row(signature=signed("c"), issuer="c"), row(signature=signed(), violations="R001:name")]
    assert verdicts(rows) == [(True, None), (True, None), (None, None)]


@pytest.mark.spark
def test_a_key_that_begins_with_04_is_a_key_like_any_other(verdicts):
    key = Signer(LEADING_04).public_key
    assert key.startswith("04")
    assert verdicts([row(signature=signed(LEADING_04), issuer=LEADING_04)], {LEADING_04: key}) == [(True, True)]


@pytest.mark.spark
def test_of_a_large_batch_a_share_is_verified_the_same_one_every_time_and_all_of_a_small_one(verdicts):
    names = [f"人{i}" for i in range(60)]
    seal = signed()
    large = [row(signature=seal, name=name) for name in names]
    small = [row(signature=seal, name=name, batch="b2") for name in names[:12]]
    first = [verdict for _, verdict in verdicts(large, at_most=12)]
    chosen = [verdict is not None for verdict in first]
    assert 3 <= sum(chosen) <= 25
    both = verdicts(large + small, at_most=12)
    assert [verdict for _, verdict in both[:60]] == first
    assert all(verdict is not None for _, verdict in both[60:])
    assert all(digest is False for digest, _ in both)


@pytest.mark.spark
def test_a_batch_with_a_record_that_does_not_prove_itself_is_published_with_a_flag(
    spark, visit_declaration, catalog_of, at_home, deliver, tmp_path, night
):
    import json

    from catalog import CodeList, Resource
    from jobs import journal, lake
    from jobs.resource import run_resource

    columns = [
        {"name": "visit_id", "title": "编号", "required": True},
        {"name": "digest", "title": "摘要", "required": True},
        {"name": "seal", "title": "签名"},
        {"name": "signer", "title": "签名人"},
    ]
    integrity = {"digest": "digest", "of": ["visit_id"], "signature": "seal", "signer": "signer", "keys": "key"}
    declared = visit_declaration(form={"kind": "jsonl"}, columns=columns, integrity=integrity | {"at_most": 10})
    catalog = catalog_of(Resource.model_validate(declared))
    catalog.codelists["key"] = CodeList("key", "", "", {"a": Signer("a").public_key})
    digest = sm3(b"V1")
    right = {"编号": "V1", "摘要": digest.hex(), "签名": Signer("a").sign([digest])[0], "签名人": "a"}
    wrong = right | {"编号": "V2"}
    with at_home(tmp_path) as home:
        for number, records in enumerate(([right], [right, wrong]), start=1):
            lines = "".join(json.dumps(record) + "\n" for record in records)
            deliver(home / "landing", lines.encode(), len(records), f"2018-06-{number:02d}", encoding="UTF-8")
        run_resource(catalog["visit"], catalog, night, "r1")
        found = {r["batch"]: (r["state"], r["code"], r["message"]) for r in journal.deliveries("visit")}
        rows = lake.read(spark, "dwd_service__visit").where("_batch = 'visit-2018-06-02-01'").orderBy("visit_id")
        assert [(r["visit_id"], r["is_digest_right"], r["is_signature_right"]) for r in rows.collect()] == [
            ("V1", True, True),
            ("V2", False, True),
        ]
    assert found["visit-2018-06-01-01"][:2] == ("published", None)
    state, code, message = found["visit-2018-06-02-01"]
    assert (state, code) == ("published_flagged", "W008")
    assert "验证摘要 2 条，不符 1 条" in message


def test_the_keys_of_the_catalogue_are_those_of_the_sample_issuers():
    lists = load_catalog().codelists
    assert lists["certificate_key"].names == {issuer: Signer(issuer).public_key for issuer in ISSUERS}
    assert set(lists["certificate_issuer"].names) == set(ISSUERS)


def test_a_declaration_of_integrity_names_columns_that_exist_and_leaves_its_own_alone(visit_declaration):
    from catalog import Resource

    columns = [{"name": name, "title": name, "required": True} for name in ("visit_id", "digest", "seal")]
    integrity = {
        "digest": "digest",
        "of": ["visit_id"],
        "signature": "seal",
        "signer": "who",
        "keys": "key",
        "at_most": 1,
    }
    with pytest.raises(ValueError, match="integrity names column 'who', which is not declared"):
        Resource.model_validate(visit_declaration(columns=columns, integrity=integrity))
    columns += [{"name": "who", "title": "谁"}, {"name": "is_digest_right", "title": "对"}]
    with pytest.raises(ValueError, match="'is_digest_right' is what 'integrity' adds"):
        Resource.model_validate(visit_declaration(columns=columns, integrity=integrity))
