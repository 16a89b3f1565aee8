"""What is open at this moment, by lane: read off the tasks themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pymongo.collection import Collection

from chalicelib.clock import Clock
from chalicelib.tasks.documents import SKEW, Document
from chalicelib.tasks.lanes import Lanes
from chalicelib.tasks.model import Lane, TaskStatus

MOST_COUNTED = 100_000
"""What is more than so many is told as so many: the cost of looking is bounded."""
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class LaneLoad(NamedTuple):
    """``waiting`` tasks are pending; ``running`` ones have a worker. ``oldest_seconds`` is how long the one has waited
    that has done so longest, None when none waits for a worker now: one that is to be retried later does not yet.
    """

    lane: Lane
    paused: bool
    waiting: int
    running: int
    oldest_seconds: float | None


class Load(NamedTuple):
    """``pending``, ``running`` and ``waiting`` (parents that wait for their children) have no task in common."""

    lanes: Sequence[LaneLoad]
    pending: int
    running: int
    waiting: int
    dead_letters: int


class LoadGauge:
    def __init__(self, tasks: Collection[Document], lanes: Lanes, *, clock: Clock) -> None:
        self._tasks = tasks
        self._lanes = lanes
        self._clock = clock

    def read(self) -> Load:
        """Two round trips: the open tasks, which the index of resends has and no other, and the dead letters."""
        now = self._clock()
        keys = {"lane": "$lane", "status": "$status", "waits": {"$eq": ["$waiting", True]}}
        groups = list(
            self._tasks.aggregate(
                [
                    {"$match": {"resend_at": {"$gte": _EVER}}},
                    {"$limit": MOST_COUNTED},
                    {"$group": {"_id": keys, "count": {"$sum": 1}, "due_at": {"$min": "$due_at"}}},
                ]
            )
        )
        pending = {it["_id"]["lane"]: it for it in groups if it["_id"]["status"] == TaskStatus.PENDING.value}
        held = [it for it in groups if it["_id"]["status"] == TaskStatus.RUNNING.value]
        running = {it["_id"]["lane"]: it["count"] for it in held if not it["_id"]["waits"]}
        paused = self._lanes.paused()
        lanes = [
            LaneLoad(
                lane,
                lane in paused,
                pending.get(lane.value, {"count": 0})["count"],
                running.get(lane.value, 0),
                _age(pending.get(lane.value), now),
            )
            for lane in Lane
        ]
        return Load(
            lanes,
            pending=sum(lane.waiting for lane in lanes),
            running=sum(running.values()),
            waiting=sum(it["count"] for it in held if it["_id"]["waits"]),
            dead_letters=self._dead_letters(),
        )

    def _dead_letters(self) -> int:
        query = {"parent_id": None, "status": TaskStatus.FAILED.value}
        return self._tasks.count_documents(query, limit=MOST_COUNTED)


def _age(group: Document | None, now: datetime) -> float | None:
    """``due_at`` of a new task lies back by what clocks may differ."""
    if group is None or group["due_at"] > now:
        return None
    waited: timedelta = now - SKEW - group["due_at"]
    return max(0.0, waited.total_seconds())
