"""Asking a cloud, type by type, what an account may list."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from chalicelib.accounts.model import Account, AccountStatus
from chalicelib.accounts.permissions import (
    NOT_IN_TIME,
    THREADS,
    AccountTest,
    Patience,
    Permission,
    Status,
    examined,
    unexamined,
)
from chalicelib.errors import AccessDenied, CloudRejected, CloudUnavailable, InvalidCredentials, TaskError, Throttled
from chalicelib.providers import get_provider
from chalicelib.providers.base import GLOBAL, Identity, Page

ALIYUN = get_provider("aliyun")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
IDENTITY = Identity("acs:ram::1:user/cam", ("cn-qingdao", "cn-beijing"))


def account(*asset_types: str, regions: tuple[str, ...] = ()) -> Account:
    return Account(1, "t", "aliyun", "n", AccountStatus.ACTIVE, regions, asset_types, None, (), LONG_AGO, LONG_AGO)


class Cloud:
    """Raises for a type what it is told to; ``identities`` are given, or raised, in turn."""

    def __init__(self, *identities: Identity | TaskError, **errors: TaskError) -> None:
        self.identities = list(identities) or [IDENTITY]
        self.errors = errors
        self.probed: list[tuple[str, str]] = []
        self.hold: Callable[[str], object] = lambda _: None

    def probe(self, region: str, asset_type: str) -> None:
        self.probed.append((region, asset_type))
        self.hold(asset_type)
        if error := self.errors.get(asset_type):
            raise error

    def identify(self) -> Identity:
        self.hold("identify")
        answer = self.identities.pop(0)
        if isinstance(answer, TaskError):
            raise answer
        return answer

    def regions(self) -> list[str]:
        raise NotImplementedError

    def pages(self, region: str, asset_type: str, *, start: str | None = None) -> Iterator[Page]:
        raise NotImplementedError


def result_of(cloud: Cloud, tested: Account, *, seconds: float = 20) -> AccountTest:
    return examined(cloud, tested, ALIYUN, Patience(seconds, sleep=lambda _: None))


def statuses(seen: AccountTest) -> dict[str, str]:
    return {permission.asset_type: permission.status.value for permission in seen.permissions}


def test_each_type_is_asked_for_once_in_the_clouds_first_region_or_in_none_at_all() -> None:
    cloud = Cloud()
    seen = result_of(cloud, account())
    assert tuple(statuses(seen)) == ALIYUN.asset_types
    assert set(statuses(seen).values()) == {"allowed"}
    places = {name: GLOBAL if name in ALIYUN.global_types else "cn-qingdao" for name in ALIYUN.asset_types}
    assert {permission.asset_type: permission.region for permission in seen.permissions} == places
    assert sorted(cloud.probed) == sorted((region, name) for name, region in places.items())
    assert (seen.identity, seen.error) == (IDENTITY, "")


def test_only_the_accounts_types_are_asked_for_in_its_first_region_and_in_the_providers_order() -> None:
    seen = result_of(Cloud(), account("lb", "oss", "disk", regions=("cn-beijing", "cn-hangzhou")))
    assert [(permission.asset_type, permission.region) for permission in seen.permissions] == [
        ("disk", "cn-beijing"),
        ("lb.clb", "cn-beijing"),
        ("lb.alb", "cn-beijing"),
        ("lb.nlb", "cn-beijing"),
        ("oss", GLOBAL),
    ]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (AccessDenied("no"), Status.DENIED),
        (Throttled("no", retry_after=9), Status.UNKNOWN),
        (CloudUnavailable("no"), Status.UNKNOWN),
        (CloudRejected("no"), Status.UNKNOWN),
        (InvalidCredentials("no"), Status.UNKNOWN),
    ],
)
def test_an_error_says_what_is_known_and_why(error: TaskError, status: Status) -> None:
    seen = result_of(Cloud(disk=error), account("ecs", "disk", regions=("r",)))
    assert seen.permissions == (Permission("ecs", Status.ALLOWED, "r"), Permission("disk", status, "r", "no"))


def test_what_is_not_answered_in_time_is_unknown_and_not_waited_for() -> None:
    cloud, done = Cloud(), threading.Event()
    cloud.hold = lambda name: name == "disk" and done.wait(30)
    started = time.monotonic()
    try:
        seen = result_of(cloud, account("ecs", "disk", "vpc"), seconds=0.3)
    finally:
        done.set()
    assert time.monotonic() - started < 5
    assert statuses(seen) == {"ecs": "allowed", "disk": "unknown", "vpc": "allowed"}
    assert seen.permissions[1].reason == NOT_IN_TIME


def test_an_identity_that_is_not_answered_in_time_leaves_everything_unknown() -> None:
    cloud, done = Cloud(), threading.Event()
    cloud.hold = lambda _: done.wait(30)
    try:
        seen = result_of(cloud, account("ecs", regions=("r",)), seconds=0.2)
    finally:
        done.set()
    assert (seen.identity, seen.error) == (None, NOT_IN_TIME)
    assert seen.permissions == (Permission("ecs", Status.UNKNOWN, "r", NOT_IN_TIME),)


def test_types_are_asked_for_side_by_side() -> None:
    cloud, together = Cloud(), threading.Barrier(THREADS)
    cloud.hold = lambda name: name == "identify" or together.wait(10)
    seen = result_of(cloud, account("compute", "redis", "vpc", "vswitch", regions=("r",)))
    assert list(statuses(seen).values()) == ["allowed"] * THREADS


@pytest.mark.parametrize("error", [InvalidCredentials("wrong key"), CloudUnavailable("not there")])
def test_without_an_identity_nothing_is_asked_for_that_could_not_be_answered(error: TaskError) -> None:
    cloud = Cloud(error, error, error)
    seen = result_of(cloud, account("ecs", "oss"))
    assert cloud.probed == []
    assert (seen.identity, seen.error) == (None, error.message)
    assert [(permission.status, permission.reason) for permission in seen.permissions] == [
        (Status.UNKNOWN, error.message)
    ] * 2


def test_an_identity_that_fails_in_passing_is_asked_for_again() -> None:
    assert result_of(Cloud(Throttled("busy"), CloudUnavailable("busy"), IDENTITY), account("ecs")).identity == IDENTITY


def test_a_wait_that_is_longer_than_the_time_left_is_not_begun() -> None:
    waits: list[float] = []
    patience = Patience(60, sleep=waits.append)
    patience.sleep(1)
    with pytest.raises(CloudUnavailable, match="no time is left"):
        patience.sleep(61)
    assert waits == [1]
    assert Patience(0).left == 0


def test_an_account_that_may_not_tell_its_identity_may_still_list() -> None:
    seen = result_of(Cloud(AccessDenied("no sts")), account("ecs", "oss", regions=("r",)))
    assert (seen.identity, seen.error) == (None, "no sts")
    assert statuses(seen) == {"ecs": "allowed", "oss": "allowed"}


def test_without_any_region_only_what_belongs_to_none_can_be_tried() -> None:
    cloud = Cloud(AccessDenied("no regions for you"))
    seen = result_of(cloud, account("ecs", "oss"))
    assert seen.permissions == (
        Permission("ecs", Status.UNKNOWN, "", "no regions for you"),
        Permission("oss", Status.ALLOWED, GLOBAL),
    )
    assert cloud.probed == [(GLOBAL, "oss")]


def test_an_account_that_cannot_be_connected_is_unknown_throughout() -> None:
    seen = unexamined(account("ecs", "oss"), ALIYUN, "no credentials")
    assert (seen.identity, seen.error) == (None, "no credentials")
    assert set(statuses(seen).values()) == {"unknown"}
