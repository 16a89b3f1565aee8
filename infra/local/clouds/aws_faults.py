"""Faults to order from the fake AWS, in the words of EC2, of others that answer XML to a form, and of S3."""

from __future__ import annotations

import io
import re
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode
from xml.etree import ElementTree as ET

from werkzeug.wrappers import Response

from infra.local.clouds import aws_bucket_faults
from infra.local.clouds.aws_answers import LISTINGS, Listing, error_answer
from infra.local.clouds.faults import Fault, FaultBook

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REFUSALS = {
    "unavailable": ("Unavailable", 503),
    "internal_error": ("InternalError", 500),
    "denied": ("UnauthorizedOperation", 403),
    "throttled": ("RequestLimitExceeded", 503),
}
CANNOT = frozenset({"wrong_total", "slow"})
"""AWS gives no totals; a slow answer nobody has asked for yet."""
_CREDENTIAL = re.compile(r"Credential=([^/]+)/[^/]+/([^/]+)/")


@dataclass(frozen=True, slots=True)
class AwsFaults:
    """A WSGI application around the fake's. Answers of other protocols pass as they are.

    ``revoked`` are the ids of access keys that are not accepted any more.
    """

    inner: WSGIApplication
    book: FaultBook = field(default_factory=FaultBook)
    revoked: set[str] = field(default_factory=set)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        query = dict(parse_qsl(body.decode("latin-1")))
        request = _with_body(environ, body)
        if "Action" in query:
            return self._answer(request, query)(environ, start_response)
        if asked := aws_bucket_faults.Asked.of(request):
            return self._buckets(asked)(environ, start_response)
        return self.inner(request, start_response)

    def _buckets(self, asked: aws_bucket_faults.Asked) -> Response:
        key, region = _signed(asked.environ)
        if key in self.revoked:
            return aws_bucket_faults.refusal(*aws_bucket_faults.REVOKED)
        faults = self.book.due(region, aws_bucket_faults.ACTION, asked.page)
        if kind := next((kind for kind in REFUSALS if kind in faults), None):
            return aws_bucket_faults.refusal(*aws_bucket_faults.REFUSALS[kind])
        return _gone(asked.environ, faults) or aws_bucket_faults.spoilt(
            self._ask(asked.environ), asked, faults, self._ask
        )

    def _ask(self, environ: WSGIEnvironment) -> Response:
        return Response.from_app(self.inner, environ)

    def _answer(self, environ: WSGIEnvironment, query: dict[str, str]) -> Response:
        key, region = _signed(environ)
        if key in self.revoked:
            return error_answer("AuthFailure", "AWS was not able to validate the provided access credentials", 401)
        listing = LISTINGS.get(query["Action"])
        first, size = _window(listing, query) if listing else (0, 1)
        faults = self.book.due(region, query["Action"], first // size + 1)
        if refused := next((REFUSALS[kind] for kind in REFUSALS if kind in faults), None):
            return error_answer(refused[0], "as ordered", refused[1])
        if gone := _gone(environ, faults):
            return gone
        response = Response.from_app(self.inner, environ)
        if listing and response.status_code == 200 and "empty" in faults:
            _put_items(response, listing, None)
        if listing and response.status_code == 200 and "duplicate_page" in faults and first:
            earlier = query | {listing.token: f"after-{first - size}"}
            if first == size:
                del earlier[listing.token]
            before = Response.from_app(self.inner, _with_body(environ, urlencode(earlier).encode()))
            _put_items(response, listing, before)
        if "truncated" in faults:
            response.data = response.data[: len(response.data) // 2]
        return response


def _signed(environ: WSGIEnvironment) -> tuple[str, str]:
    """The access key and the region that a request is signed for."""
    signed = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    return (signed[1], signed[2]) if signed else ("", "")


def _gone(environ: WSGIEnvironment, faults: Mapping[str, Fault]) -> Response | None:
    """What something on the way answers in place of AWS; raises ConnectionAbortedError where nothing is answered."""
    if "gateway_error" in faults:
        return Response("<html><body>Bad Gateway</body></html>", status=502, mimetype="text/html")
    if "dropped" in faults:
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        raise ConnectionAbortedError  # so that the server does not try to answer
    return None


def _window(listing: Listing, query: dict[str, str]) -> tuple[int, int]:
    first = int(query.get(listing.token, "").removeprefix("after-") or 0)
    return first, int(query.get(listing.limit) or listing.largest)


def _put_items(response: Response, listing: Listing, other: Response | None) -> None:
    """Show the items of another answer in place of its own, or none and no more to follow."""
    root = ET.fromstring(response.data)
    around = root.find(listing.around)
    assert around is not None
    place = around.find(listing.sets.removeprefix(listing.around + "/").partition("/")[0])
    assert place is not None
    for item in list(place):
        place.remove(item)
    if other is None:
        for token in around.findall(f"{{*}}{listing.following}"):
            around.remove(token)
    else:
        shown = ET.fromstring(other.data).find(listing.around)
        found = shown.find(f"{{*}}{place.tag.partition('}')[2]}") if shown is not None else None
        place.extend(found if found is not None else ())
    namespace = root.tag[1:].partition("}")[0] if root.tag.startswith("{") else None
    response.data = ET.tostring(root, encoding="utf-8", default_namespace=namespace)


def _with_body(environ: WSGIEnvironment, body: bytes) -> WSGIEnvironment:
    return environ | {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
