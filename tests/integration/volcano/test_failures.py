"""What becomes of calls that fail."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from volcenginesdkcore.observability.debugger import sdk_core_logger

from chalicelib.errors import (
    AccessDenied,
    CloudRejected,
    CloudUnavailable,
    InvalidCredentials,
    TaskCancelled,
    TaskError,
    Throttled,
)
from chalicelib.providers.base import GLOBAL
from chalicelib.providers.retry import ATTEMPTS
from chalicelib.providers.volcano.client import Client
from chalicelib.providers.volcano.declaration import Form, Product
from chalicelib.providers.volcano.types.compute import ECS, VPC
from chalicelib.providers.volcano.types.database import REDIS, VEDB
from infra.local.clouds.server import CloudServer
from infra.local.clouds.volcano import DEFAULT_KEY, AccessKey, FakeVolcano, empty
from tests.integration.volcano.conftest import OTHER_REGION, REGION, Account, grow

INSTANCES = "ecs.DescribeInstances"
IN_PASSING = ["unavailable", "internal_error", "gateway_error", "dropped"]


def count(account: Account) -> int:
    return sum(len(page.assets) for page in account.connect().pages(REGION, "ecs"))


def test_a_throttled_page_backs_off_by_itself_and_goes_on(account: Account) -> None:
    account.fake.faults.order("throttled", action=INSTANCES, page=2, times=2)
    assert count(account) == 222
    assert len(account.clock.waits) == 2
    assert all(0 <= wait <= 1 for wait in account.clock.waits)
    assert account.fake.requests[INSTANCES] == 3 + 2


def test_throttling_that_does_not_end_is_handed_up(account: Account) -> None:
    account.fake.faults.order("throttled")
    with pytest.raises(Throttled, match=r"^FlowLimitExceeded: .*flow control") as caught:
        count(account)
    assert caught.value.retry_after is None
    assert account.fake.requests[INSTANCES] == ATTEMPTS


def test_the_rate_limit_is_for_each_product_action_and_region(account: Account) -> None:
    account.fake.limit.per_second = 1
    client = Client(account.connection())
    for region in (REGION, OTHER_REGION):
        client.call(ECS, "DescribeInstances", region, {})
        client.call(VEDB, "DescribeDBInstances", region, {})
        client.call(ECS, "DescribeImages", region, {})
    with pytest.raises(Throttled):
        client.call(ECS, "DescribeInstances", REGION, {})
    account.clock.sleep(1)
    client.call(ECS, "DescribeInstances", REGION, {})


@pytest.mark.parametrize("fault", IN_PASSING)
def test_a_page_that_fails_in_passing_is_asked_for_again(account: Account, fault: str) -> None:
    account.fake.faults.order(fault, action=INSTANCES, region=REGION, page=2, times=2)
    assert count(account) == 222
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
        client.call(ECS, "DescribeInstances", REGION, {})
    assert time.monotonic() - started < 5


def test_a_cloud_that_has_gone_is_unavailable() -> None:
    fake = FakeVolcano(empty())
    with CloudServer(fake) as server:
        cloud = Account(fake, server).connect()
        cloud.regions()
    with pytest.raises(CloudUnavailable, match="cannot be reached"):
        cloud.regions()


def test_a_region_that_is_denied_is_an_error_of_that_region_only(account: Account) -> None:
    account.fake.faults.order("denied", region=OTHER_REGION)
    with pytest.raises(AccessDenied, match=r"^AccessDenied: .*not authorized.* \(request [0-9A-F]{32}\)$"):
        next(account.connect().pages(OTHER_REGION, "ecs"))
    assert count(account) == 222
    assert account.clock.waits == []


def test_an_answer_cut_short_is_refused_and_not_read_as_less(account: Account) -> None:
    account.fake.faults.order("truncated", page=2)
    pages = account.connect().pages(REGION, "ecs")
    next(pages)
    with pytest.raises(CloudRejected, match="not a JSON object"):
        next(pages)


def test_an_unknown_region_is_refused(account: Account) -> None:
    with pytest.raises(CloudRejected, match=r"^InvalidParameter"):
        next(account.connect().pages("ap-atlantis", "ecs"))


@pytest.mark.parametrize(
    ("asset_type", "start"), [("ecs", "rubbish"), ("ecs", "-1"), ("disk", "rubbish"), ("disk", "0"), ("oss", "2")]
)
def test_a_bad_resume_token_is_refused(account: Account, asset_type: str, start: str) -> None:
    with pytest.raises(CloudRejected):
        next(account.connect().pages(REGION, asset_type, start=start))


@pytest.mark.parametrize(
    ("product", "action", "query", "code"),
    [
        (Product("warp", "2020-04-01"), "DescribeDrives", {}, "ServiceNotFound"),
        (ECS, "DescribeSpaceships", {}, "InvalidActionOrVersion"),
        (Product("ecs", "2010-01-01", Form.QUERY), "DescribeInstances", {}, "InvalidActionOrVersion"),
        (ECS, "DescribeInstances", {"MaxResults": 101}, "InvalidParameter.MaxResults"),
        (REDIS, "DescribeDBInstances", {"RegionId": REGION, "PageSize": 10}, "MissingParameter"),
        (VEDB, "DescribeDBInstances", {"PageSize": "10"}, "InvalidParameter.PageSize"),
        (VPC, "DescribeVpcs", {"Speed": 9}, "InvalidParameter"),
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
        (STRANGER, "InvalidAccessKey"),
        (WRONG_SECRET, "SignatureDoesNotMatch"),
        (WRONG_TOKEN, "InvalidSecurityToken"),
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


@pytest.mark.parametrize("fault", [*IN_PASSING, "denied", "throttled", "truncated"])
def test_no_error_shows_a_credential(account: Account, fault: str) -> None:
    account.fake.faults.order(fault)
    with pytest.raises(TaskError) as caught:
        next(account.connect().pages(REGION, "ecs"))
    shown = "".join(traceback.format_exception(caught.value))
    assert DEFAULT_KEY.access_key_id not in shown
    assert DEFAULT_KEY.access_key_secret not in shown


@pytest.fixture
def everything_logged() -> Iterator[list[logging.LogRecord]]:
    """What is logged at any level by anything that the calls go through."""
    logged: list[logging.LogRecord] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            logged.append(record)

    names = ("urllib3", "volcenginesdkcore", "volcenginesdkcore.rest", "volcenginesdkcore.api_client")
    loggers = [sdk_core_logger, *map(logging.getLogger, names)]
    levels = [logger.level for logger in loggers]
    handler = Keeper()
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    yield logged
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


def test_nothing_that_is_logged_shows_a_credential(
    account: Account, everything_logged: list[logging.LogRecord]
) -> None:
    account.connect().identify()
    next(account.connect().pages(GLOBAL, "oss"))
    assert everything_logged
    shown = "\n".join(record.getMessage() for record in everything_logged)
    for secret in (DEFAULT_KEY.access_key_id, DEFAULT_KEY.access_key_secret, "Signature", "Authorization"):
        assert secret not in shown


def test_the_sdk_takes_no_logger_over() -> None:
    script = """
import logging
from chalicelib.providers.base import Connection, Credentials
from chalicelib.providers.volcano import PROVIDER
keys = Credentials({"access_key_id": "id", "access_key_secret": "secret"})
cloud = PROVIDER.connect(Connection(1, keys, "http://127.0.0.1:9"), sleep=lambda _: None)
try:
    cloud.pages("cn-beijing", "ecs").__next__()
except Exception:
    pass
logger = logging.getLogger("urllib3")
print(logger.level, logger.propagate, [type(handler).__name__ for handler in logger.handlers])
"""
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0 True ['NullHandler']"


@pytest.mark.parametrize("fault", ["unavailable", "truncated", "denied", "dropped"])
def test_no_fault_of_any_page_makes_a_listing_end_as_if_it_were_whole(account: Account, fault: str) -> None:
    grow(account.fake.inventory, "ecs", 350)
    for page in (1, 2, 3, 4):
        with account.fake.faults.ordered(fault, action=INSTANCES, page=page), pytest.raises(TaskError):
            count(account)
    assert count(account) == 350
