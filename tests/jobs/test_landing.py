"""What lies in landing and has no outcome yet."""

import datetime

import pytest

from jobs import journal
from jobs.landing import arrivals, content_of, duplicate, folder_of, lateness, taken_contents


@pytest.fixture
def landed(home, deliver):
    """Deliver into the home's landing."""

    def put(content=b"x\n", rows=1, **more):
        return deliver(home / "landing", content, rows, **more)

    return put


@pytest.fixture
def found(declared, catalog_of, night):
    """Arrivals on the night: pending batches and ``(batch, code)`` of the refused."""

    def run(day=night, **changes):
        resource = declared(**changes)
        arrived = arrivals(resource, catalog_of(resource), day, "r1")
        assert {outcome.state for outcome in arrived.refused} <= {"rejected"}
        return [m.batch for m in arrived.pending], [(o.batch, o.code) for o in arrived.refused]

    return run


def test_batches_come_in_the_order_of_their_delivery_whatever_their_period(landed, found):
    landed(period="2018-06-29", delivered_at="2018-06-30T21:00:00+08:00")
    landed(period="2018-06-30")
    landed(period="2018-06-28")
    assert found() == (["visit-2018-06-28-01", "visit-2018-06-30-01", "visit-2018-06-29-01"], [])


def test_a_batch_counts_only_once_its_manifest_is_there(home, landed, found):
    manifest = landed()
    (manifest.folder / "manifest.json").rename(manifest.folder / "manifest.json.part")
    assert found() == ([], [])


def test_a_batch_of_tomorrow_waits_and_midnight_is_chinas(landed, found):
    landed(number=1, delivered_at="2018-06-30T15:59:59+00:00")
    landed(number=2, delivered_at="2018-06-30T16:00:00+00:00")
    assert found() == (["visit-2018-06-30-01"], [])
    assert len(found(datetime.date(2018, 7, 1))[0]) == 2


def test_a_batch_with_an_outcome_is_not_taken_again(landed, found):
    manifest = landed()
    journal.record_deliveries([duplicate(manifest, "r1")])
    assert found() == ([], [])


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"])
def test_a_delivery_at_the_edge_of_the_calendar_is_f001_and_hides_no_other_batch(landed, found, moment):
    file = landed(number=1, delivered_at="2018-06-30T20:00:00+08:00").folder / "manifest.json"
    file.write_text(file.read_text(encoding="utf-8").replace("2018-06-30T20:00:00+08:00", moment), encoding="utf-8")
    landed(number=2)
    assert found() == (["visit-2018-06-30-02"], [("visit-2018-06-30-01", "F001")])


def test_an_unreadable_manifest_is_f001_and_hides_no_other_batch(landed, found):
    broken = landed(number=1)
    landed(number=2)
    (broken.folder / "manifest.json").write_text("{", encoding="utf-8")
    assert found() == (["visit-2018-06-30-02"], [("visit-2018-06-30-01", "F001")])


def test_a_correction_must_name_a_batch_that_is_known_or_comes_tonight(landed, found):
    landed(number=1)
    landed(number=2, replaces="visit-2018-06-30-01")
    landed(number=3, replaces="visit-2018-06-30-09")
    assert found() == (["visit-2018-06-30-01", "visit-2018-06-30-02"], [("visit-2018-06-30-03", "F014")])


def test_a_batch_cannot_correct_itself_nor_one_that_comes_after_it(landed, found):
    landed(number=1, replaces="visit-2018-06-30-01")
    landed(number=2, replaces="visit-2018-06-30-03")
    landed(number=3, replaces="visit-2018-06-30-02")
    refused = [("visit-2018-06-30-01", "F014"), ("visit-2018-06-30-02", "F014")]
    assert found() == (["visit-2018-06-30-03"], refused)


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "1999-12-31T20:00:00Z"])
def test_a_moment_at_the_edge_of_the_calendar_is_f001_and_hides_no_other_batch(landed, found, moment):
    manifest = landed(number=1)
    landed(number=2)
    path = manifest.folder / "manifest.json"
    text = path.read_text(encoding="utf-8").replace("2018-06-30T20:01:00+08:00", moment)
    path.write_text(text, encoding="utf-8")
    assert found() == (["visit-2018-06-30-02"], [("visit-2018-06-30-01", "F001")])


