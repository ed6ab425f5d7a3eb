"""What a person decides about a pair: kept, the last word counts, and the products notice."""

import datetime

from jobs.fuse.match import decisions

DAY = datetime.date(2018, 6, 30)


def test_the_last_word_on_a_pair_counts_and_all_are_kept(home):
    decisions.decide("tax:1", "E1", "same", "李华", "电话核实")
    decisions.decide("tax:1", "E1", "different", "王明", "现场核实不是同一家")
    assert [(d.verdict, d.who) for d in decisions.history()] == [("same", "李华"), ("different", "王明")]
    assert [(d.entity_id, d.verdict, d.why) for d in decisions.standing()] == [
        ("E1", "different", "现场核实不是同一家")
    ]


def test_a_record_is_one_legal_person_s(home):
    decisions.decide("tax:1", "E1", "same", "李华", "一")
    decisions.decide("tax:1", "E3", "different", "李华", "二")
    decisions.decide("tax:1", "E2", "same", "李华", "三")
    assert {(d.entity_id, d.verdict) for d in decisions.standing()} == {("E2", "same"), ("E3", "different")}
    assert decisions.as_table(decisions.standing()).to_pylist() == [
        {"record_id": "tax:1", "entity_id": "E3", "verdict": "different"},
        {"record_id": "tax:1", "entity_id": "E2", "verdict": "same"},
    ]


def test_a_decision_makes_the_links_anew_and_a_reason_alone_does_not(home):
    before = decisions.fingerprint(DAY)
    decisions.decide("tax:1", "E1", "same", "李华", "电话核实")
    after = decisions.fingerprint(DAY)
    assert before != after
    decisions.decide("tax:1", "E1", "same", "李华", "又核实一次")
    assert decisions.fingerprint(DAY) == after
