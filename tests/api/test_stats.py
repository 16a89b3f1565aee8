"""The three places in which the figures are published, after a known workload: they are the truth, and the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus

from chalicelib import container
from chalicelib.access.roles import Role
from chalicelib.clock import utc_now
from chalicelib.settings import Settings
from chalicelib.tasks.emf import MOST_VALUES, NAMESPACE, Emf
from chalicelib.tasks.figures import TypeFigures
from chalicelib.tasks.tallier import LATENESS
from infra.local.clouds.aliyun import FakeAliyun
from tests.api.conftest import INSTANCES, REGIONS, Guarded, Service
from tests.support.clock import FakeClock

SYNC = {"provider": "aliyun", "asset_types": ["ecs"], "account_id": 123}
Sample = tuple[str, frozenset[tuple[str, str]]]


def scraped(service: Service, accept: str = "") -> dict[Sample, float]:
    answer = service.client.http.get("/metrics", headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200
    parse = openmetrics if "openmetrics" in answer.headers["Content-Type"] else prometheus
    families = list(parse(answer.body.decode()))
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def value(samples: Mapping[Sample, float], name: str, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


def lines(printed: str) -> list[dict[str, Any]]:
    """The lines of embedded metrics, each checked against what CloudWatch takes."""
    found = [json.loads(line) for line in printed.splitlines() if '"_aws"' in line]
    for line in found:
        for directive in line["_aws"]["CloudWatchMetrics"]:
            assert directive["Namespace"] == NAMESPACE
            assert len(directive["Metrics"]) <= 100
            for dimensions in directive["Dimensions"]:
                assert all(isinstance(line[name], str) for name in dimensions)
            for metric in directive["Metrics"]:
                assert len(line[metric["Name"]]) <= 100
    return found


def published(found: list[dict[str, Any]], name: str, **dimensions: str) -> float:
    """The sum of a metric's values over lines in which it has just these dimensions, beside the stage."""
    wanted = {"stage": "test", **dimensions}
    return sum(
        sum(line[name])
        for line in found
        for directive in line["_aws"]["CloudWatchMetrics"]
        if any(metric["Name"] == name for metric in directive["Metrics"])
        and {key: line[key] for key in directive["Dimensions"][0]} == wanted
    )


def test_a_known_workload_is_told_as_what_it_was(
    service: Service, account: int, fake: FakeAliyun, capsys: pytest.CaptureFixture[str]
) -> None:
    with fake.faults.ordered("throttled", action="DescribeInstances", times=2, value=10):
        service.finished("/tasks/sync-assets", SYNC)  # a parent with a child for each region
    with fake.faults.ordered("denied", action="DescribeInstances"):
        service.finished("/tasks/sync-assets", SYNC | {"regions": [REGIONS[0]]})
    cancelled = service.post("/tasks/sync-assets", SYNC).data["task_id"]
    service.post(f"/tasks/{cancelled}/cancel")
    calls = sum(fake.requests.values())
    worker_lines = lines(capsys.readouterr().out)

    stats = service.get("/stats").data
    (of_type,) = stats["types"]
    assert of_type["type"] == "sync_assets"
    assert (of_type["completed"], of_type["failed"], of_type["cancelled"]) == (1 + len(REGIONS), 1, 1)
    assert of_type["lost_workers"] == 0
    assert of_type["duration"]["count"] == of_type["queue_delay"]["count"] == 2 + len(REGIONS)
    assert stats["assets"] == {"added": INSTANCES, "updated": 0, "deleted": 0}
    assert stats["clouds"] == [{"provider": "aliyun", "calls": calls, "throttles": 2}]
    assert stats["tasks"] == {"pending": 0, "running": 0, "waiting": 0, "dead_letters": 1}
    assert len(stats["series"]) in (60, 61)
    assert sum(point["completed"] for point in stats["series"]) == of_type["completed"]
    workers = stats["workers"]
    assert 0 < workers["busy_seconds"] <= workers["available_seconds"]
    assert 0 < workers["utilisation"] <= 1
    assert workers["memory_mib"] > 10
    assert workers["cpu_seconds"] > 0

    for accept in ("", "application/openmetrics-text; version=1.0.0"):
        samples = scraped(service, accept)
        for status in ("completed", "failed", "cancelled"):
            told = value(samples, "cam_tasks_ended_total", type="sync_assets", status=status)
            assert told == of_type[status]
        assert value(samples, "cam_task_retries_total", type="sync_assets") == of_type["retries"]
        for name, key in (("duration", "duration"), ("queue_delay", "queue_delay")):
            histogram = f"cam_task_{name}_seconds"
            assert value(samples, f"{histogram}_count", type="sync_assets") == of_type[key]["count"]
            assert value(samples, f"{histogram}_bucket", type="sync_assets", le="+Inf") == of_type[key]["count"]
            total = value(samples, f"{histogram}_sum", type="sync_assets")
            assert total == pytest.approx(of_type[key]["mean"] * of_type[key]["count"], abs=0.01)
        assert value(samples, "cam_provider_calls_total", provider="aliyun") == calls
        assert value(samples, "cam_provider_throttles_total", provider="aliyun") == 2
        assert value(samples, "cam_assets_changed_total", kind="added") == INSTANCES
        assert value(samples, "cam_dead_letters") == 1
        assert value(samples, "cam_worker_busy_seconds_total") == pytest.approx(workers["busy_seconds"], abs=0.001)

    assert len(worker_lines) == workers["batches"]
    assert published(worker_lines, "ProviderCalls", provider="aliyun") == calls
    assert published(worker_lines, "ProviderThrottles", provider="aliyun") == 2
    assert published(worker_lines, "AssetsAdded") == INSTANCES
    assert published(worker_lines, "BusySeconds") == pytest.approx(workers["busy_seconds"], abs=0.001)
    assert published(worker_lines, "CpuSeconds") == pytest.approx(workers["cpu_seconds"], abs=0.001)


