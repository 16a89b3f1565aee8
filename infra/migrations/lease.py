"""One runner at a time: a lease in the store, kept by a thread while a migration runs."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from types import TracebackType
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError, PyMongoError

from chalicelib.clock import Clock

LEASE = "lease"
"""The ``_id`` of the document that is the lease."""

logger = logging.getLogger(__name__)


class Lease:
    """Held from a successful ``take`` until the end of the ``with`` block; whoever dies holds it for ``lasts`` more."""

    def __init__(
        self, collection: Collection[dict[str, Any]], owner: str, *, clock: Clock, lasts: timedelta, every: timedelta
    ) -> None:
        """``owner`` is different for every runner; renewed ``every`` so often."""
        self._collection = collection
        self._owner = owner
        self._clock = clock
        self._lasts = lasts
        self._every = every.total_seconds()
        self._ended = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="migration-lease", daemon=True)

    def take(self) -> bool:
        """False when another runner has it."""
        now = self._clock()
        try:
            self._collection.update_one(
                {"_id": LEASE, "expires_at": {"$lte": now}},
                {"$set": {"owner": self._owner, "expires_at": now + self._lasts}},
                upsert=True,
            )
        except DuplicateKeyError:  # it is there, and not over
            return False
        return True

    @property
    def lost(self) -> bool:
        """Whether another runner has taken over."""
        return self._lost.is_set()

    def __enter__(self) -> Lease:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        self._collection.delete_one({"_id": LEASE, "owner": self._owner})

    def _keep(self) -> None:
        while not self._ended.wait(self._every):
            until = self._clock() + self._lasts
            try:
                mine = {"_id": LEASE, "owner": self._owner}
                if not self._collection.update_one(mine, {"$set": {"expires_at": until}}).matched_count:
                    self._lost.set()
                    return
            except PyMongoError as error:
                logger.warning("the lease could not be renewed, trying again: %s", type(error).__name__)
