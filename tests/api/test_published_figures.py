"""Every number that is published, by the name it has where it is published, beside what a known workload made true."""

from __future__ import annotations

import json
import re
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from chalicelib.settings import Settings
from chalicelib.tasks.claims import ClaimStore
from chalicelib.tasks.model import Lane, Lease
from chalicelib.tasks.tallier import LATENESS
from infra.local.clouds.aliyun import FakeAliyun
from infra.local.clouds.server import CloudServer
from tests.api.conftest import INSTANCES, REGIONS, Service, aliyun_account, serving
from tests.support.clock import FakeClock

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

DOC = Path(__file__).parents[2] / "docs/metrics.md"
ROW = re.compile(r"^\|([^|]*)\|[^|]*\|[^|]*\| `([a-z_]+)", re.MULTILINE)
SYNC = "/tasks/sync-assets"
ECS = {"provider": "aliyun", "asset_types": ["ecs"], "account_id": 123}
LISTING = "DescribeInstances"
KIB_IN_MIB = 1024
MIB = 2**20
LATE = 0.3
"""By how many seconds one answer of the cloud is late: a task runs so long at least."""
HERE, THERE = REGIONS


@dataclass(frozen=True)
class Within:
    """What depends on the machine, measured beside: from ``low`` to ``high``."""

    low: float
    high: float


Truth = float | Within


@dataclass
class Workload:
    """What is done, and what of it is true: seconds of wall time and of the processor in which workers could run."""

    service: Service
    clock: FakeClock
    fake: FakeAliyun
    wall: float = 0
    cpu: float = 0
    batches: int = 0
    durations: list[float] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)

    def submit(self, *regions: str, **options: object) -> str:
        return str(self.service.post(SYNC, ECS | {"regions": list(regions)} | options).data["task_id"])

    def measured(self, run: Callable[[], object]) -> None:
        wall, cpu = time.monotonic(), time.process_time()
        run()
        self.wall += time.monotonic() - wall
        self.cpu += time.process_time() - cpu

    def run(self, task_id: str) -> str:
        """One batch of this task alone; answers the task's status."""
        self.measured(lambda: self.service.container.worker.run([task_id]))
        self.batches += 1
        return str(self.service.get(f"/tasks/{task_id}").data["status"])

    def claim(self, task_id: str) -> None:
        """A worker takes it and says nothing more."""
        container = self.service.container
        claims = ClaimStore(container.database["tasks"], container.policy, container.texts)
        now = self.clock()
        assert claims.claim([task_id], Lease("silent", task_id), now=now, until=now + container.policy.lease)

    def recover(self) -> None:
        client = self.service.client
        client.lambda_.invoke("recover", client.events.generate_cw_event("aws.events", "x", {}, []))


@pytest.fixture
def workload(
    settings: Settings, sqs: SQSClient, queue_urls: dict[Lane, str], fake: FakeAliyun, cloud: CloudServer
) -> Iterator[Workload]:
    clock = FakeClock()
    with serving(settings, sqs, queue_urls, clock=clock) as service:
        service.post("/accounts", aliyun_account(cloud.url))
        yield Workload(service, clock, fake)


