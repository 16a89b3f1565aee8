"""The local API server, where it differs from the one that Chalice brings."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
from chalice.app import Chalice

from infra.local.api import serve

LONG = "the same again. " * 200


@pytest.fixture
def base() -> Iterator[str]:
    tiny = Chalice("tiny")

    @tiny.route("/things/{name}")
    def thing(name: str) -> dict[str, str]:
        return {"name": name}

    @tiny.route("/long")
    def long() -> str:
        return LONG

    local, _ = serve(tiny, 0)
    thread = threading.Thread(target=local.server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{local.server.server_address[1]}"
    local.server.shutdown()
    thread.join()
    local.server.server_close()


def test_a_route_answers_on_a_connection_that_is_kept(base: str) -> None:
    with httpx.Client(base_url=base) as client:
        assert [client.get(f"/things/{n}").json() for n in range(3)] == [{"name": str(n)} for n in range(3)]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}])
def test_an_address_without_a_route_answers_404_in_the_envelope(base: str, headers: dict[str, str]) -> None:
    answer = httpx.post(f"{base}/nothing/here?x=1", json={}, headers=headers)
    assert answer.status_code == 404
    assert answer.json() == {"code": 40400, "msg": "nothing is at /nothing/here", "data": None}


def test_a_method_that_nobody_has_heard_of_is_answered_by_the_app(base: str) -> None:
    answer = httpx.request("BREW", f"{base}/things/tea")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


@pytest.mark.parametrize(
    ("announced", "status"),
    [
        ("Content-Length: 99999999999999999999", 413),
        ("Content-Length: 10485761", 413),
        ("Content-Length: -1", 400),
        ("Content-Length: many", 400),
        ("Content-Length: 5\r\nTransfer-Encoding: chunked", 400),
    ],
)
def test_a_body_that_is_too_large_or_badly_announced_is_not_waited_for(base: str, announced: str, status: int) -> None:
    host, _, port = base.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"POST /things/a HTTP/1.1\r\nHost: a\r\n{announced}\r\n\r\n".encode())
        answer = connection.makefile("rb").read()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"nosniff" in head
    assert json.loads(body)["code"] == status * 100


@pytest.mark.parametrize("line", ["GET", "GET /\x00 HTTP/1.1", "\xff\xfe", "GET / HTTP/x", "GET http://[ HTTP/1.1"])
def test_a_line_that_is_no_request_is_answered_and_the_server_goes_on(base: str, line: str) -> None:
    host, _, port = base.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"{line}\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode("latin-1"))
        assert b"40" in connection.makefile("rb").read()
    assert httpx.get(f"{base}/things/a").status_code == 200


def test_what_is_long_comes_compressed_to_who_takes_it(base: str) -> None:
    plain = httpx.get(f"{base}/long", headers={"Accept-Encoding": "identity"})
    packed = httpx.get(f"{base}/long", headers={"Accept-Encoding": "gzip"})
    short = httpx.get(f"{base}/things/a", headers={"Accept-Encoding": "gzip"})
    assert plain.text == packed.text == LONG
    assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert int(packed.headers["Content-Length"]) < len(LONG) / 10
    assert "Content-Encoding" not in plain.headers
    assert "Content-Encoding" not in short.headers


def test_head_answers_without_a_body_and_leaves_the_connection_usable(base: str) -> None:
    connection = http.client.HTTPConnection(base.removeprefix("http://"))
    connection.request("HEAD", "/nothing")
    assert connection.getresponse().read() == b""
    connection.request("GET", "/things/a")
    assert connection.getresponse().read() == b'{"name":"a"}'
    connection.close()
