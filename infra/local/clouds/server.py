"""The HTTP side that all fake clouds share: a loopback server."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

import orjson

from infra.local.clouds.control import Controlled, control

_Connection = socket.socket | tuple[bytes, socket.socket]


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a client. Header names are in lower case; ``query`` is as it came, still encoded."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """``after`` seconds are let pass first; ``dropped`` closes the connection in place of an answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json;charset=utf-8"})
    after: float = 0
    dropped: bool = False

    @classmethod
    def json(cls, value: Any, *, status: int = 200) -> Answer:
        return cls(status, orjson.dumps(value))


class FakeCloud(Controlled, Protocol):
    """What the server serves. ``requests`` counts by whatever the cloud calls an action."""

    def answer(self, request: Request) -> Answer: ...


class CloudServer:
    """Serves a fake cloud on loopback from threads of this process, as a context manager. ``port`` 0 takes a free one.

    Clients meet the cloud's own protocol on every path but those of ``infra.local.clouds.control``.
    """

    def __init__(self, cloud: FakeCloud, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._stopping = threading.Event()
        self._server = _Server((host, port), _handler(cloud, self._stopping))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def address(self) -> str:
        """``host:port``."""
        host, port = self._server.server_address[:2]
        return f"{host if isinstance(host, str) else host.decode()}:{port}"

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server.hang_up()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def process_request(self, request: _Connection, client_address: Any) -> None:
        if isinstance(request, socket.socket):
            with self._lock:
                self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: _Connection) -> None:
        if isinstance(request, socket.socket):
            with self._lock:
                self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that clients keep alive: a stopped cloud answers nobody."""
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


def _handler(cloud: FakeCloud, stopping: threading.Event) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1
        timeout = 60

        def _serve(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if told := control(cloud, self.command, url.path, body):
                answer = Answer.json(told[1], status=told[0])
            else:
                headers = {name.lower(): value for name, value in self.headers.items()}
                answer = cloud.answer(Request(self.command, url.path, url.query, headers, body))
            if answer.after:
                stopping.wait(answer.after)
            if answer.dropped:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815 the base class looks for these names

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:  # the client gave up waiting
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name is the base class's
            pass

    return Handler
