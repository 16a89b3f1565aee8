"""The fake huawei: takes a request of the real SDK and answers as the gateway and the products do."""

from __future__ import annotations

import json
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from infra.local.clouds.faults import Fault, FaultBook
from infra.local.clouds.huawei.account import DOMAIN_ID, GLOBAL, project_of
from infra.local.clouds.huawei.apis import EVERYWHERE, Api, api_at
from infra.local.clouds.huawei.paging import BadParameter, Window
from infra.local.clouds.huawei.refusal import FAULTS, Refusal, refused, throttled
from infra.local.clouds.huawei.signature import AccessKey, verified, verified_by_obs
from infra.local.clouds.inventory import Inventory
from infra.local.clouds.ratelimit import RateLimit
from infra.local.clouds.server import Answer, Request

DEFAULT_KEY = AccessKey("local-access-key-id", "local-access-key-secret")
_HOST = ".myhuaweicloud.com"
_WHOLE = Window(0, 0)


class FakeHuawei:
    """One huawei account with all its products. ``inventory`` and ``faults`` may be changed while it serves.

    Which product and region is asked says the request's host. ``calls_per_second`` limits each (access key, region,
    action), 0 for no limit; ``latency`` is what every answer takes, in seconds; ``clock`` is the rate limit's.
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
        request_id = uuid.uuid4().hex
        try:
            return self._answer(request, request_id)
        except Refusal as refusal:
            return refusal.answer(request_id)

    def _answer(self, request: Request, request_id: str) -> Answer:
        product, region = _asked_for(request.headers.get("host", ""))
        parameters = dict(parse_qsl(request.query, keep_blank_values=True))
        api = api_at(product, request.path, project_of(region), parameters)
        self.requests[api.action if api else request.path] += 1
        if api is None or request.method != "GET" or region not in (*self.inventory.regions, GLOBAL):
            raise Refusal(404, "APIGW.0101", "The API does not exist or has not been published in the environment")
        key = (verified_by_obs if api.shape == "xml" else verified)(request, self._keys)
        _check_project(api, region, request.headers)
        if self.limit.wait_for((key.access_key_id, region, api.action)):
            raise throttled(api.shape, self.limit.per_second, None)
        scope = GLOBAL if api.kind in EVERYWHERE else region
        ids = self.inventory.native_ids(api.kind, scope)
        window = _window(api, parameters, ids)
        faults = self.faults.due(scope, api.action, window.page)
        if answer := _refusing(api, faults):
            return answer
        body = self._body(api, scope, window, faults)
        if "truncated" in faults:
            body = body[: len(body) // 2]
        kind = "application/xml" if api.shape == "xml" else "application/json;charset=utf-8"
        after = self.latency + _seconds(faults.get("slow"))
        return Answer(200, body, {"Content-Type": kind, "X-Request-Id": request_id}, after=after)

    def _body(self, api: Api, scope: str, window: Window, faults: Mapping[str, Fault]) -> bytes:
        if api.shape == "xml":
            return _buckets([] if "empty" in faults else self.inventory.items(api.kind, scope)).encode()
        document = self._listed(api, scope, window, faults) if api.kind else self._about_the_account(api)
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    def _listed(self, api: Api, scope: str, window: Window, faults: Mapping[str, Fault]) -> dict[str, Any]:
        items = [] if "empty" in faults else self.inventory.items(api.kind, scope)
        ids = [str(item[self.inventory.ids[api.kind]]) for item in items]
        shown = items[window.first : window.first + window.size]
        if "duplicate_page" in faults:
            shown = items[max(0, window.first - window.size) : window.first] or shown
        total = len(items)
        if "wrong_total" in faults:
            value = faults["wrong_total"].value
            total = total + 1 if value is None else int(value)
        assert api.paging is not None
        return {api.items: shown} | api.paging.told(window, ids, total)

    def _about_the_account(self, api: Api) -> dict[str, Any]:
        if api.product == "sts":
            urn = f"iam::{DOMAIN_ID}:user:cam"
            return {"account_id": DOMAIN_ID, "principal_urn": urn, "principal_id": "07609e7eb200250a3f7dc003cb7a4e2d"}
        # OBS has a project of its own, and a customer may divide a region into further ones.
        names = (*self.inventory.regions, "MOS", f"{self.inventory.regions[0]}_division")
        projects = [
            {
                "id": project_of(name),
                "name": name,
                "domain_id": DOMAIN_ID,
                "parent_id": DOMAIN_ID,
                "is_domain": False,
                "enabled": True,
                "description": "",
                "links": {"self": f"https://iam{_HOST}/v3/projects/{project_of(name)}"},
            }
            for name in names
        ]
        return {"projects": projects, "links": {"self": f"https://iam{_HOST}/v3/projects", "next": None}}


def _asked_for(host: str) -> tuple[str, str]:
    """Product and region of a host: ``ecs.cn-north-4.myhuaweicloud.com``, ``iam.myhuaweicloud.com``."""
    if not host.endswith(_HOST):
        return "", ""
    product, _, region = host.removesuffix(_HOST).partition(".")
    return product, region or GLOBAL


def _check_project(api: Api, region: str, headers: Mapping[str, str]) -> None:
    """A path without a project needs the header, and the header must agree; what has no region goes by domain."""
    if api.product in ("iam", "sts", "obs"):
        return
    name, expected = ("x-domain-id", DOMAIN_ID) if region == GLOBAL else ("x-project-id", project_of(region))
    if headers.get(name) != expected:
        raise refused(api.product, api.shape, 403, f"{name} is not that of the request")


def _window(api: Api, parameters: Mapping[str, str], ids: tuple[str, ...]) -> Window:
    if api.paging is None:
        return _WHOLE
    try:
        return api.paging.window(parameters, ids)
    except BadParameter as bad:
        raise refused(api.product, api.shape, 400, f"The parameter {bad} is invalid.") from None


def _refusing(api: Api, faults: Mapping[str, Fault]) -> Answer | None:
    """The answer of the faults that refuse; Refusal is raised for those in the gateway's or the product's words."""
    if "dropped" in faults:
        return Answer(dropped=True)
    if "gateway_error" in faults:
        return Answer(502, b"<html><body>Bad Gateway</body></html>", {"Content-Type": "text/html"})
    if "throttled" in faults:
        raise throttled(api.shape, 1, faults["throttled"].value)
    for kind, (status, message) in FAULTS.items():
        if kind in faults:
            raise refused(api.product, api.shape, status, message)
    return None


def _buckets(items: list[dict[str, Any]]) -> str:
    buckets = "".join(
        "<Bucket>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in item.items()) + "</Bucket>"
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<ListAllMyBucketsResult xmlns="http://obs.myhuaweicloud.com/doc/2015-06-30/">'
        f"<Owner><ID>{DOMAIN_ID}</ID></Owner><Buckets>{buckets}</Buckets></ListAllMyBucketsResult>"
    )


def _seconds(slow: Fault | None) -> float:
    if slow is None:
        return 0.0
    return 1.0 if slow.value is None else slow.value
