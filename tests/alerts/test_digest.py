"""What each recipient reads, and what nobody may read."""

import pytest

from alerts.digest import MOST_CARDS, Lead, inspector_part, operator_part, owner_part
from alerts.letter import Letter, to_html, to_text

URL = "http://127.0.0.1:8050"


def read(part, date="2018-06-30"):
    letter = Letter(date, (part,))
    return letter.subject, to_text(letter), to_html(letter)


def lead(number, **more):
    facts = {
        "family": "cross_source",
        "county_name": "新泰市",
        "url": f"{URL}/authenticity?finding=f{number}",
        "is_new": True,
    }
    return Lead(id=f"XS-2018-{number:04d}", **{**facts, **more})


def test_the_inspector_reads_numbers_of_leads_by_family_and_county_and_links():
    leads = [lead(1), lead(2, family="identity"), lead(3, county_name="肥城市", is_new=False)]
    subject, text, html = read(inspector_part(leads, URL))
    assert subject == "【泰安市政务数据平台】2018-06-30 数据真实性新增线索 2 条，未办结 3 条"
    assert "跨来源不符：本夜 1，未办结 2" in text
    assert "新泰市：本夜 2，未办结 2" in text
    assert "肥城市：本夜 0，未办结 1" in text
    for body in (text, html):
        assert "XS-2018-0001" in body and f"{URL}/authenticity?finding=f1" in body
        assert "XS-2018-0003" not in body, "an older lead is counted, not listed again"
        assert "下一步" in body


def test_without_a_waiting_lead_the_inspector_gets_no_mail():
    assert inspector_part([], URL) is None


def test_of_many_leads_the_first_are_numbered_and_the_others_told_by_type():
    leads = [lead(i, family="identity" if i % 5 == 0 else "cross_source") for i in range(1, MOST_CARDS + 9)]
    _, text, _ = read(inspector_part(leads, URL))
    assert text.count("/authenticity?finding=") == MOST_CARDS
    assert "其余跨来源不符 6 条" in text
    assert f"{URL}/authenticity?strength=strong&family=cross_source" in text
    assert text.index("其余跨来源不符 6 条") < text.index("其余分项合计不平衡 2 条")


def test_a_sentence_of_the_gate_is_not_told_twice(facts):
    batch = "resident-2018-06-29-01"
    message = (
        f"{facts.delivery(batch, 'held').title} {batch}：行数偏离，5 行，批次未发布；处理办法：核对是否只导出了一部分。"
    )
    held = facts.delivery(batch, "held", code="W102", message=message)
    _, text, _ = read(owner_part([held], {}, URL))
    assert "说明：行数偏离，5 行，批次未发布。" in text
    assert text.count("核对是否只导出了一部分") == 1


def test_the_owner_reads_what_was_refused_why_and_what_to_do(facts):
    rejected = facts.delivery(
        "resident-2018-06-29-01", "rejected", code="F003", message="文件 a.csv 的摘要与清单不一致"
    )
    subject, text, html = read(owner_part([rejected], {"resident/resident-2018-06-29-01": "PC-2018-0001"}, URL))
    assert subject == "【泰安市政务数据平台】2018-06-30 夜间批次：需要您处理 1 项"
    for words in (
        "公安局",
        "户籍人口基本信息",
        "resident-2018-06-29-01",
        "F003 摘要不符",
        "文件 a.csv 的摘要与清单不一致",
        "重新生成清单并报送",
        "PC-2018-0001",
        f"{URL}/runs?batch=resident/resident-2018-06-29-01",
    ):
        assert words in text and words in html


def test_a_code_without_a_sentence_is_explained_by_the_catalogue(facts):
    _, text, _ = read(owner_part([facts.delivery("b1", "rejected", code="F010")], {}, URL))
    assert "F010 错误页面" in text
    assert "文件内容是系统返回的错误页面或错误信息而不是数据" in text
    assert "检查导出系统的登录状态或接口返回后重新导出" in text


