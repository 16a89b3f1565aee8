"""The control endpoints of a fake cloud that runs as a process: faults to order, data to change, requests to count.

* ``POST /_faults`` orders a fault or a list of them, ``GET`` shows and ``DELETE`` clears them.
* ``POST /_items`` changes a scope: ``{"kind", "region", "add": [item], "update": {id: fields}, "remove": [id]}``.
* ``GET /_items/KIND/REGION`` shows the ids of a scope.
* ``GET /_requests`` shows the count of requests by action.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol

from infra.local.clouds.faults import FaultBook
from infra.local.clouds.inventory import Inventory


class Controlled(Protocol):
    faults: FaultBook
    requests: Counter[str]
    inventory: Inventory


def control(cloud: Controlled, method: str, path: str, body: bytes) -> tuple[int, Any] | None:
    """HTTP status and JSON value of the answer; None for a path that is the cloud's own."""
    place, _, rest = path.removeprefix("/").partition("/")
    found = _ROUTES.get((method, place))
    if found is None:
        return None
    try:
        return 200, found(cloud, rest, json.loads(body) if body else None)
    except KeyError as error:
        return 404, {"error": f"there is no {error}"}
    except (ValueError, TypeError, AttributeError) as error:
        return 400, {"error": str(error)}


def _order(cloud: Controlled, rest: str, asked: Any) -> Any:
    for details in asked if isinstance(asked, list) else [asked]:
        cloud.faults.order(**details)
    return cloud.faults.as_json()


def _clear(cloud: Controlled, rest: str, asked: Any) -> Any:
    cloud.faults.clear()
    return cloud.faults.as_json()


def _change(cloud: Controlled, rest: str, asked: Any) -> Any:
    kind, region = asked["kind"], asked["region"]
    for item in asked.get("add", ()):
        cloud.inventory.add(kind, region, item)
    for native_id, fields in asked.get("update", {}).items():
        cloud.inventory.update(kind, region, native_id, **fields)
    cloud.inventory.remove(kind, region, *asked.get("remove", ()))
    return {"count": len(cloud.inventory.native_ids(kind, region))}


def _ids(cloud: Controlled, rest: str, asked: Any) -> Any:
    kind, _, region = rest.partition("/")
    return cloud.inventory.native_ids(kind, region)


def _faults(cloud: Controlled, rest: str, asked: Any) -> Any:
    return cloud.faults.as_json()


def _requests(cloud: Controlled, rest: str, asked: Any) -> Any:
    return dict(cloud.requests)


_ROUTES: dict[tuple[str, str], Callable[[Controlled, str, Any], Any]] = {
    ("GET", "_faults"): _faults,
    ("POST", "_faults"): _order,
    ("DELETE", "_faults"): _clear,
    ("POST", "_items"): _change,
    ("GET", "_items"): _ids,
    ("GET", "_requests"): _requests,
}
