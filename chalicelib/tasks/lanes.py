"""Pausing and resuming lanes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from chalicelib.clock import Clock
from chalicelib.logs import logger
from chalicelib.tasks.backlog import BacklogStore
from chalicelib.tasks.model import Lane

CACHE = timedelta(seconds=1)
"""How late a process may learn of a pause."""


class Lanes:
    """A paused lane's messages are dropped unread, so that their receive counts are not used up: the tasks stay
    pending, and resuming has the recoverer send them again.
    """

    def __init__(self, lanes: Collection[dict[str, Any]], backlog: BacklogStore, *, clock: Clock) -> None:
        self._lanes = lanes
        self._backlog = backlog
        self._clock = clock
        self._paused: list[Lane] = []
        self._read_at: datetime | None = None

    def paused(self) -> list[Lane]:
        """The lanes that are paused, or were when the store last answered. That none is may be a second old; what a
        pause keeps back is dropped, and would be lost after the lane was resumed.
        """
        now = self._clock()
        if self._read_at is None or self._paused or now - self._read_at >= CACHE:
            try:
                self._paused = [Lane(document["_id"]) for document in self._lanes.find({"paused": True}, {"_id": 1})]
                self._read_at = now
            except PyMongoError as error:
                logger.warning("pauses of lanes could not be read", extra={"reason": str(error)})
        return self._paused

    def pause(self, lane: Lane, *, by: str) -> None:
        change = {"paused": True, "changed_at": self._clock(), "changed_by": by}
        self._lanes.update_one({"_id": lane.value}, {"$set": change}, upsert=True)
        self._read_at = None

    def resume(self, lane: Lane, *, by: str) -> None:
        """Also has everything sent again that the pause held up; resuming a lane that runs is safe."""
        change = {"paused": False, "changed_at": self._clock(), "changed_by": by}
        self._lanes.update_one({"_id": lane.value}, {"$set": change}, upsert=True)
        self._backlog.resume(lane, now=self._clock())
        self._read_at = None
