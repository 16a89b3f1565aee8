"""With authentication off, the local API answers callers on this machine, and no page that a browser got elsewhere."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo.database import Database

from chalicelib import container
from chalicelib.settings import load
from infra.local.api import serve

QUEUES = {f"CAM_QUEUE_{lane}_URL": "http://127.0.0.1:9/1/q" for lane in ("HIGH", "NORMAL", "LOW")}
BATCH = json.dumps({"tasks": []}).encode()

Environment = dict[str, str]
Answer = tuple[int, dict[str, Any]]
Call = Callable[..., Answer]


@pytest.fixture
def environment(mongodb_uri: str, database: Database[dict[str, object]]) -> Environment:
    return QUEUES | {"CAM_MONGODB_URI": mongodb_uri, "CAM_MONGODB_DATABASE": database.name}


@pytest.fixture
def installed(environment: Environment) -> Iterator[container.Container]:
    made = container.Container(load(environment))
    container.install(made)
    yield made
    container.install(None)
    made.close()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    from app import app  # noqa: PLC0415

    local, _ = serve(app, 0)
    thread = threading.Thread(target=local.server.serve_forever, args=(0.02,))
    thread.start()
    yield local.server.server_address[1]
    local.server.shutdown()
    thread.join()
    local.server.server_close()


@pytest.fixture
def call(port: int, installed: container.Container) -> Iterator[Call]:
    """Sends just the headers given, all on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def call(method: str, path: str, *headers: tuple[str, str], body: bytes = b"") -> Answer:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    yield call
    connection.close()


HERE = ("localhost", "127.0.0.1", "[::1]", "LOCALHOST")
WHOAMI, BATCHES = "/api/v1/cam/whoami", "/api/v1/cam/tasks/batch"


@pytest.mark.parametrize("name", HERE)
def test_this_machines_names_are_answered_at_any_port_and_from_their_own_pages(call: Call, name: str) -> None:
    for host in (name, f"{name}:8001", f"{name}:65535"):
        assert call("GET", WHOAMI, ("Host", host))[0] == 200
        assert call("GET", WHOAMI, ("Host", host), ("Origin", f"http://{host}"))[0] == 200


def test_a_body_without_a_content_type_is_taken_as_json_of_what_is_no_page(call: Call) -> None:
    assert call("POST", BATCHES, ("Host", "localhost:8001"), body=BATCH)[1]["code"] == 40000


@pytest.mark.parametrize(
    "host",
    [
        *("evil.test", "evil.test:8001", "localhost.evil.test", "127.0.0.1.evil.test", "evil.test/localhost"),
        *("localhost:8001@evil.test", "127.0.0.2", "0.0.0.0", "[::]", "::1", "localhost:", "localhost:8001x", "", " "),
    ],
)
def test_another_name_of_this_machine_is_refused(call: Call, host: str) -> None:
    for path in (WHOAMI, "/metrics", "/nothing"):
        status, answer = call("GET", path, ("Host", host))
        assert (status, answer["code"], answer["data"]) == (403, 40301, None)
        assert "localhost or 127.0.0.1" in answer["msg"]


def test_a_request_without_a_host_or_with_two_is_refused(call: Call) -> None:
    assert call("GET", WHOAMI)[0] == 403
    assert call("GET", WHOAMI, ("Host", "localhost"), ("Host", "evil.test"))[0] == 403


@pytest.mark.parametrize(
    "origin",
    [
        *("http://evil.test", "https://evil.test:8001", "null", "", "http://[", "file://", "localhost:8001"),
        *("http://localhost", "http://localhost:8002", "http://127.0.0.1:8001", "http://localhost:8001.evil.test"),
    ],
)
def test_a_page_of_another_origin_changes_nothing_whatever_type_its_body_has(
    call: Call, installed: container.Container, origin: str
) -> None:
    body = json.dumps({"name": "mine", "role": "admin"}).encode()
    types = [("Content-Type", kind) for kind in ("application/json", "text/plain", "multipart/form-data")]
    for kind in ([], *([one] for one in types)):
        sent = (("Host", "localhost:8001"), ("Origin", origin), *kind)
        status, answer = call("POST", "/api/v1/cam/keys", *sent, body=body)
        assert (status, answer["code"]) == (403, 40301)
        assert "evil" not in answer["msg"]
    assert installed.keys.list("default") == []


def test_the_connection_goes_on_behind_a_refusal(call: Call) -> None:
    smuggled = b"GET /api/v1/cam/whoami HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert call("POST", BATCHES, ("Host", "evil.test"), body=smuggled)[0] == 403
    assert call("GET", "/api/v1/cam/health", ("Host", "localhost"))[1]["data"] == {"status": "alive"}


def test_the_one_origin_that_a_setting_names_is_let_in(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAM_CORS_ORIGIN", "http://localhost:5173")
    answers = [
        call("GET", WHOAMI, ("Host", "localhost:8001"), ("Origin", f"http://localhost:{port}"))[0]
        for port in (5173, 5174)
    ]
    assert answers == [200, 403]


@pytest.mark.parametrize("headers", [(), (("Host", "evil.test"),), (("Host", "api"), ("Origin", "http://evil.test"))])
def test_with_authentication_on_the_key_decides_and_not_the_name(
    port: int, environment: Environment, headers: tuple[tuple[str, str], ...]
) -> None:
    made = container.Container(load(environment | {"CAM_AUTHENTICATION": "keys"}))
    container.install(made)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest("GET", WHOAMI, skip_host=True)
    for header in headers:
        connection.putheader(*header)
    connection.endheaders()
    assert connection.getresponse().status == 401
    connection.close()
    container.install(None)
    made.close()
