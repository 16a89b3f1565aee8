"""Task types of the benchmarks, beside the service's own: one that does nothing, parents, and one that never ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import Child, ChildResult, Executor, FanOut, TaskParams
from tests.support.probe import Probe, ProbeParams

NOTHING, FAMILY, ENDLESS = "nothing", "family", "endless"
LOOK_SECONDS = 0.1


class FamilyParams(TaskParams):
    children: int
    child_type: str = NOTHING


@dataclass(frozen=True)
class Family:
    """Fans out to so many children and joins them to their number."""

    params = FamilyParams
    max_retry = 0
    deduplicate = False

    def admit(self, params: FamilyParams, tenant: str) -> None:
        pass

    def run(self, params: FamilyParams, context: TaskContext) -> FanOut:
        names = [f"{number:06}" for number in range(params.children)]
        return FanOut([Child(name, params.child_type, ProbeParams(name=name)) for name in names])

    def join(self, params: FamilyParams, children: Sequence[ChildResult], context: TaskContext) -> Mapping[str, Any]:
        return {"children": len(children)}


def _without_end(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
    while True:
        context.wait(LOOK_SECONDS)


def task_types() -> dict[str, Executor[Any]]:
    return {NOTHING: Probe(), FAMILY: Family(), ENDLESS: Probe(_without_end)}
