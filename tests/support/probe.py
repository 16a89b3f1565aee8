"""Executors that tests steer: they do what their parameters say and record what happened."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import ChildResult, Executor, Executors, RunResult, TaskParams


class ProbeParams(TaskParams):
    name: str = ""


@dataclass
class Probe:
    """An executor whose work is the function it is given; ``runs`` and ``joins`` count how often each task was."""

    work: Callable[[ProbeParams, TaskContext], RunResult] = lambda params, context: {}
    joined: Callable[[Sequence[ChildResult], TaskContext], Mapping[str, Any]] = lambda children, context: {}
    params = ProbeParams
    max_retry = 0
    deduplicate = False
    runs: dict[str, int] = field(default_factory=dict)
    joins: dict[str, int] = field(default_factory=dict)
    started: threading.Event = field(default_factory=threading.Event)

    def admit(self, params: ProbeParams, tenant: str) -> None:
        pass

    def run(self, params: ProbeParams, context: TaskContext) -> RunResult:
        self.runs[context.task_id] = self.runs.get(context.task_id, 0) + 1
        self.started.set()
        return self.work(params, context)

    def join(self, params: ProbeParams, children: Sequence[ChildResult], context: TaskContext) -> Mapping[str, Any]:
        self.joins[context.task_id] = self.joins.get(context.task_id, 0) + 1
        return self.joined(children, context)


def until_stopped(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
    """Works for ever, checking often."""
    while True:
        context.wait(0.01)


def table(**probes: Executor[Any]) -> Executors:
    return lambda task_type: probes[task_type]
