"""What becomes of calls that fail."""

from __future__ import annotations

import logging
import time
import traceback
from collections import Counter
from typing import Any

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
from chalicelib.providers.retry import ATTEMPTS
from chalicelib.providers.tencent.client import Client
from chalicelib.providers.tencent.declaration import Product
from chalicelib.providers.tencent.types.compute import CVM, VPC
from chalicelib.providers.tencent.types.database import REDIS
from infra.local.clouds.faults import FaultBook
from infra.local.clouds.inventory import Inventory
from infra.local.clouds.server import Answer, CloudServer, Request
from infra.local.clouds.tencent import DEFAULT_KEY, AccessKey, FakeTencent, empty
from tests.integration.tencent.conftest import OTHER_REGION, REGION, Account, grow

INSTANCES = "cvm.DescribeInstances"
IN_PASSING = ["unavailable", "internal_error", "gateway_error", "dropped"]


def count(account: Account) -> int:
    return sum(len(page.assets) for page in account.connect().pages(REGION, "ecs"))


def test_a_throttled_page_backs_off_by_itself_and_goes_on(account: Account) -> None:
    account.fake.faults.order("throttled", action=INSTANCES, page=2, times=2)
    assert count(account) == 240
    assert len(account.clock.waits) == 2
    assert all(0 <= wait <= 1 for wait in account.clock.waits)
    assert account.fake.requests[INSTANCES] == 3 + 2


def test_throttling_that_does_not_end_is_handed_up(account: Account) -> None:
    account.fake.faults.order("throttled")
    with pytest.raises(Throttled, match=r"^RequestLimitExceeded: .*frequency") as caught:
        count(account)
    assert caught.value.retry_after is None
    assert account.fake.requests[INSTANCES] == ATTEMPTS


def test_the_rate_limit_is_for_each_product_action_and_region(account: Account) -> None:
    account.fake.limit.per_second = 1
    client = Client(account.connection())
    for region in (REGION, OTHER_REGION):
        client.call(CVM, "DescribeInstances", region, {})
        client.call(REDIS, "DescribeInstances", region, {})
        client.call(CVM, "DescribeImages", region, {})
    with pytest.raises(Throttled):
        client.call(CVM, "DescribeInstances", REGION, {})
    account.clock.sleep(1)
    client.call(CVM, "DescribeInstances", REGION, {})


@pytest.mark.parametrize("fault", IN_PASSING)
def test_a_page_that_fails_in_passing_is_asked_for_again(account: Account, fault: str) -> None:
    account.fake.faults.order(fault, action=INSTANCES, region=REGION, page=2, times=2)
    assert count(account) == 240
    assert account.fake.requests[INSTANCES] == 3 + 2


@pytest.mark.parametrize("fault", IN_PASSING)
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
        client.call(CVM, "DescribeInstances", REGION, {})
    assert time.monotonic() - started < 5


def test_a_cloud_that_has_gone_is_unavailable() -> None:
    fake = FakeTencent(empty())
    with CloudServer(fake) as server:
        cloud = Account(fake, server).connect()
        cloud.regions()
    with pytest.raises(CloudUnavailable, match="cannot be reached"):
        cloud.regions()


def test_a_region_that_is_denied_is_an_error_of_that_region_only(account: Account) -> None:
    account.fake.faults.order("denied", region=OTHER_REGION)
    with pytest.raises(AccessDenied, match=r"^UnauthorizedOperation: .*not authorized.* \(request [0-9a-f-]{36}\)$"):
        next(account.connect().pages(OTHER_REGION, "ecs"))
    assert count(account) == 240
    assert account.clock.waits == []


class Wording:
    """A cloud that answers a fixed body."""

    def __init__(self, body: bytes, content_type: str) -> None:
        self.faults = FaultBook()
        self.requests: Counter[str] = Counter()
        self.inventory: Inventory = empty()
        self._answer = Answer(200, body, {"Content-Type": content_type})

    def answer(self, request: Request) -> Answer:
        return self._answer


CONTENT_TYPES = pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8"])


def answered(body: bytes, content_type: str) -> Any:
    fake = Wording(body, content_type)
    with CloudServer(fake) as server:
        secrets = Account(FakeTencent(empty()), server).connection()
        return Client(secrets).call(CVM, "DescribeInstances", REGION, {})


