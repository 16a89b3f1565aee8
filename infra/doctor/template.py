"""Checks of the template that ``make package`` makes for a stage."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.settings import SettingsError, load
from infra.doctor.checks import Check
from infra.package.overlay.names import API, CONSUMERS, LANES, TOPIC
from infra.package.overlay.queues import VISIBILITY_TIMEOUTS
from infra.package.stage import LEAST_CONCURRENCY

LEAST_RECEIVES = 5
"""AWS asks for this many at least, so that throttled batches do not become dead letters."""
STORE_TRIES = 2
"""pymongo tries a call that failed once more."""

Resources = Mapping[str, Any]


@dataclass(frozen=True)
class Mapped:
    """A function, the event that a queue gives it, and the queue."""

    name: str
    function: Mapping[str, Any]
    event: Mapping[str, Any]
    queue: Mapping[str, Any]

    @property
    def concurrency(self) -> int:
        """0: not limited."""
        return int(self.event.get("ScalingConfig", {}).get("MaximumConcurrency", 0))


def functions(resources: Resources) -> dict[str, Any]:
    """The properties of each function."""
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == "AWS::Serverless::Function"}


def mapped(resources: Resources) -> Iterator[Mapped]:
    for name, function in functions(resources).items():
        for event in function.get("Events", {}).values():
            if event["Type"] == "SQS" and (
                queue := re.match(r"\$\{(\w+)\.Arn\}", event["Properties"]["Queue"]["Fn::Sub"])
            ):
                yield Mapped(name, function, event["Properties"], resources[queue[1]]["Properties"])


def _visibility(resources: Resources) -> list[str]:
    return [
        f"{one.name}: {one.queue.get('VisibilityTimeout', 30)} s, and its function may take {one.function['Timeout']} s"
        for one in mapped(resources)
        if one.queue.get("VisibilityTimeout", 30) < VISIBILITY_TIMEOUTS * one.function["Timeout"]
    ]


def _partial(resources: Resources) -> list[str]:
    wanted = "ReportBatchItemFailures"
    return [one.name for one in mapped(resources) if wanted not in one.event.get("FunctionResponseTypes", ())]


def _concurrency(resources: Resources) -> list[str]:
    return [
        f"{one.name}: {one.concurrency or 'not limited'}"
        for one in mapped(resources)
        if one.concurrency < LEAST_CONCURRENCY
    ]


def _reserved(resources: Resources) -> list[str]:
    return [one.name for one in mapped(resources) if "ReservedConcurrentExecutions" in one.function]


def _redrive(resources: Resources) -> list[str]:
    lanes = {consumer.resource for consumer in CONSUMERS}
    receives = {
        one.name: one.queue.get("RedrivePolicy", {}).get("maxReceiveCount", 0)
        for one in mapped(resources)
        if one.name in lanes
    }
    return [f"{name}: {count}" for name, count in receives.items() if count < LEAST_RECEIVES]


def _recursive(resources: Resources) -> list[str]:
    made = functions(resources)
    return [one.resource for one in CONSUMERS if made[one.resource].get("RecursiveLoop") != "Allow"]


def _receiver(resources: Resources) -> list[str]:
    return [] if resources[TOPIC]["Properties"].get("Subscription") else [f"{TOPIC} has no subscription"]


def _settings(resources: Resources) -> list[str]:
    queues = {f"CAM_QUEUE_{lane.upper()}_URL": "made by the stack" for lane in LANES}
    wrong = []
    for name, function in functions(resources).items():
        given = function.get("Environment", {}).get("Variables", {})
        try:
            load({key: value for key, value in given.items() if isinstance(value, str)} | queues)
        except SettingsError as error:
            wrong.append(f"{name}: {error}")
    return wrong


def _patience(resources: Resources) -> list[str]:
    api = functions(resources)[API.resource]
    seconds = float(api["Environment"]["Variables"].get("CAM_MONGODB_TIMEOUT_SECONDS", 10))
    if STORE_TRIES * seconds < api["Timeout"]:
        return []
    return [f"{STORE_TRIES} × {seconds:g} s, and the API's function may take {api['Timeout']} s"]


CHECKS: tuple[Check[Resources], ...] = (
    Check("settings", "set the variables of the stage in .chalice/config.json (docs/settings.md)", _settings),
    Check(
        "visibility timeout",
        f"make it {VISIBILITY_TIMEOUTS} × the function's time limit, or messages come back while they are worked on",
        _visibility,
    ),
    Check(
        "partial batch responses",
        "FunctionResponseTypes: [ReportBatchItemFailures], or what failed is deleted",
        _partial,
    ),
    Check("maximum concurrency", f"set lanes.*.max_concurrency to {LEAST_CONCURRENCY} or more", _concurrency),
    Check("reserved concurrency", "remove it: it makes dead letters of what waits; use max_concurrency", _reserved),
    Check("redrive count", f"set max_receives to {LEAST_RECEIVES} or more", _redrive),
    Check("recursive loop", "RecursiveLoop: Allow, or Lambda stops long tasks after 16 invocations", _recursive),
    Check("receiver of alarms", "set alarm_email, or subscribe to the topic and pass --allow-no-receiver", _receiver),
    Check("store's time limit", "lower CAM_MONGODB_TIMEOUT_SECONDS", _patience),
)
