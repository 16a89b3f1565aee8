"""The API's own documentation: a document for programs and a page for people."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib import __version__
from chalicelib.api.catalogue import CATALOGUE, PREFIX
from chalicelib.api.headers import page_policy
from chalicelib.api.page import STYLE, page

routes = Blueprint(__name__)


@cache
def _document() -> dict[str, Any]:
    from chalicelib.api.openapi import document  # noqa: PLC0415 - nobody else pays for what documents the API

    operations = (operation for blueprint in CATALOGUE for operation in blueprint.operations)
    return document(operations, prefix=PREFIX, version=__version__)


@routes.route("/openapi.json", methods=["GET"])
def openapi() -> Response:
    """Not in an envelope: programs expect the document itself."""
    return Response(json.dumps(_document(), ensure_ascii=False), headers={"Content-Type": "application/json"})


@routes.route("/docs", methods=["GET"])
def docs() -> Response:
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": page_policy(STYLE),
    }
    return Response(page(_document()), headers=headers)
