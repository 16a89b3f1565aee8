"""A runner that stops in the midst of its second migration: ``python -m … URI DATABASE``."""

from __future__ import annotations

import sys
import threading
from datetime import timedelta
from typing import Any

from pymongo import MongoClient

from infra.migrations.runner import Pace, migrate
from infra.migrations.table import Migration, Store

DOCUMENTS = 10
PACE = Pace(lasts=timedelta(seconds=0.5), every=timedelta(seconds=0.05), patience=timedelta(seconds=20))


def mark(database: Store) -> None:
    database["marks"].update_one({"_id": 1}, {"$inc": {"runs": 1}}, upsert=True)


def name_in_full(database: Store, *, most: int = DOCUMENTS) -> None:
    """What a migration of data looks like: it asks for what is not done yet, and each write can be repeated."""
    for document in database["people"].find({"full": None}).sort("_id", 1).limit(most):
        database["people"].update_one({"_id": document["_id"]}, {"$set": {"full": f"{document['name']} Doe"}})


def half(database: Store) -> None:
    name_in_full(database, most=DOCUMENTS // 2)
    sys.stdout.write("half of it is done\n")
    threading.Event().wait()


MARK = Migration(1, "mark", mark)
NAMES = Migration(2, "full names", name_in_full)

if __name__ == "__main__":
    client = MongoClient[dict[str, Any]](sys.argv[1], tz_aware=True)
    migrate(client[sys.argv[2]], [MARK, Migration(2, "full names", half)], pace=PACE)
