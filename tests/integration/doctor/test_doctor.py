"""Every check of the doctor, well and not: on the template that is made, and on the real store."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pymongo import IndexModel
from pymongo.database import Database

from chalicelib.clock import utc_now
from infra.doctor import __main__ as doctor
from infra.doctor import store, template
from infra.doctor.checks import examine
from infra.doctor.store import Environments
from infra.migrations.runner import migrate
from infra.package.stage import load

Resources = dict[str, Any]
RECEIVER = "receiver of alarms"


@pytest.fixture(scope="module")
def built() -> Resources:
    return doctor.build_template(load("dev"))


def consumer(resources: Resources) -> Any:
    return resources["ConsumeLow"]["Properties"]


def event(resources: Resources) -> Any:
    return consumer(resources)["Events"]["ConsumeLowSqsEventSource"]["Properties"]


def queue(resources: Resources) -> Any:
    return resources["LowQueue"]["Properties"]


def variables(resources: Resources, name: str = "APIHandler") -> Any:
    return resources[name]["Properties"]["Environment"]["Variables"]


SPOILED: dict[str, Callable[[Resources], Any]] = {
    "visibility timeout": lambda it: queue(it).update(VisibilityTimeout=5399),
    "partial batch responses": lambda it: event(it).pop("FunctionResponseTypes"),
    "maximum concurrency": lambda it: event(it).update(ScalingConfig={"MaximumConcurrency": 1}),
    "reserved concurrency": lambda it: consumer(it).update(ReservedConcurrentExecutions=5),
    "redrive count": lambda it: queue(it)["RedrivePolicy"].update(maxReceiveCount=4),
    "recursive loop": lambda it: consumer(it).pop("RecursiveLoop"),
    "settings": lambda it: variables(it, "ConsumeLow").update(CAM_AUTHENTICATION="off"),
    "store's time limit": lambda it: variables(it).update(CAM_MONGODB_TIMEOUT_SECONDS="15"),
}


def wrong(resources: Resources) -> set[str]:
    return {one.check for one in examine(resources, template.CHECKS) if one.wrong}


def test_a_stage_as_it_is_lacks_only_somebody_who_hears_of_alarms(built: Resources) -> None:
    assert wrong(built) == {RECEIVER}
    heard = copy.deepcopy(built)
    heard["AlarmTopic"]["Properties"]["Subscription"] = [{"Protocol": "email", "Endpoint": "a@example.com"}]
    assert wrong(heard) == set()


@pytest.mark.parametrize("check", SPOILED)
def test_a_mistake_in_the_template_is_found_by_its_check_alone(built: Resources, check: str) -> None:
    spoiled = copy.deepcopy(built)
    SPOILED[check](spoiled)
    assert wrong(spoiled) == {check, RECEIVER}


def test_every_check_of_the_template_has_a_mistake_that_it_finds() -> None:
    assert {one.name for one in template.CHECKS} == {*SPOILED, RECEIVER}


def ailments(subject: store.Store) -> dict[str, tuple[str, ...]]:
    return {one.check: one.wrong for one in examine(subject, store.CHECKS) if one.wrong}


def test_a_migrated_store_is_well(database: Database[Any]) -> None:
    migrate(database)
    assert ailments(store.Store(database, Environments(10, 20), pool=5, clock=utc_now, limit=100)) == {}


def test_missing_and_different_indexes_are_named(database: Database[Any]) -> None:
    subject = store.Store(database, Environments(1, 0), pool=1, clock=utc_now)
    assert ailments(subject)["migrations"] == ("1 indexes", "2 tombstones expire")
    migrate(database)
    database["tasks"].drop_index("by_status")
    database["tasks"].drop_index("one_active")
    database["tasks"].create_indexes([IndexModel("dedupe_key", name="one_active")])
    assert set(ailments(subject)["indexes"]) == {
        "tasks.by_status is missing",
        "tasks.one_active is another one than the code declares",
    }


@pytest.mark.parametrize("off", [-2, 2])
def test_a_clock_that_is_ahead_or_behind_is_told(database: Database[Any], off: int) -> None:
    migrate(database)
    found = ailments(
        store.Store(database, Environments(1, 0), 1, clock=lambda: utc_now() + timedelta(seconds=off), limit=6)
    )
    assert list(found) == ["clock skew"]


def test_more_connections_than_the_store_takes_are_told_with_the_arithmetic(database: Database[Any]) -> None:
    migrate(database)
    found = ailments(store.Store(database, Environments(10_000_000, 3), pool=5, clock=utc_now))
    assert list(ailments(store.Store(database, Environments(10, 20), 5, utc_now, limit=99))) == ["connections"]
    assert "10000000 workers × (5 + 1) + 3 others × (1 + 1) = 60000006" in found["connections"][0]


def test_every_request_under_way_has_an_environment_of_the_api_and_one_of_the_authorizer(built: Resources) -> None:
    under_way = 40 + 20 * 1
    bury, recover, schedule_syncs, sync_requested = 2, 1, 1, 1
    others = 2 * under_way + bury + recover + schedule_syncs + sync_requested
    assert doctor.environments(load("dev"), built) == Environments(workers=2 + 3 + 2, others=others)


def test_the_exit_status_and_the_answer_for_programs_tell_the_same(
    database: Database[Any], mongodb_uri: str, capsys: pytest.CaptureFixture[str]
) -> None:
    migrate(database)
    environ = {"CAM_MONGODB_URI": mongodb_uri, "CAM_MONGODB_DATABASE": database.name}
    assert doctor.main(["dev", "--allow-no-receiver", "--connections=500"], environ) == 0
    assert "WRONG" not in capsys.readouterr().out
    assert doctor.main(["dev", "--json", "--connections=500"], environ) == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["check"] for one in told if one["wrong"]] == [RECEIVER]


def test_a_store_that_does_not_answer_is_told_without_its_address(capsys: pytest.CaptureFixture[str]) -> None:
    uri = "mongodb://someone:secret@127.0.0.1:1/"
    environ = {"CAM_MONGODB_URI": uri, "CAM_MONGODB_TIMEOUT_SECONDS": "0.2"}
    assert doctor.main(["dev", "--allow-no-receiver"], environ) == 1
    told = capsys.readouterr().out
    assert "it does not answer: ServerSelectionTimeoutError" in told
    assert "secret" not in told


def test_a_stage_that_is_not_there_is_answered_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.main(["staging"], {}) == 2
    assert "dev, prod" in capsys.readouterr().err