def test_a_closed_minute_is_published_once_with_the_same_figures(
    service: Service, account: int, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    def recover() -> list[dict[str, Any]]:
        service.client.lambda_.invoke("recover", service.client.events.generate_cw_event("aws.events", "x", {}, []))
        return lines(capsys.readouterr().out)

    service.finished("/tasks/sync-assets", SYNC)
    waiting = service.post("/tasks/sync-assets", SYNC | {"asset_types": ["vpc"], "priority": 9}).data["task_id"]
    (of_type,) = service.get("/stats").data["types"]
    clock = FakeClock()
    clock.advance((utc_now() - clock()).total_seconds() + LATENESS.total_seconds() + 60)
    later = container.Container(settings, clock=clock)
    container.install(later)
    try:
        capsys.readouterr()
        first, second = recover(), recover()
    finally:
        later.close()
        container.install(service.container)
    for name, key in (("Completed", "completed"), ("Failed", "failed"), ("Retries", "retries")):
        assert published(first, name, type="sync_assets") == of_type[key]
        assert published(second, name, type="sync_assets") == 0
    durations = sum(len(line.get("Duration", ())) for line in first)
    assert durations == of_type["duration"]["count"]
    assert [published(found, "Pending") for found in (first, second)] == [1, 0]  # of one minute
    assert published(first, "LaneWaiting", lane="high") == 1
    assert published(first, "LaneOldest", lane="high") > LATENESS.total_seconds()
    assert service.get(f"/tasks/{waiting}").data["status"] == "pending"
    (again,) = service.get("/stats").data["types"]
    assert again == of_type


def test_a_minute_with_very_many_tasks_is_one_line_for_each_type(capsys: pytest.CaptureFixture[str]) -> None:
    figures = TypeFigures(completed=5000)
    for number in range(5000):
        figures.duration.add(number / 100)
    Emf("test").minutes({FakeClock()(): {"a": figures, "b": TypeFigures(failed=1)}})
    first, second = lines(capsys.readouterr().out)
    assert (first["type"], len(first["Duration"]), first["Completed"]) == ("a", MOST_VALUES, [5000.0])
    assert sorted(first["Duration"])[MOST_VALUES // 2] == pytest.approx(25, rel=0.06)
    assert (second["type"], "Duration" in second) == ("b", False)
    assert first["_aws"]["Timestamp"] == FakeClock()().timestamp() * 1000


@pytest.mark.parametrize("minutes", ["0", "10081", "soon"])
def test_a_window_out_of_bounds_answers_400(service: Service, minutes: str) -> None:
    reply = service.get(f"/stats?minutes={minutes}")
    assert (reply.status, "minutes" in reply.error) == (400, True)


def test_a_service_that_has_done_nothing_has_figures_too(service: Service) -> None:
    stats = service.get("/stats?minutes=10080").data
    assert (stats["types"], stats["clouds"], stats["workers"]["utilisation"]) == ([], [], None)
    assert {lane["lane"]: lane["oldest_seconds"] for lane in stats["lanes"]} == dict.fromkeys(("high", "normal", "low"))
    assert value(scraped(service), "cam_tasks", state="pending") == 0


def test_the_figures_of_all_tenants_are_for_whoever_has_a_key_of_the_operators(guarded: Guarded) -> None:
    def scrape(**headers: str) -> int:
        return guarded.service.client.http.get("/metrics", headers=headers).status_code

    ours, another = guarded.party(Role.VIEWER), guarded.party(Role.ADMIN, "another")
    assert (scrape(), guarded.service.get("/stats").status) == (401, 401)
    for party, status in ((ours, 200), (another, 403)):
        assert (scrape(Authorization=f"Bearer {party.key}"), party.get("/stats").status) == (status, status)
