"""COS, which has a signature and documents of its own."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.errors import AccessDenied, CloudRejected, CloudUnavailable, InvalidCredentials, TaskError, Throttled
from chalicelib.providers.base import GLOBAL
from chalicelib.providers.tencent.client import Client
from chalicelib.providers.tencent.cos import authorization, read_xml
from chalicelib.providers.tencent.types.platform import COS
from infra.local.clouds.server import Answer, CloudServer, Request
from infra.local.clouds.tencent import DEFAULT_KEY, AccessKey, FakeTencent, generate
from tests.integration.tencent.conftest import REGION, Account, grow
from tests.integration.tencent.test_fake import TEMPORARY, Recorder

ACTION = "cos.GetService"
STRANGER = AccessKey("canary-unknown-key-id", "canary-unknown-secret")
WRONG_SECRET = AccessKey(DEFAULT_KEY.access_key_id, "canary-wrong-secret")
WRONG_TOKEN = AccessKey(DEFAULT_KEY.access_key_id, DEFAULT_KEY.access_key_secret, "canary-wrong-token")


def names(account: Account, key: AccessKey = DEFAULT_KEY) -> list[str]:
    return [asset.native_id for page in account.connect(key).pages(GLOBAL, "oss") for asset in page.assets]


def test_a_signature_is_that_of_the_documented_example() -> None:
    signed = authorization(
        "AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q",
        "BQYIM75p8x0iWVFSIgqEKwFprpRSVHlz",
        "1557989753;1557996953",
        path="/exampleobject(腾讯云)",
        query={"response-content-type": "application/octet-stream", "response-cache-control": "max-age=600"},
        headers={
            "Date": "Thu, 16 May 2019 06:55:53 GMT",
            "Host": "examplebucket-1250000000.cos.ap-beijing.myqcloud.com",
        },
    )
    assert signed == (
        "q-sign-algorithm=sha1&q-ak=AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q"
        "&q-sign-time=1557989753;1557996953&q-key-time=1557989753;1557996953"
        "&q-header-list=date;host&q-url-param-list=response-cache-control;response-content-type"
        "&q-signature=01681b8c9d798a678e43b685a9f1bba0f6c0e012"
    )


def test_buckets_of_all_regions_are_listed_once(account: Account) -> None:
    (page,) = account.connect().pages(GLOBAL, "oss")
    assert tuple(asset.native_id for asset in page.assets) == account.fake.inventory.native_ids("oss", GLOBAL)
    assert {asset.attributes["Location"] for asset in page.assets} == set(account.fake.inventory.regions)
    assert page.assets[0].created_at is not None


def test_what_does_not_fit_a_page_is_on_the_next(account: Account) -> None:
    grow(account.fake.inventory, "oss", 2001)
    first, second = account.connect().pages(GLOBAL, "oss")
    assert (len(first.assets), len(second.assets)) == (2000, 1)
    assert first.next_token is not None


@pytest.fixture(scope="module")
def signed() -> Iterator[tuple[FakeTencent, Request]]:
    """A fake, and a request that was signed for it with a temporary key."""
    fake = FakeTencent(generate(20, regions=(REGION,)), keys=[TEMPORARY])
    recorder = Recorder(fake)
    with CloudServer(recorder) as server:
        assert names(Account(fake, server), TEMPORARY)
        yield fake, recorder.seen[-1]


def test_a_signed_request_is_answered_with_xml(signed: tuple[FakeTencent, Request]) -> None:
    answer = signed[0].answer(signed[1])
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/xml")
    assert signed[1].headers["x-cos-security-token"] == TEMPORARY.security_token
    assert "x-cos-security-token" in signed[1].headers["authorization"].partition("q-header-list=")[2]


@pytest.mark.parametrize(
    ("changes", "headers", "status", "code"),
    [
        ({"query": "max-keys=1"}, {}, 403, "SignatureDoesNotMatch"),
        ({"method": "POST"}, {}, 403, "SignatureDoesNotMatch"),
        ({"path": "/bucket"}, {}, 403, "SignatureDoesNotMatch"),
        ({}, {"host": "elsewhere.example.com"}, 403, "SignatureDoesNotMatch"),
        ({}, {"x-cos-security-token": "another"}, 403, "SignatureDoesNotMatch"),
        ({}, {"authorization": "q-sign-algorithm=sha1&q-ak=x"}, 403, "AccessDenied"),
    ],
)
def test_a_request_that_was_changed_after_signing_is_refused(
    signed: tuple[FakeTencent, Request], changes: dict[str, Any], headers: dict[str, str], status: int, code: str
) -> None:
    fake, request = signed
    answer = fake.answer(replace(request, **changes, headers={**request.headers, **headers}))
    read = read_xml(answer.body)
    assert read is not None
    assert (answer.status, read[0], read[1]["Code"]) == (status, "Error", code)


def test_a_signature_that_is_no_longer_good_is_refused_and_the_key_is_not_blamed(account: Account) -> None:
    good = "1557989753;1557996953"
    host = account.server.address
    key = DEFAULT_KEY
    old = authorization(key.access_key_id, key.access_key_secret, good, query={}, headers={"Host": host})
    answer = account.fake.answer(Request("GET", "/", "", {"host": host, "authorization": old}, b""))
    read = read_xml(answer.body)
    assert read is not None
    assert read[1]["Code"] == "RequestTimeTooSkewed"


@pytest.mark.parametrize("query", [{"max-keys": 2001}, {"max-keys": 0}, {"marker": "rubbish"}, {"prefix": "a"}])
def test_a_parameter_that_cos_does_not_take_is_refused(account: Account, query: dict[str, Any]) -> None:
    with pytest.raises(CloudRejected, match=r"^InvalidArgument: "):
        Client(account.connection()).call(COS, "GetService", "", query)


@pytest.mark.parametrize(
    ("key", "code"),
    [(STRANGER, "InvalidAccessKeyId"), (WRONG_SECRET, "SignatureDoesNotMatch"), (WRONG_TOKEN, "InvalidToken")],
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
        ("internal_error", CloudUnavailable),
        ("gateway_error", CloudUnavailable),
        ("dropped", CloudUnavailable),
        ("truncated", CloudRejected),
    ],
)
def test_what_fails_is_an_error_and_never_an_empty_list(account: Account, fault: str, kind: type[TaskError]) -> None:
    with account.fake.faults.ordered(fault, action=ACTION, region=GLOBAL), pytest.raises(kind):
        names(account)
    assert names(account)


class Wording:
    """Answers every request with one document."""

    def __init__(self, fake: FakeTencent, status: int, body: bytes) -> None:
        self.faults, self.requests, self.inventory = fake.faults, fake.requests, fake.inventory
        self._answer = Answer(status, body, {"Content-Type": "application/xml"})

    def answer(self, request: Request) -> Answer:
        return self._answer


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"{}"),
        (200, b"\xff\xfe"),
        (200, b"<html/>"),
        (200, b"<ListAllMyBucketsResult/>"),
        (200, b"<Error><Code>Strange</Code></Error>"),
        (404, b"<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>"),
        (404, b"no such page"),
        (200, b"<ListAllMyBucketsResult><Buckets/><IsTruncated>true</IsTruncated></ListAllMyBucketsResult>"),
        (200, b"<ListAllMyBucketsResult><Buckets/><IsTruncated>perhaps</IsTruncated></ListAllMyBucketsResult>"),
        (200, b"<ListAllMyBucketsResult><Buckets><Bucket/></Buckets></ListAllMyBucketsResult>"),
    ],
)
def test_what_is_no_list_of_buckets_is_refused_and_never_taken_for_an_empty_one(
    account: Account, status: int, body: bytes
) -> None:
    with CloudServer(Wording(account.fake, status, body)) as server, pytest.raises(CloudRejected):
        names(Account(account.fake, server))


def test_an_account_without_buckets_is_empty(account: Account) -> None:
    body = b"<ListAllMyBucketsResult xmlns='urn:x'><Owner/><Buckets/></ListAllMyBucketsResult>"
    with CloudServer(Wording(account.fake, 200, body)) as server:
        assert names(Account(account.fake, server)) == []


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
