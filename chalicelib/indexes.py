"""Every index that the code relies on, by collection. ``make migrate`` creates those that a store lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from chalicelib.access import audit, key_store
from chalicelib.accounts import pacing
from chalicelib.accounts import store as accounts
from chalicelib.assets import scopes
from chalicelib.assets import store as assets
from chalicelib.tasks import buckets, ended
from chalicelib.tasks import documents as tasks

INDEXES: Mapping[str, Sequence[IndexModel]] = {
    "tasks": tasks.INDEXES,
    "ended": ended.INDEXES,
    "stats": buckets.INDEXES,
    "assets": assets.INDEXES,
    "scopes": scopes.INDEXES,
    "accounts": accounts.INDEXES,
    "pacing": pacing.INDEXES,
    "keys": key_store.INDEXES,
    "audit": audit.INDEXES,
}


def ensure(database: Database[dict[str, Any]]) -> None:
    """Create what is missing, a collection at a time; safe to repeat and to run beside a live service."""
    for collection, models in INDEXES.items():
        database[collection].create_indexes(models)
