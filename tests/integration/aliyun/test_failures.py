"""What becomes of calls that fail."""

from __future__ import annotations

import logging
import time
import traceback

import pytest

from chalicelib.errors import (
    AccessDenied,
    CloudRejected,
    CloudUnavailable,
    InvalidCredentials,
    TaskCancelled,
    TaskError,
    Throttled,
)
from chalicelib.providers.aliyun.client import Client
from chalicelib.providers.aliyun.types import ECS, Product
from chalicelib.providers.retry import ATTEMPTS
from infra.local.clouds.aliyun import DEFAULT_KEY, AccessKey, FakeAliyun, empty
from infra.local.clouds.server import CloudServer
from tests.integration.aliyun.conftest import REGION, Account

INSTANCES = "DescribeInstances"


def count(account: Account) -> int:
    return sum(len(page.assets) for page in account.connect().pages(REGION, "ecs"))


def test_a_throttled_page_waits_as_long_as_the_cloud_asks_and_goes_on(account: Account) -> None:
    account.fake.limit.per_second = 2
    held = len(account.fake.inventory.native_ids("ecs", REGION))
    assert count(account) == held == 240
    # Three pages at two a second: the third waits for half a second, to the millisecond of the header.
    assert account.clock.waits == [0.5]
    assert account.fake.requests[INSTANCES] == 4


def test_the_rate_limit_is_for_each_action_and_region(account: Account) -> None:
    account.fake.limit.per_second = 1
    cloud = account.connect()
    for region in (REGION, "cn-hangzhou"):
        next(cloud.pages(region, "disk"))
        next(cloud.pages(region, "vpc"))
    assert account.clock.waits == []


def test_throttling_without_a_wait_backs_off_by_itself(account: Account) -> None:
    account.fake.faults.order("throttled", times=2)
    assert count(account) == 240
    assert len(account.clock.waits) == 2
    assert all(0 <= wait <= 1 for wait in account.clock.waits)


def test_a_wait_longer_than_a_call_may_take_is_handed_up(account: Account) -> None:
    account.fake.faults.order("throttled", value=90)
    with pytest.raises(Throttled) as caught:
        count(account)
    assert (caught.value.retry_after, account.clock.waits) == (90, [])


@pytest.mark.parametrize("fault", ["unavailable", "internal_error", "gateway_error", "dropped"])
def test_a_page_that_fails_in_passing_is_asked_for_again(account: Account, fault: str) -> None:
    account.fake.faults.order(fault, action=INSTANCES, region=REGION, page=2, times=2)
    assert count(account) == 240
    assert account.fake.requests[INSTANCES] == 3 + 2


@pytest.mark.parametrize("fault", ["unavailable", "internal_error", "gateway_error", "dropped"])
def test_a_page_that_goes_on_failing_ends_the_listing_with_an_error(account: Account, fault: str) -> None:
    account.fake.faults.order(fault, action=INSTANCES, page=2)
    pages = account.connect().pages(REGION, "ecs")
    next(pages)
    with pytest.raises(CloudUnavailable):
        next(pages)
    assert account.fake.requests[INSTANCES] == 1 + ATTEMPTS


def test_a_sleep_that_raises_ends_the_listing_at_once(account: Account) -> None:
    def cancelled(_: float) -> None:
        raise TaskCancelled

    account.fake.faults.order("unavailable")
    with pytest.raises(TaskCancelled):
        next(account.connect(sleep=cancelled).pages(REGION, "ecs"))
    assert account.fake.requests[INSTANCES] == 1


def test_an_answer_that_is_late_is_not_waited_for(account: Account) -> None:
    account.fake.faults.order("slow", value=30)
    client = Client(account.connection(), read_seconds=0.1)
    started = time.monotonic()
    with pytest.raises(CloudUnavailable, match="did not answer in time"):
        client.call(ECS, "DescribeRegions", REGION, {})
    assert time.monotonic() - started < 5


def test_a_cloud_that_has_gone_is_unavailable() -> None:
    with CloudServer(FakeAliyun(empty())) as server:
        cloud = Account(FakeAliyun(empty()), server).connect()
        cloud.regions()
    with pytest.raises(CloudUnavailable, match="cannot be reached"):
        cloud.regions()


