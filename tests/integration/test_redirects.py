"""A cloud that answers a redirect is not followed: the request, with its signature, would go to whoever it names."""

from __future__ import annotations

import gc
from collections import Counter
from dataclasses import dataclass, field

import pytest

from chalicelib.errors import TaskError
from chalicelib.providers import get_provider, provider_names
from chalicelib.providers.base import Connection, Credentials
from infra.local.clouds.faults import FaultBook
from infra.local.clouds.inventory import Inventory
from infra.local.clouds.server import Answer, CloudServer, Request
from infra.local.clouds.tencent import empty

KEYS = Credentials({"access_key_id": "AKIAIOSFODNN7EXAMPLE", "access_key_secret": "secret"})


@dataclass
class Redirecting:
    """Answers every request with ``answer`` and counts them."""

    answer_with: Answer = field(default_factory=Answer)
    faults: FaultBook = field(default_factory=FaultBook)
    requests: Counter[str] = field(default_factory=Counter)
    inventory: Inventory = field(default_factory=empty)

    def answer(self, request: Request) -> Answer:
        self.requests[request.method] += 1
        return self.answer_with


# botocore leaves the connection of an answer that it cannot read to the garbage collector, which is called below
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("name", provider_names())
def test_no_cloud_is_followed_elsewhere(name: str, status: int) -> None:
    elsewhere = Redirecting()
    with CloudServer(elsewhere) as target:
        cloud = Redirecting(Answer(status, b"", {"Location": f"{target.url}/elsewhere"}))
        with CloudServer(cloud) as server:
            session = get_provider(name).connect(Connection(1, KEYS, server.url), sleep=lambda seconds: None)
            with pytest.raises(TaskError):
                session.regions()
    del session
    gc.collect()
    assert cloud.requests.total() >= 1
    assert not elsewhere.requests
