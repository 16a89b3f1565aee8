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
from chalicelib.providers.base import Connection, Credentials
from chalicelib.providers.tencent import PROVIDER
from chalicelib.providers.tencent.client import Client
from chalicelib.providers.tencent.declaration import Product
from chalicelib.providers.tencent.types import TYPES
from infra.local.clouds.faults import FaultBook
from infra.local.clouds.inventory import Inventory
from infra.local.clouds.server import Answer, CloudServer, Request
from infra.local.clouds.tencent import DEFAULT_KEY, AccessKey, FakeTencent, generate
from infra.local.clouds.tencent.listings import LISTINGS
from infra.local.clouds.tencent.signature import verified
from infra.local.processes import Child
from tests.integration.tencent.conftest import OTHER_REGION, REGION, Account, place_of

TEMPORARY = AccessKey("temporary-key-id", "temporary-secret", "temporary-token")


class Recorder:
    """A cloud that keeps the requests it passes on."""

    def __init__(self, cloud: FakeTencent) -> None:
        self.cloud = cloud
        self.faults: FaultBook = cloud.faults
        self.requests: Counter[str] = cloud.requests
        self.inventory: Inventory = cloud.inventory
        self.seen: list[Request] = []

    def answer(self, request: Request) -> Answer:
        self.seen.append(request)
        return self.cloud.answer(request)


@pytest.fixture(scope="module")
def signed() -> Iterator[tuple[FakeTencent, Request]]:
    """A fake, and a request that the SDK has signed for it with a temporary key."""
    fake = FakeTencent(generate(20, regions=(REGION,)), keys=[TEMPORARY])
    recorder = Recorder(fake)
    with CloudServer(recorder) as server:
        names = ("access_key_id", "access_key_secret", "security_token")
        secrets = {name: getattr(TEMPORARY, name) for name in names}
        cloud = PROVIDER.connect(Connection(1, Credentials(secrets), server.url))
        assert next(cloud.pages(REGION, "ecs")).assets
        yield fake, recorder.seen[-1]


def code_of(answer: Answer) -> str | None:
    error = json.loads(answer.body)["Response"].get("Error", {})
    return error.get("Code")  # type: ignore[no-any-return]


def test_a_signed_request_is_answered(signed: tuple[FakeTencent, Request]) -> None:
    fake, request = signed
    answer = fake.answer(request)
    assert (answer.status, code_of(answer)) == (200, None)


def test_a_request_with_the_time_of_another_is_refused(signed: tuple[FakeTencent, Request]) -> None:
    fake, request = signed
    earlier = {**request.headers, "x-tc-timestamp": str(int(request.headers["x-tc-timestamp"]) - 100)}
    answer = fake.answer(replace(request, headers=earlier))
    assert code_of(answer) == "AuthFailure.SignatureFailure"


@pytest.mark.parametrize(
    ("changes", "headers", "code"),
    [
        ({"body": b'{"Offset": 0, "Limit": 99}'}, {}, "AuthFailure.SignatureFailure"),
        ({"method": "GET"}, {}, "AuthFailure.SignatureFailure"),
        ({"query": "Limit=1"}, {}, "AuthFailure.SignatureFailure"),
        ({}, {"host": "elsewhere.example.com"}, "AuthFailure.SignatureFailure"),
        ({}, {"content-type": "text/plain"}, "AuthFailure.SignatureFailure"),
        ({}, {"x-tc-timestamp": "1577836800"}, "AuthFailure.SignatureExpire"),
        ({}, {"x-tc-timestamp": "yesterday"}, "MissingParameter"),
        ({}, {"x-tc-token": "another"}, "AuthFailure.TokenFailure"),
        ({}, {"authorization": ""}, "AuthFailure.InvalidAuthorization"),
        ({}, {"x-tc-region": ""}, "MissingParameter"),
        ({}, {"x-tc-action": "DescribeSpaceships"}, "InvalidAction"),
    ],
)
def test_a_request_that_was_changed_after_signing_is_refused(
    signed: tuple[FakeTencent, Request], changes: dict[str, Any], headers: dict[str, str], code: str
) -> None:
    fake, request = signed
    answer = fake.answer(replace(request, **changes, headers={**request.headers, **headers}))
    assert (answer.status, code_of(answer)) == (200, code)


