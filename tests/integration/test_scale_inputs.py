"""What the simulation of a large installation is told of tasks and commands is what the service does."""

from __future__ import annotations

from typing import Any

import bson
import pytest
from pymongo.database import Database

from bench.scale.inputs import TASK_BYTES, Counts
from chalicelib.settings import Settings
from infra.cost.workloads import SCOPES, count


def test_commands_of_a_scope_are_counted_and_an_ended_child_is_weighed(
    settings: Settings, database: Database[dict[str, Any]]
) -> None:
    commands = count(settings).next_sync.store
    pages = commands["pacing"]
    of_scopes = commands.total() - pages - commands["audit"]
    assert Counts().commands_of_scope == pytest.approx(of_scopes / SCOPES)
    ended = list(database["tasks"].find({"parent_id": {"$gt": ""}}))
    assert len(ended) == 2 * SCOPES
    heaviest = max(len(bson.encode(document)) for document in ended)
    assert TASK_BYTES / 2 < heaviest <= TASK_BYTES
