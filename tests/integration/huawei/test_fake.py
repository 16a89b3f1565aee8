"""The fake keeps to the protocol of the real cloud, and does what it is told."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

import pytest

from chalicelib.errors import CloudRejected, CloudUnavailable
from chalicelib.providers.base import GLOBAL, Connection, Credentials
from chalicelib.providers.huawei import PROVIDER
from chalicelib.providers.huawei.client import Client
from chalicelib.providers.huawei.types import BY_NAME, MEMBERS, POOLS
from infra.local.clouds.faults import FaultBook
from infra.local.clouds.huawei import DEFAULT_KEY, AccessKey, FakeHuawei, empty, generate
from infra.local.clouds.huawei.apis import APIS, EVERYWHERE
from infra.local.clouds.inventory import Inventory
from infra.local.clouds.server import Answer, CloudServer, Request
from infra.local.processes import Child
from tests.integration.huawei.conftest import REGION, Account, scope_of

TEMPORARY = AccessKey("temporary-key-id", "temporary-secret", "temporary-token")
LISTED = BY_NAME | {"pool": POOLS, "member": MEMBERS}
LISTINGS = [api for api in APIS if api.paging is not None]


class Recorder:
    """A cloud that keeps the requests it passes on."""

    def __init__(self, cloud: FakeHuawei) -> None:
        self.cloud = cloud
        self.faults: FaultBook = cloud.faults
        self.requests: Counter[str] = cloud.requests
        self.inventory: Inventory = cloud.inventory
        self.seen: list[Request] = []

    def answer(self, request: Request) -> Answer:
        self.seen.append(request)
        return self.cloud.answer(request)


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    """A fake that was sent a request for servers, then one for buckets, both signed with a temporary key."""
    recorder = Recorder(FakeHuawei(generate(20, regions=(REGION,)), keys=[TEMPORARY]))
    with CloudServer(recorder) as server:
        names = ("access_key_id", "access_key_secret", "security_token")
        secrets = {name: getattr(TEMPORARY, name) for name in names}
        cloud = PROVIDER.connect(Connection(1, Credentials(secrets), server.url))
        assert next(cloud.pages(REGION, "ecs")).assets
        assert next(cloud.pages(GLOBAL, "oss")).assets
        yield recorder


def test_signed_requests_are_answered(recorder: Recorder) -> None:
    assert [recorder.cloud.answer(request).status for request in recorder.seen] == [200, 200, 200]


def test_the_host_of_a_request_is_the_products_own(recorder: Recorder) -> None:
    assert [request.headers["host"] for request in recorder.seen] == [
        "iam.myhuaweicloud.com",
        "ecs.cn-north-4.myhuaweicloud.com",
        "obs.cn-north-4.myhuaweicloud.com",
    ]


@pytest.mark.parametrize(
    ("changes", "headers", "why"),
    [
        ({"query": "limit=100"}, {}, "verify aksk signature fail"),
        ({"body": b"{}"}, {}, "verify aksk signature fail"),
        ({}, {"x-project-id": "another"}, "verify aksk signature fail"),
        ({}, {"x-security-token": "another"}, "verify aksk signature fail"),
        ({}, {"x-domain-id": "added"}, "signed headers are incomplete"),
        ({}, {"x-sdk-date": "20200101T000000Z"}, "signature expired"),
        ({}, {"x-sdk-date": "yesterday"}, "x-sdk-date is malformed"),
        ({}, {"authorization": ""}, "x-auth-token not found"),
    ],
)
def test_a_request_that_was_changed_after_signing_is_refused(
    recorder: Recorder, changes: dict[str, Any], headers: dict[str, str], why: str
) -> None:
    request = recorder.seen[1]
    answer = recorder.cloud.answer(replace(request, **changes, headers={**request.headers, **headers}))
    document = json.loads(answer.body)
    assert (answer.status, document["error_code"]) == (401, "APIGW.0301")
    assert document["error_msg"].startswith(f"Incorrect IAM authentication information: {why}")
    assert set(document) == {"error_code", "error_msg", "request_id"}


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"x-obs-security-token": "another"}, "SignatureDoesNotMatch"),
        ({"x-obs-acl": "added"}, "SignatureDoesNotMatch"),
        ({"content-type": "added"}, "SignatureDoesNotMatch"),
        ({"x-obs-date": "Thu, 01 Jan 2020 00:00:00 GMT"}, "RequestTimeTooSkewed"),
        ({"x-obs-date": "yesterday"}, "AccessDenied"),
        ({"authorization": ""}, "AccessDenied"),
    ],
)
def test_a_request_to_obs_that_was_changed_after_signing_is_refused(
    recorder: Recorder, headers: dict[str, str], code: str
) -> None:
    request = recorder.seen[2]
    answer = recorder.cloud.answer(replace(request, headers={**request.headers, **headers}))
    assert answer.status == 403
    assert f"<Code>{code}</Code>".encode() in answer.body


@pytest.mark.parametrize("host", ["127.0.0.1:4566", "ecs.cn-atlantis-1.myhuaweicloud.com", "rds.myhuaweicloud.com"])
def test_a_host_that_is_no_products_has_no_apis(recorder: Recorder, host: str) -> None:
    request = recorder.seen[1]
    answer = recorder.cloud.answer(replace(request, headers={**request.headers, "host": host}))
    assert (answer.status, json.loads(answer.body)["error_code"]) == (404, "APIGW.0101")


def test_a_call_over_the_rate_limit_is_answered_as_the_gateway_does(recorder: Recorder) -> None:
    fake = FakeHuawei(recorder.inventory, keys=[TEMPORARY], calls_per_second=1)
    assert fake.answer(recorder.seen[1]).status == 200
    answer = fake.answer(recorder.seen[1])
    assert (answer.status, json.loads(answer.body)["error_code"]) == (429, "APIGW.0308")
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize("api", LISTINGS, ids=lambda api: api.action)
def test_sizes_beyond_the_limits_are_refused(account: Account, api: Any) -> None:
    declared, size = LISTED[api.kind], api.paging.size
    client = Client(account.connection())
    query = {**declared.query, **declared.paging.query(None)}
    client.call(declared.api, scope_of(api.kind), query | {size.name: str(size.most)})
    for wrong in (size.most + 1, size.least - 1, "many"):
        with pytest.raises(CloudRejected, match=f"The parameter {size.name} is invalid"):
            client.call(declared.api, scope_of(api.kind), query | {size.name: str(wrong)})


def test_the_fake_has_an_api_for_every_declared_listing_and_no_other() -> None:
    assert {api.kind for api in APIS if api.kind} == set(LISTED)
    assert frozenset(PROVIDER.global_types) == EVERYWHERE


def test_the_same_seed_makes_the_same_account_and_another_seed_another() -> None:
    first, same, other = generate(50), generate(50), generate(50, seed=2)
    for kind in first.ids:
        scope = GLOBAL if kind in EVERYWHERE else REGION
        assert first.items(kind, scope) == same.items(kind, scope)
        assert set(first.native_ids(kind, scope)).isdisjoint(other.native_ids(kind, scope))


def test_a_generated_account_has_what_was_asked_for_and_something_of_every_kind() -> None:
    inventory = generate(300)
    assert sum(len(inventory.native_ids("ecs", region)) for region in inventory.regions) == 300
    for kind in inventory.ids:
        assert inventory.items(kind, GLOBAL if kind in EVERYWHERE else REGION)


def test_an_empty_account_has_regions_and_nothing_in_them() -> None:
    inventory = empty()
    assert inventory.regions
    assert all(not inventory.items(kind, region) for kind in inventory.ids for region in (*inventory.regions, GLOBAL))


def told(url: str, path: str, method: str, value: Any = None) -> Any:
    body = None if value is None else json.dumps(value).encode()
    with urlopen(HttpRequest(url + path, data=body, method=method), timeout=5) as answer:
        return json.load(answer)


def test_faults_and_data_are_ordered_and_shown_over_http(account: Account) -> None:
    url, cloud = account.server.url, account.connect()
    told(url, "/_faults", "POST", {"kind": "unavailable", "region": REGION})
    with pytest.raises(CloudUnavailable):
        next(cloud.pages(REGION, "vpc"))
    assert told(url, "/_faults", "DELETE") == []
    first, *rest = told(url, f"/_items/vpc/{REGION}", "GET")
    assert told(url, "/_items", "POST", {"kind": "vpc", "region": REGION, "remove": [first]}) == {"count": len(rest)}
    assert [asset.native_id for asset in next(cloud.pages(REGION, "vpc")).assets] == rest
    assert told(url, "/_requests", "GET") == {"iam.KeystoneListProjects": 1, "vpc.ListVpcs": 6}


def test_latency_and_a_slow_fault_delay_the_answer(recorder: Recorder) -> None:
    fake = FakeHuawei(recorder.inventory, keys=[TEMPORARY], latency=0.25)
    assert fake.answer(recorder.seen[1]).after == 0.25
    fake.faults.order("slow", value=2)
    assert fake.answer(recorder.seen[1]).after == 2.25


def test_it_runs_as_a_process_that_says_where_it_listens(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "infra.local.clouds.huawei", "--port", "0", "--instances", "30"]
    child = Child("huawei", command, log=tmp_path / "huawei.log", cwd=Path(__file__).parents[3])
    try:
        address = child.wait_for_line(r"^listening on (127\.0\.0\.1:\d+)$", within=20)[1]
        secrets = {
            "access_key_id": DEFAULT_KEY.access_key_id,
            "access_key_secret": DEFAULT_KEY.access_key_secret,
        }
        cloud = PROVIDER.connect(Connection(1, Credentials(secrets), f"http://{address}"))
        found = [asset for region in cloud.regions() for page in cloud.pages(region, "ecs") for asset in page.assets]
        assert len(found) == 30
    finally:
        child.stop()
    assert child.returncode == 0
