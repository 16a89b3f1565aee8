"""Every way AWS can fail, through botocore's own parsing of real error answers."""

from __future__ import annotations

import socket
import traceback

import pytest

from chalicelib.errors import (
    AccessDenied,
    CloudRejected,
    CloudUnavailable,
    InvalidCredentials,
    RetryableError,
    TaskError,
    Throttled,
)
from chalicelib.providers.aws import AwsProvider
from chalicelib.providers.aws.transport import Transport
from chalicelib.providers.base import Connection, Credentials
from chalicelib.providers.retry import ATTEMPTS
from tests.integration.aws.answering import Answer, answering, refusal, vpcs

CANARY = "canary-7f3a9"
KEYS = Credentials(
    {
        "access_key_id": f"AKIA{CANARY}",
        "access_key_secret": f"secret-{CANARY}",
        "session_token": f"token-{CANARY}",
    }
)
ONCE = Transport(attempts=1, connect_timeout=1, read_timeout=1)


def list_vpcs(endpoint: str, transport: Transport = ONCE, start: str | None = None) -> list[tuple[str, ...]]:
    cloud = AwsProvider(transport=transport).connect(Connection(7, KEYS, endpoint))
    pages = cloud.pages("us-east-1", "vpc", start=start)
    return [tuple(asset.native_id for asset in page.assets) for page in pages]


def failure(endpoint: str, transport: Transport = ONCE) -> TaskError:
    with pytest.raises(TaskError) as raised:
        list_vpcs(endpoint, transport)
    return raised.value


REFUSALS = [
    (503, "RequestLimitExceeded", Throttled),
    (400, "Throttling", Throttled),
    (429, "TooManyRequestsException", Throttled),
    (429, "Novel", Throttled),
    (500, "InternalError", CloudUnavailable),
    (503, "Unavailable", CloudUnavailable),
    (502, "Novel", CloudUnavailable),
    (403, "UnauthorizedOperation", AccessDenied),
    (403, "AccessDenied", AccessDenied),
    (401, "OptInRequired", AccessDenied),
    (401, "AuthFailure", InvalidCredentials),
    (403, "InvalidClientTokenId", InvalidCredentials),
    (403, "SignatureDoesNotMatch", InvalidCredentials),
    (400, "UnrecognizedClientException", InvalidCredentials),
    (400, "ExpiredToken", InvalidCredentials),
    (400, "InvalidParameterValue", CloudRejected),
    (404, "Novel", CloudRejected),
]


@pytest.mark.parametrize(("status", "code", "kind"), REFUSALS)
def test_a_refusal_becomes_the_error_of_its_family_and_says_what_was_called(
    status: int, code: str, kind: type[TaskError]
) -> None:
    with answering(refusal(status, code)) as aws:
        error = failure(aws.endpoint)
    assert type(error) is kind
    assert error.message.startswith(f"aws ec2 DescribeVpcs: {code}: ")


@pytest.mark.parametrize(("status", "code", "kind"), REFUSALS)
def test_no_credential_is_in_an_error_even_if_aws_repeats_it(status: int, code: str, kind: type[TaskError]) -> None:
    with answering(refusal(status, code, f"signed {' '.join(KEYS.values())} wrongly")) as aws:
        error = failure(aws.endpoint)
    assert CANARY not in "".join(traceback.format_exception(error))
    assert CANARY not in repr(error.args)


def test_the_wait_that_aws_asks_for_is_passed_on() -> None:
    with answering(refusal(503, "RequestLimitExceeded", Retry_After="7")) as aws:
        error = failure(aws.endpoint)
    assert isinstance(error, RetryableError)
    assert error.retry_after == 7


def test_a_long_message_is_cut() -> None:
    with answering(refusal(403, "UnauthorizedOperation", "Encoded failure: " + "x" * 5000)) as aws:
        assert len(failure(aws.endpoint).message) < 600


def test_a_refused_connection_is_an_unavailable_cloud() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    error = failure(f"http://127.0.0.1:{port}")
    assert type(error) is CloudUnavailable
    assert "EndpointConnectionError" in error.message


def test_silence_is_an_unavailable_cloud() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        error = failure(endpoint, Transport(attempts=1, connect_timeout=1, read_timeout=0.1))
    assert type(error) is CloudUnavailable


def test_a_gateway_that_answers_html_is_an_unavailable_cloud() -> None:
    with answering(Answer(502, "<html>bad gateway<br></html>")) as aws:
        assert type(failure(aws.endpoint)) is CloudUnavailable


@pytest.mark.parametrize("body", ["<html><br></html>", "<html><body/></html>", "no xml"])
def test_an_answer_that_is_no_listing_is_refused_and_never_taken_for_an_empty_one(body: str) -> None:
    with answering(Answer(200, body)) as aws:
        assert type(failure(aws.endpoint)) is CloudRejected


