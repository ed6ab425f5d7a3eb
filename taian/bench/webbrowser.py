"""A first and a later visit in Chromium: bytes over the line, and when there is something to read."""

import shutil
from collections.abc import Sequence
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from taian.bench.report import Goal, Measure, measure
from taian.bench.webclient import cookies_of, url_of
from taian.errors import ProblemError
from taian.settings import Settings

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
PATIENCE = 120_000
LATER = 12
"""Pages that are opened after the first."""

CLOCK = """
const look = () => {
    const heading = document.querySelector("main h1");
    if (heading && heading.checkVisibility()) {
        document.documentElement.dataset.headingStoodAt = performance.now();
    } else {
        requestAnimationFrame(look);
    }
};
look();
"""
"""The browser says itself when the heading stood: asked from outside, it answers only after the charts are drawn."""


def visits(config: Settings, addresses: Sequence[str]) -> list[Measure]:
    """The first page with nothing kept, then some others with what the browser kept. ProblemError without Chromium."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise ProblemError("Chromium is not installed; on Debian: apt-get install chromium.")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=FLAGS)
        try:
            return _visits(browser, config, addresses)
        finally:
            browser.close()


def _visits(browser: Browser, config: Settings, addresses: Sequence[str]) -> list[Measure]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    cookies = cookies_of(config)
    context.add_cookies([{"name": key, "value": value, "url": url_of(config)} for key, value in cookies.items()])
    context.add_init_script(CLOCK)
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    counted: list[float] = []
    line.on("Network.loadingFinished", lambda event: counted.append(event["encodedDataLength"]))
    first, *others = [_visit(page, f"{url_of(config)}{address}", counted) for address in addresses[: LATER + 1]]
    later = others or [first]
    return [
        measure("browser.first_visit", first[0] / 1e6, "MB", Goal("<=", 3.0)),
        measure("browser.first_paint", first[1], "s", Goal("<=", 2.0)),
        measure("browser.later_visit", median(size for size, _ in later) / 1e3, "kB", Goal("<=", 150.0)),
        measure("browser.later_visit_most", max(size for size, _ in later) / 1e3, "kB"),
        measure("browser.later_paint", median(at for _, at in later), "s", Goal("<=", 2.0)),
    ]


def _visit(page: Any, address: str, counted: list[float]) -> tuple[float, float]:
    """Bytes over the line, and seconds until the heading of the page stands."""
    counted.clear()
    page.goto(address, timeout=PATIENCE)
    told = page.wait_for_selector("html[data-heading-stood-at]", timeout=PATIENCE)
    shown = float(told.get_attribute("data-heading-stood-at")) / 1000
    page.wait_for_load_state("networkidle", timeout=PATIENCE)
    return sum(counted), shown
