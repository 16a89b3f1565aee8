"""A first and an unchanged sync of 5,000 fake instances: ``python -m bench.sync [INSTANCES]``.

Times are shown as ratios to a raw ``bulk_write`` of the same documents; memory is the peak of this process, which
runs the sync as a worker does, with the store and the cloud in processes of their own.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pymongo import InsertOne, MongoClient

from chalicelib.assets.model import Scope
from chalicelib.assets.reconcile import Reconciler, Run
from chalicelib.assets.result import ScopeResult
from chalicelib.assets.scopes import ScopeStore
from chalicelib.assets.store import AssetStore
from chalicelib.clock import utc_now
from chalicelib.providers import get_provider
from chalicelib.providers.base import Connection, Credentials
from infra.local import mongodb
from infra.local.clouds.aliyun import DEFAULT_KEY
from infra.local.processes import Child
from tests.support.commands import CommandCounter

BATCH = 100


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    instances = sys.argv[1] if len(sys.argv) > 1 else "5000"
    with tempfile.TemporaryDirectory() as folder:
        server, uri = mongodb.start(Path(folder) / "mongodb")
        fake = Child(
            "aliyun",
            [sys.executable, "-m", "infra.local.clouds.aliyun", "--port", "0", "--instances", instances],
            log=Path(folder) / "aliyun.log",
        )
        address = fake.wait_for_line(r"listening on (\S+)", within=30)[1]
        counter = CommandCounter()
        with MongoClient[dict[str, Any]](uri, tz_aware=True, event_listeners=[counter]) as client:
            measure(client, f"http://{address}", counter)
        fake.stop()
        server.stop()


def measure(client: MongoClient[dict[str, Any]], endpoint: str, counter: CommandCounter) -> None:
    store = AssetStore(client["bench"]["assets"])
    store.ensure_indexes()
    secrets = {
        "access_key_id": DEFAULT_KEY.access_key_id,
        "access_key_secret": DEFAULT_KEY.access_key_secret,
    }
    cloud = get_provider("aliyun").connect(Connection(1, Credentials(secrets), endpoint))
    regions = cloud.regions()

    def sync(task_id: str) -> tuple[float, list[ScopeResult]]:
        counter.sent.clear()
        start = time.perf_counter()
        reconciler = Reconciler(store, ScopeStore(client["bench"]["scopes"]), clock=utc_now)
        results = [
            reconciler.reconcile(
                Scope("default", "aliyun", 1, region, "ecs"),
                lambda start, region=region: cloud.pages(region, "ecs", start=start),  # type: ignore[misc]
                Run(task_id),
            )
            for region in regions
        ]
        return time.perf_counter() - start, [result for result in results if isinstance(result, ScopeResult)]

    before = peak_mib()
    first, results = sync("first")
    total = sum(result.total for result in results)
    print(f"first sync:     {total} assets, {sum(result.added for result in results)} added, {first:.2f} s")
    second, results = sync("second")
    unchanged = sum(result.unchanged for result in results)
    print(f"unchanged sync: {unchanged} unchanged, {counter.writes_to('assets')} asset writes, {second:.2f} s")
    print(f"peak memory:    {peak_mib():.0f} MiB ({before:.0f} MiB before the first sync)")

    documents = list(client["bench"]["assets"].find())
    raw = client["bench"]["raw"]
    AssetStore(raw).ensure_indexes()
    start = time.perf_counter()
    for at in range(0, len(documents), BATCH):
        raw.bulk_write([InsertOne(document) for document in documents[at : at + BATCH]], ordered=False)
    floor = time.perf_counter() - start
    print(
        f"raw bulk_write of the same documents: {floor:.2f} s; first sync / raw {first / floor:.2f}, "
        f"unchanged / raw {second / floor:.2f}"
    )


if __name__ == "__main__":
    main()
