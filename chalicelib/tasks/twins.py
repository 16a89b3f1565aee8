"""Stored tasks that keep new ones from being inserted, found for any number of new ones with two questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from chalicelib.errors import ApiError, IdempotencyMismatch
from chalicelib.tasks.model import Task
from chalicelib.tasks.store import TaskStore


class Submitted(NamedTuple):
    """``deduplicated``: an active task of the same parameters was found and returned instead."""

    task: Task
    deduplicated: bool = False


def find_twins(store: TaskStore, tenant: str, tasks: Sequence[Task]) -> dict[str, Submitted | ApiError]:
    """By the id of a new task of ``tenant``: the stored one that has its key or its parameters, unless that has ended
    meanwhile. A key that finds an active task of another request stands for that task from then on. An
    IdempotencyMismatch stands for a key that came before with another body.
    """
    return dict(_twins(store, tenant, tasks))


def _twins(store: TaskStore, tenant: str, tasks: Sequence[Task]) -> Iterator[tuple[str, Submitted | ApiError]]:
    keys = [request.key for task in tasks for request in task.requests]
    keyed = {request.key: known for known in store.by_idempotency_keys(tenant, keys) for request in known.requests}
    others = []
    for task in tasks:
        if answer := _by_key(task, keyed):
            yield task.id, answer
        elif task.dedupe_key:
            others.append(task)
    active = {known.dedupe_key: known for known in store.by_dedupe_keys([str(task.dedupe_key) for task in others])}
    for task in others:
        known = active.get(task.dedupe_key)
        if known and all(store.answers(known, request) for request in task.requests):
            yield task.id, Submitted(known, deduplicated=True)


def _by_key(task: Task, keyed: Mapping[str, Task]) -> Submitted | ApiError | None:
    for request in task.requests:
        if known := keyed.get(request.key):
            if request in known.requests:
                return Submitted(known)
            return IdempotencyMismatch("this Idempotency-Key was used with another request: take a new key")
    return None
