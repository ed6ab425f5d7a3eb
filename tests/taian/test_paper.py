"""Documents as PDF, read again as a reader shows them."""

import pypdfium2
from pdf_text import text_of

from taian.paper import Grid, Heading, Item, Paper, as_pdf

ROWS = tuple((f"任务{number}", "市发改委", "2018-06-30", "说明" * 30) for number in range(60))
PAPER = Paper(
    "督办通报",
    "数据截至 2018-06-30",
    ("综述 <b>&",),
    (
        Heading("一、进度落后"),
        Item("一句话", "http://127.0.0.1/plan?a=1&b=2"),
        Grid(tuple("甲乙丙丁"), ROWS, (3, 2, 1, 5)),
    ),
)


def test_a_document_is_read_again_whatever_signs_are_in_it():
    text = text_of(as_pdf(PAPER))
    assert "督办通报数据截至 2018-06-30综述 <b>&一、进度落后" in text
    assert all(f"任务{number}" in text for number in range(60))


def test_a_long_table_has_its_head_on_every_page_and_each_page_its_number():
    with pypdfium2.PdfDocument(as_pdf(PAPER)) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) > 2
    assert all(f"第 {number} 页" in page for number, page in enumerate(pages, 1))
    assert all("甲" in page and "丁" in page for page in pages)


def test_a_table_that_is_longer_than_the_rest_of_the_page_begins_there_below_its_heading():
    blocks = [Heading("一、进度落后"), Grid(tuple("甲乙丙丁"), ROWS[:15], (3, 2, 1, 5))]
    with pypdfium2.PdfDocument(as_pdf(Paper("督办通报", "数据", ("综述",) * 12, blocks))) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) == 2
    assert "一、进度落后" in pages[0] and "任务0" in pages[0]


def test_a_sentence_leads_to_its_page():
    assert b"http://127.0.0.1/plan?a=1&b=2" in as_pdf(PAPER)


def test_the_same_content_gives_the_same_bytes():
    assert as_pdf(PAPER) == as_pdf(PAPER)
