"""The fake tencent: takes a request of the real SDK and answers as the real gateway does."""

from __future__ import annotations

import json
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from infra.local.clouds.faults import Fault, FaultBook
from infra.local.clouds.inventory import Inventory
from infra.local.clouds.ratelimit import RateLimit
from infra.local.clouds.roles import Role, RoleDesk
from infra.local.clouds.server import Answer, Request
from infra.local.clouds.tencent import buckets, targets
from infra.local.clouds.tencent.listings import GLOBAL, LISTINGS, Listing
from infra.local.clouds.tencent.paging import Window, filtered, listed, window_of
from infra.local.clouds.tencent.refusal import FAULTS, Refusal, denied, missing, throttled, wrong_type, wrong_value
from infra.local.clouds.tencent.signature import AccessKey, verified
from infra.local.clouds.tencent.sts import assumed, caller_identity

DEFAULT_KEY = AccessKey("local-secret-id", "local-secret-key")
ACCOUNT_ID = "100012345678"
DEFAULT_ROLE = Role(f"qcs::cam::uin/{ACCOUNT_ID}:roleName/cam-inventory", "local-external-id")
UNAVAILABLE_REGION = "ap-shenzhen-fsi"

_UNPAGED = {
    ("region", "DescribeRegions"): "2022-06-27",
    ("sts", "GetCallerIdentity"): "2018-08-13",
    ("sts", "AssumeRole"): "2018-08-13",
    **targets.VERSIONS,
}