def test_quarantined_rows_of_many_batches_are_one_thing_to_do(facts):
    def batch(day, rows):
        figures = {"rows_delivered": 1200, "rows_accepted": 1200 - rows, "rows_quarantined": rows}
        codes = (("R006", "身份号码校验不符", "核对证件后更正号码", rows),)
        return facts.delivery(f"resident-2018-06-{day:02d}-01", "published", top_codes=codes, **figures)

    subject, text, _ = read(owner_part([batch(1, 100), batch(2, 1000), batch(3, 0)], {}, URL))
    assert "需要您处理 1 项" in subject
    assert "报送 2,400，采用 1,300，隔离 1,100（共 2 批）" in text
    assert "R006 身份号码校验不符：1,100 行。核对证件后更正号码" in text
    assert f"{URL}/runs?batch=resident/resident-2018-06-02-01" in text


def test_a_flag_alone_asks_for_nothing(facts):
    subject, text, _ = read(owner_part([facts.delivery("b1", "published_flagged", code="W004")], {}, URL))
    assert subject.endswith("夜间批次：已发布，有提示")
    assert "没有需要立即处理的事项" in text


def test_an_owner_whose_batches_are_all_well_gets_no_mail(facts):
    assert owner_part([facts.delivery("b1", "published"), facts.delivery("b2", "duplicate")], {}, URL) is None


def test_a_row_count_that_is_not_known_is_not_printed_as_zero(facts):
    _, text, _ = read(owner_part([facts.delivery("b1", "rejected", code="F001")], {}, URL))
    assert "行数" not in text


@pytest.mark.parametrize(
    ("state", "words"),
    [("failed", "2 个步骤失败"), ("late", "到 08:30 仍未完成"), ("missing", "到 08:30 仍没有开始")],
)
def test_the_operator_reads_what_happened_and_the_command_or_page_that_helps(facts, state, words):
    part = operator_part(facts.night(state=state, failed_steps=("vat_invoice", "publish")), URL, "2018-06-29")
    _, text, html = read(part)
    for body in (text, html):
        assert words in body and "下一步" in body and f"{URL}/runs?run=night-1" in body and "2018-06-29" in body
    assert ("vat_invoice" in text) == (state == "failed")


def test_a_good_night_says_nothing_to_the_operator(facts):
    assert operator_part(facts.night(), URL) is None


def test_everything_from_outside_is_escaped_in_html_and_one_line_in_text(facts):
    hostile = '<script>alert(1)</script>\r\nBcc: x@y.z\u202e"'
    fact = facts.delivery("b<1>", "rejected", title=hostile, provider_name=hostile, message=hostile, period=hostile)
    subject, text, html = read(owner_part([fact], {}, URL))
    assert "<script" not in html and "&lt;script&gt;" in html
    assert "\nBcc" not in text and "\r" not in text and "\u202e" not in text + html
    assert "\n" not in subject
    assert "b%3C1%3E" in html


def test_identifiers_are_struck_out_of_sentences_about_a_delivery(facts):
    message = "第 3 行 37090219900101123X、91370900MA3C8W2B1X、13805381234 有误，批次 resident-2018-06-30-01"
    _, text, html = read(owner_part([facts.delivery("b1", "rejected", code="F003", message=message)], {}, URL))
    for body in (text, html):
        assert "37090219900101123X" not in body and "91370900MA3C8W2B1X" not in body and "13805381234" not in body
        assert "resident-2018-06-30-01" in body


def test_the_html_asks_no_other_host_for_anything(facts):
    _, _, html = read(owner_part([facts.delivery("b1", "held", code="W101")], {}, URL))
    assert "src=" not in html and "url(" not in html and "<link" not in html and "@import" not in html


def test_the_owner_reads_that_a_held_batch_was_released_and_why_and_is_asked_nothing(facts):
    released = facts.delivery(
        "resident-2018-06-30-01", "published_flagged", code="W102", released_why="确认当日集中补录 370902199001011234"
    )
    subject, text, html = read(owner_part([released], {"resident/resident-2018-06-30-01": "PC-2018-0001"}, URL))
    assert subject.endswith("夜间批次：已发布，有提示")
    for words in ("核实后放行，已发布（1 批）", "W102 行数偏离过大待核", "放行理由：确认当日集中补录", "PC-2018-0001"):
        assert words in text
    assert "核实后放行" in html
    assert "370902199001011234" not in text + html
    assert "处理办法" not in text, "there is nothing left to do"
    assert "需要您处理" not in text
