"""The fake AWS cloud to take inventory of: ``python -m infra.local.clouds.aws --port N``.

Prints ``listening on 127.0.0.1:PORT`` and ends on SIGTERM. Accepts any credentials. The inventory takes seconds to
make, and is when the first request comes: a stack that takes no inventory of AWS is spared it.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from moto.backends import get_backend
from moto.moto_api._internal import mock_random
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from infra.local import service_models
from infra.local.clouds.aws_answers import AwsAnswers
from infra.local.clouds.aws_faults import AwsFaults
from infra.local.clouds.aws_inventory import ACCOUNT, REGIONS, seed
from infra.local.clouds.aws_services import clear, same_chances

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HOST = "127.0.0.1"
SEED = 42
FOREIGN_IMAGES = "MOTO_EC2_LOAD_DEFAULT_AMIS"


class FakeAws:
    """A running server. moto keeps one state for each process: all servers in it show the same inventory.

    ``faults`` may be ordered while it serves; access keys whose ids are ``revoked`` are refused. ``prepare`` is called
    once, before the first request is answered.
    """

    def __init__(self, port: int, prepare: Callable[[], None] | None = None) -> None:
        account = AwsAnswers(DomainDispatcherApplication(create_backend_app), REGIONS)
        app = AwsFaults(account if prepare is None else _Prepared(account, prepare))
        self.faults = app.book
        self.revoked = app.revoked
        self._server = make_server(HOST, port, app, threaded=True, request_handler=MotoRequestHandler)
        self._thread = threading.Thread(target=self._server.serve_forever, name="fake-aws", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"{HOST}:{self._server.server_port}"

    @property
    def endpoint(self) -> str:
        return f"http://{self.address}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Prepared:
    """An application that ``prepare`` makes ready when the first request comes; all others wait for it, too."""

    def __init__(self, inner: WSGIApplication, prepare: Callable[[], None]) -> None:
        self._inner = inner
        self._prepare: Callable[[], None] | None = prepare
        self._preparing = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._preparing:
            if self._prepare is not None:
                self._prepare()
                self._prepare = None
        return self._inner(environ, start_response)


def start(port: int = 0) -> FakeAws:
    """Start with the demo inventory and nothing else, whatever ran in this process before. Port 0 is any free one."""
    take_stock()
    return FakeAws(port)


def take_stock() -> None:
    """Make the demo inventory anew. Leaves the rest of moto (the queues of a test, say) as it is."""
    drawn = mock_random.getstate()
    cloud = FakeAws(0)  # of its own, on which no fault is ordered
    try:
        with _without_foreign_images(), same_chances(SEED):
            get_backend("ec2").clear()
            clear(ACCOUNT)
            mock_random.seed(SEED)
            seed(cloud.endpoint)
    finally:
        cloud.stop()
        mock_random.setstate(drawn)


@contextlib.contextmanager
def _without_foreign_images() -> Iterator[None]:
    """moto makes the images of other accounts, thousands with their snapshots, of each region that is first used."""
    before = os.environ.get(FOREIGN_IMAGES)
    os.environ[FOREIGN_IMAGES] = "false"
    try:
        yield
    finally:
        if before is None:
            del os.environ[FOREIGN_IMAGES]
        else:
            os.environ[FOREIGN_IMAGES] = before


def main() -> None:
    parser = argparse.ArgumentParser(description="A fake AWS cloud with a demo inventory")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    arguments = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    service_models.share()
    cloud = FakeAws(arguments.port, prepare=take_stock)
    print(f"listening on {cloud.address}", flush=True)
    signal.sigwait(ends)
    cloud.stop()


if __name__ == "__main__":
    main()