def work(load: Workload) -> None:
    """A parent with its parts, a throttled one, updates, a deletion, a retry, a lost worker, a failure, a cancellation;
    and, still open, a parent whose parts wait in a paused lane, one that runs and one that waits.
    """
    servers = load.fake.inventory.native_ids("ecs", HERE)
    with load.fake.faults.ordered("throttled", action=LISTING, times=2):
        parent = load.submit(HERE, THERE)
        load.clock.advance(3)
        load.measured(load.service.work)
    assert load.service.get(f"/tasks/{parent}").data["status"] == "completed"
    load.batches += 3  # of the parent, of its parts, and of the parent again
    load.durations += [0, 0, 0]
    load.delays += [3, 0, 0]

    load.fake.inventory.update("ecs", HERE, servers[0], InstanceName="renamed")
    load.fake.inventory.update("ecs", HERE, servers[1], InstanceName="renamed, too")
    load.fake.inventory.remove("ecs", HERE, servers[2])
    for _ in range(2):  # missing once, and gone
        assert load.run(load.submit(HERE)) == "completed"
        load.durations.append(0)
        load.delays.append(0)

    retried = load.submit(THERE)
    load.clock.advance(5)
    with load.fake.faults.ordered("unavailable", action=LISTING):
        assert load.run(retried) == "pending"
    load.clock.advance(60)
    with load.fake.faults.ordered("slow", action=LISTING, times=1, value=LATE):
        assert load.run(retried) == "completed"
    load.durations.append(60)
    load.delays.append(5)

    lost = load.submit(THERE)
    load.claim(lost)
    load.clock.advance(40)
    assert load.run(lost) == "completed"
    load.durations.append(40)
    load.delays.append(0)

    refused = load.submit(THERE)
    load.clock.advance(7)
    with load.fake.faults.ordered("denied", action=LISTING):
        assert load.run(refused) == "failed"
    load.durations.append(0)
    load.delays.append(7)

    load.service.post(f"/tasks/{load.submit(THERE)}/cancel")

    assert load.run(load.submit(HERE, THERE, priority=0)) == "running"
    load.service.post("/lanes/low/pause")
    load.clock.advance(LATENESS.total_seconds() + 60)
    load.claim(load.submit(THERE, asset_types=["vpc"], priority=9))
    load.submit(THERE, asset_types=["disk"])
    load.clock.advance(4)


OPEN_PARTS_WAIT = LATENESS.total_seconds() + 60 + 4
COUNTS = {"completed": 3 + 2 + 1 + 1, "failed": 1, "cancelled": 1}


def prometheus_truth(load: Workload, memory: Within) -> dict[str, Truth]:
    lanes: dict[str, tuple[float, ...]] = {
        "high": (0, 1, 0, 0),
        "normal": (1, 0, 4, 0),
        "low": (2, 0, OPEN_PARTS_WAIT, 1),
    }
    found: dict[str, Truth] = {
        "cam_tasks{state=pending}": 3,
        "cam_tasks{state=running}": 1,
        "cam_tasks{state=waiting}": 1,
        "cam_dead_letters": 1,
        "cam_task_retries_total{type=sync_assets}": 1,
        "cam_task_lost_workers_total{type=sync_assets}": 1,
        "cam_provider_calls_total{provider=aliyun}": sum(load.fake.requests.values()),
        "cam_provider_throttles_total{provider=aliyun}": 2,
        "cam_assets_changed_total{kind=added}": INSTANCES,
        "cam_assets_changed_total{kind=updated}": 2,
        "cam_assets_changed_total{kind=deleted}": 1,
        "cam_worker_batches_total": load.batches,
        "cam_worker_memory_bytes": Within(memory.low * MIB, memory.high * MIB),
        **{f"cam_worker_{name}_seconds_total": truth for name, truth in times(load).items()},
    }
    found |= {f"cam_tasks_ended_total{{status={name},type=sync_assets}}": count for name, count in COUNTS.items()}
    for lane, values in lanes.items():
        names = ("waiting", "running", "oldest_seconds", "paused")
        found |= {f"cam_lane_{name}{{lane={lane}}}": value for name, value in zip(names, values, strict=True)}
    for name, seconds in (("duration", load.durations), ("queue_delay", load.delays)):
        histogram = f"cam_task_{name}_seconds"
        ends = [*(2.0**doublings for doublings in range(-6, 14, 2)), float("inf")]
        found |= {
            f"{histogram}_bucket{{le={end if end < 1e9 else '+Inf'},type=sync_assets}}": sum(
                it <= end for it in seconds
            )
            for end in ends
        }
        found[f"{histogram}_count{{type=sync_assets}}"] = len(seconds)
        found[f"{histogram}_sum{{type=sync_assets}}"] = sum(seconds)
    return found


def times(load: Workload) -> dict[str, Truth]:
    threads = load.service.container.policy.threads
    return {
        "busy": Within(LATE, load.wall * len(REGIONS)),  # no more than so many parts ran side by side
        "available": Within(LATE * threads, load.wall * threads),
        "cpu": Within(0.001, load.cpu),
    }


