"""What has to be true of every task once a storm is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from tests.faults.probes import GOOD_ATTEMPT
from tests.faults.rig import Document, Job, Rig

ENDINGS = ("completed", "failed", "cancelled")
EXPECTED = {"plain": "completed", "failing": "failed", "flaky": "completed", "family": "completed"}
GONE = ("due_at", "resend_at", "lease", "waiting", "checkpoint", "dedupe_key")
"""What no ended task has any more."""


def mixed(*, plain: int, failing: int, flaky: int, families: int, children: int, seconds: float) -> list[Job]:
    """Jobs of all kinds over all lanes, in no particular order of kinds."""
    kinds = ["plain"] * plain + ["failing"] * failing + ["flaky"] * flaky + ["family"] * families
    step = 7919  # a prime: visits every index once, in an order that mixes the kinds
    assert len(kinds) % step
    return [
        Job(kind, ({"children": children} if kind == "family" else {"number": number}) | _common(number, seconds))
        for number in range(len(kinds))
        for kind in [kinds[number * step % len(kinds)]]
    ]


def _common(number: int, seconds: float) -> dict[str, Any]:
    return {"seconds": seconds, "priority": number % 10}


def faults_in(rig: Rig, submitted: Mapping[str, Job]) -> list[str]:
    """Everything that is not as it should be, one line a fault. ``submitted`` are the acknowledged tasks."""
    tasks = {document["_id"]: document for document in rig.tasks.find()}
    effects = Counter((it["task_id"], it["what"]) for it in rig.effects.find())
    faults = [f"{task_id}: lost" for task_id in submitted if task_id not in tasks]
    for task_id, task in tasks.items():
        faults += [f"{task_id} ({task['type']}): {what}" for what in _wrong(task, effects)]
        if job := submitted.get(task_id):
            faults += [f"{task_id} ({job.type}): {what}" for what in _wrong_result(task, job)]
    by_parent = Counter(task["parent_id"] for task in tasks.values() if task.get("parent_id"))
    for task_id, task in tasks.items():
        if task["type"] == "family" and by_parent[task_id] != task["params"]["children"]:
            faults.append(f"{task_id}: has {by_parent[task_id]} children")
    return faults


def _wrong(task: Document, effects: Mapping[tuple[str, str], int]) -> Iterable[str]:
    if task["status"] != EXPECTED[task["type"]]:
        yield f"is {task['status']}: {task.get('error')}"
    if len([entry for entry in task["timeline"] if entry["event"] in ENDINGS]) != 1:
        yield f"did not end exactly once: {[entry['event'] for entry in task['timeline']]}"
    if left := [name for name in GONE if name in task]:
        yield f"still has {left}"
    if not effects.get((task["_id"], "run")):
        yield "never ran"
    if task["type"] == "family" and not effects.get((task["_id"], "join")):
        yield "never joined"


def _wrong_result(task: Document, job: Job) -> Iterable[str]:
    expected: Mapping[str, Any] | None = {"number": job.body.get("number")}
    if job.type == "failing":
        expected = None
    if job.type == "family":
        count = job.body["children"]
        expected = {"children": count, "sum": sum(range(count))}
    if task.get("result") != expected:
        yield f"result is {task.get('result')}, not {expected}"
    if job.type == "flaky" and task["retry_count"] < GOOD_ATTEMPT - 1:
        yield f"completed after {task['retry_count']} retries"


def summary(rig: Rig) -> str:
    """The counts of what happened."""
    kinds = Counter((task["type"], task["status"]) for task in rig.tasks.find({}, {"type": 1, "status": 1}))
    runs = Counter(it["task_id"] for it in rig.effects.find({"what": "run"}))
    joins = Counter(it["task_id"] for it in rig.effects.find({"what": "join"}))
    spent = sum(task["retry_count"] for task in rig.tasks.find({}, {"retry_count": 1}))
    ended = ", ".join(f"{count} {kind} {status}" for (kind, status), count in sorted(kinds.items()))
    return (
        f"{ended}; {runs.total()} runs of {len(runs)} tasks, {joins.total()} joins of {len(joins)} parents, "
        f"{spent} retries spent"
    )
