"""The object storage, which has a signature and a frame of its own."""

from __future__ import annotations

import traceback

import pytest

from chalicelib.errors import AccessDenied, CloudRejected, CloudUnavailable, InvalidCredentials, TaskError, Throttled
from chalicelib.providers.base import GLOBAL
from chalicelib.providers.volcano.endpoints import Endpoint, object_storage
from chalicelib.providers.volcano.tos import EMPTY, canonical_request, signature
from infra.local.clouds.server import CloudServer
from infra.local.clouds.volcano import DEFAULT_KEY, AccessKey, FakeVolcano, generate
from tests.integration.volcano.conftest import Account

ACTION = "tos.ListBuckets"
TEMPORARY = AccessKey("temporary-key-id", "temporary-secret", "temporary/token+=")
STRANGER = AccessKey("canary-unknown-key-id", "canary-unknown-secret")
WRONG_SECRET = AccessKey(DEFAULT_KEY.access_key_id, "canary-wrong-secret")
WRONG_TOKEN = AccessKey(DEFAULT_KEY.access_key_id, DEFAULT_KEY.access_key_secret, "canary-wrong-token")


def names(account: Account, key: AccessKey = DEFAULT_KEY) -> list[str]:
    return [asset.native_id for page in account.connect(key).pages(GLOBAL, "oss") for asset in page.assets]


def test_a_signature_is_that_of_the_official_sdk_for_the_same_request() -> None:
    moment = "20260102T030405Z"
    headers = {
        "host": "tos-cn-beijing.volces.com",
        "x-tos-content-sha256": EMPTY,
        "x-tos-date": moment,
        "x-tos-security-token": "tok/=",
    }
    expected = "b944a539d4c99ec2b1bc5b49bf2404a841c1cdc526cefc60529eec339cd6e3f1"
    assert signature("sk", moment, "cn-beijing", canonical_request(headers)) == expected


def test_it_has_an_address_of_its_own() -> None:
    assert object_storage(Endpoint(), "cn-beijing") == Endpoint("https", "tos-cn-beijing.volces.com")
    ours = Endpoint("http", "127.0.0.1:4566")
    assert object_storage(ours, "cn-beijing") == ours


def test_buckets_of_all_regions_are_listed_once(account: Account) -> None:
    (page,) = account.connect().pages(GLOBAL, "oss")
    assert tuple(asset.native_id for asset in page.assets) == account.fake.inventory.native_ids("oss", GLOBAL)
    assert {asset.attributes["Location"] for asset in page.assets} == set(account.fake.inventory.regions)
    assert page.assets[0].created_at is not None


def test_a_temporary_key_signs_with_its_token() -> None:
    fake = FakeVolcano(generate(5), keys=[TEMPORARY])
    with CloudServer(fake) as server:
        assert names(Account(fake, server), TEMPORARY)


@pytest.mark.parametrize(
    ("key", "code"),
    [(STRANGER, "InvalidAccessKey"), (WRONG_SECRET, "SignatureDoesNotMatch"), (WRONG_TOKEN, "InvalidSecurityToken")],
)
def test_credentials_that_are_refused_are_an_error_that_does_not_show_them(
    account: Account, key: AccessKey, code: str
) -> None:
    with pytest.raises(InvalidCredentials) as caught:
        names(account, key)
    assert caught.value.message.startswith(f"{code}: ")
    shown = "".join(traceback.format_exception(caught.value))
    for secret in (key.access_key_id, key.access_key_secret, key.security_token, "canary"):
        assert not secret or secret not in shown


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("throttled", Throttled),
        ("denied", AccessDenied),
        ("unavailable", CloudUnavailable),
        ("gateway_error", CloudUnavailable),
        ("dropped", CloudUnavailable),
        ("truncated", CloudRejected),
    ],
)
def test_what_fails_is_an_error_and_never_an_empty_list(account: Account, fault: str, kind: type[TaskError]) -> None:
    with account.fake.faults.ordered(fault, action=ACTION, region=GLOBAL), pytest.raises(kind):
        names(account)
    assert names(account)


def test_the_rate_limit_is_kept(account: Account) -> None:
    account.fake.limit.per_second = 1
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        account.clock.sleep(1)  # what the limit needs: how long a back-off is, chance decides

    for _ in range(2):
        assert list(account.connect(sleep=wait).pages(GLOBAL, "oss"))
    assert len(waits) == 1
    assert account.fake.requests[ACTION] == 3
