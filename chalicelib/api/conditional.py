"""Conditional requests (RFC 9110, section 13): who has an answer already is not sent it again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from chalice.app import Response


def answer_unchanged(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """Middleware: every successful GET gets an ETag of its body, and is 304 where ``If-None-Match`` names it.

    The tag is weak, as gateways compress. Callers may hold an answer in memory by it, though no cache may store one.
    """
    response = get_response(event)
    if event.method != "GET" or response.status_code != 200 or not isinstance(response.body, str):
        return response
    tag = f'W/"{hashlib.sha256(response.body.encode()).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    if not _matches(event.headers.get("if-none-match", ""), tag):
        return response
    sent = {name: value for name, value in response.headers.items() if name != "Content-Type"}
    return Response("", headers=sent, status_code=304)


def _matches(asked: str, tag: str) -> bool:
    """By weak comparison."""
    named = {one.strip().removeprefix("W/") for one in asked.split(",")}
    return asked.strip() == "*" or tag.removeprefix("W/") in named
