"""The console's files: what is served, how it may be kept, and that they hang together."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from chalice import test as chalice_test

from app import app
from chalicelib.api.console import KINDS, ROOT, version

FILES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.suffix in KINDS)
SCRIPTS = [path for path in ROOT.rglob("*.js") if path.parent.name not in ("vendor", "texts")]
LONGEST = 300
FIRST_VIEW_BYTES = 100_000
EXTERNAL = re.compile(r"""(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}""", re.IGNORECASE)
NAMESPACES = ("//www.w3.org",)
TEXT = re.compile(r"""\bt\(\s*["']([^"']+)["']""")
TABLE_ENTRY = re.compile(r"""(?:"([^"]+)"|\b(\w+)): "((?:[^"\\]|\\.)*)\"""")
IMPORT = re.compile(r"""^import .*?from "(\..*?)";|^export .*? from "(\..*?)";""", re.MULTILINE)


@pytest.fixture(scope="module")
def browser() -> Iterator[chalice_test.TestHTTPClient]:
    """Files need neither store nor queue."""
    with chalice_test.Client(app) as client:
        yield client.http


def test_the_page_names_its_files_by_what_is_in_them_and_is_asked_for_anew(
    browser: chalice_test.TestHTTPClient,
) -> None:
    page = browser.get("/console")
    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-cache"
    html = page.body.decode()
    assert f"console/{version()}/main.js" in html
    for link in re.findall(r'(?:href|src)="(console/[^"]+)"', html):
        assert browser.get(f"/{link}").status_code == 200, link


def test_the_page_names_every_module_that_a_first_look_needs(browser: chalice_test.TestHTTPClient) -> None:
    html = browser.get("/console").body.decode()
    named = set(re.findall(r'modulepreload" href="console/[^/]+/([^"]+)"', html))
    assert {"shell.js", "core/api.js", "vendor/preact.js"} <= named
    assert not {name for name in named if name.startswith(("views/", "texts/"))}
    assert named <= set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_served_to_be_kept_for_good(browser: chalice_test.TestHTTPClient, name: str) -> None:
    answer = browser.get(f"/console/{version()}/{name}")
    assert answer.status_code == 200
    assert answer.body == (ROOT / name).read_bytes()
    assert answer.headers["Content-Type"] == KINDS[Path(name).suffix]
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_file_of_another_edition_is_what_is_here_now_and_is_not_kept(browser: chalice_test.TestHTTPClient) -> None:
    answer = browser.get("/console/0123456789ab/main.js")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["x/nothing.js", "x/..%2f..%2fsettings.py", "x/../app.py", "x/vendor/ORIGIN.txt", "x/index.html"]
)
def test_nothing_else_can_be_fetched(browser: chalice_test.TestHTTPClient, path: str) -> None:
    assert browser.get(f"/console/{path}").status_code in (403, 404)


@pytest.mark.parametrize("path", ["/console", f"/console/{version()}/main.js"])
def test_only_what_is_served_here_can_run_in_the_page(browser: chalice_test.TestHTTPClient, path: str) -> None:
    headers = browser.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_has_no_script_or_style_of_its_own() -> None:
    html = (ROOT / "index.html").read_text()
    assert not re.findall(r"<style|\son\w+=|style=|<script(?![^>]*\ssrc=)", html)


@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith("vendor/")])
def test_no_other_host_is_named(name: str) -> None:
    named = [it for it in EXTERNAL.findall((ROOT / name).read_text()) if not it.endswith(NAMESPACES)]
    assert named == []


def test_modules_are_small() -> None:
    long = {path.name: lines for path in SCRIPTS if (lines := len(path.read_text().splitlines())) >= LONGEST}
    assert long == {}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_what_a_module_imports_is_there(script: Path) -> None:
    for first, second in IMPORT.findall(script.read_text()):
        assert (script.parent / (first or second)).resolve().is_file(), (script, first or second)


def table(language: str) -> dict[str, str]:
    found = TABLE_ENTRY.findall((ROOT / "texts" / f"{language}.js").read_text())
    names = [quoted or plain for quoted, plain, _ in found]
    assert sorted(set(names)) == sorted(names), "a text is given twice"
    return {quoted or plain: text for quoted, plain, text in found}


def test_both_languages_have_every_text_with_the_same_parts() -> None:
    chinese, english = table("zh"), table("en")
    assert chinese.keys() == english.keys()
    for name, text in chinese.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", english[name])), name


def test_every_text_that_is_asked_for_exists() -> None:
    asked = {name for script in SCRIPTS for name in TEXT.findall(script.read_text())}
    assert asked - table("en").keys() == set()


def test_the_libraries_are_those_that_their_origin_names() -> None:
    origin = (ROOT / "vendor" / "ORIGIN.txt").read_text()
    for script in (ROOT / "vendor").glob("*.js"):
        assert f"{hashlib.sha256(script.read_bytes()).hexdigest()}  {script.name}" in origin, script.name


def test_all_scripts_and_styles_together_are_below_the_size_of_a_first_view() -> None:
    sizes = {name: len(gzip.compress((ROOT / name).read_bytes())) for name in FILES}
    assert sum(sizes.values()) < FIRST_VIEW_BYTES, sizes
