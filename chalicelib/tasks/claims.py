"""The worker's side of the store: claiming, renewing, settling. Every write is one conditional update."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bson import encode
from pymongo import UpdateMany, UpdateOne
from pymongo.collection import Collection

from chalicelib.messages import Texts
from chalicelib.tasks.context import Progress
from chalicelib.tasks.documents import SKEW, Document, due, due_now, ended, held, only, push
from chalicelib.tasks.model import Lease, Task, TaskEvent, TaskStatus, TimelineEntry
from chalicelib.tasks.outcome import (
    Cancelled,
    Completed,
    Continued,
    Failed,
    GivenBack,
    Outcome,
    Retry,
    Waiting,
)
from chalicelib.tasks.policy import LONGEST_QUEUE_DELAY, Policy
from chalicelib.tasks.progress import of_children


class ClaimStore:
    def __init__(self, tasks: Collection[Document], policy: Policy, texts: Texts) -> None:
        self._tasks = tasks
        self._policy = policy
        self._texts = texts

    def claim(self, task_ids: Sequence[str], lease: Lease, *, now: datetime, until: datetime) -> list[Task]:
        """Take every one of ``task_ids`` that needs a worker now, in two round trips; returns the ones taken. When its
        answer was lost, the same again is safe: what the lost one took is returned, too.

        A task needs a worker when its ``due_at`` is past: a new one, one that waits to be retried or continued, a
        parent that was woken, one whose worker was lost. The new token fences out whoever held it before.
        """
        these = only(task_ids)
        started = TimelineEntry(now, TaskEvent.STARTED, lease.owner)
        taken = self._tasks.update_many(
            these | {"due_at": {"$lte": now}},
            {
                "$set": {
                    "status": TaskStatus.RUNNING.value,
                    "lease": {"owner": lease.owner, "token": lease.token},
                }
                | due(until, until + SKEW),
                "$unset": {"waiting": "", "given_up": ""},
                "$inc": {"attempts": 1},
                "$min": {"started_at": now},
            }
            | push(started),
        ).matched_count
        # Nothing of the others is read, which may be large; without others the look-up is by ids alone, hence faster.
        mine = {} if taken == len(task_ids) else {"lease.token": lease.token}
        found = map(Task.from_document, self._tasks.find(these | mine))
        return [task for task in found if task.lease == lease]

    def abandon(self, task_ids: Sequence[str], token: str, *, now: datetime) -> None:
        """Undo a claim whose answer did not arrive: nobody runs these tasks, and no worker was lost with them. The
        recoverer's next pass sends them again.
        """
        self._tasks.update_many(
            only(task_ids) | {"lease.token": token},
            {
                "$set": due_now(now, now),
                "$unset": {"lease": ""},
                "$inc": {"attempts": -1},
            }
            | push(TimelineEntry(now, TaskEvent.HANDED_BACK, "the store did not answer")),
        )

    def renew(self, token: str, progress: Mapping[str, Progress | None], *, until: datetime) -> dict[str, bool]:
        """Extend the leases of the tasks in ``progress`` and store what they report, in two round trips.

        Returns, for each task that is still held, whether its cancellation was asked for; the others are lost.
        """
        extended = {"due_at": until, "resend_at": until + SKEW}
        writes = [
            _Write(task_id, {"$set": extended | _progress_fields(report)}, {}) for task_id, report in progress.items()
        ]
        self._tasks.bulk_write(_operations(writes, token), ordered=False)
        mine = self._tasks.find({"_id": {"$in": list(progress)}, "lease.token": token}, {"cancel_requested": 1})
        return {document["_id"]: document.get("cancel_requested", False) for document in mine}

    def settle(self, token: str, ended: Sequence[tuple[Task, Outcome]], *, now: datetime) -> int:
        """Write how runs ended, in one round trip; a parent that does not complete keeps the progress of its children,
        which takes another one. Returns how many were still ours to write.

        A task that would go on although its cancellation was asked for is let go instead: whoever looks for its
        children next ends it.
        """
        early = [task for task, outcome in ended if task.fanned_out and isinstance(outcome, Failed | Cancelled)]
        progress = of_children(self._tasks, ((task.id, task.generation) for task in early))
        writes: list[_Write] = []
        for task, outcome in ended:
            update = self._settlement(task, outcome, now)
            if isinstance(outcome, Retry | Continued | GivenBack):
                let_go = {"$set": _spent(task, task.retries) | due_now(now, now), "$unset": {"lease": ""}}
                writes.append(_Write(task.id, update, {"cancel_requested": {"$ne": True}}))
                writes.append(_Write(task.id, let_go, {"cancel_requested": True}))
            else:
                if shown := progress.get((task.id, task.generation)):
                    update |= {"$max": {"progress": shown.percent}}
                writes.append(_Write(task.id, update, {}))
        return self._tasks.bulk_write(_operations(writes, token), ordered=False).matched_count

    def _settlement(self, task: Task, outcome: Outcome, now: datetime) -> Document:
        """The update that carries ``outcome`` out."""
        match outcome:
            case Completed(result):
                fields: Document = {"result": dict(result), "progress": 100, "error": ""}
                return self._end(task, TaskStatus.COMPLETED, now, self._texts.completed, fields)
            case Failed(error, done):
                fields = {"error": error} | ({} if done is None else {"result": dict(done)})
                return self._end(task, TaskStatus.FAILED, now, self._texts.failed, fields)
            case Cancelled():
                return self._end(task, TaskStatus.CANCELLED, now, self._texts.cancelled, {})
            case Waiting():
                return self._wait(task, outcome, now)
            case _:
                return self._go_on(task, outcome, now)

    def _go_on(self, task: Task, outcome: Retry | Continued | GivenBack, now: datetime) -> Document:
        """Needs a worker again, now or after a delay; the queue tells one unless the delay is too long for it."""
        soon = due_now(now, now + self._policy.patience)
        match outcome:
            case Retry(error, delay, retries):
                at = now + delay
                later = due(at, at + (self._policy.patience if delay <= LONGEST_QUEUE_DELAY else SKEW))
                fields: Document = {"status": TaskStatus.PENDING.value, "error": error} | later
                return _release(task, retries, fields, TimelineEntry(now, TaskEvent.RETRYING, error))
            case Continued(checkpoint):
                fields = {"checkpoint": dict(checkpoint)} | soon
                entry = TimelineEntry(now, TaskEvent.CONTINUED)
                return _release(task, task.retries, fields, entry) | {"$inc": {"hops": 1}}
            case GivenBack(reason):
                entry = TimelineEntry(now, TaskEvent.HANDED_BACK, reason)
                return _release(task, task.retries, soon, entry) | {"$inc": {"hops": 1}}

    def _wait(self, task: Task, outcome: Waiting, now: datetime) -> Document:
        at = min(filter(None, (now + self._policy.recheck, task.deadline)))
        fields: Document = {"waiting": True, "fanned_out": True} | due(at, at + SKEW)
        if outcome.state is not None:
            fields["checkpoint"] = dict(outcome.state)
        entry = TimelineEntry(now, TaskEvent.FANNED_OUT, str(outcome.children))
        update = _release(task, task.retries, fields, entry)
        if not outcome.children:  # only looked again: the timeline does not tell of it, nor of this start
            del update["$push"]
            starts = [entry for entry in task.timeline if entry.event is TaskEvent.STARTED]
            update |= {"$pull": {"timeline": starts[-1].to_document()}} if starts else {}
        return update

    def _end(self, task: Task, status: TaskStatus, now: datetime, message: str, fields: Document) -> Document:
        entry = TimelineEntry(now, TaskEvent(status.value), fields.get("error", ""))
        fields |= _spent(task, task.retries)
        return ended(status, entry, message=message, retention=self._policy.retention, fields=fields)


class _Write(NamedTuple):
    """What becomes of a task that is still held and meets the ``condition``, a filter."""

    task_id: str
    update: Document
    condition: Document


def _operations(writes: Iterable[_Write], token: str) -> list[UpdateOne | UpdateMany]:
    """Tasks that are written alike share an operation: a server finds and changes ten at once in less than half of the
    time that ten take it one by one.
    """
    alike: dict[bytes, list[_Write]] = {}
    for write in writes:
        alike.setdefault(encode({"update": write.update, "condition": write.condition}), []).append(write)
    operations: list[UpdateOne | UpdateMany] = []
    for one, *more in alike.values():
        if more:
            ids = [one.task_id, *(write.task_id for write in more)]
            operations.append(UpdateMany(held({"$in": ids}, token) | one.condition, one.update))
        else:
            operations.append(UpdateOne(held(one.task_id, token) | one.condition, one.update))
    return operations


def _release(task: Task, retries: int, fields: Document, entry: TimelineEntry) -> Document:
    """Give a task up in good order."""
    return {"$set": _spent(task, retries) | fields, "$unset": {"lease": ""}} | push(entry)


def _spent(task: Task, retries: int) -> Document:
    """Lost workers are written as retries: the next claim is the first attempt."""
    return {"attempts": 0, "retry_count": retries, "lost_workers": task.lost}


def _progress_fields(report: Progress | None) -> Document:
    return {} if report is None else {"progress": report.percent, "message": report.message}
