"""Task types whose effects can be counted: what they do is written down in a collection of its own."""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from pymongo.collection import Collection

from chalicelib.errors import FatalError, RetryableError
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import Child, ChildResult, Continue, Executor, FanOut, RunResult, TaskParams

RETRIES = 10
"""Every probe has so many: workers that are killed cost retries, too."""
GOOD_ATTEMPT = 3
"""The one in which a flaky task succeeds."""

Result = dict[str, Any]


@dataclass(frozen=True)
class Effects:
    """What tasks did to the world outside, as far as tests can see it."""

    collection: Collection[dict[str, Any]]

    def record(self, context: TaskContext, what: str) -> None:
        self.collection.insert_one(
            {"task_id": context.task_id, "what": what, "attempt": context.attempt, "pid": os.getpid()}
        )


class WorkParams(TaskParams):
    number: int = 0
    seconds: float = 0


class FamilyParams(TaskParams):
    children: int
    child_type: str = "plain"
    seconds: float = 0


class LongParams(TaskParams):
    pages: int
    seconds: float
    """What each page takes."""


@dataclass(frozen=True)
class Probe:
    effects: Effects
    params: ClassVar[type[TaskParams]] = WorkParams
    max_retry = RETRIES
    deduplicate = False

    def admit(self, params: Any, tenant: str) -> None:
        """Whatever is asked for."""


class Plain(Probe):
    def run(self, params: WorkParams, context: TaskContext) -> RunResult:
        self.effects.record(context, "run")
        context.wait(params.seconds)
        return {"number": params.number}


class Failing(Probe):
    def run(self, params: WorkParams, context: TaskContext) -> RunResult:
        self.effects.record(context, "run")
        context.wait(params.seconds)
        raise FatalError("meant to fail")


class Flaky(Probe):
    def run(self, params: WorkParams, context: TaskContext) -> RunResult:
        self.effects.record(context, "run")
        context.wait(params.seconds)
        if context.attempt < GOOD_ATTEMPT:
            raise RetryableError("not yet")
        return {"number": params.number}


class Sleeper(Probe):
    """Works until it is told to stop."""

    def run(self, params: WorkParams, context: TaskContext) -> RunResult:
        self.effects.record(context, "run")
        while True:
            context.wait(params.seconds or 0.1)


class Poison(Probe):
    """Takes its worker along, as one does that needs more memory than there is."""

    def run(self, params: WorkParams, context: TaskContext) -> RunResult:
        self.effects.record(context, "run")
        context.wait(params.seconds)
        os.kill(os.getpid(), signal.SIGKILL)
        return {}


class Family(Probe):
    params = FamilyParams

    def run(self, params: FamilyParams, context: TaskContext) -> RunResult:
        self.effects.record(context, "run")
        return FanOut(
            [
                Child(f"{number:04}", params.child_type, WorkParams(number=number, seconds=params.seconds))
                for number in range(params.children)
            ]
        )

    def join(self, params: FamilyParams, children: Sequence[ChildResult], context: TaskContext) -> Mapping[str, Any]:
        self.effects.record(context, "join")
        return {
            "children": len(children),
            "sum": sum(child.result["number"] for child in children if child.result),
        }


class Long(Probe):
    """Reads pages, each of which depends on the one before; goes on in another invocation when time is up."""

    params = LongParams

    def run(self, params: LongParams, context: TaskContext) -> RunResult:
        self.effects.record(context, "run")
        state = dict(context.checkpoint or {"page": 0, "digest": ""})
        while state["page"] < params.pages:
            if context.out_of_time():
                return Continue(state)
            context.wait(params.seconds)
            state = next_page(state)
            context.report(100 * state["page"] / params.pages, f"page {state['page']}")
        return state


def next_page(state: Mapping[str, Any]) -> Result:
    page = state["page"] + 1
    return {"page": page, "digest": hashlib.sha256(f"{state['digest']}{page}".encode()).hexdigest()}


def uninterrupted(pages: int) -> Result:
    """What a long task results in when nothing comes between."""
    state: Result = {"page": 0, "digest": ""}
    for _ in range(pages):
        state = next_page(state)
    return state


def probes(effects: Effects) -> dict[str, Executor[Any]]:
    return {
        "plain": Plain(effects),
        "failing": Failing(effects),
        "flaky": Flaky(effects),
        "sleeper": Sleeper(effects),
        "poison": Poison(effects),
        "family": Family(effects),
        "long": Long(effects),
    }
