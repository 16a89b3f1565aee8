"""Migrations on the real store: once, in order, by one runner, whatever happens to it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import IndexModel, MongoClient
from pymongo.errors import OperationFailure

import chalicelib
from chalicelib import indexes
from chalicelib.assets.store import ASSET_RETENTION
from infra.local.processes import Child
from infra.migrations.__main__ import migrate_stage
from infra.migrations.lease import LEASE, Lease
from infra.migrations.runner import COLLECTION, Busy, migrate, outstanding
from infra.migrations.table import MIGRATIONS, Migration, Store, declared_indexes, tombstones_expire
from tests.integration.migrations.halfway import DOCUMENTS, MARK, NAMES, PACE
from tests.support.clock import FakeClock
from tests.support.commands import CommandCounter
from tests.support.conditions import eventually


def index_names(database: Store) -> dict[str, set[str]]:
    return {name: set(database[name].index_information()) - {"_id_"} for name in indexes.INDEXES}


def test_a_new_store_gets_every_index_that_the_code_declares(database: Store) -> None:
    assert [one.number for one in migrate(database)] == [one.number for one in MIGRATIONS]
    assert index_names(database) == {
        name: {model.document["name"] for model in models} for name, models in indexes.INDEXES.items()
    }


def test_every_declaration_of_indexes_is_among_those_that_are_created() -> None:
    root = Path(chalicelib.__file__).parent
    declaring = [path for path in root.rglob("*.py") if "\nINDEXES = [" in path.read_text()]
    assert len(declaring) == len(indexes.INDEXES)


def test_a_repeated_run_writes_nothing(database: Store, mongodb_uri: str) -> None:
    migrate(database)
    counter = CommandCounter()
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, event_listeners=[counter]) as client:
        assert migrate(client[database.name]) == []
    assert counter.sent == [("find", COLLECTION)]


def test_an_index_that_is_declared_later_is_created_by_the_next_run(
    database: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(database)
    before = declared_indexes()
    monkeypatch.setitem(indexes.INDEXES, "scopes", [*indexes.INDEXES["scopes"], IndexModel("count", name="late")])
    assert declared_indexes() != before
    assert len(migrate(database, [replace(MIGRATIONS[0], version=declared_indexes())])) == 1
    assert "late" in index_names(database)["scopes"]


def test_migrations_run_in_order_and_once_and_what_was_done_is_written_down(database: Store) -> None:
    ran: list[int] = []
    notes = {number: Migration(number, f"m{number}", lambda _, it=number: ran.append(it)) for number in (1, 2, 3)}  # type: ignore[misc]
    migrate(database, [notes[2], notes[1]])
    migrate(database, [notes[2], notes[1], notes[3]])
    assert ran == [1, 2, 3]
    assert [(one["_id"], one["name"]) for one in database[COLLECTION].find().sort("_id")] == [
        (1, "m1"),
        (2, "m2"),
        (3, "m3"),
    ]


def test_two_runners_at_once_run_each_migration_once(database: Store) -> None:
    ran: list[str] = []
    table = [Migration(1, "first", lambda _: ran.append("first")), Migration(2, "next", lambda _: ran.append("next"))]
    with ThreadPoolExecutor() as runners:
        done = list(runners.map(lambda _: len(migrate(database, table, pace=PACE)), range(4)))
    assert ran == ["first", "next"]
    assert sorted(done) == [0, 0, 0, 2]


def test_a_runner_keeps_its_lease_for_as_long_as_it_works(database: Store) -> None:
    """The second runner waits for much longer than a lease lasts, and is turned away."""
    release = threading.Event()
    begun = threading.Event()

    def work(_: Store) -> None:
        begun.set()
        release.wait()

    with ThreadPoolExecutor() as first:
        running = first.submit(migrate, database, [Migration(1, "long", work)], pace=PACE)
        assert begun.wait(10)
        try:
            with pytest.raises(Busy, match="another runner is at work"):
                migrate(database, [Migration(1, "long", work)], pace=replace(PACE, patience=PACE.lasts * 3))
        finally:
            release.set()
        assert len(running.result()) == 1


def test_what_a_killed_runner_left_is_finished_by_the_next_one(
    database: Store, mongodb_uri: str, tmp_path: Path
) -> None:
    people = database["people"]
    people.insert_many([{"_id": number, "name": f"n{number}"} for number in range(DOCUMENTS)])
    command = [sys.executable, "-m", "tests.integration.migrations.halfway", mongodb_uri, database.name]
    child = Child("runner", command, log=tmp_path / "log")
    child.wait_for_line("half of it is done", within=60)
    child.kill()
    assert people.count_documents({"full": None}) == DOCUMENTS // 2
    assert [one.number for one in outstanding(database, [MARK, NAMES])] == [2]

    assert migrate(database, [MARK, NAMES], pace=PACE) == [NAMES]
    assert [one["full"] for one in people.find().sort("_id")] == [f"n{number} Doe" for number in range(DOCUMENTS)]
    assert database["marks"].find_one() == {"_id": 1, "runs": 1}


def test_a_migration_that_fails_is_not_written_down_and_gives_the_lease_back(database: Store) -> None:
    def fail(_: Store) -> None:
        raise OperationFailure("no")

    with pytest.raises(OperationFailure):
        migrate(database, [MARK, Migration(2, "fails", fail)], pace=PACE)
    assert migrate(database, [MARK, Migration(2, "fails", lambda _: None)], pace=PACE)[0].number == 2


def test_a_runner_whose_lease_was_taken_over_begins_no_other_migration(database: Store) -> None:
    ran: list[int] = []

    def overtaken(_: Store) -> None:
        database[COLLECTION].update_one({"_id": LEASE}, {"$set": {"owner": "another"}})
        eventually(lambda: not [one for one in threading.enumerate() if one.name == "migration-lease"])

    with pytest.raises(Busy, match="taken over"):
        migrate(database, [Migration(1, "a", overtaken), Migration(2, "b", lambda _: ran.append(2))], pace=PACE)
    assert not ran
    assert database[COLLECTION].find_one({"_id": LEASE}), "the other runner's lease was given back"


def test_a_dead_runners_lease_is_free_after_its_time_and_not_before(database: Store) -> None:
    clock = FakeClock()
    make: Callable[[str], Lease] = lambda owner: Lease(  # noqa: E731
        database[COLLECTION], owner, clock=clock, lasts=timedelta(seconds=30), every=timedelta(seconds=5)
    )
    assert make("dead").take()
    clock.advance(29)
    assert not make("next").take()
    clock.advance(1)
    assert make("next").take()


def test_a_dry_run_tells_what_is_outstanding_and_writes_nothing(
    database: Store, mongodb_uri: str, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {"CAM_MONGODB_URI": mongodb_uri, "CAM_MONGODB_DATABASE": database.name}
    migrate_stage("dev", environ, dry_run=True)
    assert capsys.readouterr().out == "1 indexes: outstanding\n2 tombstones expire: outstanding\n"
    assert database.list_collection_names() == []
    migrate_stage("dev", environ)
    migrate_stage("dev", environ)
    assert capsys.readouterr().out.splitlines()[-1] == "nothing to do"


def test_tombstones_of_former_releases_expire_and_nothing_else_does(database: Store) -> None:
    now = FakeClock()()
    soon = now + timedelta(days=3)
    database["assets"].insert_many(
        [
            {"_id": "live", "native_id": "i-1"},
            {"_id": "gone", "deleted_at": now},
            {"_id": "gone, and expires", "deleted_at": now, "expires_at": soon},
            {"_id": "a guard of a scope", "token": "t", "expires_at": soon},
        ]
    )
    for _ in range(2):
        tombstones_expire(database)
    expiries = {document["_id"]: document.get("expires_at") for document in database["assets"].find()}
    assert expiries == {
        "live": None,
        "gone": now + ASSET_RETENTION,
        "gone, and expires": soon,
        "a guard of a scope": soon,
    }
