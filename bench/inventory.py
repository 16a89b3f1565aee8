"""A first and an unchanged sync of large accounts: ``python -m bench.inventory [--assets 100000] [--scopes 6]``.

All scopes are synced, side by side as a worker runs a batch, and their documents are then written raw to a collection
with the same indexes, as many scopes at once. A scope is a region of an account; all accounts are the same one of the
cloud, hence have the same assets. The syncs run in a process of their own, whose memory is told; so do the
store and the cloud, which is the fake aliyun over HTTP.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count, islice
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from pymongo import InsertOne, MongoClient
from pymongo.collection import Collection
from pymongo.database import Database

from bench.memory import peak_mib
from chalicelib import collector
from chalicelib.assets.model import Scope
from chalicelib.assets.reconcile import Reconciler
from chalicelib.assets.result import ScopeResult, Verdict
from chalicelib.assets.run import Run
from chalicelib.assets.scopes import ScopeStore
from chalicelib.assets.store import AssetStore
from chalicelib.clock import utc_now
from chalicelib.providers import get_provider
from chalicelib.providers.base import Cloud, Connection, Credentials
from infra.local import mongodb
from infra.local.clouds.aliyun import DEFAULT_KEY, REGIONS
from infra.local.processes import Child
from tests.support.commands import CommandCounter

DATABASE = "bench"
PAGE = 100
"""Assets on a page of the cloud, hence in a write of a first sync."""
THREADS = 10
"""Tasks that a worker runs side by side: ``CAM_BATCH_THREADS``."""
MOST_ONE_BY_ONE = 2_000
WITHIN_SECONDS = 3600
GOAL = 5
Document = dict[str, Any]


@dataclass(frozen=True)
class Synced:
    """A sync of all scopes. ``write_commands`` went to the assets; ``peak_mib`` is of the process since it began."""

    seconds: float
    cpu_seconds: float
    results: Sequence[ScopeResult]
    write_commands: int
    peak_mib: float

    def count(self, what: str) -> int:
        return sum(getattr(result, what) for result in self.results)


def sync_scopes(orders: Pipe, uri: str, endpoint: str) -> None:
    """The process that syncs: takes task ids with scopes until None comes, and answers with what it did."""
    secrets = {"access_key_id": DEFAULT_KEY.access_key_id, "access_key_secret": DEFAULT_KEY.access_key_secret}
    counter = CommandCounter()
    with MongoClient[Document](uri, tz_aware=True, event_listeners=[counter]) as client:
        store, scopes = AssetStore(client[DATABASE]["assets"]), ScopeStore(client[DATABASE]["scopes"])
        store.ensure_indexes()
        cloud = get_provider("aliyun").connect(Connection(1, Credentials(secrets), endpoint))
        cloud.regions()
        orders.send(peak_mib())
        reconciler = Reconciler(store, scopes, clock=utc_now)
        collector.relax()  # as a worker does
        while order := orders.recv():
            task_id, wanted = order
            counter.sent.clear()
            started, cpu = time.perf_counter(), time.process_time()
            with ThreadPoolExecutor(THREADS) as pool:
                run = partial(_sync, reconciler, cloud, task_id)
                results = list(pool.map(run, wanted))
            seconds = time.perf_counter() - started
            used = time.process_time() - cpu
            orders.send(Synced(seconds, used, results, counter.writes_to("assets"), peak_mib()))


def _sync(reconciler: Reconciler, cloud: Cloud, task_id: str, scope: Scope) -> ScopeResult:
    found = reconciler.reconcile(scope, lambda start: cloud.pages(scope.region, scope.type, start=start), Run(task_id))
    assert isinstance(found, ScopeResult)
    assert found.verdict is Verdict.COMPLETE, found.reason
    return found


def scopes(number: int) -> list[Scope]:
    """The regions of account 1, the largest first, then those of account 2 and so on."""
    every = ((account, region) for account in count(1) for region in REGIONS)
    return [Scope("default", "aliyun", account, region, "ecs") for account, region in islice(every, number)]


@contextmanager
def syncing(uri: str, endpoint: str) -> Iterator[Pipe]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=sync_scopes, args=(there, uri, endpoint))
    process.start()
    there.close()
    try:
        yield here
        here.send(None)
        process.join()
    finally:
        process.kill()


def instances_of(assets: int, number: int) -> int:
    """How many an account must have, for so many scopes to have ``assets`` at the least: early regions are larger."""
    return -(-assets * len(REGIONS) // number)


def asked(orders: Pipe, task_id: str, wanted: Sequence[Scope]) -> Synced:
    orders.send((task_id, wanted))
    answer = orders.recv()
    assert isinstance(answer, Synced)
    return answer


def bulk(collection: Collection[Document], documents: Sequence[Document]) -> None:
    for at in range(0, len(documents), PAGE):
        collection.bulk_write([InsertOne(document) for document in documents[at : at + PAGE]], ordered=False)


def one_by_one(collection: Collection[Document], documents: Sequence[Document]) -> None:
    """As the original did it: look each one up, then write it, whether it has changed or not."""
    for document in documents:
        key = {name: document[name] for name in ("tenant", "provider", "account_id", "region", "type", "native_id")}
        if collection.find_one(key) is None:
            collection.insert_one(document)
        else:
            changes = {name: value for name, value in document.items() if name != "_id"}
            collection.update_one(key, {"$set": changes})


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def raw_seconds(database: Database[Document], documents: Sequence[Sequence[Document]]) -> float:
    """What writing the documents of scopes takes, as many scopes side by side as a sync has, to the same indexes."""
    raw = database["raw"]
    AssetStore(raw).ensure_indexes()
    with ThreadPoolExecutor(THREADS) as pool:
        return timed(lambda: list(pool.map(lambda scope: bulk(raw, scope), documents)))


def stored(database: Database[Document], of: Sequence[Scope]) -> list[list[Document]]:
    return [list(database["assets"].find(scope.to_query())) for scope in of]


@contextmanager
def started(instances: int) -> Iterator[tuple[MongoClient[Document], Pipe]]:
    """The store, and the process that syncs a cloud with so many assets in all regions of an account."""
    with tempfile.TemporaryDirectory() as folder:
        server, uri = mongodb.start(Path(folder) / "mongodb")
        fake = Child(
            "aliyun",
            [sys.executable, "-m", "infra.local.clouds.aliyun", "--port", "0", "--instances", str(instances)],
            log=Path(folder) / "aliyun.log",
        )
        try:
            address = fake.wait_for_line(r"listening on (\S+)", within=WITHIN_SECONDS)[1]
            with MongoClient[Document](uri, tz_aware=True) as client, syncing(uri, f"http://{address}") as orders:
                yield client, orders
        finally:
            fake.stop()
            server.stop()


def compare(client: MongoClient[Document], orders: Pipe, wanted: Sequence[Scope]) -> bool:
    """Whether the goal is met."""
    database = client[DATABASE]
    few = database["few"]
    AssetStore(few).ensure_indexes()
    before = orders.recv()
    first = asked(orders, "first", wanted)
    again = asked(orders, "again", wanted)
    documents = stored(database, wanted)
    floor = raw_seconds(database, documents)
    sample = documents[0][:MOST_ONE_BY_ONE]
    slow_first = timed(lambda: one_by_one(few, sample))
    slow_again = timed(lambda: one_by_one(few, sample))
    told = Told(first, again, floor)
    told.tell(before)
    told.tell_one_by_one(len(sample), {"first": slow_first, "unchanged": slow_again})
    return told.faster >= GOAL


@dataclass(frozen=True)
class Told:
    """``floor`` is how long the raw writes took."""

    first: Synced
    again: Synced
    floor: float

    @property
    def faster(self) -> float:
        return self.first.seconds / self.again.seconds

    def tell(self, before_mib: float) -> None:
        total, largest = self.first.count("total"), max(result.total for result in self.first.results)
        rate = total / self.floor
        print(f"assets: {total} in {len(self.first.results)} scopes, the largest of {largest}")
        for name, done, did in (("first", self.first, "added"), ("unchanged", self.again, "unchanged")):
            print(
                f"{name:9} sync: {done.seconds:8.2f} s, {total / done.seconds:7.0f} assets/s, {done.count(did)} {did}, "
                f"{done.write_commands} commands that write assets; "
                f"sync / raw bulk_write {done.seconds / self.floor:.2f}"
            )
        print(f"raw bulk_write: {self.floor:8.2f} s, {rate:7.0f} documents/s, same documents, indexes and server")
        print(
            f"unchanged is {self.faster:.1f} times as fast as first "
            f"(goal {GOAL}: {'met' if self.faster >= GOAL else 'MISSED'})"
        )
        print(
            f"peak memory of the syncing process: {self.again.peak_mib:.0f} MiB ({before_mib:.0f} before, "
            f"{self.first.peak_mib:.0f} after the first sync)"
        )

    def tell_one_by_one(self, count: int, seconds: Mapping[str, float]) -> None:
        ours = {"first": self.first, "unchanged": self.again}
        for name, took in seconds.items():
            rate = ours[name].count("total") / ours[name].seconds
            print(
                f"find one, then write, {name}: {count / took:7.0f} assets/s of {count}; "
                f"the sync does {rate * took / count:.1f} times as many"
            )


def main() -> int:
    parser = argparse.ArgumentParser(description="First and unchanged sync of a large account")
    parser.add_argument("--assets", type=int, default=100_000)
    parser.add_argument(
        "--scopes", type=int, default=len(REGIONS), help="as many regions, of as many accounts as needed"
    )
    given = parser.parse_args()
    if given.scopes < 1 or given.assets < 1:
        parser.error("--assets, --scopes: at least 1")
    with started(instances_of(given.assets, given.scopes)) as (client, orders):
        return 0 if compare(client, orders, scopes(given.scopes)) else 1


if __name__ == "__main__":
    sys.exit(main())
