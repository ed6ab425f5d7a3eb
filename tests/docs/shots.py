"""Take the pictures of README and docs/guide from a finished night: ``python tests/docs/shots.py HOME [NAME …]``.

HOME is an installation whose night has ended; it is only read. Its published files are shown by an application of their
own, with accounts of their own in a folder that is gone afterwards, so that every role can be looked at.
"""

import shutil
import struct
import sys
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "dashboards"))
sys.path.insert(0, str(Path(__file__).parents[1] / "helpers"))
sys.path.insert(0, str(Path(__file__).parents[2]))

from sign_in import make_account
from web_fixture import run_site

from taian.access.sessions import open_session
from taian.clock import SAMPLE_MARK
from taian.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
ROLES = ("analyst", "inspector", "operator", "leader", "administrator", "auditor")
LARGEST = 120_000
"""Bytes of one picture."""


FIRM = "/entity/firm/91379904617501892Y"
"""The firm of the walkthrough, in the sample city of scale 0.01 and seed 1."""


@dataclass(frozen=True)
class Shot:
    """One picture: who looks at which address; ``seek`` is typed into the search, ``at`` scrolled to the top."""

    name: str
    role: str
    path: str
    at: str = ""
    seek: str = ""
    width: int = 1280
    height: int = 800


SHOTS = (
    Shot("docs/img/overview", "all", "/"),
    Shot("docs/img/authenticity", "all", "/authenticity", width=1440, height=900),
    Shot("docs/guide/img/output-counties", "analyst", "/?indicator=industrial_output"),
    Shot("docs/guide/img/output-county", "analyst", "/topics/economy?indicator=industrial_output&area=370923"),
    Shot("docs/guide/img/output-drivers", "analyst", "/topics/economy?indicator=industrial_output", at=".drivers-card"),
    Shot("docs/guide/img/departments", "analyst", "/my-data"),
    Shot("docs/guide/img/department", "operator", "/my-data?provider=gonganju"),
    Shot(
        "docs/guide/img/refused",
        "operator",
        "/my-data?provider=gonganju",
        at="main .card:has(h2:text-is('被退回的行'))",
    ),
    Shot("docs/guide/img/search", "analyst", "/search", seek="东平鑫蕙"),
    Shot("docs/guide/img/firm", "analyst", FIRM),
    Shot("docs/guide/img/firm-returns", "inspector", FIRM, at="main .card:has(h2:text-is('申报、开票与用电'))"),
    Shot("docs/guide/img/finding", "inspector", "/authenticity", width=1440, height=900),
    Shot("docs/guide/img/runs", "operator", "/runs"),
    Shot("docs/guide/img/audit", "auditor", "/audit"),
    Shot("docs/guide/img/plan", "leader", "/plan"),
    Shot("docs/guide/img/phone", "analyst", "/", width=390, height=844),
)


def _codes(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A palette of at most 256 colours, and for each pixel the nearest of them: pages have few colours."""
    flat = picture.reshape(-1, 3)
    colours, which, counts = np.unique(flat >> 2, axis=0, return_inverse=True, return_counts=True)
    kept = np.argsort(-counts)[:256]
    palette = colours[kept].astype(np.int32)
    distance = ((colours[:, None, :].astype(np.int32) - palette[None]) ** 2).sum(axis=2)
    nearest = distance.argmin(axis=1).astype(np.uint8)
    full = np.minimum(255, (palette << 2) + (palette >> 4)).astype(np.uint8)
    return full, nearest[which.ravel()].reshape(picture.shape[:2])


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def with_palette(png: bytes) -> bytes:
    """A browser's RGB or RGBA picture as one of 256 colours (PNG, ISO/IEC 15948), some four times smaller."""
    size, depth, data, at = (0, 0), 0, b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        content = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            size, depth = struct.unpack(">II", content[:8]), {2: 3, 6: 4}[content[9]]
        data += content if kind == b"IDAT" else b""
        at += length + 12
    palette, codes = _codes(_unfiltered(zlib.decompress(data), *size, depth))
    rows = np.hstack([np.zeros((size[1], 1), np.uint8), codes]).tobytes()
    head = struct.pack(">IIBBBBB", *size, 8, 3, 0, 0, 0)
    body = _chunk(b"IHDR", head) + _chunk(b"PLTE", palette.tobytes()) + _chunk(b"IDAT", zlib.compress(rows, 9))
    return png[:8] + body + _chunk(b"IEND", b"")


def _unfiltered(raw: bytes, width: int, height: int, depth: int) -> np.ndarray:
    """Pixels from the filtered lines of a PNG."""
    lines = np.frombuffer(raw, np.uint8).reshape(height, 1 + width * depth)
    before = np.zeros((width + 1, depth), np.int32)
    found = np.empty((height, width, depth), np.uint8)
    for y in range(height):
        kind, given = lines[y, 0], lines[y, 1:].reshape(width, depth).astype(np.int32)
        now = np.zeros((width + 1, depth), np.int32)
        if kind == 0:
            now[1:] = given
        elif kind == 1:
            now[1:] = np.cumsum(given, axis=0) & 255
        elif kind == 2:
            now[1:] = (given + before[1:]) & 255
        else:
            for x in range(1, width + 1):
                left, up, corner = now[x - 1], before[x], before[x - 1]
                now[x] = (given[x - 1] + ((left + up) // 2 if kind == 3 else _paeth(left, up, corner))) & 255
        found[y], before = now[1:], now
    return found[:, :, :3]


def _paeth(left: np.ndarray, up: np.ndarray, corner: np.ndarray) -> np.ndarray:
    guess = left + up - corner
    a, b, c = abs(guess - left), abs(guess - up), abs(guess - corner)
    return np.where((a <= b) & (a <= c), left, np.where(b <= c, up, corner))


def _take(page: Page, url: str, shot: Shot) -> bytes:
    page.goto(url + shot.path)
    page.wait_for_selector("main h1")
    if shot.seek:
        page.locator("#seek").fill(shot.seek)
    page.wait_for_load_state("networkidle")
    if shot.at:
        place = page.locator(shot.at).first
        place.evaluate("it => window.scrollTo(0, it.getBoundingClientRect().top + window.scrollY - 70)")
    page.wait_for_timeout(1500)
    return page.screenshot()


def _shoot(browser: Browser, url: str, config: Settings, shot: Shot) -> None:
    number, token = open_session(config, shot.role)
    cookies = {"taian-session": number, "_csrf_token": token}
    context = browser.new_context(viewport={"width": shot.width, "height": shot.height}, color_scheme="light")
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    page = context.new_page()
    page.set_default_timeout(60_000)
    content = with_palette(_take(page, url, shot))
    assert len(content) <= LARGEST, f"{shot.name}: {len(content):,} bytes"
    (ROOT / f"{shot.name}.png").write_bytes(content)
    print(f"{shot.name}.png {len(content):,}", flush=True)
    context.close()


def main(home: Path, names: list[str]) -> None:
    """Take the pictures of these names, or all."""
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder)
        shutil.copytree(home / "serving", own / "serving")
        for name in ("alerts.db", "pseudonym.key"):
            shutil.copy(home / name, own / name)
        if (home / SAMPLE_MARK).is_dir():
            (own / SAMPLE_MARK).mkdir()  # its clock stands at its night
        for role in ROLES:
            make_account(own, role, [role])
        for site in run_site(own):
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
                for shot in SHOTS:
                    if not names or any(name in shot.name for name in names):
                        _shoot(browser, site.url, Settings(home=own), shot)
                browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
