"""Graphs of the service's own metrics, which docs/metrics.md explains."""

from __future__ import annotations

from typing import Any

from chalicelib.tasks.emf import DEAD_LETTERS, NAMESPACE
from infra.package.overlay.names import LANES
from infra.package.stage import Stage

Metric = list[Any]
Graph = tuple[str, str, list[Metric]]
"""Title, statistic, metrics."""


def graphs(stage: Stage) -> list[Graph]:
    def one(name: str, *dimensions: str, **options: Any) -> Metric:
        return [NAMESPACE, name, "stage", stage.name, *dimensions, *([options] if options else [])]

    def by(dimension: str, name: str, statistic: str, label: str = "") -> Metric:
        """One line for each value that the dimension has."""
        return [{"expression": _search(stage, dimension, name, statistic), "label": label}]

    def total(name: str, number: int, *, visible: bool = True) -> Metric:
        """The sum over all types."""
        expression = f"SUM({_search(stage, 'type', name, 'Sum')})"
        return [{"expression": expression, "label": name, "id": f"e{number}", "visible": visible}]

    ended = ("Completed", "Failed", "Cancelled")
    of_all = [total(name, number, visible=False) for number, name in enumerate(ended, start=1)]
    share = [
        [{"expression": f"100 * e{number} / (e1 + e2 + e3)", "label": f"{name} %", "id": f"r{number}"}]
        for number, name in enumerate(ended[:2], start=1)
    ]
    busy = [one("BusySeconds", id="busy", visible=False), one("AvailableSeconds", id="available", visible=False)]
    use: Metric = [{"expression": "100 * busy / available", "label": "busy %", "id": "use"}]
    quantiles = ("Average", "p50", "p95", "p99")
    lanes = {name: [one(name, "lane", lane) for lane in LANES] for name in ("LaneWaiting", "LaneRunning", "LaneOldest")}
    return [
        ("Tasks open", "Maximum", [one(name) for name in ("Pending", "Running", "Waiting")]),
        ("Tasks waiting, by lane", "Maximum", lanes["LaneWaiting"]),
        ("Tasks running, by lane", "Maximum", lanes["LaneRunning"]),
        ("Longest wait, by lane (s)", "Maximum", lanes["LaneOldest"]),
        ("Dead letters", "Maximum", [one(DEAD_LETTERS)]),
        ("Tasks ended", "Sum", [total(name, number) for number, name in enumerate(ended, start=1)]),
        ("Success and failure (%)", "Sum", [*of_all, *share]),
        ("Duration, by type (s)", "Average", [by("type", "Duration", q, f"{q} ") for q in quantiles]),
        ("Queue delay, by type (s)", "Average", [by("type", "QueueDelay", q, f"{q} ") for q in quantiles]),
        ("Retries and lost workers", "Sum", [by("type", name, "Sum", name) for name in ("Retries", "LostWorkers")]),
        ("Worker use (%)", "Sum", [*busy, use]),
        ("Worker memory (MiB)", "Maximum", [one("Memory")]),
        ("Worker processor time (s)", "Sum", [one("CpuSeconds")]),
        ("Calls of clouds", "Sum", [by("provider", "ProviderCalls", "Sum")]),
        ("Calls that clouds throttled", "Sum", [by("provider", "ProviderThrottles", "Sum")]),
        ("Assets changed", "Sum", [one(name) for name in ("AssetsAdded", "AssetsUpdated", "AssetsDeleted")]),
    ]


def _search(stage: Stage, dimension: str, name: str, statistic: str) -> str:
    which = f'{{{NAMESPACE},stage,{dimension}}} MetricName="{name}" stage="{stage.name}"'
    return f"SEARCH('{which}', '{statistic}', 60)"
