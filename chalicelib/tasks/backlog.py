"""The recoverer's side of the store: which tasks to send again, and when next."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from pymongo import ASCENDING
from pymongo.collection import Collection

from chalicelib.messages import Texts
from chalicelib.tasks.documents import Document, ended
from chalicelib.tasks.model import Lane, TaskEvent, TaskStatus, TimelineEntry
from chalicelib.tasks.policy import Policy
from chalicelib.tasks.queue import Message

GIVE_UPS_UNTIL_FAILED = 3
"""A pending task fails when the queue has given up its message this many times since a worker last claimed it:
something kills its workers before they can."""


class BacklogStore:
    def __init__(self, tasks: Collection[Document], policy: Policy, texts: Texts) -> None:
        self._tasks = tasks
        self._policy = policy
        self._texts = texts

    def take_stranded(
        self, *, now: datetime, limit: int, at_once: int, paused: Sequence[Lane]
    ) -> Iterator[tuple[list[Message], int]]:
        """Take on the tasks whose message is to be sent again, ``at_once`` at a time: each by one caller only, and not
        again before a time that doubles at every resend. Yields the messages, and how many are of tasks whose worker
        was lost.

        All are looked for at once: the embedded server sorts what it finds, whatever the limit.
        """
        due: Document = {"resend_at": {"$lte": now}}
        if paused:
            due["lane"] = {"$nin": [lane.value for lane in paused]}
        found = list(self._tasks.find(due, {"resends": 1}).sort("resend_at", ASCENDING).limit(limit))
        for start in range(0, len(found), at_once):
            yield self._take(found[start : start + at_once], now)

    def _take(self, found: Sequence[Document], now: datetime) -> tuple[list[Message], int]:
        pass_id = secrets.token_hex(8)
        for resends in {document.get("resends", 0) for document in found}:
            ids = [document["_id"] for document in found if document.get("resends", 0) == resends]
            self._tasks.update_many(
                {"_id": {"$in": ids}, "resend_at": {"$lte": now}},
                {
                    "$set": {"resend_at": now + self._policy.resend_after(resends), "resent_by": pass_id},
                    "$inc": {"resends": 1},
                },
            )
        ids = [document["_id"] for document in found]
        fields = {"lane": 1, "group": 1, "lease": 1}
        taken = list(self._tasks.find({"_id": {"$in": ids}, "resent_by": pass_id}, fields))
        lost = sum("lease" in document for document in taken)
        return [Message.from_document(document) for document in taken], lost

    def send_failed(self, task_ids: Iterable[str], *, now: datetime) -> None:
        """Have the next pass send these: it is certain that their message was not taken."""
        self._tasks.update_many(
            {"_id": {"$in": list(task_ids)}, "resend_at": {"$exists": True}}, {"$set": {"resend_at": now}}
        )

    def resume(self, lane: Lane, *, now: datetime) -> None:
        """Have the next passes send everything of a lane that is due: its messages were dropped during the pause. What
        runs, or waits for its time, is sent again then as ever.
        """
        held_up = {"lane": lane.value, "resend_at": {"$exists": True}, "due_at": {"$lte": now}}
        self._tasks.update_many(held_up, {"$set": {"resend_at": now}})

    def given_up(self, task_id: str, *, now: datetime) -> None:
        """The queue gave a message up. The task goes on, but not for ever."""
        self._tasks.update_one(
            {"_id": task_id, "resend_at": {"$exists": True}}, {"$inc": {"given_up": 1}, "$set": {"resend_at": now}}
        )
        error = f"the queue gave this task up {GIVE_UPS_UNTIL_FAILED} times: no worker could take it"
        self._tasks.update_one(
            {"_id": task_id, "status": TaskStatus.PENDING.value, "given_up": {"$gte": GIVE_UPS_UNTIL_FAILED}},
            ended(
                TaskStatus.FAILED,
                TimelineEntry(now, TaskEvent.FAILED, error),
                message=self._texts.failed,
                retention=self._policy.retention,
                fields={"error": error},
            ),
        )
