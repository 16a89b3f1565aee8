"""Whatever happens in a cloud between syncs, and whatever goes wrong in one: counts and live assets are the truth.

The truth is told by a model of its own, which knows of the cloud's changes and not of any code of the service.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from pymongo import MongoClient

from chalicelib.assets.filter import AssetFilter
from chalicelib.assets.model import Scope
from chalicelib.assets.reconcile import Reconciler
from chalicelib.assets.result import ScopeResult
from chalicelib.assets.run import Run
from chalicelib.assets.scopes import CHANGES, ScopeStore
from chalicelib.assets.store import AssetStore
from chalicelib.clock import utc_now
from chalicelib.errors import CloudUnavailable
from chalicelib.providers.aliyun.parsing import assets_in
from chalicelib.providers.aliyun.types import BY_NAME
from chalicelib.providers.base import Page
from infra.local.clouds.aliyun import empty
from infra.local.clouds.inventory import Inventory

REGION = "cn-shenzhen"
SCOPE = Scope("default", "aliyun", 1, REGION, "ecs")
PAGE = 4
IDS = range(12)

OUTCOMES = ("good", "good", "good", "dry run", "fails", "names one twice")


@dataclass(frozen=True)
class Round:
    """What happens before a sync, by the numbers of the assets it happens to, and how the sync goes.

    One that was there before and is added is a restored one. ``at`` is the page that goes wrong.
    """

    added: frozenset[int]
    changed: frozenset[int]
    removed: frozenset[int]
    outcome: str
    confirmed: bool
    at: int


numbers = st.frozensets(st.sampled_from(IDS), max_size=3)
few = st.frozensets(st.sampled_from(IDS), max_size=2)
rounds = st.builds(
    Round, numbers, numbers, few, st.sampled_from(OUTCOMES), st.booleans(), st.integers(min_value=0, max_value=2)
)

FULL = Round(frozenset(IDS), frozenset(), frozenset(), "good", confirmed=False, at=0)


@dataclass
class Model:
    """What the service is to know: contents and misses of what is live, in the words of the rules and no code."""

    live: dict[str, int] = field(default_factory=dict)
    misses: Counter[str] = field(default_factory=Counter)

    def see(self, shown: dict[str, int]) -> Counter[str]:
        counts: Counter[str] = Counter(total=len(shown))
        for name, version in shown.items():
            known = self.live.get(name)
            counts["added" if known is None else "unchanged" if known == version else "updated"] += 1
            self.live[name] = version
            self.misses.pop(name, None)
        return counts

    def miss(self, shown: dict[str, int], *, before: int, confirmed: bool) -> Counter[str]:
        absent = self.live.keys() - shown.keys()
        if 10 * len(absent) > 3 * before and not confirmed:
            return Counter(missing=len(absent))
        counts: Counter[str] = Counter()
        for name in absent:
            self.misses[name] += 1
            if self.misses[name] == 2:
                del self.live[name], self.misses[name]
                counts["deleted"] += 1
            else:
                counts["missing"] += 1
        return counts

    def copy(self) -> Model:
        return Model(dict(self.live), Counter(self.misses))


@dataclass
class Cloud:
    """The fake aliyun's inventory, listed as its answers are read, without the way over HTTP."""

    inventory: Inventory = field(default_factory=lambda: empty((REGION,)))
    versions: dict[str, int] = field(default_factory=dict)

    def change(self, turn: int, happens: Round) -> None:
        for number in sorted(happens.added):
            self._put(f"i-{number}", turn)
        for number in sorted(happens.changed):
            if f"i-{number}" in self.versions:
                self._put(f"i-{number}", turn)
        for number in sorted(happens.removed):
            if self.versions.pop(f"i-{number}", None) is not None:
                self.inventory.remove("ecs", REGION, f"i-{number}")

    def _put(self, name: str, turn: int) -> None:
        self.versions[name] = turn
        item = {"InstanceId": name, "InstanceName": f"{name} of turn {turn}", "Status": "Running"}
        self.inventory.add("ecs", REGION, item)

    def pages(self, happens: Round) -> Iterator[Page]:
        """Tokens are offsets. A duplicate is the first asset once more, at the end."""
        items = self.inventory.items("ecs", REGION)
        if happens.outcome == "names one twice":
            items = items + items[:1]
        for number, at in enumerate(range(0, max(len(items), 1), PAGE)):
            if happens.outcome == "fails" and number == happens.at:
                raise CloudUnavailable("as ordered")
            answer = {"Instances": {"Instance": items[at : at + PAGE]}}
            more = str(at + PAGE) if at + PAGE < len(items) else None
            yield Page(assets_in(answer, BY_NAME["ecs"]), more)

    def shown(self, happens: Round) -> tuple[dict[str, int], bool]:
        """What a sync gets to see of it, and whether that is all and certain."""
        names = self.inventory.native_ids("ecs", REGION)
        if happens.outcome == "fails" and (happens.at == 0 or happens.at * PAGE < len(names)):
            return {name: self.versions[name] for name in names[: happens.at * PAGE]}, False
        doubtful = happens.outcome == "names one twice" and bool(names)
        return {name: self.versions[name] for name in names}, not doubtful


