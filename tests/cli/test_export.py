"""Fetching an exported file from a store that misbehaves. That it works is told end to end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.clouds.server import Answer, CloudServer, Request
from tests.cli.conftest import Cam, Elsewhere

TASK: dict[str, Any] = {
    "id": "01a2076b-4400-7d34-9264-bb35c265dd95",
    "type": "export_assets",
    "status": "completed",
    "progress": 100,
    "message": "",
    "error": "",
    "duration": 1.0,
    "timeline": [],
}


class Store(Elsewhere):
    """A service with one exported file, and the store that the link to it leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.url = ""
        self.file = Answer(body=b"id,name\r\n", headers={"Content-Type": "text/csv"})
        self.keys: dict[str, str | None] = {}
        self.asked: dict[str, Any] = {}

    def answer(self, request: Request) -> Answer:
        self.keys[request.path] = request.headers.get("authorization")
        if request.path == "/file":
            return self.file
        if request.method == "POST":
            self.asked = json.loads(request.body)
        result = {"url": f"{self.url}/file?X-Amz-Signature=s3cret", "bytes": 9, "count": 0}
        return Answer.json({"code": 0, "msg": "success", "data": TASK | {"result": result, "task_id": TASK["id"]}})


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store()
    with CloudServer(made) as server:
        made.url = server.url
        yield made


@pytest.fixture
def export(store: Store, home: dict[str, str]) -> Cam:
    return Cam(home | {"CAM_URL": store.url, "CAM_API_KEY": "cam_0_k"})


@pytest.fixture
def target(tmp_path: Path) -> Path:
    file = tmp_path / "assets.csv"
    file.write_text("before")
    return file


def test_the_key_of_the_service_does_not_go_to_the_store(export: Cam, store: Store, target: Path) -> None:
    export.done("export", "-o", target, "--task", TASK["id"])
    assert target.read_bytes() == b"id,name\r\n"
    assert store.keys == {f"/api/v1/cam/tasks/{TASK['id']}": "Bearer cam_0_k", "/file": None}


def test_an_export_takes_the_filters_of_a_search(export: Cam, store: Store, target: Path) -> None:
    words = {"name": "web", "native_id": "i-1", "ip": "10.0.0.1", "refers_to": "vpc-1", "status": "Running"}
    options = [part for name, value in words.items() for part in (f"--{name.replace('_', '-')}", value)]
    export.done("export", "-o", target, *options, "--changed-since", "2026-11-23T08:00Z", "--deleted")
    since = store.asked.pop("changed_since")
    assert since.startswith("2026-11-23T08:00")
    assert store.asked == words | {"deleted": True, "format": "csv"}


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (Answer(status=403), 1, "no longer good"),
        (Answer(status=500), 1, "HTTP 500"),
        (Answer(body=b"id,n"), 5, "broke off after 4 of 9 bytes"),
    ],
)
def test_a_download_that_fails_leaves_the_file_as_it_was_and_never_tells_the_link(
    export: Cam, store: Store, target: Path, answer: Answer, status: int, said: str
) -> None:
    store.file = answer
    ended = export("export", "-o", target, "--task", TASK["id"])
    assert ended.status == status
    assert said in ended.err
    assert "s3cret" not in ended.out + ended.err
    assert target.read_text() == "before"
    assert [file.name for file in target.parent.iterdir() if file.is_file()] == [target.name]


def test_where_nothing_can_be_written_nothing_is_asked_for(nowhere: Cam, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "no" / "file.csv"):
        assert nowhere("export", "-o", place).status == 2
