"""Keeps the calls of all workers together within what a cloud allows an account: so many a second, by region and
action.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from pymongo import IndexModel
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from chalicelib.clock import Clock
from chalicelib.providers.base import Pace, Sleep

KEPT = timedelta(minutes=2)
INDEXES = [IndexModel([("expires_at", 1)], name="retention", expireAfterSeconds=0)]


class Pacer:
    """A document counts the calls of one account, region and action in one second; it takes no more than there may be.
    Nothing is given back: a worker that dies takes its calls along for a second.
    """

    def __init__(self, windows: Collection[dict[str, Any]], *, clock: Clock) -> None:
        self._windows = windows
        self._clock = clock

    def ensure_indexes(self) -> None:
        self._windows.create_indexes(INDEXES)

    def pace(self, account: str, calls_per_second: int, sleep: Sleep) -> Pace:
        """What the session of an account asks before every call; it waits by ``sleep``. ``account`` names it among
        those of all tenants.
        """
        return partial(self._take, account, calls_per_second, sleep)

    def _take(self, account: str, most: int, sleep: Callable[[float], None], region: str, action: str) -> None:
        while True:
            now = self._clock()
            if self._taken(f"{account}|{region}|{action}|{int(now.timestamp())}", most, now):
                return
            sleep(1 - now.timestamp() % 1)

    def _taken(self, window: str, most: int, now: datetime) -> bool:
        """One of the window's calls, in one round trip; the first call makes the window."""
        room = {"_id": window, "calls": {"$lt": most}}
        taken = {"$inc": {"calls": 1}, "$setOnInsert": {"expires_at": now + KEPT}}
        try:
            self._windows.update_one(room, taken, upsert=True)
        except DuplicateKeyError:  # full, or made by another worker between the look and the insert
            return self._windows.update_one(room, taken).matched_count == 1
        return True
