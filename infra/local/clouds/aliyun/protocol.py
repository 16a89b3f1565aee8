"""The fake aliyun: takes a request of the real SDK and answers as the real gateway does."""

from __future__ import annotations

import json
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from infra.local.clouds.aliyun.actions import LISTINGS, UNPAGED, Window, caller_identity, listed, regions, window_of
from infra.local.clouds.aliyun.refusal import FAULTS, Refusal, invalid, missing, throttled
from infra.local.clouds.aliyun.signature import AccessKey, verified
from infra.local.clouds.faults import Fault, FaultBook
from infra.local.clouds.inventory import Inventory
from infra.local.clouds.ratelimit import RateLimit
from infra.local.clouds.server import Answer, Request

DEFAULT_KEY = AccessKey("local-access-key-id", "local-access-key-secret")
ACCOUNT_ID = "1234567890123456"


class FakeAliyun:
    """One aliyun account with all its products. ``inventory`` and ``faults`` may be changed while it serves.

    ``calls_per_second`` limits each (access key, region, action), 0 for no limit; ``latency`` is what every answer
    takes, in seconds; ``clock`` is the rate limit's.
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
        request_id = str(uuid.uuid4()).upper()
        host = request.headers.get("host", "")
        action = request.headers.get("x-acs-action", "")
        self.requests[action] += 1
        try:
            return self._answer(request, action, request_id)
        except Refusal as refusal:
            return refusal.answer(request_id, host)

    def _answer(self, request: Request, action: str, request_id: str) -> Answer:
        key = verified(request, self._keys)
        _check_action(action, request.headers.get("x-acs-version", ""))
        parameters = dict(parse_qsl(request.query, keep_blank_values=True))
        parameters |= dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        region = parameters.get("RegionId", "")
        wait = self.limit.wait_for((key.access_key_id, region, action))
        if wait:
            raise throttled(wait)
        window = self._window(action, region, parameters)
        faults = self.faults.due(region, action, window.page)
        if answer := _refusing(faults):
            return answer
        document = {"RequestId": request_id} | self._document(action, region, window, faults)
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        if "truncated" in faults:
            body = body[: len(body) // 2]
        after = self.latency + _seconds(faults.get("slow"))
        return Answer(200, body, dict(Answer().headers) | {"x-acs-request-id": request_id}, after=after)

    def _window(self, action: str, region: str, parameters: Mapping[str, str]) -> Window:
        if action in UNPAGED:
            return Window(0, 1, False)
        if not region:
            raise missing("RegionId")
        if region not in self.inventory.regions:
            raise Refusal(404, "InvalidRegionId.NotFound", "The RegionId provided does not exist in our records.")
        return window_of(LISTINGS[action], parameters)

    def _document(self, action: str, region: str, window: Window, faults: Mapping[str, Fault]) -> dict[str, Any]:
        if listing := LISTINGS.get(action):
            return listed(listing, region, window, self.inventory, faults)
        return regions(self.inventory) if action == "DescribeRegions" else caller_identity(ACCOUNT_ID)


def _check_action(action: str, version: str) -> None:
    listing = LISTINGS.get(action)
    known = listing.version if listing else UNPAGED.get(action)
    if known is None:
        raise Refusal(404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.")
    if version != known:
        raise invalid("Version")


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
