"""The library of certificates: valid today or not, and each reason in a column of its own."""

import datetime

import pytest

from jobs.inputs import MissingInputError

pytestmark = pytest.mark.spark

TODAY = datetime.date(2018, 6, 30)
CERTIFICATE = (
    "certificate_id string, kind_code string, number string, holder_kind string, id_number string, credit_code string, "
    "holder_name string, issuer_code string, county_code string, issued_on date, expires_on date, status string, "
    "digest string, signature string, updated_at timestamp, is_digest_right boolean, is_signature_right boolean, "
    "_batch string"
)
KINDS = {"101": "营业执照", "201": "机动车驾驶证"}


def day(text):
    return datetime.date.fromisoformat(text) if text else None


def certificate(number, **changes):
    """A driving licence of P1 in force, its digest right and nothing signed."""
    fields = {
        "certificate_id": number, "kind_code": "201", "number": "N", "holder_kind": "person", "id_number": "P1",
        "credit_code": None, "holder_name": "张三", "issuer_code": "gonganju", "county_code": "370902",
        "issued_on": day("2016-05-01"), "expires_on": day("2022-05-01"), "status": "valid", "digest": "d",
        "signature": None, "updated_at": datetime.datetime(2016, 5, 1), "is_digest_right": True,
        "is_signature_right": None, "_batch": "b1",
    }  # fmt: skip
    return tuple((fields | changes).values())


class Given:
    """The certificates, persons and firms that a builder asks for."""

    today = TODAY

    def __init__(self, certificates, persons, firms):
        self.certificates = certificates
        self.tables = {"base_population__person": persons, "base_legal__legal_person": firms}
        self.catalog = self
        self.codelists = {"certificate_kind": type("List", (), {"names": KINDS})}

    def current(self, name):
        return self.certificates

    def table(self, name):
        return self.tables[name]


@pytest.fixture
def library(spark):
    def build(rows):
        from jobs.fuse.certificate import build

        known = [
            ("P1", "registered", True, True),
            ("P2", "cancelled", False, True),
            ("P2", "registered", True, False),
            ("P3", "moved_out", True, True),
            ("P4", "registered", False, True),
            ("P5", None, True, True),
        ]
        persons = "id_number string, status string, is_living boolean, is_current boolean"
        firms = spark.createDataFrame(
            [("F1", "active", True), ("F2", "revoked", True), ("F2", "active", False)],
            "credit_code string, registration_status string, is_current boolean",
        )
        given = Given(spark.createDataFrame(rows, CERTIFICATE), spark.createDataFrame(known, persons), firms)
        return {row["certificate_id"]: row for row in build(given).collect()}

    return build


def test_a_certificate_is_valid_when_nothing_speaks_against_it_and_says_what_does(library):
    found = library(
        [
            certificate("good"),
            certificate("for good", expires_on=None),
            certificate("last day", expires_on=TODAY),
            certificate("run out", expires_on=day("2018-06-29")),
            certificate("revoked", status="revoked"),
            certificate("altered", is_digest_right=False),
            certificate("forged", signature="s", is_signature_right=False),
            certificate("all of it", status="lost", expires_on=day("2018-01-01"), is_digest_right=False),
        ]
    )
    assert {name: (row["is_valid"], row["reasons"]) for name, row in found.items()} == {
        "good": (True, []),
        "for good": (True, []),
        "last day": (True, []),
        "run out": (False, ["out_of_term"]),
        "revoked": (False, ["not_in_force"]),
        "altered": (False, ["digest_wrong"]),
        "forged": (False, ["signature_wrong"]),
        "all of it": (False, ["not_in_force", "out_of_term", "digest_wrong"]),
    }
    row = found["run out"]
    assert (row["is_in_force"], row["is_in_term"], row["is_holder_alive"], row["is_digest_right"]) == (
        True, False, True, True,
    )  # fmt: skip
    assert (row["kind"], row["as_of"], row["sources"]) == ("机动车驾驶证", TODAY, {"certificate": "certificate@b1"})


def test_the_holder_is_looked_up_among_persons_and_firms_as_they_are_now(library):
    firm = {"kind_code": "101", "holder_kind": "legal_person", "id_number": None, "expires_on": None}
    found = library(
        [
            certificate("dead", id_number="P2"),
            certificate("dead though registered", id_number="P4"),
            certificate("guest", id_number="P5"),
            certificate("moved", id_number="P3"),
            certificate("firm", credit_code="F1", **firm),
            certificate("struck off", credit_code="F2", **firm),
        ]
    )
    assert {n: (r["is_holder_alive"], r["holder_state"], r["is_valid"], r["reasons"]) for n, r in found.items()} == {
        "dead": (False, "cancelled", False, ["holder_gone"]),
        "dead though registered": (False, "registered", False, ["holder_gone"]),
        "guest": (True, None, True, []),
        "moved": (True, "moved_out", True, []),
        "firm": (True, "active", True, []),
        "struck off": (False, "revoked", False, ["holder_gone"]),
    }


def test_a_holder_whom_the_city_does_not_know_makes_the_answer_unknown_unless_something_else_speaks_against_it(library):
    found = library([certificate("stranger", id_number="X"), certificate("both", id_number="X", status="lost")])
    assert {n: (r["is_holder_alive"], r["is_valid"], r["reasons"]) for n, r in found.items()} == {
        "stranger": (None, None, ["holder_unknown"]),
        "both": (None, False, ["not_in_force"]),
    }


def test_a_signature_is_verified_wrong_not_verified_or_not_there(library):
    found = library(
        [
            certificate("verified", signature="s", is_signature_right=True),
            certificate("wrong", signature="s", is_signature_right=False),
            certificate("not its turn", signature="s"),
            certificate("none"),
        ]
    )
    assert {name: (row["signature_state"], row["is_valid"]) for name, row in found.items()} == {
        "verified": ("verified", True),
        "wrong": ("wrong", False),
        "not its turn": ("not_verified", True),
        "none": ("unsigned", True),
    }


def test_holders_are_masked_wherever_the_library_is_asked():
    from catalog import load_catalog
    from taian.masking import masks_of

    masks = masks_of("base_licence__certificate", load_catalog())
    assert {name: masks.get(name) for name in ("id_number", "number", "holder_name", "credit_code")} == {
        "id_number": "id_number",
        "number": "id_number",
        "holder_name": "name",
        "credit_code": None,
    }


def test_without_certificates_the_input_is_named():
    from jobs.fuse.certificate import build

    with pytest.raises(MissingInputError, match="certificate has no published data yet"):
        build(Given(None, None, None))
