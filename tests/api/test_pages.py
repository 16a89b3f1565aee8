"""How many there are in all is true on every page, and asked for only where the page does not tell."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.api.conftest import Service
from tests.support.commands import CommandCounter

SUBMITTED = 3
QUESTIONS = {
    "/tasks": ["find"],
    "/tasks?limit=3": ["find"],
    "/tasks?limit=2": ["find", "aggregate"],
    "/tasks?offset=9": ["find", "aggregate"],
    "/dead-letters": ["find"],
    "/assets?native_id=i-none": ["find"],
    "/scopes": ["find"],
    "/scopes?limit=3": ["find", "aggregate"],
}


@pytest.fixture
def counter(service: Service, mongodb_uri: str, database: Database[dict[str, Any]]) -> Any:
    """Three tasks and three scopes, and ears at the connection to the store."""
    for _ in range(SUBMITTED):
        service.post("/tasks/export-assets", {"format": "json"})
    scopes = [{"_id": name, "tenant": "default", "verdict": "complete", "region": name} for name in "abc"]
    common = {"provider": "aliyun", "account_id": 1, "type": "vpc", "changes": [], "live": 0}
    database["scopes"].insert_many([common | scope for scope in scopes])
    counter = CommandCounter()
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, event_listeners=[counter]) as client:
        service.container.database = client[database.name]
        for part in ("task_store", "tasks", "scope_store", "asset_store"):
            service.container.__dict__.pop(part, None)
        yield counter


def test_every_page_tells_the_same_total(service: Service, counter: CommandCounter) -> None:
    for limit, offset in product((1, 2, 3, 4), (0, 1, 2, 3, 4)):
        page = service.get(f"/tasks?limit={limit}&offset={offset}").data
        assert (page["total"], len(page["tasks"])) == (SUBMITTED, max(0, min(limit, SUBMITTED - offset)))


def test_a_page_that_comes_to_the_end_is_one_question(service: Service, counter: CommandCounter) -> None:
    for path, asked in QUESTIONS.items():
        counter.sent.clear()
        service.get(path)
        assert (path, [command for command, _ in counter.sent]) == (path, asked)
