"""政务服务中心: seals that a library accepts, certificates with what is planted in them, items and cases that agree."""

import csv
import datetime
import json
import unicodedata
from collections import Counter

import pytest
from gmssl.sm2 import CryptSM2
from python_calamine import CalamineWorkbook

from sample_data import places
from sample_data.context import City
from sample_data.firms import calendar, register
from sample_data.service import cases, deliver, paper
from sample_data.service.items import HEADER_ROW, SHEET
from sample_data.service.sm2 import BLOCK, Signer, sm3

UNTIL = datetime.date(2018, 6, 30)


def test_a_library_accepts_the_seals_of_a_whole_block_and_of_the_next_and_no_other(
    spot=(0, 1, BLOCK - 1, BLOCK, BLOCK + 1),
):
    signer = Signer("somebody")
    library = CryptSM2(private_key="", public_key=signer.public_key)
    messages = [number.to_bytes(32) for number in range(BLOCK + 2)]
    seals = signer.sign(messages)
    assert [library.verify_with_sm3(seals[place], messages[place]) for place in spot] == [True] * len(spot)
    assert not library.verify_with_sm3(seals[0], messages[1])
    assert len(set(seals)) == len(seals)
    assert signer.sign(messages[:2]) == seals[:2]


def test_a_digest_is_that_of_the_standard():
    # GB/T 32905-2016, annex A.1.
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    made = City(tmp_path_factory.mktemp("city"), 0.002, 5, UNTIL, places.make_places(5))
    deliver(made, register.make_register(made, calendar.months_until(UNTIL)).table)
    return made


def records(city, resource):
    """Every record of a resource with its file, those that dirt fell on left out."""
    dirty = {(planted.file, planted.source_row) for planted in city.truth.defects}
    for path in sorted((city.out / "landing" / resource).glob("*/*/*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            if (path.name, number) not in dirty and line.endswith("}"):
                yield path.name, json.loads(line)


@pytest.fixture(scope="module")
def lines(city):
    """Every record of the library by its number and file."""
    return {(record[paper.ID], file): record for file, record in records(city, "certificate")}


@pytest.fixture(scope="module")
def handled(city):
    """Every case as it was last reported, by its number."""
    latest = {}
    for _, record in records(city, "service_case"):
        known = latest.get(record[cases.NUMBER])
        if known is None or known[cases.UPDATED] <= record[cases.UPDATED]:
            latest[record[cases.NUMBER]] = record
    return latest


@pytest.fixture(scope="module")
def planted(city):
    with (city.out / "truth" / "certificates.csv").open(encoding="utf-8", newline="") as file:
        return {(row["certificate_id"], row["file"], row["planted"]) for row in csv.DictReader(file)}


def test_each_way_of_being_invalid_is_planted(planted):
    kinds = Counter(what for _, _, what in planted)
    assert set(kinds) == {"wrong_digest", "wrong_signature", "expired", "holder_gone", "not_in_force"}


def test_exactly_the_planted_certificates_have_another_content_than_their_digest(lines, planted):
    def is_altered(record):
        content = "|".join(record[name] for name in paper.CONTENT)
        return sm3(content.encode()).hex() != record[paper.DIGEST]

    altered = {key for key, record in lines.items() if is_altered(record)}
    assert altered == {(number, file) for number, file, what in planted if what == "wrong_digest"} & set(lines)


def test_exactly_the_planted_seals_are_not_their_issuers(lines, planted):
    libraries = {
        name: CryptSM2("", paper.signer(name).public_key) for name in {r[paper.ISSUER] for r in lines.values()}
    }

    def is_forged(record):
        library = libraries[record[paper.ISSUER]]
        return not library.verify_with_sm3(record[paper.SIGNATURE], bytes.fromhex(record[paper.DIGEST]))

    sealed = {key: record for key, record in lines.items() if record[paper.SIGNATURE]}
    forged = {(number, file) for number, file, what in planted if what == "wrong_signature"} & set(lines)
    # Verifying takes the library a while: the forged ones and a few of the others.
    looked_at = forged | set(sorted(sealed)[:40])
    assert {key for key in looked_at if is_forged(lines[key])} == forged
    assert forged


def test_what_has_run_out_or_is_no_longer_in_force_is_what_the_truth_says(lines, planted):
    ended = {key for key, record in lines.items() if record[paper.EXPIRES] and record[paper.EXPIRES] < str(UNTIL)}
    assert ended == {(number, file) for number, file, what in planted if what == "expired"} & set(lines)
    ended = {key for key, record in lines.items() if record[paper.STATUS] != paper.VALID}
    assert ended == {(number, file) for number, file, what in planted if what == "not_in_force"} & set(lines)


def rate(handled, is_wanted, is_counted=bool):
    chosen = [record for record in handled.values() if is_counted(record)]
    return sum(map(is_wanted, chosen)) / len(chosen)


def test_more_cases_come_in_online_from_month_to_month(handled):
    months = {record[cases.ACCEPTED][:7] for record in handled.values()}
    assert (min(months), max(months), len(months)) == ("2017-06", "2018-06", 13)
    first, last = (
        rate(handled, lambda r: r[cases.CHANNEL] == "网上", lambda r, month=month: r[cases.ACCEPTED][:7] in month)
        for month in (("2017-06", "2017-07", "2017-08"), ("2018-04", "2018-05", "2018-06"))
    )
    assert 0.3 < first < last - 0.08 < 0.7


def test_one_county_becomes_slow_in_march_and_the_truth_says_so(city, handled):
    def on_time(record):
        return int(record[cases.ACTUAL]) <= int(record[cases.PROMISED])

    def among(*, slow):
        return rate(
            handled,
            on_time,
            lambda r: (
                r[cases.ACTUAL]
                and r[cases.ACCEPTED] >= str(cases.SLOW_SINCE)
                and (r[cases.AREA] == cases.SLOW_AREA) == slow
            ),
        )

    assert among(slow=True) < 0.92
    assert among(slow=False) > 0.95
    (event,) = [event for event in city.truth.events if event["kind"] == "slow_service"]
    assert (event["county"], event["since"]) == (cases.SLOW_AREA, str(cases.SLOW_SINCE))


def test_a_case_that_has_ended_has_an_end_a_result_and_its_days_and_an_open_one_none_of_them(handled):
    columns = (cases.FINISHED, cases.ACTUAL, cases.RESULT)
    assert {tuple(bool(record[name]) for name in columns) for record in handled.values()} == {(True,) * 3, (False,) * 3}
    ended = [record for record in handled.values() if record[cases.FINISHED]]
    assert all(record[cases.ACCEPTED] <= record[cases.FINISHED] <= f"{UNTIL} 23:59:59" for record in ended)


def test_every_case_is_of_an_item_that_was_accepted_from_the_first_catalogue_on(city, handled):
    (path,) = (city.out / "landing" / "service_item" / "2018Q1").glob("*/*.xlsx")
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    refused = {p.source_row for p in city.truth.defects if p.file.startswith(path.name) and p.codes}
    accepted = [row[0] for number, row in enumerate(rows, start=1) if number > HEADER_ROW and number not in refused]
    # A code in full-width digits is the same code.
    known = {unicodedata.normalize("NFKC", code) for code in accepted}
    assert {record[cases.ITEM] for record in handled.values()} <= known
