"""Checks of the store that a stage uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.database import Database
from pymongo.errors import OperationFailure

from chalicelib.clock import Clock
from chalicelib.indexes import INDEXES
from chalicelib.tasks.documents import SKEW
from infra.doctor.checks import Check
from infra.migrations.runner import outstanding

MONITORS = 1
"""Connections by which a client in Lambda watches a server."""
COMPARED = ("unique", "sparse", "expireAfterSeconds", "partialFilterExpression")
UNREACHABLE_ADVICE = "is the address in its parameter right, and is this machine in the store's access list?"


@dataclass(frozen=True)
class Store:
    """A store that has answered. ``environments`` is how many may use it at once, ``pool`` connections each; ``limit``
    is how many it takes, where it does not say so itself.
    """

    database: Database[dict[str, Any]]
    environments: int
    pool: int
    clock: Clock
    limit: int | None = None


def _indexes(store: Store) -> list[str]:
    wrong = []
    for collection, models in INDEXES.items():
        found = store.database[collection].index_information()
        for wanted in (model.document for model in models):
            index = found.get(wanted["name"])
            if index is None:
                wrong.append(f"{collection}.{wanted['name']} is missing")
            elif _shape(index, index["key"]) != _shape(wanted, wanted["key"].items()):
                wrong.append(f"{collection}.{wanted['name']} is another one than the code declares")
    return wrong


def _shape(options: Any, key: Any) -> tuple[Any, ...]:
    return [(name, int(order)) for name, order in key], *((options.get(name) or 0) for name in COMPARED)


def _migrations(store: Store) -> list[str]:
    return [f"{one.number} {one.name}" for one in outstanding(store.database)]


def _skew(store: Store) -> list[str]:
    before = store.clock()
    theirs: datetime = store.database.client.admin.command("hello")["localTime"].replace(tzinfo=UTC)
    after = store.clock()
    off = max(before - theirs, theirs - after, timedelta())
    return [f"the store's clock and this one differ by {off.total_seconds():.1f} s"] if off > SKEW else []


def _connections(store: Store) -> list[str]:
    limit = store.limit
    if limit is None:
        try:
            known = store.database.client.admin.command("serverStatus")["connections"]
        except OperationFailure:  # takes a right that the service does not need
            return ["the store does not tell this user how many connections it takes: say it by --connections"]
        limit = known["current"] + known["available"]
    needed = store.environments * (store.pool + MONITORS)
    if needed <= limit:
        return []
    return [f"{store.environments} environments × ({store.pool} + {MONITORS}) = {needed}, and the store takes {limit}"]


CHECKS: tuple[Check[Store], ...] = (
    Check("migrations", "make migrate STAGE=…", _migrations),
    Check("indexes", "make migrate STAGE=…; one that differs needs a new name (docs/migrations.md)", _indexes),
    Check("clock skew", "set this machine's clock; if it is right, that of the store", _skew),
    Check(
        "connections",
        "lower max_concurrency, request_burst or CAM_MONGODB_POOL_SIZE, or take a larger store",
        _connections,
    ),
)