def test_an_endpoint_that_is_no_address_is_refused() -> None:
    assert type(failure("no address")) is CloudRejected


class Paced:
    """A connection whose calls are counted, and whose waits are kept instead of being waited."""

    def __init__(self, endpoint: str) -> None:
        self.paced: list[str] = []
        self.refused = 0
        self.waits: list[float] = []
        connection = Connection(7, KEYS, endpoint, pace=self._pace, throttled=self._throttled)
        self.cloud = AwsProvider().connect(connection, sleep=self.waits.append)

    def _pace(self, region: str, action: str) -> None:
        self.paced.append(f"{region} {action}")

    def _throttled(self) -> None:
        self.refused += 1


def test_tries_are_bounded_and_each_is_paced_and_counted_by_itself() -> None:
    with answering(refusal(503, "RequestLimitExceeded")) as aws:
        account = Paced(aws.endpoint)
        with pytest.raises(Throttled):
            next(account.cloud.pages("us-east-1", "vpc"))
    assert len(aws.requests) == ATTEMPTS
    assert account.paced == ["us-east-1 ec2.DescribeVpcs"] * ATTEMPTS
    assert account.refused == ATTEMPTS
    assert len(account.waits) == ATTEMPTS - 1


def test_a_call_that_failed_in_passing_is_tried_again_after_the_wait_that_aws_asked_for() -> None:
    with answering(refusal(503, "SlowDown", Retry_After="7"), refusal(500, "InternalError"), vpcs("vpc-1")) as aws:
        account = Paced(aws.endpoint)
        (page,) = account.cloud.pages("us-east-1", "vpc")
    assert [asset.native_id for asset in page.assets] == ["vpc-1"]
    assert account.waits[0] == 7
    assert 0 <= account.waits[1] <= 1


def test_what_no_wait_mends_is_not_tried_again() -> None:
    with answering(refusal(403, "UnauthorizedOperation")) as aws:
        account = Paced(aws.endpoint)
        with pytest.raises(AccessDenied):
            next(account.cloud.pages("us-east-1", "vpc"))
    assert (len(aws.requests), account.waits) == (1, [])


def test_a_sleep_that_raises_ends_the_listing_at_once() -> None:
    class Cancelled(Exception):
        pass

    def cancelled(seconds: float) -> None:
        raise Cancelled

    with answering(refusal(503, "RequestLimitExceeded")) as aws:
        cloud = AwsProvider().connect(Connection(7, KEYS, aws.endpoint), sleep=cancelled)
        with pytest.raises(Cancelled):
            next(cloud.pages("us-east-1", "vpc"))
    assert len(aws.requests) == 1


def test_short_and_empty_pages_do_not_end_a_listing() -> None:
    with answering(vpcs(token="a"), vpcs("vpc-1", token="b"), vpcs("vpc-2")) as aws:
        assert list_vpcs(aws.endpoint) == [(), ("vpc-1",), ("vpc-2",)]
    assert [request.get("NextToken") for request in aws.requests] == [None, ["a"], ["b"]]


def test_a_page_that_names_itself_as_the_next_is_refused() -> None:
    with answering(vpcs("vpc-1", token="a"), vpcs("vpc-1", token="a")) as aws:
        assert type(failure(aws.endpoint)) is CloudRejected


def test_the_endpoints_of_this_service_are_not_those_of_its_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(vpcs("vpc-own")) as own, answering(vpcs("vpc-account")) as account:
        monkeypatch.setenv("AWS_ENDPOINT_URL", own.endpoint)
        monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", own.endpoint)
        assert list_vpcs(account.endpoint) == [("vpc-account",)]
    assert own.requests == []


def test_an_account_that_can_use_no_region_is_an_error() -> None:
    with answering(Answer(200, "<DescribeRegionsResponse><regionInfo/></DescribeRegionsResponse>")) as aws:
        cloud = AwsProvider(transport=ONCE).connect(Connection(7, KEYS, aws.endpoint))
        with pytest.raises(CloudRejected, match="names no region"):
            cloud.regions()


def test_only_enabled_regions_are_given() -> None:
    regions = "".join(
        f"<item><regionName>{name}</regionName><optInStatus>{status}</optInStatus></item>"
        for name, status in [
            ("us-east-1", "opt-in-not-required"),
            ("me-south-1", "not-opted-in"),
            ("af-south-1", "opted-in"),
        ]
    )
    body = f"<DescribeRegionsResponse><regionInfo>{regions}</regionInfo></DescribeRegionsResponse>"
    with answering(Answer(200, body)) as aws:
        cloud = AwsProvider(transport=ONCE).connect(Connection(7, KEYS, aws.endpoint))
        assert cloud.regions() == ["af-south-1", "us-east-1"]
