"""The figures as CloudWatch takes them from the log: embedded metric format, made by Powertools Metrics."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TextIO

from chalicelib.tasks.figures import COUNTERS, Figures, TypeFigures
from chalicelib.tasks.load import Load
from chalicelib.tasks.usage import UsageFigures

NAMESPACE = "CamTasks"
DEAD_LETTERS = "DeadLetters"
MOST_VALUES = 99
"""CloudWatch takes 100 values of a metric in one line; Powertools prints by itself when it has as many."""

COUNTER_NAMES = {
    "completed": "Completed",
    "failed": "Failed",
    "cancelled": "Cancelled",
    "retries": "Retries",
    "lost_workers": "LostWorkers",
}
ASSET_NAMES = {"added": "AssetsAdded", "updated": "AssetsUpdated", "deleted": "AssetsDeleted"}


class Group(NamedTuple):
    """Metrics that share their dimensions: by name, the unit and the values."""

    dimensions: Mapping[str, str]
    metrics: Mapping[str, tuple[str, Sequence[float]]]
    at: datetime | None = None


class Emf:
    """Prints lines on standard output, which is Lambda's log, unless ``out`` is given. Every metric has the dimension
    ``stage``.
    """

    def __init__(self, stage: str, *, out: TextIO | None = None) -> None:
        self._stage = stage
        self._out = out

    def batch(self, used: UsageFigures) -> None:
        """One line for a worker's batch, unless it called more than one cloud."""
        groups = [Group({}, _of_worker(used))]
        groups += [
            Group(
                {"provider": name},
                {"ProviderCalls": _count(used.calls[name]), "ProviderThrottles": _count(used.throttles[name])},
            )
            for name in sorted(used.calls)
        ]
        self._print(groups)

    def minutes(self, closed: Mapping[datetime, Figures]) -> None:
        """A line for each type in each minute, at the time of the minute."""
        for minute, figures in closed.items():
            self._print([Group({"type": kind}, _of_type(figures[kind]), minute) for kind in sorted(figures)])

    def load(self, load: Load) -> None:
        """A line for each lane; the first has the totals, too."""
        totals = {
            "Pending": _count(load.pending),
            "Running": _count(load.running),
            "Waiting": _count(load.waiting),
            DEAD_LETTERS: _count(load.dead_letters),
        }
        lanes = [
            Group(
                {"lane": lane.lane.value},
                {
                    "LaneWaiting": _count(lane.waiting),
                    "LaneRunning": _count(lane.running),
                    "LaneOldest": ("Seconds", [lane.oldest_seconds or 0.0]),
                },
            )
            for lane in load.lanes
        ]
        self._print([Group({}, totals), *lanes])

    def _print(self, groups: Sequence[Group]) -> None:
        lines: list[dict[str, Any]] = []
        for group in groups:
            made = self._line(group)
            line = next((line for line in lines if _fits(line, made)), None)
            if line is None:
                lines.append(made)
            else:
                directives = line["_aws"]["CloudWatchMetrics"] + made["_aws"]["CloudWatchMetrics"]
                line |= made | {"_aws": line["_aws"] | {"CloudWatchMetrics": directives}}
        out = self._out or sys.stdout
        for line in lines:
            out.write(json.dumps(line, separators=(",", ":")) + "\n")
        out.flush()

    def _line(self, group: Group) -> dict[str, Any]:
        from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import (  # noqa: PLC0415 - a cold start
            AmazonCloudWatchEMFProvider,
        )

        metrics = AmazonCloudWatchEMFProvider(namespace=NAMESPACE)
        for name, value in {"stage": self._stage, **group.dimensions}.items():
            metrics.add_dimension(name, value)
        for name, (unit, values) in group.metrics.items():
            for number in values:
                metrics.add_metric(name, unit, number)
        if group.at is not None:
            metrics.set_timestamp(group.at)
        return dict(metrics.serialize_metric_set())


def _fits(line: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two groups can share a line: whatever both have must be the same."""
    if line["_aws"]["Timestamp"] // 1000 != other["_aws"]["Timestamp"] // 1000:
        return False
    return all(line[name] == value for name, value in other.items() if name in line and name != "_aws")


def _count(number: float) -> tuple[str, Sequence[float]]:
    return "Count", [number]


def _of_worker(used: UsageFigures) -> dict[str, tuple[str, Sequence[float]]]:
    return {
        "BusySeconds": ("Seconds", [used.busy_seconds]),
        "AvailableSeconds": ("Seconds", [used.available_seconds]),
        "CpuSeconds": ("Seconds", [used.cpu_seconds]),
        "Memory": ("Megabytes", [used.memory_mib or 0]),
        **{name: _count(used.assets[kind]) for kind, name in ASSET_NAMES.items()},
    }


def _of_type(figures: TypeFigures) -> dict[str, tuple[str, Sequence[float]]]:
    return {
        **{COUNTER_NAMES[name]: _count(getattr(figures, name)) for name in COUNTERS},
        "Duration": ("Seconds", figures.duration.sample(MOST_VALUES)),
        "QueueDelay": ("Seconds", figures.queue_delay.sample(MOST_VALUES)),
    }
