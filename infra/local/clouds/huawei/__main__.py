"""Serves the fake huawei until it is told to stop; prints ``listening on HOST:PORT`` when it is ready."""

from __future__ import annotations

import argparse
import signal
import threading

from infra.local.clouds.huawei import DEFAULT_KEY, AccessKey, FakeHuawei, generate
from infra.local.clouds.server import CloudServer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.local.clouds.huawei", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--instances", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency", type=float, default=0, help="seconds that every answer takes")
    parser.add_argument("--rate", type=float, default=100, help="calls a second per key, region and action; 0: any")
    parser.add_argument("--access-key-id", default=DEFAULT_KEY.access_key_id)
    parser.add_argument("--access-key-secret", default=DEFAULT_KEY.access_key_secret)
    chosen = parser.parse_args()

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    cloud = FakeHuawei(
        generate(chosen.instances, seed=chosen.seed),
        keys=[AccessKey(chosen.access_key_id, chosen.access_key_secret)],
        calls_per_second=chosen.rate,
        latency=chosen.latency,
    )
    with CloudServer(cloud, host=chosen.host, port=chosen.port) as server:
        print(f"listening on {server.address}", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
