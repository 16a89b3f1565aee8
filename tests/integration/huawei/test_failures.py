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
from chalicelib.providers.base import GLOBAL
from chalicelib.providers.huawei import PROVIDER
from chalicelib.providers.huawei.client import PROJECTS, Client
from chalicelib.providers.huawei.declaration import Api
from chalicelib.providers.huawei.types import BY_NAME, ECS, VPC
from chalicelib.providers.retry import ATTEMPTS
from infra.local.clouds.huawei import DEFAULT_KEY, AccessKey, FakeHuawei, empty
from infra.local.clouds.server import CloudServer
from tests.integration.huawei.conftest import OTHER, REGION, Account, scope_of

SERVERS = "ecs.ListServersDetails"
PASSING = ["unavailable", "internal_error", "gateway_error", "dropped"]


def count(account: Account, region: str = REGION) -> int:
    return sum(len(page.assets) for page in account.connect().pages(region, "ecs"))


def test_a_throttled_page_waits_as_long_as_the_answer_asks_and_goes_on(account: Account) -> None:
    held = len(account.fake.inventory.native_ids("ecs", REGION))
    account.fake.faults.order("throttled", action=SERVERS, page=2, value=7, times=1)
    assert count(account) == held == 500
    assert account.clock.waits == [7]


def test_a_call_over_the_rate_limit_backs_off_by_itself_as_the_answer_names_no_wait(account: Account) -> None:
    account.fake.limit.per_second = 1
    waits: list[float] = []

    def wait(seconds: float) -> None:
        """At least as long as the limit needs: how long a back-off is, chance decides."""
        waits.append(seconds)
        account.clock.sleep(1)

    assert sum(len(page.assets) for page in account.connect(sleep=wait).pages(REGION, "ecs")) == 500
    assert account.fake.requests[SERVERS] == 4 + len(waits) > 4
    assert all(0 <= seconds <= 8 for seconds in waits)


def test_the_rate_limit_is_for_each_action_and_region(account: Account) -> None:
    account.fake.limit.per_second = 1
    cloud = account.connect()
    for region in (REGION, OTHER):
        next(cloud.pages(region, "disk"))
        next(cloud.pages(region, "vpc"))
    assert account.clock.waits == []


@pytest.mark.parametrize("asset_type", ["ecs", "oss"])
def test_a_wait_longer_than_a_call_may_take_is_handed_up(account: Account, asset_type: str) -> None:
    cloud = account.connect()
    cloud.regions()
    account.fake.faults.order("throttled", value=90)
    with pytest.raises(Throttled) as caught:
        next(cloud.pages(scope_of(asset_type), asset_type))
    assert (caught.value.retry_after, account.clock.waits) == (90, [])


@pytest.mark.parametrize("fault", PASSING)
def test_a_page_that_fails_in_passing_is_asked_for_again(account: Account, fault: str) -> None:
    account.fake.faults.order(fault, action=SERVERS, region=REGION, page=2, times=2)
    assert count(account) == 500
    assert account.fake.requests[SERVERS] == 4 + 2


@pytest.mark.parametrize("fault", PASSING)
def test_a_page_that_goes_on_failing_ends_the_listing_with_an_error(account: Account, fault: str) -> None:
    account.fake.faults.order(fault, action=SERVERS, page=2)
    pages = account.connect().pages(REGION, "ecs")
    next(pages)
    with pytest.raises(CloudUnavailable):
        next(pages)
    assert account.fake.requests[SERVERS] == 1 + ATTEMPTS


@pytest.mark.parametrize("fault", PASSING)
def test_projects_that_cannot_be_asked_for_in_passing_are_asked_for_again(account: Account, fault: str) -> None:
    account.fake.faults.order(fault, action="iam.KeystoneListProjects", times=2)
    assert count(account) == 500
    assert account.fake.requests["iam.KeystoneListProjects"] == 3


def test_a_sleep_that_raises_ends_the_listing_at_once(account: Account) -> None:
    def cancelled(_: float) -> None:
        raise TaskCancelled

    account.fake.faults.order("unavailable", action=SERVERS)
    with pytest.raises(TaskCancelled):
        next(account.connect(sleep=cancelled).pages(REGION, "ecs"))
    assert account.fake.requests[SERVERS] == 1


def test_an_answer_that_is_late_is_not_waited_for(account: Account) -> None:
    account.fake.faults.order("slow", value=30)
    client = Client(account.connection(), read_seconds=0.1)
    started = time.monotonic()
    with pytest.raises(CloudUnavailable, match="did not answer in time"):
        client.call(PROJECTS, GLOBAL, {})
    assert time.monotonic() - started < 5


def test_a_cloud_that_has_gone_is_unavailable() -> None:
    with CloudServer(FakeHuawei(empty())) as server:
        cloud = Account(FakeHuawei(empty()), server).connect()
        cloud.regions()
    with pytest.raises(CloudUnavailable, match="cannot be reached"):
        next(cloud.pages(REGION, "ecs"))


@pytest.mark.parametrize("asset_type", PROVIDER.asset_types)
def test_what_is_denied_is_an_error_whatever_the_products_words(account: Account, asset_type: str) -> None:
    cloud, region = account.connect(), scope_of(asset_type)
    cloud.regions()
    account.fake.faults.order("denied", region=region)
    with pytest.raises(AccessDenied, match=r"^\S+: Policy doesn't allow .* \(HTTP 403, request \w{32}\)$"):
        next(cloud.pages(region, asset_type))
    assert account.clock.waits == []


