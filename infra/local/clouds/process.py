"""A fake cloud as a process of its own: its options, and its life."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Callable, Iterable
from itertools import count
from typing import Protocol, TypeVar

from infra.local.clouds.inventory import Inventory
from infra.local.clouds.server import CloudServer, FakeCloud


class Key(Protocol):
    @property
    def access_key_id(self) -> str: ...

    @property
    def access_key_secret(self) -> str: ...


K = TypeVar("K", bound=Key)
K_contra = TypeVar("K_contra", bound=Key, contravariant=True)


class MakeCloud(Protocol[K_contra]):
    def __call__(
        self, inventory: Inventory, *, keys: Iterable[K_contra], calls_per_second: float, latency: float
    ) -> FakeCloud: ...


class Generate(Protocol):
    def __call__(self, instances: int, *, seed: int) -> Inventory: ...


class Live(Protocol):
    """Lets something happen in a cloud; ``turn`` counts how often it has."""

    def __call__(self, inventory: Inventory, turn: int) -> None: ...


def _sleep(inventory: Inventory, turn: int) -> None:
    """Nothing happens."""


def serve(
    name: str,
    make: MakeCloud[K],
    generate: Generate,
    key: Callable[[str, str], K],
    *,
    default: K,
    rate: float,
    live: Live = _sleep,
) -> None:
    """Serve the cloud that the command line describes until told to stop; print ``listening on HOST:PORT`` when ready.

    ``default`` is the key that is accepted and ``rate`` the limit, unless others are asked for.
    """
    parser = argparse.ArgumentParser(prog=f"python -m infra.local.clouds.{name}", description=f"Serves a fake {name}.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--instances", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency", type=float, default=0, help="seconds that every answer takes")
    parser.add_argument("--rate", type=float, default=rate, help="calls a second per key, region and action; 0: any")
    parser.add_argument("--access-key-id", default=default.access_key_id)
    parser.add_argument("--access-key-secret", default=default.access_key_secret)
    parser.add_argument("--live", type=float, default=0, help="seconds from one change by itself to the next; 0: none")
    chosen = parser.parse_args()

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    inventory = generate(chosen.instances, seed=chosen.seed)
    cloud = make(
        inventory,
        keys=[key(chosen.access_key_id, chosen.access_key_secret)],
        calls_per_second=chosen.rate,
        latency=chosen.latency,
    )
    with CloudServer(cloud, host=chosen.host, port=chosen.port) as server:
        print(f"listening on {server.address}", flush=True)
        turns = count()
        while not stop.wait(chosen.live or None):
            live(inventory, next(turns))
