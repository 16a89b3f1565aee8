"""The fake keeps to the protocol of the real cloud, and does what it is told."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

import pytest

from chalicelib.errors import CloudRejected, CloudUnavailable
from chalicelib.providers.base import Connection, Credentials
from chalicelib.providers.volcano import PROVIDER
from chalicelib.providers.volcano.client import Client
from chalicelib.providers.volcano.declaration import AssetType
from chalicelib.providers.volcano.paging import InOne
from chalicelib.providers.volcano.types import TYPES
from infra.local.clouds.faults import FaultBook
from infra.local.clouds.inventory import Inventory
from infra.local.clouds.server import Answer, CloudServer, Request
from infra.local.clouds.volcano import DEFAULT_KEY, AccessKey, FakeVolcano, generate
from infra.local.clouds.volcano.listings import LISTINGS
from infra.local.clouds.volcano.signature import API, verified
from infra.local.processes import Child
from tests.integration.volcano.conftest import OTHER_REGION, REGION, Account, place_of

TEMPORARY = AccessKey("temporary-key-id", "temporary-secret", "temporary-token")


class Recorder:
    """A cloud that keeps the requests it passes on."""

    def __init__(self, cloud: FakeVolcano) -> None:
        self.cloud = cloud
        self.faults: FaultBook = cloud.faults
        self.requests: Counter[str] = cloud.requests
        self.inventory: Inventory = cloud.inventory
        self.seen: list[Request] = []

    def answer(self, request: Request) -> Answer:
        self.seen.append(request)
        return self.cloud.answer(request)


@pytest.fixture(scope="module")
def signed() -> Iterator[tuple[FakeVolcano, Request]]:
    """A fake, and a request that the SDK has signed for it with a temporary key."""
    fake = FakeVolcano(generate(20, regions=(REGION,)), keys=[TEMPORARY])
    recorder = Recorder(fake)
    with CloudServer(recorder) as server:
        names = ("access_key_id", "access_key_secret", "security_token")
        secrets = {name: getattr(TEMPORARY, name) for name in names}
        cloud = PROVIDER.connect(Connection(1, Credentials(secrets), server.url))
        assert next(cloud.pages(REGION, "ecs")).assets
        yield fake, recorder.seen[-1]


def code_of(answer: Answer) -> str | None:
    error = json.loads(answer.body)["ResponseMetadata"].get("Error", {})
    return error.get("Code")  # type: ignore[no-any-return]


def test_a_signed_request_is_answered(signed: tuple[FakeVolcano, Request]) -> None:
    fake, request = signed
    answer = fake.answer(request)
    assert (answer.status, code_of(answer)) == (200, None)


def test_a_request_with_the_time_of_another_is_refused(signed: tuple[FakeVolcano, Request]) -> None:
    fake, request = signed
    earlier = datetime.fromisoformat(request.headers["x-date"]) - timedelta(seconds=1)
    headers = {**request.headers, "x-date": earlier.strftime("%Y%m%dT%H%M%SZ")}
    answer = fake.answer(replace(request, headers=headers))
    assert code_of(answer) == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    ("changes", "headers", "status", "code"),
    [
        ({"body": b"{}"}, {}, 401, "SignatureDoesNotMatch"),
        ({"method": "POST"}, {}, 401, "SignatureDoesNotMatch"),
        ({"path": "/elsewhere"}, {}, 401, "SignatureDoesNotMatch"),
        ({"query": "Action=DescribeInstances&Version=2020-04-01"}, {}, 401, "SignatureDoesNotMatch"),
        ({}, {"host": "elsewhere.example.com"}, 401, "SignatureDoesNotMatch"),
        ({}, {"content-type": "application/json"}, 401, "SignatureDoesNotMatch"),
        ({}, {"x-content-sha256": "0" * 64}, 401, "SignatureDoesNotMatch"),
        ({}, {"x-surprise": "not signed"}, 401, "SignatureDoesNotMatch"),
        ({}, {"x-date": "20200101T000000Z"}, 400, "InvalidTimestamp"),
        ({}, {"x-date": "yesterday"}, 400, "MissingRequestInfo"),
        ({}, {"x-security-token": "another"}, 401, "SignatureDoesNotMatch"),
        ({}, {"authorization": ""}, 400, "InvalidAuthorization"),
    ],
)
def test_a_request_that_was_changed_after_signing_is_refused(
    signed: tuple[FakeVolcano, Request], changes: dict[str, Any], headers: dict[str, str], status: int, code: str
) -> None:
    fake, request = signed
    answer = fake.answer(replace(request, **changes, headers={**request.headers, **headers}))
    assert (answer.status, code_of(answer)) == (status, code)


EXCHANGES = {
    "temporary-key-id": "another-key-id",
    "/ecs/": "/vpc/",
    "/cn-beijing/": "/cn-shanghai/",
    "/request": "/other",
    "host;": "",
}


@pytest.mark.parametrize("part", EXCHANGES)
def test_no_part_of_what_was_signed_can_be_exchanged(signed: tuple[FakeVolcano, Request], part: str) -> None:
    fake, request = signed
    exchanged = request.headers["authorization"].replace(part, EXCHANGES[part])
    answer = fake.answer(replace(request, headers={**request.headers, "authorization": exchanged}))
    assert code_of(answer) in ("SignatureDoesNotMatch", "InvalidAccessKey", "InvalidAuthorization")


def test_the_signature_of_the_public_algorithm_is_the_one_that_is_checked(
    signed: tuple[FakeVolcano, Request],
) -> None:
    _, request = signed
    signer = verified(request, {TEMPORARY.access_key_id: TEMPORARY}, API)
    assert (signer.key, signer.region, signer.service) == (TEMPORARY, REGION, "ecs")


def test_a_refusal_has_the_shape_of_the_real_ones(signed: tuple[FakeVolcano, Request]) -> None:
    fake, request = signed
    answer = FakeVolcano(fake.inventory, keys=[]).answer(request)
    frame = json.loads(answer.body)["ResponseMetadata"]
    assert set(frame) == {"RequestId", "Action", "Version", "Service", "Region", "Error"}
    assert frame["Action"] == "DescribeInstances"
    assert (frame["Error"]["Code"], frame["Error"]["CodeN"]) == ("InvalidAccessKey", 100009)


LISTED = [*TYPES.values(), *(declared.attached.listing for declared in TYPES.values() if declared.attached)]
PAGED = [declared for declared in LISTED if not isinstance(declared.paging, InOne)]


@pytest.mark.parametrize("declared", PAGED, ids=lambda declared: declared.name)
def test_sizes_beyond_the_limits_are_refused(account: Account, declared: AssetType) -> None:
    listing = LISTINGS[declared.product.name, declared.action]
    place = REGION if declared.home is None else declared.home
    name = "MaxResults" if listing.by_token else "PageSize"
    named = {declared.region_parameter: place} if declared.region_parameter else {}
    client = Client(account.connection())
    query = {**named, **declared.paging.query(None)}
    client.call(declared.product, declared.action, place, query | {name: listing.most})
    for size in (listing.most + 1, 0):
        with pytest.raises(CloudRejected, match=f"^InvalidParameter.{name}: "):
            client.call(declared.product, declared.action, place, query | {name: size})


@pytest.mark.parametrize("asset_type", ["redis", "waf"])
def test_what_must_be_said_of_the_region_must_be_true(account: Account, asset_type: str) -> None:
    declared = TYPES[asset_type]
    client = Client(account.connection())
    query = declared.paging.query(None)
    with pytest.raises(CloudRejected, match=r"^MissingParameter: "):
        client.call(declared.product, declared.action, REGION, query)
    with pytest.raises(CloudRejected, match=r"^InvalidParameter"):
        client.call(declared.product, declared.action, REGION, query | {declared.region_parameter: OTHER_REGION})


def test_the_same_seed_makes_the_same_account_and_another_seed_another() -> None:
    first, same, other = generate(300), generate(300), generate(300, seed=2)
    for kind in first.ids:
        place = place_of(kind)
        assert first.items(kind, place) == same.items(kind, place)
        assert first.items(kind, place)
        assert set(first.native_ids(kind, place)).isdisjoint(other.native_ids(kind, place))


def test_a_generated_account_has_what_was_asked() -> None:
    inventory = generate(300)
    assert sum(len(inventory.native_ids("ecs", region)) for region in inventory.regions) == 300


def test_items_that_go_while_a_listing_is_under_way_hide_no_others_from_a_token(account: Account) -> None:
    inventory = account.fake.inventory
    item = inventory.items("vpc", REGION)[0]
    for number in range(150):
        inventory.add("vpc", REGION, item | {"VpcId": f"vpc-{number:08d}"})
    held = inventory.native_ids("vpc", REGION)
    pages = account.connect().pages(REGION, "vpc")
    seen = [asset.native_id for asset in next(pages).assets]
    inventory.remove("vpc", REGION, *seen[:5])
    seen += [asset.native_id for page in pages for asset in page.assets]
    assert tuple(seen) == held


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
    assert not next(cloud.pages(OTHER_REGION, "ecs")).assets
    assert told(url, "/_faults", "DELETE") == []
    assert next(cloud.pages(REGION, "ecs")).assets
    assert told(url, "/_requests", "GET") == {"ecs.DescribeInstances": 7}


def test_data_is_shown_and_changed_over_http(account: Account) -> None:
    url, cloud = account.server.url, account.connect()
    first, second, *rest = told(url, "/_items/oss/global", "GET")
    change = {
        "kind": "oss",
        "region": "global",
        "update": {second: {"Location": "moved"}},
        "remove": [first],
    }
    assert told(url, "/_items", "POST", change) == {"count": len(rest) + 1}
    assets = next(cloud.pages("global", "oss")).assets
    assert [asset.native_id for asset in assets] == [second, *rest]
    assert assets[0].attributes["Location"] == "moved"


def test_latency_and_a_slow_fault_delay_the_answer(signed: tuple[FakeVolcano, Request]) -> None:
    inventory, request = signed[0].inventory, signed[1]
    fake = FakeVolcano(inventory, keys=[TEMPORARY], latency=0.25)
    assert fake.answer(request).after == 0.25
    fake.faults.order("slow", value=2)
    assert fake.answer(request).after == 2.25


def test_it_runs_as_a_process_that_says_where_it_listens(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "infra.local.clouds.volcano", "--port", "0", "--instances", "30"]
    child = Child("volcano", command, log=tmp_path / "volcano.log", cwd=Path(__file__).parents[3])
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
