"""Faults to order from the fake AWS in its listing of buckets, in the words of S3, which knows no ``Action``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode
from xml.etree import ElementTree as ET

from werkzeug.wrappers import Response

from infra.local.clouds.aws_pages import BUCKETS
from infra.local.clouds.faults import Fault

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ACTION = "ListBuckets"
REFUSALS = {
    "unavailable": ("ServiceUnavailable", 503),
    "internal_error": ("InternalError", 500),
    "denied": ("AccessDenied", 403),
    "throttled": ("SlowDown", 503),
}
REVOKED = ("InvalidAccessKeyId", 403)


@dataclass(frozen=True, slots=True)
class Asked:
    """A page of buckets: ``size`` of them from ``first`` on."""

    environ: WSGIEnvironment
    first: int
    size: int

    @classmethod
    def of(cls, environ: WSGIEnvironment) -> Asked | None:
        """None for any other request."""
        if not BUCKETS.is_asked(environ):
            return None
        query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        return cls(environ, int(query.get(BUCKETS.token, 0)), int(query.get(BUCKETS.limit, BUCKETS.largest)))

    @property
    def page(self) -> int:
        return self.first // self.size + 1

    def before(self) -> WSGIEnvironment:
        """The same question for the page before."""
        query = {BUCKETS.limit: self.size, BUCKETS.token: self.first - self.size}
        return self.environ | {"QUERY_STRING": urlencode(query)}


def refusal(code: str, status: int) -> Response:
    root = ET.Element("Error")
    ET.SubElement(root, "Code").text = code
    ET.SubElement(root, "Message").text = "as ordered"
    return Response(ET.tostring(root), status=status, mimetype="application/xml")


def spoilt(
    response: Response, asked: Asked, faults: Mapping[str, Fault], ask: Callable[[WSGIEnvironment], Response]
) -> Response:
    """The answer with other items than its own, or none and no more to follow, or cut off, as ordered."""
    if "empty" in faults:
        _put(response, None)
    if "duplicate_page" in faults and asked.first:
        _put(response, ask(asked.before()))
    if "truncated" in faults:
        response.data = response.data[: len(response.data) // 2]
    return response


def _put(response: Response, other: Response | None) -> None:
    root = ET.fromstring(response.data)
    buckets = root.find("{*}Buckets")
    assert buckets is not None
    for bucket in list(buckets):
        buckets.remove(bucket)
    if other is None:
        for token in root.findall("{*}ContinuationToken"):
            root.remove(token)
    else:
        buckets.extend(ET.fromstring(other.data).find("{*}Buckets") or ())
    response.data = ET.tostring(root, encoding="utf-8")
