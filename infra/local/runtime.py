"""Lambda's Runtime API for one function process: the HTTP interface that the runtime client inside it speaks.

The process asks for its next invocation (a long poll) and posts what came of it. One server serves one process, so
that a question left over from a dead process can never swallow an invocation.
"""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

VERSION = "/2018-06-01/runtime"
_OUTCOME = re.compile(rf"{VERSION}/invocation/([^/]+)/(response|error)")


@dataclass(frozen=True)
class Invocation:
    """``deadline`` is in seconds since the epoch; ``event`` is JSON."""

    request_id: str
    event: bytes
    deadline: float
    function_arn: str


@dataclass(frozen=True)
class Returned:
    """The handler returned this JSON."""

    body: bytes


@dataclass(frozen=True)
class Raised:
    """The handler, or importing it, raised."""

    message: str


@dataclass(frozen=True)
class Ended:
    """The process is gone."""

    why: str


Outcome = Returned | Raised | Ended


class RuntimeApi:
    """Hands one process its invocations, one at a time."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._asked = False
        self._pending: Invocation | None = None
        self._current: Invocation | None = None
        self._outcome: Outcome | None = None
        self._ended: Ended | None = None
        self._init_error: str | None = None
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.2,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def wait_ready(self, within: float) -> Ended | None:
        """Wait until the process asks for work. Answers why it never will, if so."""
        with self._changed:
            self._changed.wait_for(lambda: self._asked or self._ended, within)
            if self._asked:
                return None
            return Ended(self._init_error or (self._ended.why if self._ended else f"not ready within {within:g} s"))

    def invoke(self, invocation: Invocation) -> Outcome | None:
        """Give the process an event and wait for what comes of it; None when the deadline passes first."""
        with self._changed:
            self._outcome = None
            self._pending = self._current = invocation
            self._changed.notify_all()
            left = invocation.deadline - time.time()
            self._changed.wait_for(lambda: self._outcome or self._ended, left)
            self._pending = self._current = None
            return self._what_came()

    def _what_came(self) -> Outcome | None:
        return self._outcome or self._ended

    def process_ended(self, why: str) -> None:
        """Say that the process is gone: whoever waits for it stops waiting."""
        with self._changed:
            self._ended = Ended(why)
            self._changed.notify_all()

    def close(self) -> None:
        self.process_ended("closed")
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # --- asked by the process, over HTTP ------------------------------------------------------------------------

    def next_invocation(self) -> Invocation | None:
        with self._changed:
            self._asked = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._pending or self._ended)
            taken, self._pending = self._pending, None
            return taken if self._ended is None else None

    def settle(self, request_id: str, outcome: Outcome) -> bool:
        """Whether the invocation was still waited for."""
        with self._changed:
            if self._current is None or self._current.request_id != request_id or self._outcome:
                return False
            self._outcome = outcome
            self._changed.notify_all()
            return True

    def init_failed(self, message: str) -> None:
        with self._changed:
            self._init_error = message


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, api: RuntimeApi) -> None:
        self.api = api
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, *_: object) -> None:
        """A process that was killed breaks its connection off; whoever waits for it hears of its death."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # with the next: an answer is one packet, and is not held back for an acknowledgement
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        if self.path != f"{VERSION}/invocation/next":
            self._answer(HTTPStatus.NOT_FOUND)
            return
        invocation = self.server.api.next_invocation()
        if invocation is None:
            self.close_connection = True
            return
        self._answer(
            HTTPStatus.OK,
            invocation.event,
            {
                "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
                "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
                "Lambda-Runtime-Trace-Id": _trace_id(invocation.request_id),
            },
        )

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        api = self.server.api
        if self.path == f"{VERSION}/init/error":
            api.init_failed(_message(body))
            self._answer(HTTPStatus.ACCEPTED)
        elif found := _OUTCOME.fullmatch(self.path):
            outcome: Outcome = Returned(body) if found[2] == "response" else Raised(_message(body))
            self._answer(HTTPStatus.ACCEPTED if api.settle(found[1], outcome) else HTTPStatus.BAD_REQUEST)
        else:
            self._answer(HTTPStatus.NOT_FOUND)

    def _answer(self, status: HTTPStatus, body: bytes = b"{}", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The process logs its own work."""


def _message(body: bytes) -> str:
    try:
        error = json.loads(body)
        return f"{error['errorType']}: {error['errorMessage']}"
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace")


def _trace_id(request_id: str) -> str:
    digits = request_id.replace("-", "")
    return f"Root=1-{int(time.time()):08x}-{digits[:24]};Parent={digits[:16]};Sampled=0"
