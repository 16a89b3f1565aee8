"""Shuts out the writes of a run that was taken over, whenever they arrive.

A check before a write cannot do that: a worker may be frozen between the two. So every command that writes assets
begins with an operation that only the run in charge can carry out, and a server stops an ordered command at its first
error. The operations form a chain of guards per scope and task: each command adds the next one, under its own token. A
run that takes over adds the next guard first; the command of the run before it then finds its number taken.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pymongo import DESCENDING, InsertOne, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from chalicelib.assets.model import Scope

Document = dict[str, Any]

KEPT = timedelta(days=1)
"""How long a run may be frozen and still find itself shut out."""
_DIGITS = 9


class Fence:
    """One run's place in the chain. Guards lie among the assets, as an ordered command has one collection; no query
    for assets finds them: they have no tenant.
    """

    def __init__(self, scope: Scope, task_id: str, token: str) -> None:
        self._prefix = f"fence|{scope.id}|{task_id}|"
        self._token = token
        self._number = 0
        self.run = f"{task_id}|{token}"
        """Names the run among all runs of all tasks."""

    def take_over(self, collection: Collection[Document], *, now: datetime) -> None:
        """Shut out every earlier run of the task: none of its writes lands from now on.

        Guards have no tenant. The query says so for the index of tenants and ids: the embedded store has no other way
        to a range of ids but reading every asset, which took it seconds, and all others waited.
        """
        chain = {"tenant": None, "_id": {"$gte": self._prefix, "$lt": self._prefix + "~"}}
        last = list(collection.find(chain, {"_id": 1}).sort("_id", DESCENDING).limit(1))
        self._number = int(last[0]["_id"][-_DIGITS:]) if last else 0
        while True:
            try:
                collection.insert_one(self._guard(now))
            except DuplicateKeyError:  # a command of the earlier run arrived just before
                self.passed()
                continue
            self.passed()
            return

    def first_insert(self, now: datetime) -> InsertOne[Document]:
        """What a command of inserts begins with."""
        return InsertOne(self._guard(now))

    def first_update(self, now: datetime) -> UpdateOne:
        """What a command of updates begins with: an update of our own guard, or else an insert."""
        guard = self._guard(now)
        return UpdateOne(
            {"_id": guard["_id"], "token": self._token}, {"$set": {"expires_at": guard["expires_at"]}}, upsert=True
        )

    def passed(self) -> None:
        """The guard is used up: the next command takes the next one."""
        self._number += 1

    def _guard(self, now: datetime) -> Document:
        return {
            "_id": f"{self._prefix}{self._number + 1:0{_DIGITS}d}",
            "token": self._token,
            "expires_at": now + KEPT,
        }
