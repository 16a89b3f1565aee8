"""The web console: files that browsers run, served by the application itself."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from chalice.app import Blueprint, Response

from chalicelib.api.endpoint import failure
from chalicelib.errors import NotFound

routes = Blueprint(__name__)

ROOT = Path(__file__).resolve().parents[1] / "console"
PAGE = "index.html"
MAIN = "main.js"
VERSION_MARK, PRELOADS_MARK = "{version}", "{preloads}"
_IMPORT = re.compile(r"""\bfrom\s*["'](\.[^"']+)["']""")
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""What is served, by the end of its name."""

FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
OWN_THINGS_ONLY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}


@cache
def version() -> str:
    """Changes with any file of the console; part of their addresses, so that browsers may keep them for good."""
    files = sorted(path for path in ROOT.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)).hexdigest()[:12]


@cache
def needed(module: str) -> tuple[str, ...]:
    """Every module that ``module`` imports, directly or not, sorted: named in the page, they come side by side."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        script = ROOT / waiting.pop()
        names = {
            (script.parent / name).resolve().relative_to(ROOT).as_posix()
            for name in _IMPORT.findall(script.read_text())
        }
        waiting += names - found
        found |= names
    return tuple(sorted(found))


@routes.route("/console", methods=["GET"])
def page() -> Response:
    """Its links are relative: the API may be deployed below a path."""
    preloads = "\n".join(f'<link rel="modulepreload" href="console/{VERSION_MARK}/{name}">' for name in needed(MAIN))
    html = (ROOT / PAGE).read_text().replace(PRELOADS_MARK, preloads).replace(VERSION_MARK, version())
    headers: dict[str, str | list[str]] = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": ASK_AGAIN}
    return Response(html, headers={**headers, **OWN_THINGS_ONLY})


@routes.route("/console/{edition}/{file}", methods=["GET"])
def top_file(edition: str, file: str) -> Response:
    return _file(edition, file)


@routes.route("/console/{edition}/{folder}/{file}", methods=["GET"])
def file_in_folder(edition: str, folder: str, file: str) -> Response:
    return _file(edition, f"{folder}/{file}")


@cache
def _files() -> dict[str, Path]:
    """What may be asked for; anything else, however spelt, is not there."""
    return {path.relative_to(ROOT).as_posix(): path for path in ROOT.rglob("*") if path.suffix in KINDS}


def _file(edition: str, name: str) -> Response:
    """Of another edition, as after a deployment, there is only what is here now, and nobody keeps it."""
    path = _files().get(name)
    if path is None:
        return failure(NotFound(f"the console has no file {name[:200]}"))
    headers: dict[str, str | list[str]] = {
        "Content-Type": KINDS[path.suffix],
        "Cache-Control": FOREVER if edition == version() else ASK_AGAIN,
    }
    return Response(path.read_text(), headers={**headers, **OWN_THINGS_ONLY})
