"""The fake volcano: takes a request of the real SDK and answers as the real gateway does."""

from __future__ import annotations

import json
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from infra.local.clouds.faults import Fault, FaultBook
from infra.local.clouds.inventory import Inventory, Item
from infra.local.clouds.ratelimit import RateLimit
from infra.local.clouds.server import Answer, Request
from infra.local.clouds.volcano.listings import DETAILS, GLOBAL, LISTINGS, Detail, Listing
from infra.local.clouds.volcano.paging import Numbered, Window, filtered, listed, visible, window_of
from infra.local.clouds.volcano.refusal import FAULTS, Refusal, denied, gone, missing, throttled, unknown, wrong
from infra.local.clouds.volcano.signature import API, BUCKETS, AccessKey, verified

DEFAULT_KEY = AccessKey("local-access-key-id", "local-secret-access-key")
ACCOUNT_ID = "2100012345"
TRN = f"trn:iam::{ACCOUNT_ID}:root"

_REGIONS = Listing("2020-04-01", "", "Regions", total="", by_token=True, as_text=True)
_UNPAGED = {("sts", "GetCallerIdentity"): "2018-01-01"} | {name: detail.version for name, detail in DETAILS.items()}
_LIST_BUCKETS = "tos.ListBuckets"


@dataclass(frozen=True, slots=True)
class Call:
    """What a request asks for, as its answer repeats it."""

    service: str = ""
    action: str = ""
    version: str = ""
    region: str = ""

    @property
    def name(self) -> str:
        return f"{self.service}.{self.action}"

    def frame(self, **more: Any) -> dict[str, Any]:
        return {
            "RequestId": uuid.uuid4().hex.upper(),
            "Action": self.action,
            "Version": self.version,
            "Service": self.service,
            "Region": self.region,
            **more,
        }


