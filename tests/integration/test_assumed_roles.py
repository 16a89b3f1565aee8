"""Accounts of aliyun and tencent that are reached through a role."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from chalicelib.errors import AccessDenied, CloudRejected, CloudUnavailable, InvalidCredentials, TaskError
from chalicelib.providers import aliyun, tencent
from chalicelib.providers.base import Cloud, Connection, Credentials
from infra.local.clouds import aliyun as fake_aliyun
from infra.local.clouds import tencent as fake_tencent
from infra.local.clouds.faults import FaultBook
from infra.local.clouds.inventory import Inventory
from infra.local.clouds.roles import Issued, Role, RoleDesk
from infra.local.clouds.server import Answer, CloudServer, FakeCloud, Request
from tests.support.clock import FakeClock


@dataclass(frozen=True)
class Kind:
    """What differs between the clouds. ``token`` is the header that has the session token."""

    provider: Any
    fake: Callable[[RoleDesk], FakeCloud]
    key: Any
    role: Role
    region: str
    assume: str
    first: str
    token: str
    refusal: Callable[[str], Answer]


def refused_by_aliyun(message: str) -> Answer:
    return Answer.json({"Code": "InvalidSomething", "Message": message, "RequestId": "R"}, status=400)


def refused_by_tencent(message: str) -> Answer:
    error = {"Code": "InvalidSomething", "Message": message}
    return Answer.json({"Response": {"Error": error, "RequestId": "R"}})


KINDS = {
    "aliyun": Kind(
        aliyun.PROVIDER,
        lambda desk: fake_aliyun.FakeAliyun(fake_aliyun.generate(130, regions=("cn-shenzhen",)), desk=desk),
        fake_aliyun.DEFAULT_KEY,
        fake_aliyun.DEFAULT_ROLE,
        "cn-shenzhen",
        "AssumeRole",
        "DescribeInstances",
        "x-acs-security-token",
        refused_by_aliyun,
    ),
    "tencent": Kind(
        tencent.PROVIDER,
        lambda desk: fake_tencent.FakeTencent(fake_tencent.generate(130, regions=("ap-guangzhou",)), desk=desk),
        fake_tencent.DEFAULT_KEY,
        fake_tencent.DEFAULT_ROLE,
        "ap-guangzhou",
        "sts.AssumeRole",
        "cvm.DescribeInstances",
        "x-tc-token",
        refused_by_tencent,
    ),
}


class Watched:
    """A cloud that keeps the requests it passes on; ``talkative``, it refuses what is signed with a token in words that
    repeat everything the request was signed with."""

    def __init__(self, cloud: FakeCloud, kind: Kind, desk: RoleDesk) -> None:
        self.cloud = cloud
        self.kind = kind
        self.desk = desk
        self.faults: FaultBook = cloud.faults
        self.requests: Counter[str] = cloud.requests
        self.inventory: Inventory = cloud.inventory
        self.seen: list[Request] = []
        self.keys: list[Issued] = []
        self.talkative = False

    def answer(self, request: Request) -> Answer:
        self.seen.append(request)
        token = request.headers.get(self.kind.token, "")
        if token and self.talkative:
            key_id = request.headers["authorization"].partition("Credential=")[2].partition(",")[0].partition("/")[0]
            issued = self.desk.issued(key_id)
            assert issued is not None
            self.keys.append(issued)
            words = (
                key_id,
                issued.access_key_secret,
                token,
                self.kind.key.access_key_secret,
                self.kind.role.external_id,
            )
            return self.kind.refusal(" ".join(words))
        return self.cloud.answer(request)


@dataclass
class Account:
    """An account that is reached through a role of a fake that serves; ``clock`` is ours and ``cloud_clock`` its."""

    kind: Kind
    cloud: Watched
    url: str
    clock: FakeClock
    cloud_clock: FakeClock
    waits: list[float] = field(default_factory=list)

    def connect(self, **changes: str) -> Cloud:
        given = {
            "access_key_id": self.kind.key.access_key_id,
            "access_key_secret": self.kind.key.access_key_secret,
            "role_arn": self.kind.role.arn,
            "external_id": self.kind.role.external_id,
        }
        secrets = {name: value for name, value in (given | changes).items() if value}
        provider = replace(self.kind.provider, clock=self.clock)
        cloud: Cloud = provider.connect(Connection(1, Credentials(secrets), self.url), sleep=self.waits.append)
        return cloud

    @property
    def assumed(self) -> int:
        return self.cloud.requests[self.kind.assume]

    @property
    def tokens(self) -> list[str]:
        return [request.headers.get(self.kind.token, "") for request in self.cloud.seen]

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.cloud_clock.advance(seconds)


@pytest.fixture(params=KINDS)
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    kind, clock, cloud_clock = KINDS[request.param], FakeClock(), FakeClock()
    desk = RoleDesk([kind.role, Role(f"{kind.role.arn}-open")], now=cloud_clock)
    cloud = Watched(kind.fake(desk), kind, desk)
    with CloudServer(cloud) as server:
        yield Account(kind, cloud, server.url, clock, cloud_clock)


def listed(account: Account, cloud: Cloud) -> list[str]:
    return [asset.native_id for page in cloud.pages(account.kind.region, "ecs") for asset in page.assets]


def test_a_role_is_assumed_once_and_its_account_listed_with_its_token(account: Account) -> None:
    cloud = account.connect()
    assert account.cloud.seen == []
    assert listed(account, cloud) == list(account.cloud.inventory.native_ids("ecs", account.kind.region))
    assert next(cloud.pages(account.kind.region, "vpc")).assets
    assert account.assumed == 1
    first, *others = account.tokens
    assert first == ""
    assert len(set(others)) == 1
    assert all(others)


def test_who_is_seen_is_the_role_and_not_who_assumed_it(account: Account) -> None:
    assert "assumed-role" in account.connect().identify().principal
    assert "assumed-role" not in account.connect(role_arn="", external_id="").identify().principal


def test_a_role_without_an_external_id_needs_none(account: Account) -> None:
    cloud = account.connect(role_arn=f"{account.kind.role.arn}-open", external_id="")
    assert len(listed(account, cloud)) == 130


@pytest.mark.parametrize("external_id", ["canary-wrong", ""])
def test_a_wrong_external_id_is_access_denied(account: Account, external_id: str) -> None:
    with pytest.raises(AccessDenied) as refused:
        listed(account, account.connect(external_id=external_id))
    assert "canary" not in refused.value.message
    assert account.waits == []


def test_a_role_that_does_not_exist_is_invalid_credentials(account: Account) -> None:
    with pytest.raises(InvalidCredentials, match=r"EntityNotExist\.Role|RoleNotFound"):
        listed(account, account.connect(role_arn=f"{account.kind.role.arn}-nobody"))
    assert account.waits == []


def test_a_wrong_key_of_the_identity_is_invalid_credentials(account: Account) -> None:
    with pytest.raises(InvalidCredentials):
        listed(account, account.connect(access_key_secret="canary-wrong"))


def test_credentials_that_end_in_the_midst_of_a_listing_are_renewed(account: Account) -> None:
    cloud = account.connect()
    pages = cloud.pages(account.kind.region, "ecs")
    found = [asset.native_id for asset in next(pages).assets]
    account.pass_time(2 * 3600)
    found += [asset.native_id for page in pages for asset in page.assets]
    assert found == list(account.cloud.inventory.native_ids("ecs", account.kind.region))
    assert account.assumed == 2
    assert len(set(account.tokens)) == 3
    assert account.waits == []


def test_credentials_are_renewed_before_they_end(account: Account) -> None:
    cloud = account.connect()
    next(cloud.pages(account.kind.region, "ecs"))
    account.pass_time(54 * 60)
    next(cloud.pages(account.kind.region, "ecs"))
    assert account.assumed == 1
    account.pass_time(60)
    next(cloud.pages(account.kind.region, "ecs"))
    assert account.assumed == 2


@pytest.mark.parametrize("ahead", [-600, 600])
def test_a_clock_of_the_cloud_that_differs_from_ours_does_no_harm(account: Account, ahead: float) -> None:
    account.cloud_clock.advance(ahead) if ahead > 0 else account.clock.advance(-ahead)
    cloud = account.connect()
    for _ in range(20):
        next(cloud.pages(account.kind.region, "ecs"))
        account.pass_time(299)
    assert account.assumed == 2


def test_the_cloud_accepts_temporary_credentials_with_their_token_and_until_their_end_only(account: Account) -> None:
    next(account.connect().pages(account.kind.region, "ecs"))
    accepted = account.cloud.seen[-1]
    cloud = account.cloud.cloud
    assert b"InstanceId" in cloud.answer(accepted).body
    bare = {name: value for name, value in accepted.headers.items() if name != account.kind.token}
    assert b"InstanceId" not in cloud.answer(replace(accepted, headers=bare)).body
    account.cloud_clock.advance(3601)
    late = cloud.answer(accepted).body
    assert b"xpired" in late
    assert b"InstanceId" not in late


def test_first_calls_at_once_assume_the_role_once(account: Account) -> None:
    cloud = account.connect()
    account.cloud.faults.order("slow", action=account.kind.assume, value=0.2)
    with ThreadPoolExecutor(8) as pool:
        types = ["ecs", "disk", "vpc", "vswitch", "eip", "eni", "snapshot", "image"]
        pages = list(pool.map(lambda name: next(cloud.pages(account.kind.region, name)), types))
    assert all(page.assets for page in pages)
    assert account.assumed == 1


@pytest.mark.parametrize("fault", ["unavailable", "throttled", "dropped"])
def test_a_role_that_cannot_be_assumed_in_passing_is_asked_for_again(account: Account, fault: str) -> None:
    account.cloud.faults.order(fault, action=account.kind.assume, times=2)
    assert len(listed(account, account.connect())) == 130
    assert account.assumed == 3
    assert len(account.waits) == 2


@pytest.mark.parametrize(
    ("fault", "error"), [("unavailable", CloudUnavailable), ("denied", AccessDenied), ("truncated", CloudRejected)]
)
def test_a_role_that_cannot_be_assumed_is_an_error_and_no_listing(
    account: Account, fault: str, error: type[TaskError]
) -> None:
    account.cloud.faults.order(fault, action=account.kind.assume)
    with pytest.raises(error):
        next(account.connect().pages(account.kind.region, "ecs"))
    assert account.cloud.requests[account.kind.first] == 0


def test_no_error_shows_a_secret_of_the_identity_or_of_the_role(account: Account) -> None:
    account.cloud.talkative = True
    with pytest.raises(CloudRejected) as refused:
        next(account.connect().pages(account.kind.region, "ecs"))
    (issued,) = account.cloud.keys
    shown = "".join(traceback.format_exception(refused.value)) + repr(refused.value)
    assert "InvalidSomething: *** *** *** *** *** " in shown
    key, role = account.kind.key, account.kind.role
    temporary = (issued.access_key_id, issued.access_key_secret, issued.security_token)
    for secret in (*temporary, key.access_key_id, key.access_key_secret, role.external_id):
        assert secret not in shown


def test_a_role_that_is_refused_is_named_so_that_it_can_be_mended(account: Account) -> None:
    words = account.kind.refusal(f"no {account.kind.role.arn} for {account.kind.role.external_id}")
    account.cloud.cloud = Refusing(account.cloud.cloud, words)
    with pytest.raises(CloudRejected) as refused:
        next(account.connect().pages(account.kind.region, "ecs"))
    assert f"no {account.kind.role.arn} for ***" in refused.value.message


class Refusing:
    """Answers everything with the same."""

    def __init__(self, cloud: FakeCloud, words: Answer) -> None:
        self.faults = cloud.faults
        self.requests = cloud.requests
        self.inventory = cloud.inventory
        self._words = words

    def answer(self, request: Request) -> Answer:
        return self._words