@dataclass(frozen=True)
class Store:
    assets: AssetStore
    scopes: ScopeStore
    reconciler: Reconciler

    def sync(self, scope: Scope, cloud: Cloud, happens: Round, turn: int) -> ScopeResult:
        run = Run(
            f"turn {turn}",
            confirm_deletions=happens.confirmed,
            dry_run=happens.outcome == "dry run",
            fence=f"turn {turn}",
        )
        found = self.reconciler.reconcile(scope, lambda _: cloud.pages(happens), run)
        assert isinstance(found, ScopeResult)
        return found

    def live(self, scope: Scope) -> set[str]:
        return {asset.fields["name"] for asset in self.assets.find(AssetFilter(scope.tenant), limit=100)}

    def counted(self, scope: Scope) -> int:
        return sum(row["count"] for row in self.scopes.live(scope.tenant))

    def changes(self, scope: Scope, since: datetime) -> Counter[str]:
        changes: Counter[str] = Counter()
        for row in self.scopes.changes_by_day(scope.tenant, since=since):
            changes[row["kind"]] += row["count"]
        return changes


@pytest.fixture(scope="module")
def store(mongo: MongoClient[dict[str, Any]]) -> Store:
    """One for all examples: each has a tenant of its own."""
    database = mongo[f"test_{uuid.uuid4().hex[:12]}"]
    assets = AssetStore(database["assets"])
    assets.ensure_indexes()
    scopes = ScopeStore(database["scopes"])
    return Store(assets, scopes, Reconciler(assets, scopes, clock=utc_now))


@settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=st.lists(rounds, min_size=2, max_size=6))
def test_counts_and_live_assets_are_the_truth_after_every_sync(store: Store, history: list[Round]) -> None:
    scope = Scope(uuid.uuid4().hex, *list(SCOPE.to_query().values())[1:])
    cloud, model = Cloud(), Model()
    began, changes = utc_now() - timedelta(seconds=1), Counter[str]()
    for turn, happens in enumerate([FULL, *history], start=1):
        cloud.change(turn, happens)
        shown, certain = cloud.shown(happens)
        told = model.copy() if happens.outcome == "dry run" else model
        before = len(told.live)
        truth = told.see(shown)
        if certain:
            truth += told.miss(shown, before=before, confirmed=happens.confirmed)
        result = store.sync(scope, cloud, happens, turn)
        event(f"{happens.outcome}: {result.verdict}")
        event(f"deleted: {result.deleted > 0}")
        assert Counter(result.counts()) == truth
        assert (result.verdict.value == "incomplete") is not certain
        assert store.live(scope) == {f"{name} of turn {version}" for name, version in model.live.items()}
        assert store.counted(scope) == len(model.live)
        if happens.outcome != "dry run":
            changes += Counter({kind: truth[kind] for kind in CHANGES})
        assert store.changes(scope, began) == changes
        if certain and result.verdict.value == "complete" and happens.outcome != "dry run":
            assert model.live.keys() == cloud.versions.keys() | {
                name for name, misses in model.misses.items() if misses
            }
