"""The one-machine stack, driven over HTTP as a user does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import pytest

from infra.local.stack import Stack
from tests.support.conditions import eventually
from tests.support.stack import stack_config

INSTANCES = 1500
"""Of the fake Aliyun: so many that a region has several pages."""
HELD_SECONDS = 8
MOST_PAGES = 60
ENDED = {"completed", "failed", "cancelled"}


class Client:
    """The API as its users see it: every answer is an envelope, whose data is what counts."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=f"{url}/api/v1/cam", timeout=15, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, **query: Any) -> Any:
        return self._data(self._http.get(path, params=query))

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self._data(self._http.post(path, json=body))

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._data(self._http.put(path, json=body))

    def sync(self, provider: str, *regions: str) -> str:
        """Submit a sync of the provider's servers in all regions, or in these; answers the task id."""
        body = {"provider": provider, "asset_types": ["ecs"]} | ({"regions": regions} if regions else {})
        return str(self.post("/tasks/sync-assets", body)["task_id"])

    def task(self, task_id: str) -> dict[str, Any]:
        return dict(self.get(f"/tasks/{task_id}"))

    def in_the_midst(self, task_id: str) -> dict[str, Any]:
        """Wait until the task is some way through; answers it. With ``holding_cloud`` it stays there."""

        def moved() -> dict[str, Any] | None:
            task = self.task(task_id)
            return task if task["progress"] > 0 or task["status"] in ENDED else None

        task = eventually(moved, within=30)
        assert task is not None
        assert task["status"] == "running", task
        return task

    def ended(self, task_id: str, *, within: float = 60) -> dict[str, Any]:
        eventually(lambda: self.task(task_id)["status"] in ENDED, within=within, every=0.1)
        return self.task(task_id)

    def is_ready(self) -> bool:
        try:
            return self._http.get("/ready").is_success
        except httpx.TransportError:
            return False

    def _data(self, answer: httpx.Response) -> Any:
        assert answer.is_success, answer.text
        envelope = answer.json()
        assert (envelope["code"], envelope["msg"]) == (0, "success")
        return envelope["data"]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(stack_config(tmp_path_factory.mktemp("stack"), instances=INSTANCES)) as running:
        yield running


@pytest.fixture
def holding_cloud(stack: Stack) -> Iterator[Callable[[], None]]:
    """The fake Aliyun has callers wait for every page after the first, until it is let go or the test ends: a sync that
    is running stays so, however slow the test is. Those that wait do so for ``HELD_SECONDS`` at the most after that.
    """
    wait = {"kind": "throttled", "action": "DescribeInstances", "value": HELD_SECONDS}
    with httpx.Client(base_url=f"http://127.0.0.1:{stack.config.ports['aliyun']}", trust_env=False) as cloud:

        def let_go() -> None:
            cloud.delete("/_faults").raise_for_status()

        cloud.post("/_faults", json=[wait | {"page": page} for page in range(2, MOST_PAGES)]).raise_for_status()
        yield let_go
        let_go()


@pytest.fixture
def client(stack: Stack) -> Iterator[Client]:
    opened = Client(stack.url)
    yield opened
    opened.close()
