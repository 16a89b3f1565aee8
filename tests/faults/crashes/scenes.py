"""Task types that live every kind of life, and the record of what they did."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo.collection import Collection

from chalicelib.assets.model import Scope
from chalicelib.assets.reconcile import Reconciler
from chalicelib.assets.result import ScopeResult
from chalicelib.assets.run import Run
from chalicelib.errors import RetryableError
from chalicelib.providers.base import ListedAsset, Page
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import Child, ChildResult, Continue, Executors, FanOut, RunResult, TaskParams

Document = dict[str, Any]
CHILDREN = ("a", "b", "c")
HOPS = 2
PAGE = 4


class SceneParams(TaskParams):
    key: str = ""


class Effects:
    """What executors did: one unfenced insert each, as a call to the outside world would be."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection

    def record(self, task_id: str, step: str) -> None:
        self._collection.insert_one({"task_id": task_id, "step": step})

    def count(self, task_id: str, step: str) -> int:
        return self._collection.count_documents({"task_id": task_id, "step": step})


@dataclass
class Stage:
    """What scenes work with. ``running`` is set when something runs that only a cancellation ends."""

    effects: Effects
    cloud: Collection[Document]
    reconciler: Reconciler
    running: threading.Event


Work = Callable[[Stage, SceneParams, TaskContext], RunResult]


@dataclass
class Scene:
    stage: Stage
    work: Work
    params = SceneParams
    max_retry = 10
    deduplicate = False

    def admit(self, params: SceneParams, tenant: str) -> None:
        pass

    def run(self, params: SceneParams, context: TaskContext) -> RunResult:
        return self.work(self.stage, params, context)

    def join(self, params: SceneParams, children: Sequence[ChildResult], context: TaskContext) -> Mapping[str, Any]:
        self.stage.effects.record(context.task_id, "join")
        return {"children": [child.result for child in children], "state": context.checkpoint}


def plain(stage: Stage, params: SceneParams, context: TaskContext) -> RunResult:
    stage.effects.record(context.task_id, "run")
    context.report(50, "half")
    context.wait(0.08)  # longer than a beat
    return {"done": True}


def retried(stage: Stage, params: SceneParams, context: TaskContext) -> RunResult:
    if not stage.effects.count(context.task_id, "refused"):
        stage.effects.record(context.task_id, "refused")
        raise RetryableError("not yet")
    stage.effects.record(context.task_id, "run")
    return {"done": True}


def parent(stage: Stage, params: SceneParams, context: TaskContext) -> RunResult:
    stage.effects.record(context.task_id, "run")
    return FanOut([Child(key, "part", SceneParams(key=key)) for key in CHILDREN], state={"kept": 7})


def part(stage: Stage, params: SceneParams, context: TaskContext) -> RunResult:
    stage.effects.record(context.task_id, "run")
    return {"part": params.key}


def continued(stage: Stage, params: SceneParams, context: TaskContext) -> RunResult:
    before = list((context.checkpoint or {}).get("trail", ()))
    trail = [*before, f"hop {len(before)}"]
    stage.effects.record(context.task_id, trail[-1])
    context.report(30 * len(trail), trail[-1])
    return Continue({"trail": trail}) if len(trail) <= HOPS else {"trail": trail}


def endless(stage: Stage, params: SceneParams, context: TaskContext) -> RunResult:
    stage.effects.record(context.task_id, "run")
    stage.running.set()
    while True:
        context.wait(0.5)


def family(stage: Stage, params: SceneParams, context: TaskContext) -> RunResult:
    stage.effects.record(context.task_id, "run")
    return FanOut([Child(key, "endless", SceneParams(key=key)) for key in CHILDREN])


def sync(stage: Stage, params: SceneParams, context: TaskContext) -> RunResult:
    """A listing of the cloud as it is when the run begins: a document per asset in the collection ``cloud``."""
    stage.effects.record(context.task_id, "run")
    listed = [
        ListedAsset(document["native_id"], status=document["status"])
        for document in stage.cloud.find({"key": params.key}).sort("native_id", 1)
    ]

    def pages(start: str | None) -> Iterator[Page]:
        for first in range(0, len(listed), PAGE):
            rest = str(first + PAGE) if first + PAGE < len(listed) else None
            yield Page(tuple(listed[first : first + PAGE]), rest, len(listed))

    run = Run(
        context.task_id,
        check=context.check,
        confirm_deletions=True,
        fence=context.fence,
        first_run=context.first_run,
    )
    found = stage.reconciler.reconcile(scope_of(params.key), pages, run)
    assert isinstance(found, ScopeResult)
    return {"total": found.total, "verdict": found.verdict.value}


def scope_of(key: str) -> Scope:
    return Scope("default", "aliyun", 1, key, "ecs")


WORKS: dict[str, Work] = {
    "plain": plain,
    "retried": retried,
    "parent": parent,
    "part": part,
    "continued": continued,
    "endless": endless,
    "family": family,
    "sync": sync,
}


def executors(stage: Stage) -> Executors:
    return lambda task_type: Scene(stage, WORKS[task_type])
