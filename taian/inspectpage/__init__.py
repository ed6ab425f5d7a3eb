"""The report of ``taian inspect`` as one page that needs nothing else: Chinese, printable, light and dark."""

from taian.inspectpage.page import page

__all__ = ["page"]
