"""The fake aliyun: takes a request of the real SDK and answers as the real gateway does."""

from __future__ import annotations

import json
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from chalicelib.providers.base import GLOBAL
from infra.local.clouds.aliyun import buckets
from infra.local.clouds.aliyun.actions import EVERYTHING, Window, everything_in, listed, regions, window_of
from infra.local.clouds.aliyun.listings import BUCKETS, CALLS, Listing, listing_of, versions_of
from infra.local.clouds.aliyun.refusal import FAULTS, Refusal, forbidden, invalid, missing, passed_dry_run, throttled
from infra.local.clouds.aliyun.signature import AccessKey, verified
from infra.local.clouds.aliyun.sts import assumed, caller_identity
from infra.local.clouds.faults import Fault, FaultBook
from infra.local.clouds.inventory import Inventory
from infra.local.clouds.ratelimit import RateLimit
from infra.local.clouds.roles import Role, RoleDesk
from infra.local.clouds.server import Answer, Request

DEFAULT_KEY = AccessKey("local-access-key-id", "local-access-key-secret")
ACCOUNT_ID = "1234567890123456"
DEFAULT_ROLE = Role(f"acs:ram::{ACCOUNT_ID}:role/cam-inventory", "local-external-id")


class FakeAliyun:
    """One aliyun account with all its products. ``inventory`` and ``faults`` may be changed while it serves.

    ``calls_per_second`` limits each (access key, region, action), 0 for no limit; ``latency`` is what every answer
    takes, in seconds; ``clock`` is the rate limit's. ``desk`` has the roles and hands out their temporary keys.
    ``forbidden`` are the kinds that the account may not list.
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
    ) -> None:
        self.inventory = inventory
        self.faults = FaultBook()
        self.requests: Counter[str] = Counter()
        self.limit = RateLimit(calls_per_second, clock=clock)
        self.latency = latency
        self.forbidden: set[str] = set()
        self._keys = {key.access_key_id: key for key in keys}
        self._desk = desk or RoleDesk([DEFAULT_ROLE])

    def answer(self, request: Request) -> Answer:
        request_id = str(uuid.uuid4()).upper()
        host = request.headers.get("host", "")
        objects = buckets.is_meant(request)
        action = buckets.ACTION if objects else request.headers.get("x-acs-action", "")
        self.requests[action] += 1
        try:
            return self._buckets(request, request_id) if objects else self._answer(request, action, request_id)
        except Refusal as refusal:
            return refusal.xml_answer(request_id, host) if objects else refusal.answer(request_id, host)

    def _answer(self, request: Request, action: str, request_id: str) -> Answer:
        key = self._unexpired(verified(request, self._keys))
        version = request.headers.get("x-acs-version", "")
        _check_action(action, version)
        parameters = dict(parse_qsl(request.query, keep_blank_values=True))
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        parameters |= form
        listing = None if action in CALLS else _listing(version, action, request.path, parameters)
        if listing and listing.form:
            parameters = form
        region = self._region(listing, parameters)
        self._limited(key, region, action)
        window = window_of(listing, parameters) if listing else Window(EVERYTHING, 1, False)
        faults = self.faults.due(region, action, window.page)
        if answer := _refusing(faults):
            return answer
        if listing:
            faults = self._permitted(listing, parameters, faults)
            everything = everything_in(listing, region, parameters, self.inventory)
            document = listed(listing, window, everything, faults)
        else:
            document = self._called(action, key, parameters)
        body = json.dumps({"RequestId": request_id} | document, ensure_ascii=False, separators=(",", ":")).encode()
        return self._answered(body, {**Answer().headers, "x-acs-request-id": request_id}, faults)

    def _buckets(self, request: Request, request_id: str) -> Answer:
        key = self._unexpired(buckets.verified(request, self._keys))
        self._limited(key, GLOBAL, buckets.ACTION)
        parameters = dict(parse_qsl(request.query, keep_blank_values=True))
        everything = self.inventory.numbered("oss", GLOBAL)
        window = buckets.window_of(parameters, everything)
        faults = self.faults.due(GLOBAL, buckets.ACTION, window.page)
        if answer := _refusing(faults):
            return answer
        if BUCKETS.kind in self.forbidden:
            raise Refusal(403, "AccessDenied", "You have no right to access this object because of bucket acl.")
        body = buckets.listed(window, everything, ACCOUNT_ID, faults)
        return self._answered(body, {"x-oss-request-id": request_id, "Content-Type": "application/xml"}, faults)

    def _called(self, action: str, key: AccessKey, parameters: Mapping[str, str]) -> dict[str, Any]:
        if action == "DescribeRegions":
            return regions(self.inventory)
        if action == "GetCallerIdentity":
            return caller_identity(ACCOUNT_ID, self._desk.issued(key.access_key_id))
        issued, document = assumed(self._desk, parameters)
        self._keys[issued.access_key_id] = AccessKey(
            issued.access_key_id, issued.access_key_secret, issued.security_token
        )
        return document

    def _permitted(
        self, listing: Listing, parameters: Mapping[str, str], faults: Mapping[str, Fault]
    ) -> Mapping[str, Fault]:
        """The faults of the listing, which is empty for who may not see it. Raises Refusal, as any dry run does."""
        dry = listing.dry_run and parameters.get("DryRun") == "true"
        if listing.kind not in self.forbidden:
            if dry:
                raise passed_dry_run()
            return faults
        if dry or not listing.dry_run:
            raise forbidden()
        return {**faults, "empty": Fault("empty")}

    def _unexpired(self, key: AccessKey) -> AccessKey:
        if self._desk.expired(key.access_key_id):
            raise Refusal(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")
        return key

    def _answered(self, body: bytes, headers: Mapping[str, str], faults: Mapping[str, Fault]) -> Answer:
        if "truncated" in faults:
            body = body[: len(body) // 2]
        return Answer(200, body, headers, after=self.latency + _seconds(faults.get("slow")))

    def _limited(self, key: AccessKey, region: str, action: str) -> None:
        if wait := self.limit.wait_for((key.access_key_id, region, action)):
            raise throttled(wait)

    def _region(self, listing: Listing | None, parameters: Mapping[str, str]) -> str:
        """Products that know the region by their address alone are told it too: here all have one address."""
        if listing is None or listing.everywhere:
            return parameters.get("RegionId", "") if listing is None else GLOBAL
        region = parameters.get("RegionId", "")
        if not region:
            raise missing("RegionId")
        if region not in self.inventory.regions:
            raise Refusal(404, "InvalidRegionId.NotFound", "The RegionId provided does not exist in our records.")
        return region


def _check_action(action: str, version: str) -> None:
    versions = versions_of(action)
    if not versions:
        raise _unknown()
    if version not in versions:
        raise invalid("Version")


def _listing(version: str, action: str, path: str, parameters: Mapping[str, str]) -> Listing:
    listing = listing_of(version, action, parameters)
    if listing is None or path.rstrip("/") != listing.path.rstrip("/"):
        raise _unknown()
    return listing


def _unknown() -> Refusal:
    return Refusal(404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.")


def _refusing(faults: Mapping[str, Fault]) -> Answer | None:
    """The answer of the faults that refuse; Refusal is raised for those in the gateway's own words."""
    if "dropped" in faults:
        return Answer(dropped=True)
    if "gateway_error" in faults:
        return Answer(502, b"<html><body>Bad Gateway</body></html>", {"Content-Type": "text/html"})
    if "throttled" in faults:
        raise throttled(faults["throttled"].value)
    for kind, refusal in FAULTS.items():
        if kind in faults:
            raise Refusal(refusal.status, refusal.code, refusal.message)
    return None


def _seconds(slow: Fault | None) -> float:
    if slow is None:
        return 0.0
    return 1.0 if slow.value is None else slow.value
