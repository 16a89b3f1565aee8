"""Makes moto answer listings as AWS does.

moto ignores MaxResults in most listings, pages instances by reservation, and offers every region of every partition.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode
from xml.etree import ElementTree as ET

from moto.iam.models import get_account_id_from
from werkzeug.wrappers import Response

from infra.local.clouds.aws_pages import paged

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ALL = "1000000"


@dataclass(frozen=True, slots=True)
class Listing:
    """``sets`` is the path of the sets that hold the items of an answer, and ``around`` that of what holds the token
    of the rest. ``limit`` and ``token`` are parameters, ``following`` is what the token is called in the answer.
    """

    sets: str
    limit: str = "MaxResults"
    token: str = "NextToken"
    following: str = "nextToken"
    around: str = "."
    smallest: int = 5
    largest: int = 1000


LISTINGS: Mapping[str, Listing] = {
    "DescribeInstances": Listing("{*}reservationSet/{*}item/{*}instancesSet"),
    "DescribeVolumes": Listing("{*}volumeSet"),
    "DescribeVpcs": Listing("{*}vpcSet"),
    "DescribeSubnets": Listing("{*}subnetSet"),
    "DescribeSecurityGroups": Listing("{*}securityGroupInfo"),
    "DescribeSnapshots": Listing("{*}snapshotSet"),
    "DescribeImages": Listing("{*}imagesSet"),
    "DescribeNetworkInterfaces": Listing("{*}networkInterfaceSet"),
    "DescribeDBClusters": Listing(
        "{*}DescribeDBClustersResult/{*}DBClusters",
        limit="MaxRecords",
        token="Marker",
        following="Marker",
        around="{*}DescribeDBClustersResult",
        smallest=1,
        largest=100,
    ),
    "DescribeTargetGroups": Listing(
        "{*}DescribeTargetGroupsResult/{*}TargetGroups",
        limit="PageSize",
        token="Marker",
        following="NextMarker",
        around="{*}DescribeTargetGroupsResult",
        smallest=1,
        largest=400,
    ),
}
"""By action."""


@dataclass(frozen=True, slots=True)
class AwsAnswers:
    """A WSGI application around moto's. Only ``regions`` are enabled for the account."""

    moto: WSGIApplication
    regions: tuple[str, ...]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        query = dict(parse_qsl(body.decode("latin-1")))
        if answer := self._answerer(query.get("Action", "")):
            return answer(environ, query)(environ, start_response)
        request = _with_body(environ, body)
        if response := paged(request, lambda changed: Response.from_app(self.moto, changed)):
            return response(environ, start_response)
        return self.moto(request, start_response)

    def _answerer(self, action: str) -> Callable[[WSGIEnvironment, dict[str, str]], Response] | None:
        if action in LISTINGS:
            return self._page
        return self._enabled_regions if action == "DescribeRegions" else None

    def _page(self, environ: WSGIEnvironment, query: dict[str, str]) -> Response:
        listing = LISTINGS[query["Action"]]
        token, limit = query.pop(listing.token, ""), query.pop(listing.limit, "")
        if limit and not listing.smallest <= int(limit) <= listing.largest:
            return error_answer(
                "InvalidParameterValue", f"Value ( {limit} ) for parameter {listing.limit} is invalid.", 400
            )
        if "InstanceId.1" not in query:
            query[listing.limit] = ALL
        response = self._ask(environ, query)
        if response.status_code != 200:
            return response
        root = ET.fromstring(response.data)
        sets = root.findall(listing.sets)
        if query.get("Owner.1") == "self":
            _keep_own(sets, _account_of(environ))
        items = [(owner, item) for owner in sets for item in owner]
        first = int(token.removeprefix("after-")) if token else 0
        last = first + int(limit) if limit else len(items)
        for owner, item in items[:first] + items[last:]:
            owner.remove(item)
        around = root.find(listing.around)
        assert around is not None
        for old in around.findall(f"{{*}}{listing.following}"):
            around.remove(old)
        if last < len(items):
            ET.SubElement(around, f"{{{_namespace(root)}}}{listing.following}").text = f"after-{last}"
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


def _account_of(environ: WSGIEnvironment) -> str:
    credential = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2]
    account: str = get_account_id_from(credential.partition("/")[0])
    return account


def _keep_own(sets: list[ET.Element], account: str) -> None:
    """moto shows the snapshots of all whose images it brings along."""
    for owner in sets:
        for item in list(owner):
            if account not in (item.findtext("{*}ownerId"), item.findtext("{*}imageOwnerId")):
                owner.remove(item)


def _with_body(environ: WSGIEnvironment, body: bytes) -> WSGIEnvironment:
    return environ | {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}


def _xml(response: Response, root: ET.Element) -> Response:
    response.data = ET.tostring(root, encoding="utf-8", default_namespace=_namespace(root))
    return response


def _namespace(root: ET.Element) -> str | None:
    return root.tag[1:].partition("}")[0] if root.tag.startswith("{") else None


def error_answer(code: str, message: str, status: int) -> Response:
    root = ET.Element("Response")
    error = ET.SubElement(ET.SubElement(root, "Errors"), "Error")
    ET.SubElement(error, "Code").text = code
    ET.SubElement(error, "Message").text = message
    return Response(ET.tostring(root), status=status, mimetype="text/xml")
