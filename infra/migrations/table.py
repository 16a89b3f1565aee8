"""The migrations, in the order in which they run. A number that was released is never changed or used again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from chalicelib import indexes
from chalicelib.assets.store import ASSET_RETENTION

Store = Database[dict[str, Any]]

TOMBSTONES = {"deleted_at": {"$ne": None}, "expires_at": None}
"""Those that would stay for ever."""


@dataclass(frozen=True)
class Migration:
    """``apply`` is idempotent: run again after it was cut off anywhere, or beside itself, it leaves the same store. It
    makes nothing that the code of the last release cannot live with.

    ``version`` is for what is declared elsewhere: when it differs from the one that was applied, the migration runs
    again.
    """

    number: int
    name: str
    apply: Callable[[Store], None]
    version: str = ""


def declared_indexes() -> str:
    """Changes whenever an index is added, or declared otherwise."""
    declared = {name: [model.document for model in models] for name, models in indexes.INDEXES.items()}
    return hashlib.sha256(json.dumps(declared, default=dict).encode()).hexdigest()[:16]


def tombstones_expire(database: Store) -> None:
    """Deleted assets of before ``CAM_ASSET_RETENTION_DAYS`` are kept for as long as is its default."""
    for tombstone in database["assets"].find(TOMBSTONES, {"deleted_at": 1}):
        expires_at = tombstone["deleted_at"] + ASSET_RETENTION
        decided_on = {"_id": tombstone["_id"], "deleted_at": tombstone["deleted_at"]}
        database["assets"].update_one(TOMBSTONES | decided_on, {"$set": {"expires_at": expires_at}})


MIGRATIONS = (
    Migration(1, "indexes", indexes.ensure, declared_indexes()),
    Migration(2, "tombstones expire", tombstones_expire),
)
