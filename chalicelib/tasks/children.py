"""Parents and children: fanning out, waking, cancelling, joining.

Whether a parent may be joined is a question to the store («is a child still open?»), never a counter that a crash
could lose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from chalicelib.clock import Clock
from chalicelib.messages import Texts
from chalicelib.tasks.context import Progress
from chalicelib.tasks.dispatch import Dispatch
from chalicelib.tasks.documents import (
    DUPLICATE_KEY,
    SKEW,
    STOPPABLE,
    UNSTARTED,
    Document,
    asked_to_stop,
    due_now,
    ended,
    only,
)
from chalicelib.tasks.executor import Child, ChildResult, Executors, Joins
from chalicelib.tasks.ids import child_task_id
from chalicelib.tasks.model import OPEN, Task, TaskEvent, TaskStatus, TimelineEntry
from chalicelib.tasks.policy import Policy
from chalicelib.tasks.progress import of_children
from chalicelib.tasks.queue import Message

CHUNK = 100
"""How many children are inserted and sent at once."""


class Children:
    def __init__(
        self,
        tasks: Collection[Document],
        dispatch: Dispatch,
        executors: Executors,
        *,
        policy: Policy,
        clock: Clock,
        texts: Texts,
    ) -> None:
        self._tasks = tasks
        self._dispatch = dispatch
        self._executors = executors
        self._policy = policy
        self._clock = clock
        self._texts = texts

    def fan_out(self, parent: Task, children: Sequence[Child]) -> int:
        """Insert and send the children that do not exist yet; returns how many those were.

        Their ids follow from the parent and their keys: a parent that starts over adds what is missing and nothing
        twice. When the queue fails, the recoverer sends them.
        """
        tasks = list({child.key: self._child(parent, child) for child in children}.values())
        added = 0
        for start in range(0, len(tasks), CHUNK):
            chunk = tasks[start : start + CHUNK]
            existing = self._insert(chunk)
            fresh = [task for task in chunk if task.id not in existing]
            added += len(fresh)
            if fresh:
                self._dispatch.send([Message.of(task) for task in fresh])
        return added

    def wanted(self, children: Sequence[Task]) -> set[str]:
        """The ids of those whose parent is still open, in the same generation, and not to stop: a child can be
        inserted, or left over, after its parent ended.
        """
        parents = only({child.parent_id for child in children if child.parent_id})
        going_on = parents | {"status": {"$in": list(OPEN)}, "cancel_requested": {"$ne": True}}
        generations = {found["_id"]: found["generation"] for found in self._tasks.find(going_on, {"generation": 1})}
        return {child.id for child in children if generations.get(child.parent_id) == child.generation}

    def any_open(self, parent_id: str, generation: int | None = None) -> bool:
        """Whether a child of this generation, or of any, is open. Those of a former one may still be stopping: few,
        hence the first look is for any, which an index answers alone.
        """
        query = {"parent_id": parent_id, "status": {"$in": list(OPEN)}}
        found = self._tasks.find_one(query, {"generation": 1})
        if found is None or generation in (None, found["generation"]):
            return found is not None
        return self._tasks.find_one(query | {"generation": generation}, {"_id": 1}) is not None

    def wake(self, parent_id: str) -> bool:
        """Make a waiting parent due that is to go on, once: of all who try, one succeeds."""
        now = self._clock()
        woken = self._tasks.update_one(
            {
                "_id": parent_id,
                "status": TaskStatus.RUNNING.value,
                "waiting": True,
                "cancel_requested": {"$ne": True},
            },
            {"$set": due_now(now, now + self._policy.patience), "$unset": {"waiting": ""}},
        )
        if woken.matched_count:
            document = self._tasks.find_one({"_id": parent_id}, {"lane": 1, "group": 1})
            if document:
                self._dispatch.send([Message.from_document(document)])
        return woken.matched_count == 1

    def wake_if_done(self, parents: Iterable[tuple[str, int]]) -> None:
        """Called by every child that ended and by every parent that began to wait, with the parent's id and
        generation: whoever comes last wakes it, or ends it if it was asked to stop.
        """
        for parent_id, generation in set(parents):
            if not self.any_open(parent_id, generation) and not self.wake(parent_id):
                self._end_stopped(parent_id)

    def may_have_some(self, task: Task) -> bool:
        """Whether tasks of its type fan out: a run that failed may have done so in part."""
        try:
            return isinstance(self._executors(task.type), Joins)
        except KeyError:
            return False

    def check_released(self, task_ids: Sequence[str]) -> None:
        """What happened to a task while a worker had it may not have met its children, or could not end it: if it was
        asked to stop, both stop now, and children whose parent ended or was deleted are cancelled.
        """
        if not task_ids:
            return
        fields = {"status": 1, "cancel_requested": 1, "generation": 1}
        ended: dict[str, int | None] = dict.fromkeys(task_ids)
        for task in self._tasks.find(only(task_ids), fields):
            if task["status"] not in OPEN:
                ended[task["_id"]] = task["generation"]
                continue
            del ended[task["_id"]]
            if task["cancel_requested"]:
                self.cancel_open(task["_id"])
                self.wake_if_done([(task["_id"], task["generation"])])
        self.cancel_left_over(ended)

    def cancel_left_over(self, ended: Mapping[str, int | None]) -> None:
        """Cancel what is open of the children of tasks that have ended, each given with its generation, or were deleted
        (None). Safe to repeat.
        """
        ids = list(ended)
        for start in range(0, len(ids), CHUNK):
            for parent_id in self._with_open_children(ids[start : start + CHUNK]):
                self.cancel_open(parent_id, ended[parent_id])

    def cancel_open(self, parent_id: str, generation: int | None = None) -> None:
        """Ask the children to stop, first those that run, as they take time to; those end at once that neither a worker
        nor a child of theirs has. Safe to repeat. With ``generation``, those of later ones are left alone: the parent
        may be retried by hand meanwhile.
        """
        now = self._clock()
        family: Document = {"parent_id": parent_id}
        if generation is not None:
            family["generation"] = {"$lte": generation}
        unasked: Document = {"cancel_requested": {"$ne": True}}
        self._tasks.update_many(family | unasked | {"status": TaskStatus.RUNNING.value}, asked_to_stop(now))
        self._tasks.update_many(family | UNSTARTED, self._cancelled(now))
        self._tasks.update_many(family | unasked | {"status": {"$in": list(OPEN)}}, asked_to_stop(now))
        self.stop([child["_id"] for child in self._tasks.find(family | STOPPABLE, {"_id": 1})])

    def stop(self, task_ids: Sequence[str]) -> int:
        """The rest of a cancellation of tasks that were asked to stop: their children are, too, and those of them end
        that neither a worker nor an open child has. Returns how many did.
        """
        stopped = 0
        for start in range(0, len(task_ids), CHUNK):
            chunk = task_ids[start : start + CHUNK]
            parents = self._with_open_children(chunk)
            for parent_id in parents:
                self.cancel_open(parent_id)
            busy = self._with_open_children(parents)
            done = only(task_id for task_id in chunk if task_id not in busy) | STOPPABLE
            self._keep_progress(done)
            stopped += self._tasks.update_many(done, self._cancelled(self._clock())).modified_count
        return stopped

    def buried(self, task_id: str) -> None:
        """What follows for its family when the queue gave a task up and it failed. Safe to repeat."""
        failed = {"_id": task_id, "status": TaskStatus.FAILED.value}
        task = self._tasks.find_one(failed, {"parent_id": 1, "generation": 1})
        if task is None:
            return
        self._keep_progress(failed)
        self.cancel_open(task_id, task["generation"])
        if task.get("parent_id"):
            self.wake_if_done([(task["parent_id"], task["generation"])])

    def results(self, parent: Task) -> list[ChildResult]:
        """How the children of the parent's present generation ended, in the order of their keys."""
        fields = {"params": 1, "status": 1, "result": 1, "error": 1, "child_key": 1}
        query = {"parent_id": parent.id, "generation": parent.generation}
        found = sorted(self._tasks.find(query, fields), key=lambda document: document["child_key"])
        return [
            ChildResult(
                params=document["params"],
                status=TaskStatus(document["status"]),
                result=document.get("result"),
                error=document.get("error", ""),
            )
            for document in found
        ]

    def progress(self, parents: Sequence[Task]) -> dict[str, Progress]:
        """What their children make of the progress of parents, by the parent's id."""
        runs = of_children(self._tasks, ((parent.id, parent.generation) for parent in parents))
        return {parent_id: progress for (parent_id, _), progress in runs.items()}

    def _end_stopped(self, task_id: str) -> None:
        """End a task if it was asked to stop and neither a worker nor a child has it, be it one of a former run."""
        if self.any_open(task_id):
            return
        this = {"_id": task_id} | STOPPABLE
        self._keep_progress(this)
        if not self._tasks.update_one(this, self._cancelled(self._clock())).matched_count:
            return
        task = self._tasks.find_one({"_id": task_id}, {"parent_id": 1, "generation": 1})
        if task and task.get("parent_id"):
            self.wake_if_done([(task["parent_id"], task["generation"])])

    def _keep_progress(self, parents: Document) -> None:
        """Store what their children make of the progress of the query's parents, whose children have all ended."""
        found = self._tasks.find(parents | {"fanned_out": True}, {"generation": 1})
        progress = of_children(self._tasks, [(document["_id"], document["generation"]) for document in found])
        if progress:
            self._tasks.bulk_write(
                [
                    UpdateOne({"_id": task_id, "generation": generation}, {"$max": {"progress": shown.percent}})
                    for (task_id, generation), shown in progress.items()
                ],
                ordered=False,
            )

    def _with_open_children(self, task_ids: Iterable[str]) -> set[str]:
        wanted = list(task_ids)
        if not wanted:
            return set()
        match = {"parent_id": {"$in": wanted}, "status": {"$in": list(OPEN)}}
        return {group["_id"] for group in self._tasks.aggregate([{"$match": match}, {"$group": {"_id": "$parent_id"}}])}

    def _cancelled(self, now: datetime) -> Document:
        entry = TimelineEntry(now, TaskEvent.CANCELLED)
        message, retention = self._texts.cancelled, self._policy.retention
        fields = {"cancel_requested": True}
        return ended(TaskStatus.CANCELLED, entry, message=message, retention=retention, fields=fields)

    def _child(self, parent: Task, child: Child) -> Task:
        now = self._clock()
        return Task(
            id=child_task_id(parent.id, parent.generation, child.key),
            type=child.type,
            params=child.params.model_dump(mode="json"),
            tenant=parent.tenant,
            created_by=parent.created_by,
            created_at=now,
            correlation_id=parent.correlation_id,
            priority=parent.priority,
            group=f"{parent.tenant}.{child.params.group()}",
            subjects=child.params.subjects(),
            max_retry=parent.max_retry if child.type == parent.type else self._executors(child.type).max_retry,
            timeout_seconds=parent.timeout_seconds,
            parent_id=parent.id,
            child_key=child.key,
            weight=child.weight,
            generation=parent.generation,
            due_at=now - SKEW,
            resend_at=now + self._policy.patience,
            message=self._texts.task_submitted,
            timeline=(TimelineEntry(now, TaskEvent.SUBMITTED),),
        )

    def _insert(self, tasks: Sequence[Task]) -> set[str]:
        """Returns the ids that were there already."""
        try:
            self._tasks.insert_many([task.to_document() for task in tasks], ordered=False)
        except BulkWriteError as error:
            faults = error.details["writeErrors"]
            if any(fault["code"] != DUPLICATE_KEY for fault in faults):
                raise
            return {tasks[fault["index"]].id for fault in faults}
        return set()