def test_a_region_that_is_denied_is_an_error_of_that_region_only(account: Account) -> None:
    account.fake.faults.order("denied", region="cn-hangzhou")
    with pytest.raises(
        AccessDenied, match=r"^Forbidden\.RAM: User not authorized .* \(HTTP 403, request [0-9A-F-]{36}\)$"
    ):
        next(account.connect().pages("cn-hangzhou", "ecs"))
    assert count(account) == 240
    assert account.clock.waits == []


def test_an_answer_cut_short_is_refused_and_not_read_as_less(account: Account) -> None:
    account.fake.faults.order("truncated", page=2)
    pages = account.connect().pages(REGION, "ecs")
    next(pages)
    with pytest.raises(CloudRejected, match="not a JSON object"):
        next(pages)


def test_an_unknown_region_is_refused(account: Account) -> None:
    with pytest.raises(CloudRejected, match=r"InvalidRegionId\.NotFound"):
        next(account.connect().pages("cn-atlantis", "ecs"))


def test_a_bad_resume_token_is_refused(account: Account) -> None:
    with pytest.raises(CloudRejected, match="NextToken"):
        next(account.connect().pages(REGION, "ecs", start="rubbish"))


@pytest.mark.parametrize(
    ("product", "action", "query", "code"),
    [
        (ECS, "DescribeSpaceships", {}, "InvalidAction.NotFound"),
        (Product("ecs", "2010-01-01"), INSTANCES, {"RegionId": REGION}, "InvalidVersion"),
        (ECS, INSTANCES, {}, "MissingRegionId"),
        (ECS, INSTANCES, {"RegionId": REGION, "MaxResults": "101"}, "InvalidMaxResults"),
    ],
)
def test_a_call_that_is_wrong_is_refused(
    account: Account, product: Product, action: str, query: dict[str, str], code: str
) -> None:
    with pytest.raises(CloudRejected) as caught:
        Client(account.connection()).call(product, action, REGION, query)
    assert caught.value.message.startswith(f"{code}: ")


STRANGER = AccessKey("canary-unknown-key-id", "canary-unknown-secret")
WRONG_SECRET = AccessKey(DEFAULT_KEY.access_key_id, "canary-wrong-secret")
WRONG_TOKEN = AccessKey(DEFAULT_KEY.access_key_id, DEFAULT_KEY.access_key_secret, "canary-wrong-token")
WRONG_BOTH = AccessKey(DEFAULT_KEY.access_key_id, "canary-wrong-secret", "canary-wrong-token")


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (STRANGER, "InvalidAccessKeyId.NotFound"),
        (WRONG_SECRET, "SignatureDoesNotMatch"),
        (WRONG_TOKEN, "InvalidSecurityToken.Malformed"),
        (WRONG_BOTH, "SignatureDoesNotMatch"),
    ],
)
def test_credentials_that_are_refused_are_an_error_that_does_not_show_them(
    account: Account, key: AccessKey, code: str
) -> None:
    with pytest.raises(InvalidCredentials) as caught:
        account.connect(key).identify()
    assert caught.value.message.startswith(f"{code}: ")
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    for secret in (key.access_key_id, key.access_key_secret, key.security_token, "canary"):
        assert not secret or secret not in shown
    assert account.clock.waits == []


@pytest.mark.parametrize(
    "fault", ["unavailable", "internal_error", "denied", "throttled", "gateway_error", "dropped", "truncated"]
)
def test_no_error_shows_a_credential(account: Account, fault: str) -> None:
    account.fake.faults.order(fault)
    with pytest.raises(TaskError) as caught:
        next(account.connect().pages(REGION, "ecs"))
    shown = "".join(traceback.format_exception(caught.value))
    assert DEFAULT_KEY.access_key_id not in shown
    assert DEFAULT_KEY.access_key_secret not in shown


def test_the_sdk_does_not_log_requests_even_when_told_to(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "sdk")
    logged: list[logging.LogRecord] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            logged.append(record)

    handler = Keeper()
    logger = logging.getLogger("darabonba-core")
    logger.addHandler(handler)
    try:
        account.connect().regions()
    finally:
        logger.removeHandler(handler)
    assert logged == []
