"""What one hostile request in ten costs the others, on the one-machine stack: ``python -m bench.hostility``.

Requests are sent at a fixed rate whatever becomes of those before (an open loop), and latency counts from when one was
due. The good ones come at the same rate in both runs. Processor time tells what a busy machine hides. Exits with 1 when
any answer is a 5xx, or is none.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import httpx
from yarl import URL

from bench.processes import cpu_seconds
from infra.local.stack import Stack
from tests.support.stack import stack_config

API = "/api/v1/cam"
HOSTILE_SHARE = 0.1
CONNECTIONS = 32
"""Many more than are busy while the service keeps up. Where it does not, they bound the requests that wait in it at
once: with a hundred, one may wait longer for a connection to the store (five) than any is let wait, and get 503.
"""
TIMEOUT_SECONDS = 30
SYNC = {"provider": "aliyun", "asset_types": ["ecs"], "regions": ["cn-shenzhen"]}
JSON = {"Content-Type": "application/json"}
ONCE = {"Idempotency-Key": "hostility"}
"""Repeated submissions are answered by one task: what a sync costs is measured elsewhere."""
INSTANCES = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """One request; ``path`` is below the API's."""

    method: str
    path: str
    content: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def post(cls, path: str, body: Any) -> Sent:
        return cls("POST", path, body if isinstance(body, bytes) else json.dumps(body).encode(), JSON)


@dataclass(slots=True)
class Seen:
    """``latencies`` of the good requests, in seconds; ``answers`` by kind and status, 0 where there was none;
    ``processor`` seconds by process.
    """

    latencies: list[float] = field(default_factory=list)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    processor: dict[str, float] = field(default_factory=dict)

    @property
    def failures(self) -> int:
        return sum(count for (_, status), count in self.answers.items() if status >= 500 or status == 0)


def good_requests(task_id: str, asset_id: str, native_id: str) -> list[Sent]:
    return [
        *[Sent("GET", path) for path in ("/tasks?limit=20", "/health", "/accounts", "/lanes", "/providers")],
        *[Sent("GET", f"/tasks/{task_id}"), Sent("GET", f"/assets/{asset_id}")] * 3,
        *[Sent("GET", f"/assets?native_id={native_id}"), Sent("GET", "/scopes")],
        Sent("POST", "/tasks/sync-assets", json.dumps(SYNC).encode(), JSON | ONCE),
    ]


HOSTILE = [
    Sent("GET", "/tasks?created_by[$ne]="),
    Sent("GET", "/assets?q=(a%2B)%2B%24&tag.%24where=1&limit=100"),
    Sent("GET", "/assets?cursor=" + "A" * 3000),
    Sent("GET", "/tasks/" + "%00" * 200),
    Sent("GET", f"/tasks?offset={10**40}&start_date=0001-01-01"),
    Sent("GET", "/health", headers={"X-Filler": "x" * 20_000}),
    Sent("TRACE", "/tasks"),
    Sent("POST", "/tasks/sync-assets", b"<xml/>", {"Content-Type": "text/xml"}),
    Sent.post("/tasks/sync-assets", b"[" * 100_000),
    Sent.post("/tasks/sync-assets", b"x" * 1_000_000),
    Sent.post("/tasks/cancel", {"type": {"$ne": None}, "status": ["$where"]}),
    Sent.post("/tasks/export-assets", {str(number): number for number in range(5000)}),
    Sent.post("/accounts", {"provider": "aliyun", "endpoint": "http://169.254.169.254/latest/meta-data"}),
]


def mixed(good: list[Sent], *, hostile: bool) -> Iterator[tuple[str, Sent]]:
    chance = random.Random(1)
    while True:
        if hostile and chance.random() < HOSTILE_SHARE:
            yield "hostile", chance.choice(HOSTILE)
        else:
            yield "good", chance.choice(good)


async def run(url: str, good: list[Sent], *, rate: float, seconds: float, hostile: bool) -> Seen:
    seen = Seen()
    start = time.perf_counter()
    plan = zip(range(int(rate * seconds)), mixed(good, hostile=hostile), strict=False)

    async def connection(client: aiohttp.ClientSession) -> None:
        """Whatever is due next, one after the other."""
        for number, (kind, sent) in plan:
            due = start + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            try:
                async with client.request(
                    sent.method, URL(url + API + sent.path, encoded=True), data=sent.content, headers=sent.headers
                ) as answer:
                    await answer.read()
                    status = answer.status
            except (aiohttp.ClientError, TimeoutError):
                status = 0
            seen.answers[kind, status] += 1
            if kind == "good":
                seen.latencies.append(time.perf_counter() - due)

    timeout = aiohttp.ClientTimeout(TIMEOUT_SECONDS)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as client:
        await asyncio.gather(*(connection(client) for _ in range(CONNECTIONS)))
    return seen


def measured(stack: Stack, good: list[Sent], *, rate: float, seconds: float, hostile: bool) -> Seen:
    pids = {name: pid for name in ("api", "mongodb") if (pid := stack.pid(name))} | {"client": os.getpid()}
    before = {name: cpu_seconds(pid) for name, pid in pids.items()}
    seen = asyncio.run(run(stack.url, good, rate=rate, seconds=seconds, hostile=hostile))
    seen.processor = {name: cpu_seconds(pid) - before[name] for name, pid in pids.items()}
    return seen


def compared(stack: Stack, *, rate: float, seconds: float) -> dict[str, Seen]:
    """The good requests of ``rate`` alone, and then at the same pace beside the hostile ones."""
    good = prepared(stack.url)
    alone = measured(stack, good, rate=(1 - HOSTILE_SHARE) * rate, seconds=seconds, hostile=False)
    return {"without": alone, "with hostile": measured(stack, good, rate=rate, seconds=seconds, hostile=True)}


def prepared(url: str) -> list[Sent]:
    """The good requests, once there is an inventory and a task to ask for."""
    with httpx.Client(base_url=url + API, timeout=30, trust_env=False) as client:
        task_id = client.post("/tasks/sync-assets", json=SYNC, headers=ONCE).json()["data"]["task_id"]
        while client.get(f"/tasks/{task_id}").json()["data"]["status"] not in ("completed", "failed"):
            time.sleep(0.2)
        asset = client.get("/assets?limit=1").json()["data"]["assets"][0]
    return good_requests(task_id, asset["id"], asset["native_id"])


def shown(name: str, seen: Seen) -> str:
    cuts = statistics.quantiles(seen.latencies, n=100)
    latency = "   ".join(f"p{cut} {1000 * cuts[cut - 1]:7.1f} ms" for cut in (50, 95, 99))
    answers = ", ".join(f"{kind} {status}: {count}" for (kind, status), count in sorted(seen.answers.items()))
    sent = seen.answers.total()
    each = ", ".join(f"{process} {1000 * spent / sent:.2f} ms" for process, spent in seen.processor.items())
    return f"{name:16} {latency}   {answers}\n{'':16} processor time of a request: {each}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.hostility", description=__doc__)
    parser.add_argument("--rate", type=float, default=200, help="requests a second, hostile ones included")
    parser.add_argument("--seconds", type=float, default=60)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Stack(stack_config(Path(folder), instances=INSTANCES)) as stack:
        both = compared(stack, rate=asked.rate, seconds=asked.seconds)
    print(*(shown(name, seen) for name, seen in both.items()), sep="\n")
    return 1 if any(seen.failures for seen in both.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
