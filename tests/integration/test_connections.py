"""How many connections an environment opens, counted by the driver's own listener."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from pymongo import ReadPreference
from pymongo.errors import WaitQueueTimeoutError
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
    ConnectionCheckedInEvent,
    ConnectionCheckedOutEvent,
    ConnectionPoolListener,
)

from chalicelib.mongodb import connect
from chalicelib.settings import Settings
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import RunResult
from infra.package.pins import pinned
from tests.integration.conftest import Framework
from tests.support.conditions import eventually
from tests.support.probe import ProbeParams

BATCH = 10


class Connections(ConnectionPoolListener):
    """``opened`` in all, ``most`` in use at the same time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.opened = self.closed = self._used = self.most = 0

    def connection_created(self, event: object) -> None:
        with self._lock:
            self.opened += 1

    def connection_closed(self, event: object) -> None:
        with self._lock:
            self.closed += 1

    def connection_checked_out(self, event: ConnectionCheckedOutEvent) -> None:
        with self._lock:
            self._used += 1
            self.most = max(self.most, self._used)

    def connection_checked_in(self, event: ConnectionCheckedInEvent) -> None:
        with self._lock:
            self._used -= 1

    def pool_created(self, event: object) -> None: ...
    def pool_ready(self, event: object) -> None: ...
    def pool_cleared(self, event: object) -> None: ...
    def pool_closed(self, event: object) -> None: ...
    def connection_ready(self, event: object) -> None: ...
    def connection_check_out_started(self, event: object) -> None: ...
    def connection_check_out_failed(self, event: object) -> None: ...


@pytest.mark.parametrize(
    "said",
    [
        "readPreference=secondaryPreferred&w=1",
        "readPreference=secondary&readPreferenceTags=dc:ny&maxStalenessSeconds=120&w=0",
        "w=2&journal=false",
        "",
    ],
)
def test_reads_go_to_the_primary_and_writes_to_a_majority_whatever_the_address_says(
    settings: Settings, said: str
) -> None:
    assert settings.mongodb_uri is not None
    address = settings.mongodb_uri.get_secret_value().partition("?")[0].rstrip("/")
    sent = Sent()
    with connect(f"{address}/?{said}", settings, event_listeners=[sent]) as client:
        database = client[settings.mongodb_database]
        database["things"].insert_one({"_id": 1})
        assert database["things"].find_one({"_id": 1}) == {"_id": 1}
        assert database.client.read_preference == ReadPreference.PRIMARY
    insert, find = sent.commands
    assert insert["writeConcern"] == {"w": "majority", "j": True}
    assert "$readPreference" not in find


class Sent(CommandListener):
    """What the driver asks the store to do."""

    def __init__(self) -> None:
        self.commands: list[Mapping[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in ("insert", "find"):
            self.commands.append(event.command)

    def succeeded(self, event: CommandSucceededEvent) -> None: ...
    def failed(self, event: CommandFailedEvent) -> None: ...


@pytest.fixture
def connections() -> Connections:
    return Connections()


@pytest.fixture
def pooled(framework: Framework, settings: Settings, mongodb_uri: str, connections: Connections) -> Iterator[Framework]:
    """The framework over the client that a Lambda environment has."""
    with connect(mongodb_uri, settings, event_listeners=[connections]) as client:
        framework.tasks = client[settings.mongodb_database]["tasks"]
        yield framework


def test_a_full_batch_and_its_heartbeat_share_the_pool(
    pooled: Framework, connections: Connections, settings: Settings
) -> None:
    """Ten tasks at work at the same time, all of which ask the store for all they can."""
    together = threading.Barrier(BATCH)

    def busy(params: ProbeParams, context: TaskContext) -> RunResult:
        together.wait(30)
        for _ in range(20):
            assert pooled.tasks.find_one({"_id": context.task_id})
        return {}

    pooled.probe.work = busy
    ids = [pooled.submit(str(number)).id for number in range(BATCH)]
    assert pooled.worker(beat=timedelta(milliseconds=5), threads=BATCH).run(ids) == set()
    assert {pooled.probe.runs[task_id] for task_id in ids} == {1}
    assert 1 < connections.opened == connections.most <= settings.mongodb_pool_size


def test_a_client_opens_no_connection_before_it_is_needed_and_one_for_calls_in_a_row(
    mongodb_uri: str, settings: Settings, connections: Connections
) -> None:
    with connect(mongodb_uri, settings, event_listeners=[connections]) as client:
        assert connections.opened == 0
        for _ in range(20):
            client.admin.command("ping")
        assert connections.opened == 1


def test_a_connection_that_was_idle_for_too_long_is_not_used_again(
    mongodb_uri: str, settings: Settings, connections: Connections
) -> None:
    short = settings.model_copy(update={"mongodb_idle_seconds": 0.001})
    with connect(mongodb_uri, short, event_listeners=[connections]) as client:

        def another() -> bool:
            client.admin.command("ping")
            return connections.opened > 1

        eventually(another)
        assert (connections.opened, connections.closed) == (2, 1)


def test_nobody_waits_for_a_connection_for_longer_than_for_the_store(mongodb_uri: str, settings: Settings) -> None:
    one = settings.model_copy(update={"mongodb_pool_size": 1, "mongodb_timeout_seconds": 0.2})
    with connect(mongodb_uri, one) as client:
        rows = client[settings.mongodb_database]["rows"]
        rows.insert_many([{"n": number} for number in range(3)])
        pool = next(iter(client._topology._servers.values())).pool
        with pool.checkout(), pytest.raises(WaitQueueTimeoutError):
            rows.find_one()


def test_what_the_settings_say_of_the_pool_wins_over_the_address(mongodb_uri: str, settings: Settings) -> None:
    with connect(f"{mongodb_uri}&maxPoolSize=100&minPoolSize=9", settings) as client:
        options = client.options.pool_options
        assert (options.max_pool_size, options.min_pool_size) == (settings.mongodb_pool_size, 0)


def test_what_signs_in_to_atlas_by_iam_is_installed() -> None:
    """pymongo imports it only when the address of the store has ``authMechanism=MONGODB-AWS``."""
    assert importlib.util.find_spec("pymongo_auth_aws")
    assert "pymongo-auth-aws" in pinned()