@CONTENT_TYPES
def test_an_error_is_seen_whatever_the_content_type(content_type: str) -> None:
    body = b'{"Response":{"Error":{"Code":"UnauthorizedOperation.X","Message":"No."},"RequestId":"r-1"}}'
    with pytest.raises(AccessDenied, match=r"^UnauthorizedOperation\.X: No\. \(request r-1\)$"):
        answered(body, content_type)


@CONTENT_TYPES
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"Response":null}',
        b'{"Response":[]}',
        b'{"Response":{"Error":null',
        b'{"Response":{"Error":"x","RequestId":"r"}}',
        b'{"Response":{"Error":{},"RequestId":"r"}}',
        b"\xff\xfe",
    ],
)
def test_an_answer_that_cannot_be_read_is_refused_and_never_empty(body: bytes, content_type: str) -> None:
    with pytest.raises(CloudRejected):
        answered(body, content_type)


def test_an_answer_cut_short_is_refused_and_not_read_as_less(account: Account) -> None:
    account.fake.faults.order("truncated", page=2)
    pages = account.connect().pages(REGION, "ecs")
    next(pages)
    with pytest.raises(CloudRejected, match="not a JSON object"):
        next(pages)


def test_an_unknown_region_is_refused(account: Account) -> None:
    with pytest.raises(CloudRejected, match=r"^UnsupportedRegion: "):
        next(account.connect().pages("ap-atlantis", "ecs"))


@pytest.mark.parametrize(("asset_type", "start"), [("ecs", "rubbish"), ("ecs", "-1"), ("lb.alb", "rubbish")])
def test_a_bad_resume_token_is_refused(account: Account, asset_type: str, start: str) -> None:
    with pytest.raises(CloudRejected):
        next(account.connect().pages(REGION, asset_type, start=start))


@pytest.mark.parametrize(
    ("product", "action", "query", "code"),
    [
        (Product("warp", "2017-03-12"), "DescribeDrives", {}, "NoSuchProduct"),
        (CVM, "DescribeSpaceships", {}, "InvalidAction"),
        (Product("cvm", "2010-01-01"), "DescribeInstances", {}, "NoSuchVersion"),
        (CVM, "DescribeInstances", {"Limit": 101}, "InvalidParameterValue.LimitExceeded"),
        (CVM, "DescribeInstances", {"Limit": "100"}, "InvalidParameter"),
        (VPC, "DescribeVpcs", {"Limit": 100}, "InvalidParameter"),
        (CVM, "DescribeInstances", {"Speed": 9}, "UnknownParameter"),
        (REDIS, "DescribeInstances", {"Offset": 7, "Limit": 10}, "InvalidParameterValue"),
    ],
)
def test_a_call_that_is_wrong_is_refused(
    account: Account, product: Product, action: str, query: dict[str, Any], code: str
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
        (STRANGER, "AuthFailure.SecretIdNotFound"),
        (WRONG_SECRET, "AuthFailure.SignatureFailure"),
        (WRONG_TOKEN, "AuthFailure.TokenFailure"),
        (WRONG_BOTH, "AuthFailure.SignatureFailure"),
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


@pytest.mark.parametrize("fault", [*IN_PASSING, "denied", "throttled", "truncated"])
def test_no_error_shows_a_credential(account: Account, fault: str) -> None:
    account.fake.faults.order(fault)
    with pytest.raises(TaskError) as caught:
        next(account.connect().pages(REGION, "ecs"))
    shown = "".join(traceback.format_exception(caught.value))
    assert DEFAULT_KEY.access_key_id not in shown
    assert DEFAULT_KEY.access_key_secret not in shown


def test_the_sdk_does_not_log_requests_even_when_told_to(account: Account) -> None:
    logged: list[logging.LogRecord] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            logged.append(record)

    logger, handler = logging.getLogger("tencentcloud_sdk_common"), Keeper()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        account.connect().regions()
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    assert logged == []


@pytest.mark.parametrize("fault", ["unavailable", "truncated", "denied", "dropped"])
def test_no_fault_of_any_page_makes_a_listing_end_as_if_it_were_whole(account: Account, fault: str) -> None:
    grow(account.fake.inventory, "ecs", 350)
    for page in (1, 2, 3, 4):
        with account.fake.faults.ordered(fault, action=INSTANCES, page=page), pytest.raises(TaskError):
            count(account)
    assert count(account) == 350
