"""The object storage, which has a signature, markers and XML of its own."""

from __future__ import annotations

import traceback

import pytest

from chalicelib.errors import AccessDenied, CloudRejected, CloudUnavailable, InvalidCredentials, TaskError, Throttled
from chalicelib.providers.aliyun.client import Client
from chalicelib.providers.aliyun.oss import canonical_request, signature
from chalicelib.providers.aliyun.types import BY_NAME
from chalicelib.providers.base import GLOBAL
from infra.local.clouds.aliyun import DEFAULT_KEY, AccessKey, FakeAliyun, generate
from infra.local.clouds.server import CloudServer
from tests.integration.aliyun.conftest import Account

OSS = BY_NAME["oss"].product
TEMPORARY = AccessKey("temporary-key-id", "temporary-secret", "temporary/token+=")
STRANGER = AccessKey("canary-unknown-key-id", "canary-unknown-secret")
WRONG_SECRET = AccessKey(DEFAULT_KEY.access_key_id, "canary-wrong-secret")
WRONG_TOKEN = AccessKey(DEFAULT_KEY.access_key_id, DEFAULT_KEY.access_key_secret, "canary-wrong-token")


def names(account: Account, key: AccessKey = DEFAULT_KEY) -> list[str]:
    return [asset.native_id for page in account.connect(key).pages(GLOBAL, "oss") for asset in page.assets]


def test_a_signature_is_that_of_the_official_sdk_for_the_same_request() -> None:
    moment, scope = "20260102T030405Z", "20260102/cn-hangzhou/oss/aliyun_v4_request"
    headers = {"x-oss-date": moment, "x-oss-content-sha256": "UNSIGNED-PAYLOAD", "x-oss-security-token": "tok/="}
    text = canonical_request("GET", "/", {"max-keys": "1000", "marker": "my~/b c"}, headers)
    expected = "476d3c90475499f5e8fa24cfdeccf04cce4a5b751f1f6b97b536612adb73c2b6"
    assert signature("sk", moment, scope, text) == expected


def test_buckets_of_all_regions_are_listed_once(account: Account) -> None:
    assert tuple(names(account)) == account.fake.inventory.native_ids("oss", GLOBAL)
    (page,) = account.connect().pages(GLOBAL, "oss")
    assert {asset.attributes["Region"] for asset in page.assets} == set(account.fake.inventory.regions)
    assert page.assets[0].created_at is not None


def test_a_single_bucket_and_none_are_lists_too(account: Account) -> None:
    first, *others = account.fake.inventory.native_ids("oss", GLOBAL)
    account.fake.inventory.remove("oss", GLOBAL, *others)
    assert names(account) == [first]
    account.fake.inventory.remove("oss", GLOBAL, first)
    assert names(account) == []


def test_a_temporary_key_signs_with_its_token() -> None:
    fake = FakeAliyun(generate(5), keys=[TEMPORARY])
    with CloudServer(fake) as server:
        assert names(Account(fake, server), TEMPORARY)


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (STRANGER, "InvalidAccessKeyId"),
        (WRONG_SECRET, "SignatureDoesNotMatch"),
        (WRONG_TOKEN, "InvalidSecurityToken"),
    ],
)
def test_credentials_that_are_refused_are_not_shown(account: Account, key: AccessKey, code: str) -> None:
    with pytest.raises(InvalidCredentials) as caught:
        names(account, key)
    assert caught.value.message.startswith(f"{code}: ")
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert "canary" not in shown
    assert DEFAULT_KEY.access_key_secret not in shown


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("unavailable", CloudUnavailable),
        ("internal_error", CloudUnavailable),
        ("gateway_error", CloudUnavailable),
        ("dropped", CloudUnavailable),
        ("throttled", Throttled),
        ("denied", AccessDenied),
        ("truncated", CloudRejected),
    ],
)
def test_a_call_that_fails_is_an_error_of_its_kind(account: Account, fault: str, kind: type[TaskError]) -> None:
    account.fake.faults.order(fault, region=GLOBAL, action="ListBuckets")
    with pytest.raises(kind):
        names(account)


@pytest.mark.parametrize("query", [{"max-keys": "1001"}, {"max-keys": "0"}, {"max-keys": "many"}, {"marker": "gone"}])
def test_a_page_that_cannot_be_is_refused(account: Account, query: dict[str, str]) -> None:
    with pytest.raises(CloudRejected, match=r"^InvalidArgument: "):
        Client(account.connection()).call(OSS, "ListBuckets", "cn-hangzhou", query)
