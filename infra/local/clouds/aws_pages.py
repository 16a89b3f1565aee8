"""Pages the listings of S3 and Kafka as AWS does.

moto cuts a list of buckets short without a token to go on with, and gives all clusters whatever is asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode
from xml.etree import ElementTree as ET

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Cut = Callable[[Response, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Listing:
    """``path`` and ``signed``, a part of the credential's scope, tell its requests. ``cut`` leaves ``size`` items of
    an answer, from ``first`` on, and the token of the rest.
    """

    path: str
    signed: str
    limit: str
    token: str
    largest: int
    cut: Cut

    def is_asked(self, environ: Mapping[str, str]) -> bool:
        asked = environ.get("REQUEST_METHOD"), environ.get("PATH_INFO")
        return asked == ("GET", self.path) and self.signed in environ.get("HTTP_AUTHORIZATION", "")


def paged(environ: WSGIEnvironment, ask: Callable[[WSGIEnvironment], Response]) -> Response | None:
    """The answer to a listing that is paged here; None for any other request. ``ask`` asks moto."""
    for listing in _LISTINGS:
        if listing.is_asked(environ):
            query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
            size, first = query.pop(listing.limit, ""), query.pop(listing.token, "0")
            if size and not (size.isdecimal() and 1 <= int(size) <= listing.largest):
                return Response(json.dumps({"message": f"{listing.limit} is out of range"}), status=400)
            response = ask(environ | {"QUERY_STRING": urlencode(query)})
            if response.status_code == 200:
                listing.cut(response, int(first), int(size) if size else None)
            return response
    return None


def _cut_buckets(response: Response, first: int, size: int | None) -> None:
    root = ET.fromstring(response.data)
    buckets = root.find("{*}Buckets")
    if buckets is None or size is None:
        return
    items, last = list(buckets), first + size
    for item in items[:first] + items[last:]:
        buckets.remove(item)
    if last < len(items):
        namespace = root.tag.partition("}")[0] + "}" if root.tag.startswith("{") else ""
        ET.SubElement(root, f"{namespace}ContinuationToken").text = str(last)
    response.data = ET.tostring(root, encoding="utf-8")


def _cut_clusters(response: Response, first: int, size: int | None) -> None:
    document = json.loads(response.data)
    clusters = document["clusterInfoList"]
    last = first + (size or len(clusters))
    more = {"nextToken": str(last)} if last < len(clusters) else {}
    response.data = json.dumps(document | {"clusterInfoList": clusters[first:last]} | more).encode()


BUCKETS = Listing("/", "/s3/aws4_request", "max-buckets", "continuation-token", 10_000, _cut_buckets)
_LISTINGS = (
    BUCKETS,
    Listing("/api/v2/clusters", "/kafka/aws4_request", "maxResults", "nextToken", 100, _cut_clusters),
)