def emf_truth(load: Workload, memory: Within) -> dict[str, Truth]:
    """Of the values of each name and dimension their sum; of the memory, the most."""
    used = times(load)
    lanes = {"high": (0, 1, 0), "normal": (1, 0, 4), "low": (2, 0, OPEN_PARTS_WAIT)}
    names = ("LaneWaiting", "LaneRunning", "LaneOldest")
    return {
        "Pending": 3,
        "Running": 1,
        "Waiting": 1,
        "DeadLetters": 1,
        **{
            f"{name}{{lane={lane}}}": value
            for lane, values in lanes.items()
            for name, value in zip(names, values, strict=True)
        },
        **{f"{status.capitalize()}{{type=sync_assets}}": count for status, count in COUNTS.items()},
        "Retries{type=sync_assets}": 1,
        "LostWorkers{type=sync_assets}": 1,
        "Duration{type=sync_assets}": Within(0.955 * sum(load.durations), 1.045 * sum(load.durations)),
        "QueueDelay{type=sync_assets}": Within(0.955 * sum(load.delays), 1.045 * sum(load.delays)),
        "BusySeconds": used["busy"],
        "AvailableSeconds": used["available"],
        "CpuSeconds": used["cpu"],
        "Memory": memory,
        "ProviderCalls{provider=aliyun}": sum(load.fake.requests.values()),
        "ProviderThrottles{provider=aliyun}": 2,
        "AssetsAdded": INSTANCES,
        "AssetsUpdated": 2,
        "AssetsDeleted": 1,
    }


def key(name: str, labels: Mapping[str, str]) -> str:
    told = ",".join(f"{label}={value}" for label, value in sorted(labels.items()))
    return f"{name}{{{told}}}" if told else name


def scraped(service: Service) -> dict[str, float]:
    text = service.client.http.get("/metrics").body.decode()
    families = text_string_to_metric_families(text)
    return {key(it.name, it.labels): it.value for family in families for it in family.samples}


def printed(text: str) -> dict[str, list[float]]:
    """The values of embedded metrics by name and dimensions, beside the stage."""
    found: dict[str, list[float]] = defaultdict(list)
    for line in (json.loads(line) for line in text.splitlines() if '"_aws"' in line):
        for directive in line["_aws"]["CloudWatchMetrics"]:
            (dimensions,) = directive["Dimensions"]
            assert line["stage"] == "test"
            labels = {name: line[name] for name in dimensions if name != "stage"}
            for metric in directive["Metrics"]:
                found[key(metric["Name"], labels)] += line[metric["Name"]]
    return found


def wrong(told: Mapping[str, float], truth: Mapping[str, Truth]) -> dict[str, tuple[float, Truth]]:
    def holds(value: float, true: Truth) -> bool:
        return true.low <= value <= true.high if isinstance(true, Within) else value == pytest.approx(true, abs=0.0005)

    return {name: (value, truth[name]) for name, value in told.items() if not holds(value, truth[name])}


def resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_IN_MIB


def named(keys: Mapping[str, object]) -> set[str]:
    return {re.sub(r"(_total|_bucket|_sum|_count)?(\{.*)?$", "", name) for name in keys}


def test_every_published_number_is_true_and_each_has_been_looked_at(
    workload: Workload, capsys: pytest.CaptureFixture[str]
) -> None:
    before = resident()
    work(workload)
    workload.recover()
    memory = Within(before, resident())

    told = scraped(workload.service)
    truth = prometheus_truth(workload, memory)
    assert told.keys() == truth.keys()
    assert wrong(told, truth) == {}

    values = printed(capsys.readouterr().out)
    sums = {name: max(them) if name == "Memory" else sum(them) for name, them in values.items()}
    truth = emf_truth(workload, memory)
    assert sums.keys() == truth.keys()
    assert wrong(sums, truth) == {}
    assert len(values["Duration{type=sync_assets}"]) == len(workload.durations)
    assert len(values["QueueDelay{type=sync_assets}"]) == len(workload.delays)

    rows = ROW.findall(DOC.read_text())
    assert named(sums) == {name for row, _ in rows for name in re.findall(r"`(\w+)`", row)}
    assert named(told) == {f"cam_{name.removesuffix('_total')}" for _, name in rows}