@pytest.mark.parametrize("part", ["temporary-key-id", "/cvm/", "tc3_request", "content-type;host"])
def test_no_part_of_what_was_signed_can_be_exchanged(signed: tuple[FakeTencent, Request], part: str) -> None:
    fake, request = signed
    exchanged = request.headers["authorization"].replace(part, {"/cvm/": "/cbs/"}.get(part, "host"))
    answer = fake.answer(replace(request, headers={**request.headers, "authorization": exchanged}))
    assert str(code_of(answer)).startswith("AuthFailure.")


def test_the_signature_of_the_public_algorithm_is_the_one_that_is_checked(
    signed: tuple[FakeTencent, Request],
) -> None:
    _, request = signed
    key, service = verified(request, {TEMPORARY.access_key_id: TEMPORARY})
    assert (key, service) == (TEMPORARY, "cvm")


def test_a_refusal_has_the_shape_of_the_real_ones(signed: tuple[FakeTencent, Request]) -> None:
    fake, request = signed
    answer = FakeTencent(fake.inventory, keys=[]).answer(request)
    assert answer.status == 200
    response = json.loads(answer.body)["Response"]
    assert set(response) == {"Error", "RequestId"}
    assert set(response["Error"]) == {"Code", "Message"}
    assert response["Error"]["Code"] == "AuthFailure.SecretIdNotFound"


@pytest.mark.parametrize("asset_type", [name for name in TYPES if TYPES[name].product.signature == "tc3"])
def test_sizes_beyond_the_limits_are_refused(account: Account, asset_type: str) -> None:
    declared = TYPES[asset_type]
    listing = LISTINGS[declared.product.name, declared.action]
    place = place_of(asset_type) if declared.home is None else declared.home
    name = "MaxResults" if listing.by_token else "Limit"
    kind = str if listing.as_text else int
    client = Client(account.connection())
    client.call(declared.product, declared.action, place, {name: kind(listing.most)})
    for size, code in ((listing.most + 1, "InvalidParameterValue.LimitExceeded"), (0, "InvalidParameterValue")):
        with pytest.raises(CloudRejected, match=f"^{code}: "):
            client.call(declared.product, declared.action, place, {name: kind(size)})


def test_offsets_of_sqlserver_count_pages_unless_they_are_told_not_to(account: Account) -> None:
    product, action = Product("sqlserver", "2018-03-28"), "DescribeDBInstances"
    held = account.fake.inventory.native_ids("rds.sqlserver", REGION)
    client = Client(account.connection())

    def found(**query: Any) -> tuple[str, ...]:
        answer = client.call(product, action, REGION, query)
        return tuple(item["InstanceId"] for item in answer["DBInstances"])

    assert found(Offset=1, Limit=2) == held[2:4]
    assert found(Offset=1, Limit=2, PaginationType="offset") == held[1:3]


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
    item = inventory.items("lb.alb", REGION)[0]
    for number in range(150):
        inventory.add("lb.alb", REGION, item | {"LoadBalancerId": f"alb-{number:08d}"})
    held = inventory.native_ids("lb.alb", REGION)
    pages = account.connect().pages(REGION, "lb.alb")
    seen = [asset.native_id for asset in next(pages).assets]
    inventory.remove("lb.alb", REGION, *seen[:5])
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
    assert told(url, "/_requests", "GET") == {"cvm.DescribeInstances": 7}


def test_data_is_shown_and_changed_over_http(account: Account) -> None:
    url, cloud = account.server.url, account.connect()
    first, second, *rest = told(url, "/_items/cdn/global", "GET")
    change = {
        "kind": "cdn",
        "region": "global",
        "update": {second: {"Domain": "renamed.example.com"}},
        "remove": [first],
    }
    assert told(url, "/_items", "POST", change) == {"count": len(rest) + 1}
    assets = next(cloud.pages("global", "cdn")).assets
    assert [asset.native_id for asset in assets] == [second, *rest]
    assert assets[0].name == "renamed.example.com"


def test_latency_and_a_slow_fault_delay_the_answer(signed: tuple[FakeTencent, Request]) -> None:
    inventory, request = signed[0].inventory, signed[1]
    fake = FakeTencent(inventory, keys=[TEMPORARY], latency=0.25)
    assert fake.answer(request).after == 0.25
    fake.faults.order("slow", value=2)
    assert fake.answer(request).after == 2.25


def test_it_runs_as_a_process_that_says_where_it_listens(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "infra.local.clouds.tencent", "--port", "0", "--instances", "30"]
    child = Child("tencent", command, log=tmp_path / "tencent.log", cwd=Path(__file__).parents[3])
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
