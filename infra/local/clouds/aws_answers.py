"""Makes moto answer EC2 listings as AWS does.

moto ignores MaxResults in most listings, pages instances by reservation, and offers every region of every partition.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode
from xml.etree import ElementTree as ET

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/"
SMALLEST_PAGE, LARGEST_PAGE = 5, 1000
ALL = "1000000"

LISTINGS: Mapping[str, str] = {
    "DescribeInstances": "{*}reservationSet/{*}item/{*}instancesSet",
    "DescribeVolumes": "{*}volumeSet",
    "DescribeVpcs": "{*}vpcSet",
    "DescribeSubnets": "{*}subnetSet",
    "DescribeSecurityGroups": "{*}securityGroupInfo",
}
"""Action to the path of the sets that hold its items."""


@dataclass(frozen=True, slots=True)
class AwsAnswers:
    """A WSGI application around moto's. Only ``regions`` are enabled for the account."""

    moto: WSGIApplication
    regions: tuple[str, ...]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        query = dict(parse_qsl(body.decode("latin-1")))
        answer = self._answerer(query.get("Action", ""))
        if answer is None:
            return self.moto(_with_body(environ, body), start_response)
        return answer(environ, query)(environ, start_response)

    def _answerer(self, action: str) -> Callable[[WSGIEnvironment, dict[str, str]], Response] | None:
        if action in LISTINGS:
            return self._page
        return self._enabled_regions if action == "DescribeRegions" else None

    def _page(self, environ: WSGIEnvironment, query: dict[str, str]) -> Response:
        token, limit = query.pop("NextToken", ""), query.pop("MaxResults", "")
        if limit and not SMALLEST_PAGE <= int(limit) <= LARGEST_PAGE:
            return _error("InvalidParameterValue", f"Value ( {limit} ) for parameter maxResults is invalid.")
        if "InstanceId.1" not in query:
            query["MaxResults"] = ALL
        response = self._ask(environ, query)
        if response.status_code != 200:
            return response
        root = ET.fromstring(response.data)
        sets = root.findall(LISTINGS[query["Action"]])
        items = [(owner, item) for owner in sets for item in owner]
        first = int(token.removeprefix("after-")) if token else 0
        last = first + int(limit) if limit else len(items)
        for owner, item in items[:first] + items[last:]:
            owner.remove(item)
        for old in root.findall("{*}nextToken"):
            root.remove(old)
        if last < len(items):
            ET.SubElement(root, f"{{{NAMESPACE}}}nextToken").text = f"after-{last}"
        return _xml(response, root)

    def _enabled_regions(self, environ: WSGIEnvironment, query: dict[str, str]) -> Response:
        response = self._ask(environ, query)
        root = ET.fromstring(response.data)
        for regions in root.findall("{*}regionInfo"):
            for region in list(regions):
                if region.findtext("{*}regionName") not in self.regions:
                    regions.remove(region)
        return _xml(response, root)

    def _ask(self, environ: WSGIEnvironment, query: Mapping[str, str]) -> Response:
        return Response.from_app(self.moto, _with_body(environ, urlencode(query).encode()))


def _with_body(environ: WSGIEnvironment, body: bytes) -> WSGIEnvironment:
    return environ | {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}


def _xml(response: Response, root: ET.Element) -> Response:
    response.data = ET.tostring(root, encoding="utf-8", default_namespace=_namespace(root))
    return response


def _namespace(root: ET.Element) -> str | None:
    return root.tag[1:].partition("}")[0] if root.tag.startswith("{") else None


def _error(code: str, message: str) -> Response:
    root = ET.Element("Response")
    error = ET.SubElement(ET.SubElement(root, "Errors"), "Error")
    ET.SubElement(error, "Code").text = code
    ET.SubElement(error, "Message").text = message
    return Response(ET.tostring(root), status=400, mimetype="text/xml")
