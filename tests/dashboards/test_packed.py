"""What goes over the line: packed where it pays, kept where it never changes, and never a form with its token."""

import gzip
import re
from pathlib import Path

from flask.testing import FlaskClient
from sign_in import sign_in

from dashboards.app import create_app
from taian.settings import Settings

BASE = {"base_url": "http://127.0.0.1:8050"}
PACKED = {"Accept-Encoding": "gzip"}


def library(client: FlaskClient) -> str:
    return next(iter(re.findall(r'src="(/_dash-component-suites/[^"]+renderer[^"]+)"', client.get("/", **BASE).text)))


def test_a_library_is_packed_and_kept_for_good(client: FlaskClient) -> None:
    plain = client.get(library(client), **BASE)
    packed = client.get(library(client), headers=PACKED, **BASE)
    assert plain.content_encoding is None
    assert packed.content_encoding == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "immutable" in packed.headers["Cache-Control"]
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_a_worker_gives_out_every_script_before_its_first_page(client: FlaskClient, published: Path) -> None:
    fresh = create_app(Settings(home=published.parent, web_port=8050))
    # How Dash stands between the moment its first request begins and the moment it has looked through its scripts.
    fresh._got_first_request["setup_server"] = True
    asked = sign_in(fresh.server.test_client()).get(library(client), **BASE)
    assert asked.status_code == 200


def test_our_own_style_sheet_is_kept_by_its_version_only(client: FlaskClient) -> None:
    named = next(iter(re.findall(r'href="(/assets/app.css\?m=[^"]+)"', client.get("/", **BASE).text)))
    assert "immutable" in client.get(named, headers=PACKED, **BASE).headers["Cache-Control"]
    assert "immutable" not in client.get("/assets/app.css", headers=PACKED, **BASE).headers.get("Cache-Control", "")
    assert gzip.decompress(client.get(named, headers=PACKED, **BASE).data) == client.get(named, **BASE).data


def test_answers_of_pages_are_packed_and_kept_nowhere_and_forms_are_not_packed(client: FlaskClient) -> None:
    asked = client.get("/_dash-dependencies", headers=PACKED, **BASE)
    assert asked.content_encoding == "gzip"
    assert asked.headers["Cache-Control"] == "no-store"
    form = client.get("/password", headers=PACKED, **BASE)
    assert 'name="token"' in form.text
    assert form.content_encoding is None
