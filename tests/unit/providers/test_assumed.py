"""Temporary credentials: when they are asked for, and what is made of the answer."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.errors import CloudRejected, CloudUnavailable, InvalidCredentials
from chalicelib.providers.assumed import AHEAD, LIFETIME, Places, Renewed, Temporary, source_of
from chalicelib.providers.base import Credentials
from tests.support.clock import FakeClock

PLACES = Places("Key.Id", "Key.Secret", "Key.Token", "Until")
ANSWER = {"Key": {"Id": "i", "Secret": "s", "Token": "t"}, "Until": "2026-11-23T08:30:00Z"}
ROLE = Credentials({"access_key_id": "a", "access_key_secret": "b", "role_arn": "r", "external_id": "x"})


class Desk:
    """Gives out credentials that are good for ``lasting`` by its own clock, numbered."""

    def __init__(self, clock: FakeClock, lasting: timedelta = LIFETIME) -> None:
        self.clock = clock
        self.lasting = lasting
        self.given = 0

    def __call__(self) -> Temporary:
        self.given += 1
        return Temporary(Credentials({"access_key_id": str(self.given)}), self.clock() + self.lasting)


def test_nothing_is_fetched_before_it_is_needed_and_then_once() -> None:
    clock = FakeClock()
    desk = Desk(clock)
    source = Renewed(desk, clock)
    assert desk.given == 0
    assert [source()["access_key_id"] for _ in range(3)] == ["1", "1", "1"]


def test_credentials_are_replaced_ahead_of_their_end() -> None:
    clock = FakeClock()
    source = Renewed(Desk(clock, timedelta(minutes=20)), clock)
    source()
    clock.advance((timedelta(minutes=20) - AHEAD).total_seconds() - 1)
    assert source()["access_key_id"] == "1"
    clock.advance(1)
    assert source()["access_key_id"] == "2"


def test_a_clock_of_ours_that_is_slow_does_not_let_them_end_unnoticed() -> None:
    ours, theirs = FakeClock(), FakeClock()
    theirs.advance(600)
    source = Renewed(Desk(theirs), ours)
    source()
    ours.advance((LIFETIME - AHEAD).total_seconds())
    assert source()["access_key_id"] == "2"


def test_a_failure_is_not_kept() -> None:
    clock = FakeClock()
    tries: list[datetime] = []

    def fetch() -> Temporary:
        tries.append(clock())
        if len(tries) == 1:
            raise CloudUnavailable("no answer")
        return Temporary(Credentials({"access_key_id": "1"}), clock() + LIFETIME)

    source = Renewed(fetch, clock)
    with pytest.raises(CloudUnavailable):
        source()
    assert source()["access_key_id"] == "1"


def test_threads_that_need_them_at_once_share_one_fetch() -> None:
    clock = FakeClock()
    desk = Desk(clock)
    started = threading.Barrier(8)
    source = Renewed(desk, clock)

    def need() -> str:
        started.wait()
        return source()["access_key_id"]

    with ThreadPoolExecutor(8) as pool:
        used = [future.result() for future in [pool.submit(need) for _ in range(8)]]
    assert (used, desk.given) == (["1"] * 8, 1)


def test_a_role_is_asked_for_by_its_arn_a_fixed_session_name_and_its_external_id() -> None:
    asked: list[Mapping[str, str]] = []

    def assume(request: Mapping[str, str]) -> Mapping[str, Any]:
        asked.append(request)
        return ANSWER

    source = source_of(ROLE, assume, PLACES, FakeClock())
    assert dict(source()) == {"access_key_id": "i", "access_key_secret": "s", "security_token": "t"}
    assert asked == [
        {"RoleArn": "r", "RoleSessionName": "cam-tasks", "ExternalId": "x", "DurationSeconds": "3600"},
    ]


def test_without_a_role_the_credentials_are_used_as_they_are() -> None:
    given = Credentials({"access_key_id": "a", "access_key_secret": "b"})
    assert source_of(given, lambda _: {}, PLACES, FakeClock())() is given


def test_an_external_id_without_a_role_is_refused() -> None:
    with pytest.raises(InvalidCredentials, match="role_arn"):
        source_of(Credentials({"external_id": "canary"}), lambda _: {}, PLACES, FakeClock())


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"Key": {"Id": "i", "Secret": "s"}, "Until": "2026-11-23T08:30:00Z"},
        {"Key": {"Id": "i", "Secret": "", "Token": "t"}, "Until": "2026-11-23T08:30:00Z"},
        {"Key": {"Id": "i", "Secret": "s", "Token": "t"}},
        {"Key": {"Id": "i", "Secret": "s", "Token": "t"}, "Until": "soon"},
        {"Key": {"Id": "i", "Secret": "s", "Token": "t"}, "Until": "9" * 30},
    ],
)
def test_an_answer_that_lacks_a_part_is_refused(answer: Mapping[str, Any]) -> None:
    with pytest.raises(CloudRejected, match="AssumeRole answered without"):
        source_of(ROLE, lambda _: answer, PLACES, FakeClock())()


@pytest.mark.parametrize("until", ["2026-11-23T08:30:00Z", "1795422600", 1795422600, "2026-11-23T08:30:00"])
def test_the_end_may_be_a_time_or_seconds(until: object) -> None:
    clock = FakeClock()
    given: list[int] = []

    def assume(_: Mapping[str, str]) -> Mapping[str, Any]:
        given.append(1)
        return {**ANSWER, "Until": until}

    source = source_of(ROLE, assume, PLACES, clock)
    source()
    clock.advance(timedelta(minutes=25).total_seconds() - 1)
    source()
    assert len(given) == 1
    clock.advance(1)
    source()
    assert len(given) == 2


def test_secrets_are_all_values_but_the_roles_name() -> None:
    assert ROLE.secrets == {"a", "b", "x"}
