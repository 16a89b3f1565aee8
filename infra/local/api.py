"""The API on a port of this machine: Chalice's own local server in front of the very ``app`` that is deployed."""

from __future__ import annotations

import argparse
import functools
import gzip
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

from chalice.app import Chalice, Response
from chalice.config import Config
from chalice.local import (
    ChaliceRequestHandler,
    CustomLocalChalice,
    LocalDevServer,
    LocalGatewayException,
    create_local_server,
)

from chalicelib.api.endpoint import envelope, failure
from chalicelib.api.headers import beside_the_service
from chalicelib.api.limits import MOST_BODY_BYTES
from chalicelib.container import current
from chalicelib.errors import ApiError, BodyTooLarge, InvalidRequest, NotFound
from chalicelib.settings import cors_origin
from infra.local.gateway import Gateway
from infra.local.origin import foreign
from infra.migrations.runner import migrate

STOP_SECONDS = 5
BACKLOG = 128
COMPRESSED_FROM = 1024
"""Bytes; ``minimum_compression_size`` of .chalice/config.json is the deployed gateway's."""
GATEWAY_BODY_BYTES = 10 * 1024 * 1024
"""What API Gateway passes on."""
LENGTH_DIGITS = 12

# What Chalice's stand-in for API Gateway says of a path that no route has.
NO_ROUTE = (403, "UnauthorizedException")


class InFlight:
    """Counts the requests that are being answered."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        with self._changed:
            self._count += 1
        try:
            yield
        finally:
            with self._changed:
                self._count -= 1
                self._changed.notify_all()

    def wait_for_none(self, within: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._count == 0, within)


class Handler(ChaliceRequestHandler):
    """Answers as the deployed gateway does where Chalice's local server does not."""

    wbufsize = -1  # with the next: keep-alive requests do not wait 40 ms for each other's acknowledgements
    disable_nagle_algorithm = True

    def __init__(self, *args: Any, gateway: Gateway, in_flight: InFlight) -> None:
        self.local_gateway = gateway
        self._in_flight = in_flight
        BaseHTTPRequestHandler.__init__(self, *args)  # past Chalice's, which makes a gateway for each connection

    def serve(self) -> None:
        with self._in_flight.one():
            if problem := _unreadable(self.headers):
                self.close_connection = True
                self._send(failure(problem))
            elif (stranger := foreign(self.headers, trusted=cors_origin())) and _everybody_is_let_in():
                self._parse_payload()  # what follows on the connection is the next request
                self._send(failure(stranger))
            else:
                self._generic_handle()

    def __getattr__(self, name: str) -> Any:
        """Any method is served: of one that a route does not have, the app says which it has."""
        if name.startswith("do_"):
            return self.serve
        raise AttributeError(name)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_PATCH = do_OPTIONS = serve  # noqa: N815

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What is wrong before there is a request to route, such as a malformed line."""
        self.close_connection = True
        self._send(envelope(code * 100, message or explain or f"HTTP {code}", None, status=code))

    def _send_error_response(self, error: LocalGatewayException) -> None:
        if (error.CODE, error.headers.get("x-amzn-ErrorType")) == NO_ROUTE:
            self._send(failure(NotFound(f"nothing is at {self.path.split('?')[0][:200]}")))
        else:
            super()._send_error_response(error)

    def _send(self, response: Response) -> None:
        headers = beside_the_service(cors_origin()) | response.headers
        self._send_http_response(response.status_code, dict(headers), response.body)

    def _send_http_response_with_body(self, code: int, headers: dict[str, Any], body: str | bytes) -> None:
        body = body.encode() if isinstance(body, str) else body
        if len(body) >= COMPRESSED_FROM and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, compresslevel=6, mtime=0)
            headers = {**headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        if getattr(self, "command", None) != "HEAD":
            super()._send_http_response_with_body(code, headers, body)
            return
        self.send_response(code)
        self._send_headers({"Content-Length": str(len(body)), **headers})


def _everybody_is_let_in() -> bool:
    return current().settings.authentication == "off"


def _unreadable(headers: Mapping[str, str]) -> ApiError | None:
    """What is wrong with how the body is announced. It must not be read then."""
    length = headers.get("Content-Length", "0")
    if "Transfer-Encoding" in headers or not (length.isascii() and length.isdigit()):
        return InvalidRequest("invalid request: send the body whole, with its length in the header Content-Length")
    if len(length) > LENGTH_DIGITS or int(length) > GATEWAY_BODY_BYTES:
        return BodyTooLarge(f"the body is too large: send at most {MOST_BODY_BYTES} bytes")
    return None


def serve(app: Chalice, port: int, *, host: str = "127.0.0.1") -> tuple[LocalDevServer, InFlight]:
    """A server of ``app`` that is bound but does not answer yet."""
    config = Config(chalice_stage="local", user_provided_params={"chalice_app": app})
    if isinstance(app, CustomLocalChalice):  # it makes the app one of its own, which it can do but once
        local = LocalDevServer(app, config, host, port)
    else:
        local = create_local_server(app, config, host, port)
    in_flight = InFlight()
    handler: type[BaseHTTPRequestHandler] | functools.partial[Handler] = functools.partial(
        Handler, gateway=Gateway(app, config), in_flight=in_flight
    )
    local.server.RequestHandlerClass = handler
    local.server.socket.listen(BACKLOG)
    return local, in_flight


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.local.api", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    from app import app  # noqa: PLC0415 - after the signals: importing takes a while

    migrate(current().database)
    local, in_flight = serve(app, port)
    thread = threading.Thread(target=local.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    print(f"listening on 127.0.0.1:{port}", flush=True)
    stop.wait()
    local.server.shutdown()
    local.server.socket.close()
    in_flight.wait_for_none(STOP_SECONDS)
    current().close()


if __name__ == "__main__":
    main()
