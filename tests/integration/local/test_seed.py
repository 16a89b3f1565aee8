"""The demo accounts are made as soon as the service is ready."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from infra.local.config import CLOUDS, Config, load
from infra.local.seed import ACCOUNTS_PATH, SeedFailed, seed


@dataclass
class Service:
    """``unready`` is how many requests are answered 503 before the others are answered ``status``."""

    unready: int
    status: int = 201
    config: Config = field(default_factory=lambda: load({}))
    asked: list[str] = field(default_factory=list)

    def answer(self, method: str, path: str) -> int:
        self.asked.append(f"{method} {path}")
        if len(self.asked) <= self.unready:
            return 503
        return self.status if method == "POST" else 200


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            status = service.answer(self.command, self.path)
            self.send_response(status)
            if status == 503:
                self.send_header("Retry-After", "0")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_PUT = _serve  # noqa: N815 - the base class looks for these names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        service.config = load({"PORT": str(server.server_port)})
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()


def test_a_service_that_is_not_ready_is_asked_again() -> None:
    with serving(Service(unready=3)) as service:
        seed(service.config)
    assert service.asked == [f"POST {ACCOUNTS_PATH}"] * (3 + len(CLOUDS))


def test_an_account_that_exists_is_told_again_where_its_cloud_is() -> None:
    with serving(Service(unready=1, status=409)) as service:
        seed(service.config)
    assert service.asked[1:3] == [f"POST {ACCOUNTS_PATH}", f"PUT {ACCOUNTS_PATH}/123"]
    assert len(service.asked) == 1 + 2 * len(CLOUDS)


def test_a_service_that_never_gets_ready_is_given_up() -> None:
    with serving(Service(unready=1_000_000)) as service, pytest.raises(SeedFailed, match="demo account 123: HTTP 503"):
        seed(service.config, patience=0.05)
    assert len(service.asked) > 1
