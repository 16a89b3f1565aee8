"""Where an account's endpoint may lead: decided when it is given, when it is used, and when a socket connects."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from chalicelib import container
from chalicelib.accounts.endpoints import EndpointRule
from chalicelib.accounts.service import AccountChange, NewAccount
from chalicelib.errors import CloudRejected, InvalidRequest
from chalicelib.providers import get_provider, provider_names
from chalicelib.providers.base import Cloud, Connection, Credentials, Identity, Page
from chalicelib.providers.guard import GuardedCloud, is_public, unguarded
from chalicelib.settings import Settings
from infra.local.clouds.aliyun import FakeAliyun, generate
from infra.local.clouds.server import CloudServer

KEYS = Credentials({"access_key_id": "AKIAIOSFODNN7EXAMPLE", "access_key_secret": "secret"})
NEW = {"provider": "aliyun", "name": "a", "credentials": dict(KEYS)}
RULE = EndpointRule.of_stage(deployed=True, allow_list="cloud.example.com, .internal.example")


@pytest.mark.parametrize(
    "endpoint", ["https://cloud.example.com", "https://CLOUD.example.com:8443/", "https://a.b.internal.example"]
)
def test_an_allowed_host_may_be_named(endpoint: str) -> None:
    RULE.require(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://cloud.example.com",
        "https://other.example.com",
        "https://cloud.example.com.evil.net",
        "https://evilinternal.example",
        "https://internal.example",
        "https://169.254.169.254",
        "https://127.0.0.1",
        "https://10.0.0.1:8080",
        "https://8.8.8.8",
        "https://127.1",
        "https://2130706433",
        "https://0x7f.0.0.1",
        "https://localhost",
    ],
)
def test_any_other_endpoint_is_refused_with_what_to_do(endpoint: str) -> None:
    with pytest.raises(InvalidRequest, match=r"endpoint: (use|.* is not allowed: leave it out)"):
        RULE.require(endpoint)


def test_without_a_list_no_endpoint_is_allowed_in_a_deployed_stage_and_any_on_one_machine() -> None:
    with pytest.raises(InvalidRequest):
        EndpointRule.of_stage(deployed=True, allow_list="").require("https://cloud.example.com")
    EndpointRule.of_stage(deployed=False, allow_list="").require("http://127.0.0.1:9000")


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://user:pw@cloud.example.com",
        "https://cloud.example.com/path",
        "https://cloud.example.com?x=1",
        "https://[::1]",
        "https://cloud..example.com",
        "https://cloud.example.com:70000",
        "https://cloud.example.com:0",
        "https://-a.example.com",
        "ftp://cloud.example.com",
        "file:///etc/passwd",
        "https://cloud.example.com\n",
        "https://cloud.example.com\r\nX: y",
        "https://clöud.example.com",
    ],
)
def test_what_is_no_plain_address_is_no_endpoint(endpoint: str) -> None:
    with pytest.raises(ValueError, match="endpoint"):
        NewAccount.model_validate(NEW | {"endpoint": endpoint})


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00:ec2::254", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "nonsense", ""),
    ],
)
def test_no_address_of_the_inside_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@dataclass
class Calling:
    """A cloud each of whose calls does what it is told to, and nothing else."""

    call: Callable[[], None]

    def regions(self) -> list[str]:
        self.call()
        return []

    def pages(self, region: str, asset_type: str, *, start: str | None = None) -> Iterator[Page]:
        yield Page((), "2")
        self.call()

    def probe(self, region: str, asset_type: str) -> None:
        self.call()

    def identify(self) -> Identity:
        self.call()
        return Identity("me", ())


CALLS: list[Callable[[Cloud], object]] = [
    lambda cloud: cloud.regions(),
    lambda cloud: list(cloud.pages("r", "ecs")),
    lambda cloud: cloud.probe("r", "ecs"),
    lambda cloud: cloud.identify(),
]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def connecting(listener: socket.socket, host: str = "localhost") -> Callable[[], None]:
    return lambda: socket.create_connection((host, listener.getsockname()[1]), timeout=2).close()


@pytest.mark.parametrize("call", CALLS)
def test_a_guarded_call_does_not_connect_to_a_name_that_resolves_to_the_inside(
    listener: socket.socket, call: Callable[[Cloud], object]
) -> None:
    with pytest.raises(PermissionError):
        call(GuardedCloud(Calling(connecting(listener))))
    listener.settimeout(0)
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_pacing_and_the_work_between_two_pages_may_reach_the_store(listener: socket.socket) -> None:
    pace = unguarded(lambda region, action: connecting(listener)())
    GuardedCloud(Calling(lambda: pace("r", "a"))).regions()
    pages = GuardedCloud(Calling(lambda: None)).pages("r", "ecs")
    next(pages)
    connecting(listener)()
    assert list(pages) == []


@pytest.mark.parametrize("name", provider_names())
def test_every_sdk_is_kept_from_private_addresses(name: str) -> None:
    fake = FakeAliyun(generate(1, regions=("cn-shenzhen",)))
    with CloudServer(fake) as server:
        cloud = get_provider(name).connect(Connection(1, KEYS, server.url), sleep=lambda seconds: None)
        with pytest.raises(CloudRejected, match="not public"):
            GuardedCloud(cloud).regions()
    assert not fake.requests


def deployed(settings: Settings, allow_list: str) -> container.Container:
    return container.Container(settings.model_copy(update={"stage": "prod", "endpoint_allow_list": allow_list}))


def test_a_deployed_stage_takes_allowed_endpoints_only_and_looks_again_when_it_connects(settings: Settings) -> None:
    stage = deployed(settings, "localhost,cloud.example.com")
    try:
        stage.ensure_indexes()
        with pytest.raises(InvalidRequest, match="use https"):
            stage.accounts.create(NewAccount.model_validate(NEW | {"endpoint": "http://localhost"}), tenant="t")
        account = stage.accounts.create(NewAccount.model_validate(NEW | {"endpoint": "https://localhost"}), tenant="t")
        with pytest.raises(InvalidRequest, match="not allowed"):
            stage.accounts.change("t", account.id, AccountChange(endpoint="https://other.example.com"))
        assert "not public" in stage.accounts.test("t", account.id).error
        other = replace(account, endpoint="http://127.0.0.1:1")
        with pytest.raises(CloudRejected, match=r"cannot be called.*use https"):
            stage.accounts.connect(other)
    finally:
        stage.close()