def test_a_region_that_is_denied_is_an_error_of_that_region_only(account: Account) -> None:
    account.fake.faults.order("denied", region=OTHER)
    with pytest.raises(AccessDenied):
        count(account, OTHER)
    assert count(account) == 500


@pytest.mark.parametrize("asset_type", ["ecs", "oss"])
def test_an_answer_cut_short_is_refused_and_not_read_as_less(account: Account, asset_type: str) -> None:
    cloud = account.connect()
    cloud.regions()
    account.fake.faults.order("truncated")
    with pytest.raises(CloudRejected, match=r"not a JSON object|not an XML document"):
        next(cloud.pages(scope_of(asset_type), asset_type))


def test_a_region_without_a_project_is_refused(account: Account) -> None:
    with pytest.raises(CloudRejected, match="no project in the region cn-atlantis-1"):
        next(account.connect().pages("cn-atlantis-1", "ecs"))


@pytest.mark.parametrize("asset_type", ["ecs", "image", "dns.private"])
def test_a_marker_of_nothing_is_refused(account: Account, asset_type: str) -> None:
    with pytest.raises(CloudRejected, match="parameter marker is invalid"):
        next(account.connect().pages(REGION, asset_type, start="rubbish"))


@pytest.mark.parametrize("asset_type", ["rds", "waf"])
def test_a_token_that_is_no_number_is_refused_before_any_call(account: Account, asset_type: str) -> None:
    with pytest.raises(CloudRejected, match="its token is a number"):
        next(account.connect().pages(REGION, asset_type, start="rubbish"))
    assert not account.fake.requests


@pytest.mark.parametrize(
    ("api", "query", "code"),
    [
        (Api(ECS, "ListSpaceships", "/v1/{project_id}/spaceships"), {}, "APIGW.0101"),
        (BY_NAME["ecs"].api, {"limit": "1001"}, "ECS.0400"),
        (Api(VPC, "ListVpcs", "/v3/somebody-elses-project/vpc/vpcs"), {}, "APIGW.0101"),
    ],
)
def test_a_call_that_is_wrong_is_refused(account: Account, api: Api, query: dict[str, str], code: str) -> None:
    with pytest.raises(CloudRejected) as caught:
        Client(account.connection()).call(api, REGION, query)
    assert caught.value.message.startswith(f"{code}: ")


STRANGER = AccessKey("canary-unknown-key-id", "canary-unknown-secret")
WRONG_SECRET = AccessKey(DEFAULT_KEY.access_key_id, "canary-wrong-secret")
WRONG_TOKEN = AccessKey(DEFAULT_KEY.access_key_id, DEFAULT_KEY.access_key_secret, "canary-wrong-token")
WRONG_BOTH = AccessKey(DEFAULT_KEY.access_key_id, "canary-wrong-secret", "canary-wrong-token")


def assert_hidden(error: BaseException, key: AccessKey) -> None:
    shown = "".join(traceback.format_exception(error)) + repr(error)
    for secret in (key.access_key_id, key.access_key_secret, key.security_token, "canary"):
        assert not secret or secret not in shown


@pytest.mark.parametrize("key", [STRANGER, WRONG_SECRET, WRONG_TOKEN, WRONG_BOTH])
def test_credentials_that_are_refused_are_an_error_that_does_not_show_them(account: Account, key: AccessKey) -> None:
    with pytest.raises(InvalidCredentials) as caught:
        account.connect(key).identify()
    assert caught.value.message.startswith("APIGW.0301: Incorrect IAM authentication information: ")
    assert_hidden(caught.value, key)
    assert account.clock.waits == []


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (STRANGER, "InvalidAccessKeyId"),
        (WRONG_SECRET, "SignatureDoesNotMatch"),
        (WRONG_TOKEN, "InvalidSecurityToken"),
    ],
)
def test_credentials_that_obs_refuses_are_the_same_error(account: Account, key: AccessKey, code: str) -> None:
    client = Client(account.connection(key))
    with pytest.raises(InvalidCredentials) as caught:
        client.call(BY_NAME["oss"].api, REGION, {})
    assert caught.value.message.startswith(f"{code}: ")
    assert_hidden(caught.value, key)


@pytest.mark.parametrize("secret", ["钥匙", "line\nbreak"])
def test_an_access_key_that_no_header_can_carry_is_refused_and_not_shown(account: Account, secret: str) -> None:
    key = AccessKey(secret, "canary-secret")
    with pytest.raises(TaskError) as caught:
        account.connect(key).identify()
    assert_hidden(caught.value, key)


@pytest.mark.parametrize(
    "fault", ["unavailable", "internal_error", "denied", "throttled", "gateway_error", "dropped", "truncated"]
)
@pytest.mark.parametrize("asset_type", ["ecs", "oss"])
def test_no_error_shows_a_credential(account: Account, fault: str, asset_type: str) -> None:
    account.fake.faults.order(fault)
    with pytest.raises(TaskError) as caught:
        next(account.connect().pages(scope_of(asset_type), asset_type))
    assert_hidden(caught.value, DEFAULT_KEY)


def test_the_sdk_logs_nothing(account: Account) -> None:
    logged: list[logging.LogRecord] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            logged.append(record)

    handler = Keeper()
    account.fake.faults.order("dropped")
    loggers = logging.getLogger(), logging.getLogger("huaweicloudsdkcore")
    for logger in loggers:
        logger.addHandler(handler)
    try:
        with pytest.raises(CloudUnavailable):
            account.connect().regions()
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
    assert [record.name for record in logged if "huawei" in record.name.lower()] == []