class FakeVolcano:
    """One volcano account with all its products. ``inventory`` and ``faults`` may be changed while it serves.

    ``calls_per_second`` limits each (key, region, product and action), 0 for no limit; ``latency`` is what every
    answer takes, in seconds; ``clock`` is the rate limit's. A throttled answer names no wait: volcano never does.
    """

    def __init__(
        self,
        inventory: Inventory,
        *,
        keys: Iterable[AccessKey] = (DEFAULT_KEY,),
        calls_per_second: float = 0,
        latency: float = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.inventory = inventory
        self.faults = FaultBook()
        self.requests: Counter[str] = Counter()
        self.limit = RateLimit(calls_per_second, clock=clock)
        self.latency = latency
        self._keys = {key.access_key_id: key for key in keys}

    def answer(self, request: Request) -> Answer:
        if BUCKETS.is_meant(request):
            try:
                return self._buckets(request)
            except Refusal as refusal:
                said = {"Code": refusal.code, "Message": refusal.message, "RequestId": uuid.uuid4().hex}
                return Answer.json(said, status=refusal.status)
        asked = dict(parse_qsl(request.query, keep_blank_values=True))
        call = Call(action=asked.pop("Action", ""), version=asked.pop("Version", ""))
        try:
            return self._api(request, call, asked)
        except Refusal as refusal:
            return Answer.json({"ResponseMetadata": call.frame(Error=refusal.error())}, status=refusal.status)

    def _api(self, request: Request, call: Call, asked: dict[str, str]) -> Answer:
        signer = verified(request, self._keys, API)
        call = Call(signer.service, call.action, call.version, signer.region)
        self.requests[call.name] += 1
        listing, detail = _listing(call), DETAILS.get((call.service, call.action))
        place = self._place(listing, call)
        as_text = detail is not None or (listing is not None and listing.as_text)
        parameters = _parameters(request, asked, as_text=as_text)
        if self.limit.wait_for((signer.key.access_key_id, place, call.name)):
            raise throttled()
        window = window_of(listing, parameters, call.region) if listing else Window(0, 1)
        faults = self.faults.due(place, call.name, window.page)
        if refused := _refusing(faults, call.name):
            return refused
        if listing is not None:
            entries = filtered(listing, parameters, self._entries(listing, place))
            result = listed(listing, window, entries, faults)
        elif detail is not None:
            result = self._described(detail, parameters, place)
        else:
            result = _caller_identity()
        return self._answer({"ResponseMetadata": call.frame(), "Result": result}, faults)

    def _buckets(self, request: Request) -> Answer:
        signer = verified(request, self._keys, BUCKETS)
        self.requests[_LIST_BUCKETS] += 1
        if self.limit.wait_for((signer.key.access_key_id, GLOBAL, _LIST_BUCKETS)):
            raise Refusal(429, "ExceedAccountQPSLimit", "The request rate of the account exceeds its limit.")
        faults = self.faults.due(GLOBAL, _LIST_BUCKETS, 1)
        if refused := _refusing(faults, _LIST_BUCKETS):
            return refused
        found = [] if "empty" in faults else self.inventory.items("oss", GLOBAL)
        return self._answer({"Buckets": found, "Owner": {"ID": ACCOUNT_ID}}, faults)

    def _answer(self, document: dict[str, Any], faults: Mapping[str, Fault]) -> Answer:
        whole = Answer.json(document)
        body = whole.body[: len(whole.body) // 2] if "truncated" in faults else whole.body
        return Answer(200, body, whole.headers, after=self.latency + _seconds(faults.get("slow")))

    def _entries(self, listing: Listing, place: str) -> Numbered:
        if listing is _REGIONS:
            return [(number, {"RegionId": region}) for number, region in enumerate(self.inventory.regions, start=1)]
        besides = self.inventory.numbered(listing.besides, place) if listing.besides else []
        return self.inventory.numbered(listing.kind, place) + besides

    def _described(self, detail: Detail, parameters: Mapping[str, Any], place: str) -> Item:
        for name in parameters.keys() - {detail.parameter}:
            raise unknown(name)
        if detail.parameter not in parameters:
            raise missing(detail.parameter)
        for item in self.inventory.items(detail.kind, place):
            if item[self.inventory.ids[detail.kind]] == parameters[detail.parameter]:
                return visible(item, detail.hidden)
        raise gone(detail.parameter)

    def _place(self, listing: Listing | None, call: Call) -> str:
        """The region of the inventory, and of faults."""
        if listing is not None and listing.nowhere:
            return GLOBAL
        if call.region not in self.inventory.regions:
            raise wrong("Region")
        return call.region


def _listing(call: Call) -> Listing | None:
    """The listing of that name, or None for an action that is not paged."""
    key = (call.service, call.action)
    listing = _REGIONS if key == ("ecs", "DescribeRegions") else LISTINGS.get(key)
    if call.service not in {name for name, _ in (*LISTINGS, *_UNPAGED)}:
        raise Refusal(404, "ServiceNotFound", f"This service[{call.service}] not found.", 100007)
    if (listing.version if listing else _UNPAGED.get(key)) != call.version:
        message = f"Could not find operation {call.action} for version {call.version}."
        raise Refusal(404, "InvalidActionOrVersion", message, 100008)
    return listing


def _parameters(request: Request, asked: dict[str, str], *, as_text: bool) -> dict[str, Any]:
    """Of the query or of the body: each action takes them from one only."""
    if as_text:
        return dict(asked)
    if not request.body:
        return {}
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise missing("Body")
    try:
        parameters = json.loads(request.body)
    except ValueError:
        parameters = None
    if not isinstance(parameters, dict):
        raise wrong("Body")
    return parameters


def _caller_identity() -> dict[str, Any]:
    return {"AccountId": int(ACCOUNT_ID), "IdentityType": "Account", "IdentityId": ACCOUNT_ID, "Trn": TRN}


def _refusing(faults: Mapping[str, Fault], action: str) -> Answer | None:
    """The answer of the faults that refuse; Refusal is raised for those in the gateway's own words."""
    if "dropped" in faults:
        return Answer(dropped=True)
    if "gateway_error" in faults:
        return Answer(502, b"<html><body>Bad Gateway</body></html>", {"Content-Type": "text/html"})
    if "throttled" in faults:
        raise throttled()
    if "denied" in faults:
        raise denied(action, ACCOUNT_ID)
    for kind, refusal in FAULTS.items():
        if kind in faults:
            raise Refusal(refusal.status, refusal.code, refusal.message, refusal.number)
    return None


def _seconds(slow: Fault | None) -> float:
    if slow is None:
        return 0.0
    return 1.0 if slow.value is None else slow.value
