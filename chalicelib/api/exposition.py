"""Totals as metrics of Prometheus, by its own library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from chalicelib.tasks.histogram import Histogram
from chalicelib.tasks.load import LaneLoad
from chalicelib.tasks.stats import Totals

PREFIX = "cam_"
DOUBLINGS = range(-6, 14, 2)
"""The ends of histogram buckets as powers of two: 16 ms to 4,096 s (68 minutes). Counts in them are exact."""
MIB = 2**20

Values = Mapping[tuple[str, ...], float]
"""By the values of the labels."""


@dataclass(frozen=True, slots=True)
class _Family:
    name: str
    text: str
    labels: tuple[str, ...]
    values: Callable[[Totals], Values]


def _by_lane(value: Callable[[LaneLoad], float]) -> Callable[[Totals], Values]:
    return lambda totals: {(lane.lane.value,): value(lane) for lane in totals.load.lanes}


def _by_type(name: str) -> Callable[[Totals], Values]:
    return lambda totals: {(kind,): getattr(figures, name) for kind, figures in totals.types.items()}


def _of_usage(name: str) -> Callable[[Totals], Values]:
    return lambda totals: {(): getattr(totals.usage, name)}


def _by_name(name: str) -> Callable[[Totals], Values]:
    def read(totals: Totals) -> Values:
        counted: Counter[str] = getattr(totals.usage, name)
        return {(key,): number for key, number in counted.items()}

    return read


def _open(totals: Totals) -> Values:
    return {(state,): getattr(totals.load, state) for state in ("pending", "running", "waiting")}


def _ended(totals: Totals) -> Values:
    statuses = ("completed", "failed", "cancelled")
    return {(kind, status): getattr(figures, status) for kind, figures in totals.types.items() for status in statuses}


GAUGES = (
    _Family("lane_waiting", "Pending tasks", ("lane",), _by_lane(lambda lane: lane.waiting)),
    _Family("lane_running", "Tasks that a worker has", ("lane",), _by_lane(lambda lane: lane.running)),
    _Family(
        "lane_oldest_seconds",
        "The longest that a task waits for a worker; 0 when none does",
        ("lane",),
        _by_lane(lambda lane: lane.oldest_seconds or 0),
    ),
    _Family("lane_paused", "1 for a paused lane", ("lane",), _by_lane(lambda lane: lane.paused)),
    _Family("tasks", "Open tasks; a waiting one waits for its children", ("state",), _open),
    _Family("dead_letters", "Tasks that failed for good", (), lambda totals: {(): totals.load.dead_letters}),
    _Family(
        "worker_memory_bytes",
        "The most that one worker used in the last hour; 0 when none ran",
        (),
        lambda totals: {(): (totals.usage.memory_mib or 0) * MIB},
    ),
)
COUNTERS = (
    _Family("tasks_ended", "Tasks that ended, each time they did", ("type", "status"), _ended),
    _Family("task_retries", "Retries after errors, of ended tasks", ("type",), _by_type("retries")),
    _Family("task_lost_workers", "Workers lost with a task, of ended tasks", ("type",), _by_type("lost_workers")),
    _Family("worker_busy_seconds", "Time that tasks ran", (), _of_usage("busy_seconds")),
    _Family("worker_available_seconds", "Time that tasks could have run", (), _of_usage("available_seconds")),
    _Family("worker_cpu_seconds", "Processor time of workers", (), _of_usage("cpu_seconds")),
    _Family("worker_batches", "Batches in which something ran", (), _of_usage("batches")),
    _Family("provider_calls", "Calls of clouds by workers", ("provider",), _by_name("calls")),
    _Family("provider_throttles", "Calls that a cloud refused as too many", ("provider",), _by_name("throttles")),
    _Family("assets_changed", "Changes of assets written", ("kind",), _by_name("assets")),
)
HISTOGRAMS: tuple[tuple[str, str, str], ...] = (
    ("task_duration_seconds", "First start to end", "duration"),
    ("task_queue_delay_seconds", "Submission to first start", "queue_delay"),
)


class Exposition(CollectorRegistry):
    """What the library's encoders read, once."""

    def __init__(self, totals: Totals) -> None:
        super().__init__()
        self._totals = totals

    def collect(self) -> Iterator[Metric]:
        for family in GAUGES:
            yield self._filled(GaugeMetricFamily(PREFIX + family.name, family.text, labels=family.labels), family)
        for family in COUNTERS:
            yield self._filled(CounterMetricFamily(PREFIX + family.name, family.text, labels=family.labels), family)
        for name, text, of_type in HISTOGRAMS:
            yield _histogram(name, text, {kind: getattr(it, of_type) for kind, it in self._totals.types.items()})

    def _filled(self, metric: GaugeMetricFamily | CounterMetricFamily, family: _Family) -> Metric:
        for labels, value in sorted(family.values(self._totals).items()):
            metric.add_metric(labels, value)
        return metric


def _histogram(name: str, text: str, found: Mapping[str, Histogram]) -> Metric:
    metric = HistogramMetricFamily(PREFIX + name, text, labels=("type",))
    for kind, histogram in sorted(found.items()):
        ends = [(str(float(2**doublings)), histogram.at_most(doublings)) for doublings in DOUBLINGS]
        metric.add_metric((kind,), [*ends, ("+Inf", histogram.count)], histogram.seconds)
    return metric


def encoder(accept: str) -> tuple[Callable[[CollectorRegistry], bytes], str]:
    """By the request's ``Accept`` header: what writes a registry, and the content type of what it writes."""
    return choose_encoder(accept)
