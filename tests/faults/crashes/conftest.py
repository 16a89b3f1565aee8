"""The real parts as processes that lives reach over the wire."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from chalicelib.messages import TEXTS
from chalicelib.tasks.policy import Policy
from chalicelib.tasks.store import TaskStore
from infra.local.processes import Child
from tests.faults.crashes.driver import Host, host
from tests.faults.crashes.life import Life, queue_client

Document = dict[str, Any]
Place = Callable[[str], tuple[Database[Document], Life]]
VISIBILITY_SECONDS = "2"


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with host(tmp_path_factory.mktemp("lives") / "host.log") as made:
        yield made


@pytest.fixture(scope="module")
def sqs_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log: Path = tmp_path_factory.mktemp("moto") / "server.log"
    server = Child("moto", [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], log=log)
    try:
        yield server.wait_for_line(r"Running on (http://[\d.]+:\d+)", within=20)[1]
    finally:
        server.stop()


@pytest.fixture
def place(
    mongodb_uri: str, mongo: MongoClient[Document], database: Database[Document], sqs_endpoint: str
) -> Iterator[Place]:
    """Makes a database and a queue of a scene's own, and the template of its lives."""
    made: list[str] = []

    def make(name: str) -> tuple[Database[Document], Life]:
        found = mongo[f"{database.name}_{name}"]
        made.append(found.name)
        TaskStore(found["tasks"], Policy(), TEXTS["en"]).ensure_indexes()
        queue = queue_client(sqs_endpoint)
        url = queue.create_queue(QueueName=found.name, Attributes={"VisibilityTimeout": VISIBILITY_SECONDS})["QueueUrl"]
        return found, Life(mongodb_uri, found.name, sqs_endpoint, url, scene=name.split("_", maxsplit=1)[0], key="")

    yield make
    for name in made:
        mongo.drop_database(name)