class FakeTencent:
    """One tencent account with all its products. ``inventory`` and ``faults`` may be changed while it serves.

    ``calls_per_second`` limits each (key, region, product and action), 0 for no limit; ``latency`` is what every
    answer takes, in seconds; ``clock`` is the rate limit's. ``desk`` has the roles and hands out their
    temporary keys. A throttled answer names no wait: tencent never does.
    """

    def __init__(
        self,
        inventory: Inventory,
        *,
        keys: Iterable[AccessKey] = (DEFAULT_KEY,),
        desk: RoleDesk | None = None,
        calls_per_second: float = 0,
        latency: float = 0,
        clock: Callable[[], float] = time.monotonic,
        content_type: str = "application/json",
    ) -> None:
        self.inventory = inventory
        self.faults = FaultBook()
        self.requests: Counter[str] = Counter()
        self.limit = RateLimit(calls_per_second, clock=clock)
        self.latency = latency
        self._keys = {key.access_key_id: key for key in keys}
        self._desk = desk or RoleDesk([DEFAULT_ROLE])
        self._headers = {"Content-Type": content_type}

    def answer(self, request: Request) -> Answer:
        if buckets.is_meant(request):
            try:
                return self._buckets(request)
            except buckets.Denied as denied:
                return denied.answer(str(uuid.uuid4()))
        try:
            return self._answer(request)
        except Refusal as refusal:
            return self._json(refusal.document())

    def _answer(self, request: Request) -> Answer:
        key, service = verified(request, self._keys)
        if self._desk.expired(key.access_key_id):
            raise Refusal("AuthFailure.TokenFailure", "The token has expired.")
        action = request.headers.get("x-tc-action", "")
        name = f"{service}.{action}"
        self.requests[name] += 1
        listing = _listing(service, action, request.headers.get("x-tc-version", ""))
        region = request.headers.get("x-tc-region", "")
        kind, place = self._scope(listing, region)
        if self.limit.wait_for((key.access_key_id, place, name)):
            raise throttled(self.limit.per_second)
        parameters = _parameters(request)
        window = window_of(listing, parameters) if listing else Window(0, 1)
        faults = self.faults.due(place, name, window.page)
        if answer := _refusing(faults, name):
            return answer
        if listing is None:
            document = self._called(action, place, key, parameters, faults)
        else:
            targets.exist(self.inventory, place, listing.about, parameters)
            entries = self.inventory.numbered(kind, place)
            if listing.besides:
                entries = entries + self.inventory.numbered(listing.besides, place)
            document = listed(listing, window, filtered(listing, parameters, entries), faults)
        return self._json(document, truncated="truncated" in faults, after=self.latency + _seconds(faults.get("slow")))

    def _buckets(self, request: Request) -> Answer:
        key = buckets.verified(request, self._keys)
        if self._desk.expired(key.access_key_id):
            raise buckets.Denied(403, "ExpiredToken", "The security token has expired.")
        self.requests[buckets.ACTION] += 1
        try:
            if self.limit.wait_for((key.access_key_id, GLOBAL, buckets.ACTION)):
                raise throttled(self.limit.per_second)
            window, entries = buckets.window_of(request), self.inventory.numbered("oss", GLOBAL)
            faults = self.faults.due(GLOBAL, buckets.ACTION, buckets.page_of(window, entries))
            if answer := _refusing(faults, buckets.ACTION):
                return answer
        except Refusal as refusal:
            raise buckets.Denied.of(refusal) from None
        body = buckets.listed(window, ACCOUNT_ID, entries, faults)
        return Answer(200, body, buckets.XML, after=self.latency + _seconds(faults.get("slow")))

    def _json(self, document: dict[str, Any], *, truncated: bool = False, after: float = 0) -> Answer:
        whole = {"Response": document | {"RequestId": str(uuid.uuid4())}}
        body = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
        return Answer(200, body[: len(body) // 2] if truncated else body, self._headers, after=after)

    def _scope(self, listing: Listing | None, region: str) -> tuple[str, str]:
        """The kind and region of the inventory that are listed."""
        if listing is None:
            return "", region
        if listing.homes:
            kind = listing.homes.get(region) or listing.homes.get("")
            if kind is None:
                raise _unsupported(region)
            return kind, GLOBAL
        return listing.kind, self._known(region)

    def _known(self, region: str) -> str:
        if not region:
            raise missing("Region")
        if region not in self.inventory.regions:
            raise _unsupported(region)
        return region

    def _called(
        self, action: str, region: str, key: AccessKey, parameters: Mapping[str, Any], faults: Mapping[str, Fault]
    ) -> dict[str, Any]:
        if action in targets.ANSWERS:
            return targets.behind(self.inventory, self._known(region), action, parameters, empty="empty" in faults)
        if action == targets.DETAIL:
            return targets.detail(self.inventory, self._known(region), parameters)
        if action == "DescribeRegions":
            return self._regions(parameters)
        if action == "GetCallerIdentity":
            return caller_identity(ACCOUNT_ID, self._desk.issued(key.access_key_id))
        issued, document = assumed(self._desk, parameters)
        self._keys[issued.access_key_id] = AccessKey(
            issued.access_key_id, issued.access_key_secret, issued.security_token
        )
        return document

    def _regions(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if "Product" not in parameters:
            raise missing("Product")
        if parameters["Product"] != "cvm":
            raise wrong_value("Product")
        states = dict.fromkeys(self.inventory.regions, "AVAILABLE") | {UNAVAILABLE_REGION: "UNAVAILABLE"}
        found = [
            {"Region": region, "RegionName": region, "RegionState": state, "RegionTypeMC": None}
            for region, state in states.items()
        ]
        return {"TotalCount": len(found), "RegionSet": found}


def _listing(service: str, action: str, version: str) -> Listing | None:
    """The listing of that name, or None for an action that is not paged."""
    listing = LISTINGS.get((service, action))
    known = listing.version if listing else _UNPAGED.get((service, action))
    if known is None:
        if service not in {name for name, _ in (*LISTINGS, *_UNPAGED)}:
            raise Refusal("NoSuchProduct", f"The product `{service}` does not exist.")
        raise Refusal("InvalidAction", f"The action `{action}` is invalid or not found.")
    if version != known:
        raise Refusal("NoSuchVersion", f"The version `{version}` does not exist.")
    return listing


def _parameters(request: Request) -> dict[str, Any]:
    try:
        parameters = json.loads(request.body)
    except ValueError:
        parameters = None
    if not isinstance(parameters, dict):
        raise wrong_type("Body")
    return parameters


def _unsupported(region: str) -> Refusal:
    return Refusal("UnsupportedRegion", f"The action does not support the region `{region}`.")


def _refusing(faults: Mapping[str, Fault], action: str) -> Answer | None:
    """The answer of the faults that refuse; Refusal is raised for those in the gateway's own words."""
    if "dropped" in faults:
        return Answer(dropped=True)
    if "gateway_error" in faults:
        return Answer(502, b"<html><body>Bad Gateway</body></html>", {"Content-Type": "text/html"})
    if "throttled" in faults:
        raise throttled(20)
    if "denied" in faults:
        raise denied(action)
    for kind, refusal in FAULTS.items():
        if kind in faults:
            raise Refusal(refusal.code, refusal.message)
    return None


def _seconds(slow: Fault | None) -> float:
    if slow is None:
        return 0.0
    return 1.0 if slow.value is None else slow.value
