"""What somebody reads in a PDF, by the engine that browsers show it with."""

import pypdfium2


def text_of(content: bytes) -> str:
    """The text of every page without line breaks."""
    with pypdfium2.PdfDocument(content) as document:
        return "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "")
