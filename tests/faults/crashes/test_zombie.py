"""A worker that is frozen past its lease, overtaken, and woken: it may write nothing any more."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from pymongo.database import Database

from chalicelib.assets.reconcile import Reconciler
from chalicelib.assets.run import Run
from chalicelib.assets.scopes import ScopeStore
from chalicelib.assets.store import AssetStore
from chalicelib.clock import utc_now
from chalicelib.providers.base import ListedAsset, Page
from tests.faults.conftest import Say
from tests.faults.crashes.conftest import Place
from tests.faults.crashes.driver import LIFE_SECONDS, Host, family_of, wait_for_the_end, wrongs
from tests.faults.crashes.life import Life
from tests.faults.crashes.scenes import scope_of
from tests.support.conditions import eventually

Document = dict[str, Any]
SCENES = ("plain", "retried", "continued", "parent", "endless")
MOST_CALLS = 200
Listing = dict[str, str]
"""Statuses by native id."""
EARLIEST: Listing = {f"i-{number}": "Stopped" for number in range(8)}
EARLIER: Listing = {f"i-{number}": "Running" for number in range(10)}
GONE_OLD, GONE_NEW = "i-1", "i-8"
LATER: Listing = {name: "Running" for name in EARLIER if name not in (GONE_OLD, GONE_NEW)} | {
    "i-3": "Locked",
    "i-a": "New",
}


@dataclass
class Tally:
    scene: str
    frozen: int = 0
    landed: list[str] = field(default_factory=list)


def test_no_write_of_a_woken_worker_lands_wherever_it_was_frozen(lives: Host, place: Place, say: Say) -> None:
    tallies = [Tally(scene) for scene in SCENES]
    with ThreadPoolExecutor(len(tallies)) as pool:
        list(pool.map(lambda tally: _freeze_everywhere(lives, place, tally), tallies))
    for tally in tallies:
        say(f"{tally.scene:10} frozen at {tally.frozen:2} calls, {len(tally.landed)} writes landed")
    assert [tally.landed for tally in tallies if tally.landed] == []
    assert all(tally.frozen >= 8 for tally in tallies)


def _freeze_everywhere(lives: Host, place: Place, tally: Tally) -> None:
    database, template = place(tally.scene)
    for at in itertools.count(1):
        assert at < MOST_CALLS, "a life does not come to its end"
        life = replace(template, key=f"call-{at}", at=at, number=signal.SIGSTOP)
        if not _overtake(lives, database, life, lambda: None, tally.landed):
            return
        tally.frozen += 1
        tally.landed += [f"call {at}: {wrong}" for wrong in wrongs(database, tally.scene, life.key)]


def test_a_woken_worker_changes_no_asset_once_its_sync_was_taken_over(lives: Host, place: Place, say: Say) -> None:
    """The cloud changes while the worker is frozen: what it still has in hand is out of date."""
    tally = Tally("sync")
    database, template = place(tally.scene)
    for at in itertools.count(1):
        assert at < MOST_CALLS, "a life does not come to its end"
        life = replace(template, key=f"call-{at}", at=at, number=signal.SIGSTOP)
        _store(database, life.key, EARLIEST)
        _set_cloud(database, life.key, EARLIER)
        landed: list[str] = []
        if not _overtake(lives, database, life, partial(_set_cloud, database, life.key, LATER), landed):
            break
        tally.frozen += 1
        tally.landed += [f"call {at}: {write}" for write in landed]
    say(f"sync: frozen at {tally.frozen} calls, {len(tally.landed)} writes landed")
    assert tally.landed == []


def _store(database: Database[Document], key: str, listing: Listing) -> None:
    """What an earlier sync has left."""
    page = Page(tuple(ListedAsset(name, status=status) for name, status in listing.items()), None, len(listing))
    Reconciler(AssetStore(database["assets"]), ScopeStore(database["scopes"]), clock=utc_now).reconcile(
        scope_of(key), lambda start: iter([page]), Run("an earlier task")
    )


def _set_cloud(database: Database[Document], key: str, listing: Listing) -> None:
    database["cloud"].delete_many({"key": key})
    database["cloud"].insert_many(
        [{"key": key, "native_id": name, "status": status} for name, status in listing.items()]
    )


def _overtake(
    lives: Host, database: Database[Document], life: Life, meanwhile: Callable[[], None], landed: list[str]
) -> bool:
    """Freeze a life, let another end the task, wake the first and note what changed. False: it ended before."""
    zombie = lives.begin(life)
    eventually(zombie.frozen_or_ended, within=LIFE_SECONDS)
    if zombie.ended.done():
        assert zombie.ended.result() == 0
        return False
    meanwhile()
    assert lives.run(replace(life, at=0)) == 0
    wait_for_the_end(database, life.key)
    before = _contents(database, life.key)
    os.kill(zombie.pid, signal.SIGCONT)
    assert zombie.ended.result(LIFE_SECONDS) == 0
    after = _contents(database, life.key)
    for id_ in before.keys() | after.keys():
        if before.get(id_) != after.get(id_):
            document = after.get(id_) or before[id_]
            how = "changed" if id_ in before else "inserted"
            landed.append(f"{how} {document.get('native_id', document.get('type'))}")
    return True


def _contents(database: Database[Document], key: str) -> dict[str, Document]:
    """The tasks and the assets of a life, by id."""
    documents = family_of(database, key) + list(database["assets"].find({"region": key}))
    return {document["_id"]: document for document in documents}
