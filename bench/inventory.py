"""A first and an unchanged sync of a large account: ``python -m bench.inventory [--assets 100000]``.

Each scope is synced, and its documents are then written raw to a collection with the same indexes, so that both meet
the same server at the same time. The syncs run in a process of their own, whose memory is told; so do the store and
the cloud, which is the fake aliyun over HTTP.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from pymongo import InsertOne, MongoClient
from pymongo.collection import Collection

from bench.memory import peak_mib
from chalicelib.assets.model import Scope
from chalicelib.assets.reconcile import Reconciler, Run
from chalicelib.assets.result import ScopeResult, Verdict
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
MOST_ONE_BY_ONE = 2_000
WITHIN_SECONDS = 3600
GOAL = 5
Document = dict[str, Any]


@dataclass(frozen=True)
class Synced:
    """One scope. ``write_commands`` went to the assets; ``peak_mib`` is of the process since it began."""

    seconds: float
    result: ScopeResult
    write_commands: int
    peak_mib: float


def sync_scopes(orders: Pipe, uri: str, endpoint: str) -> None:
    """The process that syncs: takes ``(task id, region)`` until None comes, and answers with what it did."""
    secrets = {"access_key_id": DEFAULT_KEY.access_key_id, "access_key_secret": DEFAULT_KEY.access_key_secret}
    counter = CommandCounter()
    with MongoClient[Document](uri, tz_aware=True, event_listeners=[counter]) as client:
        store, scopes = AssetStore(client[DATABASE]["assets"]), ScopeStore(client[DATABASE]["scopes"])
        store.ensure_indexes()
        cloud = get_provider("aliyun").connect(Connection(1, Credentials(secrets), endpoint))
        cloud.regions()
        orders.send(peak_mib())
        while order := orders.recv():
            task_id, region = order
            counter.sent.clear()
            started = time.perf_counter()
            result = _sync(Reconciler(store, scopes, clock=utc_now), cloud, region, task_id)
            seconds = time.perf_counter() - started
            orders.send(Synced(seconds, result, counter.writes_to("assets"), peak_mib()))


def _sync(reconciler: Reconciler, cloud: Cloud, region: str, task_id: str) -> ScopeResult:
    scope = Scope("default", "aliyun", 1, region, "ecs")
    found = reconciler.reconcile(scope, lambda start: cloud.pages(region, "ecs", start=start), Run(task_id))
    assert isinstance(found, ScopeResult)
    assert found.verdict is Verdict.COMPLETE, found.reason
    return found


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


def asked(orders: Pipe, task_id: str, region: str) -> Synced:
    orders.send((task_id, region))
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


def measure(client: MongoClient[Document], orders: Pipe) -> None:
    database = client[DATABASE]
    raw, few = database["raw"], database["few"]
    for collection in (raw, few):
        AssetStore(collection).ensure_indexes()
    before = orders.recv()
    first: list[Synced] = []
    floor = 0.0
    sample: list[Document] = []
    for region in REGIONS:
        first.append(asked(orders, "first", region))
        documents = list(database["assets"].find({"tenant": "default", "region": region}))
        floor += timed(lambda documents=documents: bulk(raw, documents))  # type: ignore[misc]
        sample = sample or documents[:MOST_ONE_BY_ONE]
        raw_so_far = sum(done.result.total for done in first)
        print(f"  {region}: {raw_so_far} assets so far", file=sys.stderr)
    again = [asked(orders, "again", region) for region in REGIONS]
    slow_first = timed(lambda: one_by_one(few, sample))
    slow_again = timed(lambda: one_by_one(few, sample))
    told = Told(first, again, floor)
    told.tell(before)
    told.tell_one_by_one(len(sample), {"first": slow_first, "unchanged": slow_again})


@dataclass(frozen=True)
class Told:
    """``floor`` is how long the raw writes took."""

    first: Sequence[Synced]
    again: Sequence[Synced]
    floor: float

    def tell(self, before_mib: float) -> None:
        total = sum(done.result.total for done in self.first)
        added = sum(done.result.added for done in self.first)
        unchanged = sum(done.result.unchanged for done in self.again)
        writes, none = (sum(done.write_commands for done in part) for part in (self.first, self.again))
        rate = total / self.floor
        print(f"assets: {total} in {len(self.first)} scopes, the largest of {max(d.result.total for d in self.first)}")
        for name, did, commands in (("first", f"{added} added", writes), ("unchanged", f"{unchanged} unchanged", none)):
            seconds = self._seconds()[name]
            print(
                f"{name:9} sync: {seconds:8.2f} s, {total / seconds:7.0f} assets/s, {did}, "
                f"{commands} commands that write assets; sync / raw bulk_write {seconds / self.floor:.2f}"
            )
        print(f"raw bulk_write: {self.floor:8.2f} s, {rate:7.0f} documents/s, same documents, indexes and server")
        faster = self._seconds()["first"] / self._seconds()["unchanged"]
        print(
            f"unchanged is {faster:.1f} times as fast as first (goal {GOAL}: {'met' if faster >= GOAL else 'MISSED'})"
        )
        after_first, after_again = self.first[-1].peak_mib, self.again[-1].peak_mib
        print(f"peak memory of the syncing process: {after_again:.0f} MiB ({before_mib:.0f} before, {after_first:.0f}")
        print("  after the first sync)")

    def tell_one_by_one(self, count: int, seconds: Mapping[str, float]) -> None:
        for name, took in seconds.items():
            ours = sum(done.result.total for done in self.first) / self._seconds()[name]
            print(
                f"find one, then write, {name}: {count / took:7.0f} assets/s of {count}; "
                f"the sync does {ours * took / count:.1f} times as many"
            )

    def _seconds(self) -> dict[str, float]:
        parts = {"first": self.first, "unchanged": self.again}
        return {name: sum(done.seconds for done in part) for name, part in parts.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="First and unchanged sync of a large account")
    parser.add_argument("--assets", type=int, default=100_000)
    instances = str(parser.parse_args().assets)
    with tempfile.TemporaryDirectory() as folder:
        server, uri = mongodb.start(Path(folder) / "mongodb")
        fake = Child(
            "aliyun",
            [sys.executable, "-m", "infra.local.clouds.aliyun", "--port", "0", "--instances", instances],
            log=Path(folder) / "aliyun.log",
        )
        address = fake.wait_for_line(r"listening on (\S+)", within=WITHIN_SECONDS)[1]
        with MongoClient[Document](uri, tz_aware=True) as client, syncing(uri, f"http://{address}") as orders:
            measure(client, orders)
        fake.stop()
        server.stop()


if __name__ == "__main__":
    main()
