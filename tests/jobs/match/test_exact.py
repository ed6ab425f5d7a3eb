"""The exact layers: what links a record to a legal person, and what keeps a wrong link away."""

import datetime

import pytest

HEHUA, MAIYU = "宁阳岱穗澜食品有限公司", "宁阳汶麦泉化工有限公司"
XINTAI = "370982"


def told(found):
    """Which entity, by which layer, and whether as itself or as its branch."""
    return found["entity_id"], found["method"], found["relation"]


def test_a_valid_code_links_whatever_the_spelling(match, entity, record, credit_code):
    found = match(
        [entity(1, HEHUA), entity(2, MAIYU)], [record("泰安市宁阳岱穗澜食品有限责任公司", code=credit_code(1))]
    )
    assert told(found["r"]) == ("E1", "credit_code", "self")
    assert found["r"]["evidence"].startswith("信用代码一致；名称一致")
    assert found["r"]["credit_code"] == credit_code(1)


def test_a_code_is_held_back_where_name_and_representative_say_it_is_another_s(match, entity, record, credit_code):
    both = [entity(1, HEHUA), entity(2, MAIYU, representative="李四")]
    found = match(both, [record(MAIYU, code=credit_code(1), representative="李四")])
    assert told(found["r"]) == ("E2", "name_county", "self")


def test_the_same_representative_carries_a_code_through_a_change_of_name(match, entity, record, credit_code):
    found = match([entity(1, HEHUA)], [record("宁阳翀芃濂机械有限公司", code=credit_code(1), representative="张三")])
    assert told(found["r"])[:2] == ("E1", "credit_code")


def test_where_no_representative_is_kept_a_code_is_held_back_only_for_a_name_that_another_has(
    match, entity, record, credit_code
):
    both = [entity(1, HEHUA), entity(2, MAIYU)]
    found = match(
        both,
        [record(MAIYU, record_id="a", code=credit_code(1)), record("无人同名商行", record_id="b", code=credit_code(1))],
    )
    assert (told(found["a"])[:2], told(found["b"])[:2]) == (("E2", "name_county"), ("E1", "credit_code"))


@pytest.mark.parametrize("written", ["{nine}", "{eight}-{last}"])
def test_an_organisation_code_leads_to_the_code_that_holds_it(match, entity, record, credit_code, written):
    nine = credit_code(1)[8:17]
    code = written.format(nine=nine, eight=nine[:8], last=nine[8])
    found = match([entity(1, HEHUA)], [record("岱穗澜食品", code=code, county_code=XINTAI)])
    assert told(found["r"])[:2] == ("E1", "organisation_code")


def test_an_organisation_code_in_a_column_of_its_own_counts_as_well(match, entity, record, credit_code):
    found = match(
        [entity(1, HEHUA)], [record("岱穗澜食品", organisation_code=credit_code(1)[8:17], county_code=XINTAI)]
    )
    assert told(found["r"])[:2] == ("E1", "organisation_code")


def test_an_old_number_leads_to_its_firm_unless_two_share_it(match, entity, record):
    number = "379903200000001"
    one = match([entity(1, HEHUA, old_number=number)], [record("岱穗澜食品", code=number, county_code=XINTAI)])
    assert told(one["r"])[:2] == ("E1", "old_number")
    two = [entity(1, HEHUA, old_number=number), entity(2, "新泰岱穗澜食品厂", old_number=number)]
    assert match(two, [record("岱穗澜食品", code=number, county_code="370923")])["r"]["entity_id"] is None


def test_a_code_with_a_typing_mistake_is_read_where_the_trade_name_agrees(match, entity, record, credit_code):
    right = credit_code(1)
    wrong = right[:10] + ("8" if right[10] == "7" else "7") + right[11:]
    found = match([entity(1, HEHUA), entity(2, MAIYU)], [record("岱穗澜", code=wrong, county_code=XINTAI)])
    assert told(found["r"])[:2] == ("E1", "mistyped_code")
    assert match([entity(1, HEHUA)], [record("徂禾源商行", code=wrong, county_code=XINTAI)])["r"]["entity_id"] is None


