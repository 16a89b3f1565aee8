"""How large a request may be. Told apart from what a gateway allows, which is far more than this API needs."""

from __future__ import annotations

from chalice.app import Request

from chalicelib.errors import BodyTooLarge, HeadersTooLarge, InvalidRequest

MOST_BODY_BYTES = 512 * 1024
"""The largest honest body, a batch of a thousand tasks with some regions each, has half of it."""
MOST_HEADER_BYTES = 16 * 1024
"""A gateway passes 10 KiB on, and adds headers of its own."""
MOST_PARAMETERS = 40


def require_small(request: Request) -> None:
    """Raises BodyTooLarge, HeadersTooLarge and InvalidRequest, before anything is parsed."""
    if len(request.raw_body) > MOST_BODY_BYTES:
        raise BodyTooLarge(f"the body has {len(request.raw_body)} bytes: send at most {MOST_BODY_BYTES}")
    if sum(len(name) + len(value) for name, value in request.headers.items()) > MOST_HEADER_BYTES:
        raise HeadersTooLarge(f"the headers are too large together: send at most {MOST_HEADER_BYTES} bytes")
    if len(request.query_params or ()) > MOST_PARAMETERS:
        raise InvalidRequest(f"invalid request: too many parameters: send at most {MOST_PARAMETERS}")
