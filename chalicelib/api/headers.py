"""Headers that every answer carries: a browser is to guess nothing, keep nothing and show nothing in a frame."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from chalice.app import CORSConfig, Response

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
ON_EVERY_ANSWER = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": NOTHING,
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
EXPOSED = "Retry-After"
SENT_BY_CALLERS = ("Authorization", "Idempotency-Key", "X-Cam-User", "X-Correlation-Id")


def page_policy(style: str) -> str:
    """The Content-Security-Policy of a page whose only resource is this style sheet in its head."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def protect(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """Middleware: what a view has set itself stays."""
    response = get_response(event)
    set_already = {name.lower() for name in response.headers}
    response.headers.update({name: value for name, value in ON_EVERY_ANSWER.items() if name.lower() not in set_already})
    return response


def beside_the_service(origin: str | None) -> dict[str, str]:
    """What an answer carries that a gateway gives in place of the service. Pages of the one other ``origin`` may read
    it, too: they would take a 401 for a broken network.
    """
    if origin is None:
        return ON_EVERY_ANSWER
    return {**ON_EVERY_ANSWER, "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED}


def cors(origin: str | None) -> CORSConfig | bool:
    """What lets pages of one other origin call the API; without one, none."""
    if origin is None:
        return False
    return CORSConfig(allow_origin=origin, allow_headers=SENT_BY_CALLERS, expose_headers=[EXPOSED], max_age=600)