@pytest.mark.parametrize(
    "name", ["泰安市宁阳岱穗澜食品有限责任公司", "（宁阳）岱穗澜食品有限公司", "宁阳 岱穗澜食品 有限公司"]
)
def test_a_name_links_in_its_county_however_it_is_spaced_and_bracketed(match, entity, record, name):
    assert told(match([entity(1, HEHUA)], [record(name)])["r"])[:2] == ("E1", "name_county")


def test_a_former_name_is_a_name(match, entity, record):
    found = match([entity(1, HEHUA)], [record(MAIYU)], former=(("E1", MAIYU),))
    assert told(found["r"])[:2] == ("E1", "name_county")
    assert "曾用名一致" in found["r"]["evidence"]


def test_a_name_without_place_and_form_links_in_its_county(match, entity, record):
    assert told(match([entity(1, HEHUA)], [record("岱穗澜食品（宁阳）")])["r"])[:2] == ("E1", "core_county")


def test_a_name_that_says_another_county_is_none_of_this_one_s(match, entity, record):
    school = entity(1, "泰安市新泰市公路管理所", county_code=XINTAI)
    found = match([school], [record("泰安市宁阳县公路管理所", county_code=XINTAI)])
    assert found["r"]["entity_id"] is None


def test_two_firms_of_one_name_are_told_apart_by_the_representative_or_not_at_all(match, entity, record):
    twins = [entity(1, HEHUA), entity(2, HEHUA, representative="李四")]
    found = match(twins, [record(HEHUA, record_id="a", representative="李四"), record(HEHUA, record_id="b")])
    assert told(found["a"])[:2] == ("E2", "name_representative")
    assert (found["b"]["entity_id"], found["b"]["state"]) == (None, "unlinked")


def test_a_name_unique_in_the_city_is_barred_by_a_foreign_code_and_by_another_representative(
    match, entity, record, credit_code
):
    found = match(
        [entity(1, HEHUA)],
        [
            record(HEHUA, record_id="free", county_code=XINTAI),
            record(HEHUA, record_id="foreign", county_code=XINTAI, code=credit_code(9)),
            record(HEHUA, record_id="other", county_code=XINTAI, representative="王五"),
        ],
    )
    assert told(found["free"])[:2] == ("E1", "name_city")
    assert (found["foreign"]["entity_id"], found["other"]["entity_id"]) == (None, None)


def test_a_branch_belongs_to_the_firm_it_is_named_after_and_is_not_that_firm(match, entity, record, credit_code):
    found = match(
        [entity(1, HEHUA)],
        [
            record(f"{HEHUA}泰山分公司", record_id="own", code=credit_code(9)),
            record(f"{HEHUA}门市部", record_id="parent", code=credit_code(1)),
        ],
    )
    assert told(found["own"]) == ("E1", "branch_name", "branch")
    assert told(found["parent"]) == ("E1", "credit_code", "branch")


def test_a_record_of_nobody_keeps_a_row(match, entity, record):
    found = match([entity(1, HEHUA)], [record("济南灏槐浔建设有限公司")])
    assert (found["r"]["entity_id"], found["r"]["state"], found["r"]["evidence"]) == (None, "unlinked", None)


def test_a_decision_comes_before_every_layer(match, entity, record, credit_code):
    both = [entity(1, HEHUA), entity(2, MAIYU)]
    rows = [record(HEHUA, record_id="same", code=credit_code(1)), record(HEHUA, record_id="not", code=credit_code(1))]
    found = match(both, rows, decided=(("same", "E2", "same"), ("not", "E1", "different")))
    assert told(found["same"])[:2] == ("E2", "decision")
    assert found["not"]["entity_id"] is None


def test_evidence_says_what_agrees_and_names_nobody(match, entity, record, credit_code):
    row = record(
        HEHUA, code=credit_code(1), representative="李四", began_on=datetime.date(2010, 6, 1), address="府前街1号"
    )
    (found,) = match([entity(1, HEHUA, is_alive=False)], [row]).values()
    assert found["evidence"] == (
        "信用代码一致；名称一致；法定代表人不同；县区一致；开业日期相近；地址一致；登记已注销或吊销"
    )