def test_an_earlier_content_that_corrects_what_replaced_it_is_no_duplicate(landed, declared):
    first = landed(b"right\n")
    wrong = landed(b"wrong\n", number=2, replaces=first.batch)
    taken = [duplicate(manifest, "r1").__dict__ | {"state": "published"} for manifest in (first, wrong)]
    taken[1]["replaces"] = first.batch
    journal.record_deliveries([journal.Delivery(**outcome) for outcome in taken])
    contents = taken_contents(declared())
    assert content_of(landed(b"right\n", number=3, replaces=wrong.batch)) not in contents
    assert content_of(landed(b"right\n", number=4)) in contents
    assert content_of(landed(b"wrong\n", number=5)) in contents
    assert content_of(landed(b"wrong\n", number=6, replaces=first.batch)) in contents


def test_a_correction_of_an_earlier_night_is_pending(landed, found):
    journal.record_deliveries([duplicate(landed(period="2018-06-29"), "r0")])
    landed(number=2, replaces="visit-2018-06-29-01")
    assert found() == (["visit-2018-06-30-02"], [])


def test_a_batch_in_the_folder_of_another_resource_is_f013(landed, found):
    landed(place="visit", resource="walk")
    assert found()[1] == [("visit-2018-06-30-01", "F013")]


def test_a_number_that_another_period_has_is_f016_and_the_first_keeps_it(landed, found):
    landed(period="2018-06-28", batch="visit-7")
    landed(period="2018-06-29", batch="visit-7")
    assert found() == (["visit-7"], [("visit-7", "F016")])


@pytest.mark.parametrize(("code", "pending"), [("F003", False), ("F007", True), ("F016", True)])
def test_a_number_once_refused_is_free_again_only_when_it_was_in_the_wrong_place(landed, found, code, pending):
    earlier = duplicate(landed(period="2018-06-28", batch="visit-7"), "r0")
    refused = journal.Delivery(**{**earlier.__dict__, "state": "rejected", "code": code})
    journal.record_deliveries([refused])
    landed(period="2018-06-29", batch="visit-7")
    assert found() == ((["visit-7"], []) if pending else ([], [("visit-7", "F016")]))


def test_a_repeated_number_is_told_with_the_period_that_has_it(landed, declared, catalog_of, night):
    landed(period="2018-06-28", batch="visit-7")
    landed(period="2018-06-29", batch="visit-7")
    (outcome,) = arrivals(declared(), catalog_of(declared()), night, "r1").refused
    assert outcome.message == "批次号 visit-7 已用于统计期 2018-06-28 的批次，请换一个没有用过的批次号重新报送。"


def test_a_wrong_provider_is_refused_with_all_that_its_manifest_says(landed, declared, catalog_of, night):
    manifest = landed(provider="gonganju")
    (outcome,) = arrivals(declared(), catalog_of(declared()), night, "r1").refused
    assert (outcome.code, outcome.provider, outcome.period) == ("F008", "gonganju", "2018-06-30")
    assert outcome.folder == folder_of(manifest) == "visit/2018-06-30/visit-2018-06-30-01"
    assert outcome.digest == manifest.digest
    assert outcome.rows_delivered is None


def test_a_content_is_taken_once_a_period_unless_it_was_refused(landed, declared):
    first, refused = landed(), landed(b"y\n", number=2)
    outcome = duplicate(first, "r1")
    journal.record_deliveries([outcome, journal.Delivery(**{**duplicate(refused, "r1").__dict__, "state": "rejected"})])
    assert taken_contents(declared()) == {("2018-06-30", first.digest, None)}
    assert outcome.state == "duplicate"
    assert "内容完全相同" in outcome.message


@pytest.mark.parametrize(("code", "is_taken"), [("W102", True), ("W105", False)])
def test_a_content_held_through_a_fault_of_ours_may_be_sent_again(landed, declared, code, is_taken):
    held = {**duplicate(landed(), "r1").__dict__, "state": "held", "code": code}
    journal.record_deliveries([journal.Delivery(**held)])
    assert bool(taken_contents(declared())) is is_taken


@pytest.mark.parametrize(
    ("period", "delivered_at", "days"),
    [
        ("2018-06-28", "2018-06-28T20:00:00+08:00", 0),
        ("2018-06-28", "2018-06-29T23:59:59+08:00", 0),
        ("2018-06-28", "2018-06-29T16:00:00+00:00", 1),
        ("2018-06-28", "2018-07-05T20:00:00+08:00", 6),
        ("2018-06", "2018-07-01T20:00:00+08:00", 0),
        ("2018-06", "2018-07-03T20:00:00+08:00", 2),
        ("2018Q1", "2018-04-05T20:00:00+08:00", 4),
        ("2017", "2018-01-02T20:00:00+08:00", 1),
    ],
)
def test_lateness_counts_days_after_the_due_day_of_the_period(landed, declared, period, delivered_at, days):
    manifest = landed(period=period, delivered_at=delivered_at)
    assert lateness(manifest, declared(due_days=1)) == days
