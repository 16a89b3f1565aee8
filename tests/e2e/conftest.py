"""The one-machine stack, driven over HTTP as a user does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from infra.local.stack import Stack
from tests.support.conditions import eventually
from tests.support.stack import stack_config

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

    def sync(self, provider: str) -> str:
        """Submit a sync of the provider's servers; answers the task id."""
        return str(self.post("/tasks/sync-assets", {"provider": provider, "asset_types": ["ecs"]})["task_id"])

    def task(self, task_id: str) -> dict[str, Any]:
        return dict(self.get(f"/tasks/{task_id}"))

    def in_the_midst(self, task_id: str) -> dict[str, Any]:
        """Wait until the task is some way through; answers it."""
        eventually(lambda: (task := self.task(task_id))["progress"] > 0 or task["status"] in ENDED, within=30)
        task = self.task(task_id)
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
    with Stack(stack_config(tmp_path_factory.mktemp("stack"), cloud_latency=0.05)) as running:
        yield running


@pytest.fixture
def client(stack: Stack) -> Iterator[Client]:
    opened = Client(stack.url)
    yield opened
    opened.close()
