"""The figures of the service as the API shows them. Every time span is in seconds."""

from __future__ import annotations

from datetime import timedelta

from typing_extensions import TypedDict

from chalicelib.clock import rfc3339
from chalicelib.tasks.figures import TypeFigures
from chalicelib.tasks.histogram import Histogram
from chalicelib.tasks.load import LaneLoad
from chalicelib.tasks.stats import Point, Stats
from chalicelib.tasks.usage import UsageFigures


class LaneLoadView(TypedDict):
    """``waiting`` tasks are pending, ``running`` ones have a worker. ``oldest_seconds``: how long a task of the lane
    has waited for a worker at the most; null when none does.
    """

    lane: str
    paused: bool
    waiting: int
    running: int
    oldest_seconds: float | None


class OpenView(TypedDict):
    """``waiting`` are parents that wait for their children, which are counted for themselves."""

    pending: int
    running: int
    waiting: int
    dead_letters: int


class DurationsView(TypedDict):
    """The mean is exact, a quantile within 4.5 %; null of no task."""

    count: int
    mean: float | None
    p50: float | None
    p95: float | None
    p99: float | None


class TypeView(TypedDict):
    """Of the tasks that ended. ``retries`` were made after errors, ``lost_workers`` died with a task. ``duration`` is
    from the first start to the end, ``queue_delay`` from the submission to the first start.
    """

    type: str
    completed: int
    failed: int
    cancelled: int
    retries: int
    lost_workers: int
    duration: DurationsView
    queue_delay: DurationsView


# ``from`` is not a name that a class can have.
PointView = TypedDict(
    "PointView",
    {"from": str | None, "completed": int, "failed": int, "cancelled": int, "mean_duration": float | None},
)


class WorkersView(TypedDict):
    """``busy_seconds``: the time that tasks ran, added up; ``available_seconds``: the time that invocations lasted,
    times the tasks that each can run side by side. ``memory_mib`` is the most that one worker has used.
    """

    busy_seconds: float
    available_seconds: float
    utilisation: float | None
    memory_mib: float | None
    cpu_seconds: float
    batches: int


class CloudView(TypedDict):
    """What workers called, and how often the cloud said that it was too often."""

    provider: str
    calls: int
    throttles: int


class ChangedView(TypedDict):
    added: int
    updated: int
    deleted: int


class StatsView(TypedDict):
    """``lanes`` and ``tasks`` are of this moment, all else is of what ended from ``since`` on and before ``until``.
    ``since`` is the begin of a step of the series; ``until`` is earlier than now when more has just ended than can be
    read.
    """

    lanes: list[LaneLoadView]
    tasks: OpenView
    types: list[TypeView]
    series: list[PointView]
    step_seconds: int
    workers: WorkersView
    clouds: list[CloudView]
    assets: ChangedView
    since: str | None
    until: str | None


EXAMPLE: StatsView = {
    "lanes": [{"lane": "normal", "paused": False, "waiting": 42, "running": 10, "oldest_seconds": 3.2}],
    "tasks": {"pending": 42, "running": 10, "waiting": 1, "dead_letters": 0},
    "types": [
        {
            "type": "sync_assets",
            "completed": 118,
            "failed": 2,
            "cancelled": 0,
            "retries": 5,
            "lost_workers": 1,
            "duration": {"count": 120, "mean": 2.41, "p50": 1.9, "p95": 6.2, "p99": 8.8},
            "queue_delay": {"count": 120, "mean": 0.31, "p50": 0.2, "p95": 1.1, "p99": 2.4},
        }
    ],
    "series": [
        {"from": "2026-11-23T08:00:00.000Z", "completed": 118, "failed": 2, "cancelled": 0, "mean_duration": 2.41}
    ],
    "step_seconds": 60,
    "workers": {
        "busy_seconds": 289.2,
        "available_seconds": 610.0,
        "utilisation": 0.4741,
        "memory_mib": 181.4,
        "cpu_seconds": 61.0,
        "batches": 31,
    },
    "clouds": [{"provider": "aliyun", "calls": 431, "throttles": 2}],
    "assets": {"added": 12, "updated": 3, "deleted": 1},
    "since": "2026-11-23T08:00:00.000Z",
    "until": "2026-11-23T08:00:12.500Z",
}


def stats_view(stats: Stats, step: timedelta) -> StatsView:
    load, usage = stats.load, stats.usage
    return {
        "lanes": [_lane(lane) for lane in load.lanes],
        "tasks": {
            "pending": load.pending,
            "running": load.running,
            "waiting": load.waiting,
            "dead_letters": load.dead_letters,
        },
        "types": [_type(name, figures) for name, figures in sorted(stats.types.items())],
        "series": [_point(point) for point in stats.series],
        "step_seconds": int(step.total_seconds()),
        "workers": _workers(usage),
        "clouds": [
            {"provider": name, "calls": usage.calls[name], "throttles": usage.throttles[name]}
            for name in sorted(usage.calls)
        ],
        "assets": {
            "added": usage.assets["added"],
            "updated": usage.assets["updated"],
            "deleted": usage.assets["deleted"],
        },
        "since": rfc3339(stats.since),
        "until": rfc3339(stats.until),
    }


def _lane(lane: LaneLoad) -> LaneLoadView:
    return {
        "lane": lane.lane.value,
        "paused": lane.paused,
        "waiting": lane.waiting,
        "running": lane.running,
        "oldest_seconds": lane.oldest_seconds,
    }


def _type(name: str, figures: TypeFigures) -> TypeView:
    return {
        "type": name,
        "completed": figures.completed,
        "failed": figures.failed,
        "cancelled": figures.cancelled,
        "retries": figures.retries,
        "lost_workers": figures.lost_workers,
        "duration": _durations(figures.duration),
        "queue_delay": _durations(figures.queue_delay),
    }


def _durations(found: Histogram) -> DurationsView:
    return {
        "count": found.count,
        "mean": _rounded(found.mean),
        "p50": _rounded(found.quantile(0.5)),
        "p95": _rounded(found.quantile(0.95)),
        "p99": _rounded(found.quantile(0.99)),
    }


def _point(point: Point) -> PointView:
    return {
        "from": rfc3339(point.at),
        "completed": point.completed,
        "failed": point.failed,
        "cancelled": point.cancelled,
        "mean_duration": _rounded(point.mean_duration),
    }


def _workers(usage: UsageFigures) -> WorkersView:
    return {
        "busy_seconds": round(float(usage.busy_seconds), 3),
        "available_seconds": round(float(usage.available_seconds), 3),
        "utilisation": _rounded(usage.utilisation),
        "memory_mib": None if usage.memory_mib is None else round(float(usage.memory_mib), 1),
        "cpu_seconds": round(float(usage.cpu_seconds), 3),
        "batches": usage.batches,
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(float(number), 4)
