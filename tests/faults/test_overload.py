"""More clients than the machine has use for."""

from __future__ import annotations

import http.client
import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from infra.local.clouds.aliyun import REGIONS
from tests.faults.conftest import Say
from tests.faults.rig import Rig

CLIENTS = 50
ASSET_TYPES = ("ecs", "disk", "vpc", "vswitch", "security_group", "eip", "eni", "image", "snapshot", "rds", "redis")
"""Tasks as cheap as they can be, never taken for ones that are active already, and spread over so many actions and
regions that the cloud's own limits do not matter: the overload is the service's.
"""
SECONDS = 60


@dataclass
class Seen:
    """What clients were answered."""

    statuses: Counter[int] = field(default_factory=Counter)
    submits: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)
    accepted: set[str] = field(default_factory=set)
    refusals: Counter[str] = field(default_factory=Counter)

    def add(self, other: Seen) -> None:
        self.statuses += other.statuses
        self.submits += other.submits
        self.reads += other.reads
        self.accepted |= other.accepted
        self.refusals += other.refusals


def test_fifty_clients_for_a_minute_meet_no_error_and_no_task_is_lost(rig: Rig, say: Say) -> None:
    begun = time.monotonic()
    total = Seen()
    with ThreadPoolExecutor(CLIENTS) as pool:
        for seen in pool.map(lambda number: _client(rig, number, begun + SECONDS), range(CLIENTS)):
            total.add(seen)
    lasted = time.monotonic() - begun
    backlog = rig.open()
    rig.wait_until_ended(total.accepted)
    drained = time.monotonic() - begun - lasted
    kept = {task["_id"]: task for task in rig.tasks.find({}, {"status": 1, "error": 1})}
    lost = total.accepted - kept.keys()
    ends = Counter(f"{kept[it]['status']} {kept[it].get('error', '')}".strip() for it in total.accepted - lost)
    say(
        f"{CLIENTS} clients for {lasted:.0f} s: {total.statuses.total()} calls, by status {dict(total.statuses)}; "
        f"submit p50 {_percentile(total.submits, 50)} ms, p99 {_percentile(total.submits, 99)} ms; "
        f"read p50 {_percentile(total.reads, 50)} ms, p99 {_percentile(total.reads, 99)} ms; "
        f"{len(total.accepted)} tasks, {backlog} open at the end, "
        f"ended {drained:.0f} s later: {dict(ends)}; {len(lost)} lost"
    )
    assert not total.refusals
    assert not lost
    assert ends == {"completed": len(total.accepted)}


def _client(rig: Rig, number: int, until: float) -> Seen:
    """Submits a task and looks at it and at a list, as fast as it is answered."""
    seen = Seen()
    with closing(http.client.HTTPConnection("127.0.0.1", rig.stack.config.ports["api"], timeout=60)) as connection:
        turn = 0
        while time.monotonic() < until:
            turn += 1
            region, asset_type = REGIONS[number % len(REGIONS)], ASSET_TYPES[turn % len(ASSET_TYPES)]
            body = {"provider": "aliyun", "account_id": 123, "region": region, "asset_types": [asset_type]}
            answer, took = _call(connection, seen, "POST", "/tasks/discover-assets", body | {"priority": turn % 10})
            seen.submits.append(took)
            paths = ["/tasks?limit=10&status=running"]
            if answer:
                seen.accepted.add(answer["task_id"])
                paths.append(f"/tasks/{answer['task_id']}")
            seen.reads += [_call(connection, seen, "GET", path)[1] for path in paths]
    return seen


def _call(
    connection: http.client.HTTPConnection, seen: Seen, method: str, path: str, body: dict[str, Any] | None = None
) -> tuple[dict[str, Any], float]:
    """The data of the answer, and how many seconds it took."""
    begun = time.monotonic()
    content = json.dumps(body) if body else None
    connection.request(method, f"/api/v1/cam{path}", content, {"Content-Type": "application/json"})
    response = connection.getresponse()
    answer = json.loads(response.read())
    took = time.monotonic() - begun
    seen.statuses[response.status] += 1
    if response.status >= 400:
        seen.refusals[f"{method} {answer['msg']}"] += 1
    return answer["data"] or {}, took


def _percentile(seconds: list[float], share: int) -> int:
    """In milliseconds."""
    return round(1000 * sorted(seconds)[min(len(seconds) - 1, len(seconds) * share // 100)])
