"""The fake keeps to the protocol of the real cloud, and does what it is told."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

import pytest

from chalicelib.errors import CloudRejected, CloudUnavailable
from chalicelib.providers.aliyun import PROVIDER
from chalicelib.providers.aliyun.client import Client
from chalicelib.providers.aliyun.types import BY_NAME, AssetType
from chalicelib.providers.base import GLOBAL, Connection, Credentials
from infra.local.clouds.aliyun import DEFAULT_KEY, AccessKey, FakeAliyun, empty, generate
from infra.local.clouds.aliyun.listings import LISTINGS, Listing
from infra.local.clouds.aliyun.living import OTHER, live
from infra.local.clouds.faults import FaultBook
from infra.local.clouds.inventory import Inventory
from infra.local.clouds.ratelimit import RateLimit
from infra.local.clouds.server import Answer, CloudServer, Request
from infra.local.processes import Child
from tests.integration.aliyun.conftest import REGION, Account, Clock

TEMPORARY = AccessKey("temporary-key-id", "temporary-secret", "temporary-token")


class Recorder:
    """A cloud that keeps the requests it passes on."""

    def __init__(self, cloud: FakeAliyun) -> None:
        self.cloud = cloud
        self.faults: FaultBook = cloud.faults
        self.requests: Counter[str] = cloud.requests
        self.inventory: Inventory = cloud.inventory
        self.seen: list[Request] = []

    def answer(self, request: Request) -> Answer:
        self.seen.append(request)
        return self.cloud.answer(request)


@pytest.fixture(scope="module")
def signed() -> Iterator[tuple[FakeAliyun, Request]]:
    """A fake, and a request that the SDK has signed for it with a temporary key."""
    fake = FakeAliyun(generate(20, regions=(REGION,)), keys=[TEMPORARY])
    recorder = Recorder(fake)
    with CloudServer(recorder) as server:
        names = ("access_key_id", "access_key_secret", "security_token")
        secrets = {name: getattr(TEMPORARY, name) for name in names}
        cloud = PROVIDER.connect(Connection(1, Credentials(secrets), server.url))
        assert next(cloud.pages(REGION, "ecs")).assets
        yield fake, recorder.seen[-1]


def code_of(answer: Answer) -> str:
    return str(json.loads(answer.body)["Code"])


def test_a_signed_request_is_answered(signed: tuple[FakeAliyun, Request]) -> None:
    fake, request = signed
    assert fake.answer(request).status == 200


@pytest.mark.parametrize(
    ("changes", "headers", "status", "code"),
    [
        ({"query": "RegionId=cn-hangzhou&MaxResults=100"}, {}, 400, "SignatureDoesNotMatch"),
        ({"method": "GET"}, {}, 400, "SignatureDoesNotMatch"),
        ({}, {"x-acs-action": "DescribeDisks"}, 400, "SignatureDoesNotMatch"),
        ({}, {"x-acs-security-token": "another"}, 400, "SignatureDoesNotMatch"),
        ({"body": b"RegionId=cn-hangzhou"}, {}, 400, "IncompleteSignature"),
        ({}, {"x-acs-unsigned": "1"}, 400, "IncompleteSignature"),
        ({}, {"x-acs-date": "2020-01-01T00:00:00Z"}, 400, "InvalidTimeStamp.Expired"),
        ({}, {"x-acs-date": "yesterday"}, 400, "InvalidTimeStamp.Format"),
        ({}, {"authorization": ""}, 400, "MissingAuthorization"),
    ],
)
def test_a_request_that_was_changed_after_signing_is_refused(
    signed: tuple[FakeAliyun, Request], changes: dict[str, Any], headers: dict[str, str], status: int, code: str
) -> None:
    fake, request = signed
    answer = fake.answer(replace(request, **changes, headers={**request.headers, **headers}))
    assert (answer.status, code_of(answer)) == (status, code)


def test_a_refusal_has_the_shape_of_the_real_ones(signed: tuple[FakeAliyun, Request]) -> None:
    fake, request = signed
    answer = FakeAliyun(fake.inventory, keys=[]).answer(request)
    assert answer.status == 404
    assert code_of(answer) == "InvalidAccessKeyId.NotFound"
    assert set(json.loads(answer.body)) == {"RequestId", "HostId", "Code", "Message", "Recommend"}


def test_the_refusal_of_a_signature_quotes_the_request_as_the_real_one_does(
    signed: tuple[FakeAliyun, Request],
) -> None:
    fake, request = signed
    answer = fake.answer(replace(request, method="GET"))
    assert TEMPORARY.security_token in json.loads(answer.body)["Message"]


PAGED = [listing for listing in LISTINGS if listing.most_by_number or listing.most_by_token]


def declared_for(listing: Listing, account: Account) -> AssetType:
    if listing.kind in BY_NAME:
        return BY_NAME[listing.kind]
    attached = BY_NAME[listing.kind.replace("server_group.", "lb.")].attached
    assert attached is not None
    assert attached.groups is not None
    first, *_ = account.fake.inventory.native_ids(listing.kind, REGION)
    return attached.of(first) if listing.servers_of else attached.groups


@pytest.mark.parametrize("listing", PAGED, ids=lambda listing: f"{listing.kind} {listing.action}")
@pytest.mark.parametrize("style", ["number", "token"])
def test_sizes_beyond_the_limits_are_refused(account: Account, listing: Listing, style: str) -> None:
    declared = declared_for(listing, account)
    most = listing.most_by_number if style == "number" else listing.most_by_token
    name = listing.length if style == "number" else "MaxResults"
    client = Client(account.connection())

    def ask(size: str) -> Any:
        query = {"RegionId": declared.home or REGION, **declared.query, name: size}
        return client.call(declared.product, declared.action, declared.home or REGION, query, declared.path)

    if not most:
        assert ("NextToken" in ask("10")) == (style == "number")
        return
    ask(str(most))
    for size in (str(most + 1), "0", "-1", "many"):
        with pytest.raises(CloudRejected, match=f"^Invalid{name}: "):
            ask(size)


def test_the_same_seed_makes_the_same_account_and_another_seed_another() -> None:
    first, same, other = generate(50), generate(50), generate(50, seed=2)
    for kind in first.ids:
        for place in (REGION, GLOBAL):
            assert first.items(kind, place) == same.items(kind, place)
        assert set(first.native_ids(kind, REGION)).isdisjoint(other.native_ids(kind, REGION))


def test_a_generated_account_refers_only_to_what_it_holds_and_has_what_was_asked() -> None:
    inventory = generate(300)
    assert sum(len(inventory.native_ids("ecs", region)) for region in inventory.regions) == 300
    for region in inventory.regions:
        held = {kind: set(inventory.native_ids(kind, region)) for kind in inventory.ids}
        for item in inventory.items("ecs", region):
            assert item["VpcAttributes"]["VpcId"] in held["vpc"]
            assert item["VpcAttributes"]["VSwitchId"] in held["vswitch"]
            assert held["security_group"].issuperset(item["SecurityGroupIds"]["SecurityGroupId"])
        assert {item["InstanceId"] for item in inventory.items("disk", region)} == held["ecs"]
        for kind in ("vswitch", "security_group"):
            assert {item["VpcId"] for item in inventory.items(kind, region)} == held["vpc"]


def test_items_that_go_while_a_listing_is_under_way_hide_no_others_from_a_token(account: Account) -> None:
    inventory = account.fake.inventory
    held = inventory.native_ids("ecs", REGION)
    pages = account.connect().pages(REGION, "ecs")
    seen = [asset.native_id for asset in next(pages).assets]
    inventory.remove("ecs", REGION, *seen[:5])
    seen += [asset.native_id for page in pages for asset in page.assets]
    assert tuple(seen) == held


def test_a_rate_limit_lets_calls_pass_again_after_the_wait_it_named() -> None:
    clock = Clock()
    limit = RateLimit(2, clock=clock)
    assert [limit.wait_for("a") for _ in range(3)] == [0, 0, 0.5]
    assert limit.wait_for("b") == 0
    clock.sleep(0.5)
    assert limit.wait_for("a") == 0
    assert limit.wait_for("a") == 0.5


def test_a_fault_is_for_its_region_action_page_and_times_only() -> None:
    book = FaultBook()
    book.order("unavailable", region="r", action="A", page=2, times=2)
    assert not book.due("x", "A", 2)
    assert not book.due("r", "B", 2)
    assert not book.due("r", "A", 1)
    assert [bool(book.due("r", "A", 2)) for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize("details", [{"kind": "meteor"}, {"kind": "slow", "times": 0}])
def test_a_fault_that_makes_no_sense_is_refused_when_ordered(details: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"unknown fault|times"):
        FaultBook().order(**details)


def told(url: str, path: str, method: str, value: Any = None) -> Any:
    body = None if value is None else json.dumps(value).encode()
    with urlopen(HttpRequest(url + path, data=body, method=method), timeout=5) as answer:
        return json.load(answer)


def test_faults_are_ordered_shown_and_cleared_over_http(account: Account) -> None:
    url, cloud = account.server.url, account.connect()
    told(url, "/_faults", "POST", [{"kind": "unavailable", "region": REGION}, {"kind": "empty"}])
    assert [fault["kind"] for fault in told(url, "/_faults", "GET")] == ["unavailable", "empty"]
    with pytest.raises(CloudUnavailable):
        next(cloud.pages(REGION, "ecs"))
    assert not next(cloud.pages("cn-hangzhou", "ecs")).assets
    assert told(url, "/_faults", "DELETE") == []
    assert next(cloud.pages(REGION, "ecs")).assets
    assert told(url, "/_requests", "GET") == {"DescribeInstances": 7}


@pytest.mark.parametrize("order", [{"kind": "meteor"}, {"kind": "slow", "colour": "red"}, "slow", 7])
def test_a_fault_that_cannot_be_read_is_refused_over_http(account: Account, order: Any) -> None:
    with pytest.raises(HTTPError) as caught:
        told(account.server.url, "/_faults", "POST", order)
    with caught.value as answer:
        assert answer.code == 400
        assert "error" in json.load(answer)
    assert told(account.server.url, "/_faults", "GET") == []


def test_data_is_shown_and_changed_over_http(account: Account) -> None:
    url, cloud = account.server.url, account.connect()
    first, second, third, *rest = told(url, f"/_items/vpc/{REGION}", "GET")
    item = account.fake.inventory.items("vpc", REGION)[0]
    change = {
        "kind": "vpc",
        "region": REGION,
        "add": [item | {"VpcId": "vpc-new"}],
        "update": {third: {"VpcName": "renamed"}},
        "remove": [first, second],
    }
    assert told(url, "/_items", "POST", change) == {"count": len(rest) + 2}
    assets = next(cloud.pages(REGION, "vpc")).assets
    assert [asset.native_id for asset in assets] == [third, *rest, "vpc-new"]
    assert assets[0].name == "renamed"


def test_a_change_of_what_is_not_there_is_refused_over_http(account: Account) -> None:
    change = {"kind": "vpc", "region": REGION, "remove": ["vpc-nowhere"]}
    with pytest.raises(HTTPError) as caught:
        told(account.server.url, "/_items", "POST", change)
    with caught.value as answer:
        assert answer.code == 404


def test_latency_and_a_slow_fault_delay_the_answer(signed: tuple[FakeAliyun, Request]) -> None:
    inventory, request = signed[0].inventory, signed[1]
    fake = FakeAliyun(inventory, keys=[TEMPORARY], latency=0.25)
    assert fake.answer(request).after == 0.25
    fake.faults.order("slow", value=2)
    assert fake.answer(request).after == 2.25


def test_it_runs_as_a_process_that_says_where_it_listens(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "infra.local.clouds.aliyun", "--port", "0", "--instances", "30"]
    child = Child("aliyun", command, log=tmp_path / "aliyun.log", cwd=Path(__file__).parents[3])
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


def test_a_living_cloud_stops_a_server_of_each_region_and_starts_it_again_in_its_turn() -> None:
    inventory = generate(30)
    region = inventory.regions[0]

    def states() -> list[str]:
        return [server["Status"] for server in inventory.items("ecs", region)]

    before = states()
    assert (first := before[0]) in OTHER
    live(inventory, 0)
    assert states() == [OTHER[first], *before[1:]]
    live(inventory, len(before))
    assert states() == before
    live(empty(), 0)


def test_an_empty_account_has_regions_and_nothing_in_them() -> None:
    inventory = empty()
    assert all(not inventory.items(kind, region) for kind in inventory.ids for region in inventory.regions)
