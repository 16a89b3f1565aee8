"""Executors that tests steer: they do what their parameters say and record what happened."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict

from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import Executor, Executors


class ProbeParams(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""


@dataclass
class Probe:
    """An executor whose work is the function it is given; ``runs`` counts how often each task was run."""

    work: Callable[[ProbeParams, TaskContext], Mapping[str, Any]] = lambda params, context: {}
    params: type[ProbeParams] = ProbeParams
    runs: dict[str, int] = field(default_factory=dict)
    started: threading.Event = field(default_factory=threading.Event)

    def admit(self, params: ProbeParams, tenant: str) -> None:
        pass

    def run(self, params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        self.runs[context.task_id] = self.runs.get(context.task_id, 0) + 1
        self.started.set()
        return self.work(params, context)


def until_stopped(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
    """Works for ever, checking often."""
    while True:
        context.wait(0.01)


def table(**probes: Executor[Any]) -> Executors:
    return lambda task_type: probes[task_type]
