"""What is made of answers that a well-behaved cloud does not give."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from chalicelib.errors import (
    AccessDenied,
    CloudRejected,
    CloudUnavailable,
    InvalidCredentials,
    TaskError,
    Throttled,
)
from chalicelib.providers.volcano.client import Client
from chalicelib.providers.volcano.declaration import Product
from chalicelib.providers.volcano.types.compute import ECS
from chalicelib.providers.volcano.types.platform import TOS
from infra.local.clouds.faults import FaultBook
from infra.local.clouds.inventory import Inventory
from infra.local.clouds.server import Answer, CloudServer, Request
from infra.local.clouds.volcano import FakeVolcano, empty
from tests.integration.volcano.conftest import REGION, Account


class Wording:
    """A cloud that answers a fixed body."""

    def __init__(self, status: int, body: bytes, content_type: str) -> None:
        self.faults = FaultBook()
        self.requests: Counter[str] = Counter()
        self.inventory: Inventory = empty()
        self._answer = Answer(status, body, {"Content-Type": content_type})

    def answer(self, request: Request) -> Answer:
        return self._answer


def answered(body: bytes, status: int = 200, content_type: str = "application/json", product: Product = ECS) -> Any:
    fake = Wording(status, body, content_type)
    with CloudServer(fake) as server:
        return Client(Account(FakeVolcano(empty()), server).connection()).call(product, "DescribeInstances", REGION, {})


@pytest.mark.parametrize("status", [200, 400, 403])
def test_an_error_is_seen_whatever_the_status(status: int) -> None:
    body = b'{"ResponseMetadata":{"RequestId":"r-1","Error":{"Code":"AccessDenied","Message":"No."}}}'
    with pytest.raises(AccessDenied, match=r"^AccessDenied: No\. \(request r-1\)$"):
        answered(body, status)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, CloudRejected), (401, InvalidCredentials), (403, AccessDenied), (429, Throttled), (500, CloudUnavailable)],
)
@pytest.mark.parametrize("product", [ECS, TOS])
def test_an_unknown_code_counts_by_its_status(product: Product, status: int, kind: type[TaskError]) -> None:
    error = b'{"Code":"Strange","Message":"No."}'
    body = error if product is TOS else b'{"ResponseMetadata":{"Error":' + error + b"}}"
    with pytest.raises(kind, match=r"^Strange: No\. \(request unknown\)$") as caught:
        answered(body, status, product=product)
    assert type(caught.value) is kind


@pytest.mark.parametrize(("status", "kind"), [(502, CloudUnavailable), (429, Throttled), (404, CloudRejected)])
@pytest.mark.parametrize("product", [ECS, TOS])
def test_an_error_page_of_another_is_told_apart(product: Product, status: int, kind: type[TaskError]) -> None:
    with pytest.raises(kind, match="error page in its place"):
        answered(b"<html>canary</html>", status, "text/html", product)


NO_ANSWERS = [b"", b"{", b"[]", b"null", b"{}", b'"text"', b"\xff\xfe"]


@pytest.mark.parametrize(
    "body",
    [
        *NO_ANSWERS,
        b'{"ResponseMetadata":null,"Result":{}}',
        b'{"Result":{}}',
        b'{"ResponseMetadata":{}}',
        b'{"ResponseMetadata":{},"Result":null}',
        b'{"ResponseMetadata":{},"Result":[]}',
        b'{"ResponseMetadata":{"Error":"x"},"Result":{}}',
        b'{"ResponseMetadata":{"Error":{}},"Result":{}}',
    ],
)
def test_an_answer_that_cannot_be_read_is_refused_and_never_empty(body: bytes) -> None:
    with pytest.raises(CloudRejected, match="not a JSON object"):
        answered(body)


@pytest.mark.parametrize("body", NO_ANSWERS)
def test_an_answer_of_the_object_storage_that_cannot_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(CloudRejected, match="not a JSON object"):
        answered(body, product=TOS)
