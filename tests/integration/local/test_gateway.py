"""The local API with authentication on, over HTTP: refusals are in the envelope, as deployed."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx
import pytest
from pymongo.database import Database

from chalicelib import container
from chalicelib.access.roles import Role
from chalicelib.api.authorizer import NOT_CHECKED, NOTHING_SHOWN
from chalicelib.api.callers import NewKey
from chalicelib.settings import load
from infra import keys
from infra.local.api import serve

QUEUES = {f"CAM_QUEUE_{lane}_URL": "http://127.0.0.1:9/1/q" for lane in ("HIGH", "NORMAL", "LOW")}


@pytest.fixture
def environment(mongodb_uri: str, database: Database[dict[str, object]]) -> dict[str, str]:
    return {
        **QUEUES,
        "CAM_MONGODB_URI": mongodb_uri,
        "CAM_MONGODB_DATABASE": database.name,
        "CAM_AUTHENTICATION": "keys",
    }


@pytest.fixture
def installed(environment: dict[str, str]) -> Iterator[container.Container]:
    made = container.Container(load(environment))
    container.install(made)
    yield made
    container.install(None)
    made.close()


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    """Chalice makes an app local once and for all: all tests share the server."""
    from app import app  # noqa: PLC0415

    local, _ = serve(app, 0)
    thread = threading.Thread(target=local.server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{local.server.server_address[1]}/api/v1/cam"
    local.server.shutdown()
    thread.join()
    local.server.server_close()


@pytest.fixture
def client(base: str, installed: container.Container) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=base, trust_env=False) as client:
        yield client


def test_whoever_shows_nothing_is_told_what_to_show(client: httpx.Client) -> None:
    answer = client.get("/tasks")
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/json")
    assert answer.json() == {"code": 40100, "msg": NOTHING_SHOWN, "data": None}


def test_a_key_of_the_command_opens_and_an_unknown_one_does_not(
    client: httpx.Client, environment: dict[str, str]
) -> None:
    key = keys.mint(environment, "blue", NewKey(name="first", role=Role.ADMIN))
    for _ in range(2):  # the second comes over the same connection, from what the gateway remembers
        known = client.get("/whoami", headers={"Authorization": f"Bearer {key}"})
        assert (known.status_code, known.json()["data"]["tenant"]) == (200, "blue")
    rows = client.get("/audit", headers={"Authorization": f"Bearer {key}"}).json()["data"]["rows"]
    assert [(row["operation"], row["subject"]) for row in rows] == [("create_key", "make key")]
    refused = client.get("/whoami", headers={"Authorization": f"Bearer {key[:-1]}?"})
    assert (refused.status_code, refused.json()["code"]) == (401, 40100)


def test_an_authorizer_that_fails_answers_503(client: httpx.Client, installed: container.Container) -> None:
    installed.mongo.close()
    answer = client.get("/whoami", headers={"Authorization": f"Bearer cam_0123456789abcdef_{'A' * 43}"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json() == {"code": 50300, "msg": NOT_CHECKED, "data": None}


def test_a_path_that_is_not_there_needs_no_key(client: httpx.Client) -> None:
    assert client.get("/nothing").status_code == 404
    assert client.get("/health").status_code == 200
