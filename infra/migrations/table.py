"""The migrations, in the order in which they run. A number that was released is never changed or used again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from chalicelib import indexes

Store = Database[dict[str, Any]]


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


MIGRATIONS = (Migration(1, "indexes", indexes.ensure, declared_indexes()),)
