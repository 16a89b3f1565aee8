"""Bring what is stored of one scope in line with a listing of it, and delete nothing on doubt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from chalicelib.assets import store as writes
from chalicelib.assets.model import Change, ChangeKind, Scope, Stored, content, content_hash
from chalicelib.assets.store import AssetStore, Write
from chalicelib.clock import Clock
from chalicelib.errors import TaskError
from chalicelib.providers.base import ListedAsset, Page

MISSES_UNTIL_DELETED = 2
"""An asset is deleted when this many complete listings in a row did not have it."""
HELD_SHARE = 0.30
"""A complete listing that lost more than this share of its scope is held until somebody confirms it."""
WRITE_BATCH = 500


class Verdict(StrEnum):
    """How far a listing can be trusted."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    HELD = "held"


@dataclass(slots=True)
class ScopeResult:
    """What a reconciliation saw and did. ``reason`` explains a verdict other than complete; ``error`` ended it early.

    ``missing`` counts assets that a complete listing did not have and that are kept for now.
    """

    scope: Scope
    total: int = 0
    added: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    missing: int = 0
    verdict: Verdict = Verdict.COMPLETE
    reason: str = ""
    error: TaskError | None = None

    def count(self, kind: ChangeKind) -> None:
        setattr(self, kind.value, getattr(self, kind.value) + 1)


@dataclass(slots=True)
class _Listing:
    """The state of one pass over a scope's pages."""

    seen: set[str] = field(default_factory=set)
    duplicates: int = 0
    announced: int | None = None

    def doubt(self) -> str:
        """Why the listing is not complete; empty when it is."""
        if self.duplicates:
            return f"{self.duplicates} ids were listed more than once"
        if self.announced is not None and self.announced != len(self.seen):
            return f"the cloud announced {self.announced} assets and listed {len(self.seen)}"
        return ""


class Reconciler:
    """Writes only differences: an unchanged scope of any size writes no asset.

    Memory is bounded by the ids and hashes of one scope and one page of contents.
    """

    def __init__(self, store: AssetStore, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def reconcile(
        self,
        scope: Scope,
        pages: Iterable[Page],
        *,
        task_id: str,
        check: Callable[[], None],
        confirm_deletions: bool = False,
    ) -> ScopeResult:
        """Take in ``pages`` as they come. ``check`` is called before every write and raises when the task may not
        write any more. A listing that fails half-way keeps what it saw, deletes nothing and names its ``error``.
        """
        stored = self._store.snapshot(scope)
        result = ScopeResult(scope)
        listing = _Listing()
        try:
            for page in pages:
                check()
                self._store.apply(self._take_in(page, listing, stored, result, task_id))
        except TaskError as error:
            result.verdict, result.reason, result.error = Verdict.INCOMPLETE, error.message, error
            return result
        result.reason = listing.doubt()
        if result.reason:
            result.verdict = Verdict.INCOMPLETE
            return result
        self._miss(listing.seen, stored, result, task_id, check, confirm_deletions)
        return result

    def _take_in(
        self, page: Page, listing: _Listing, stored: dict[str, Stored], result: ScopeResult, task_id: str
    ) -> list[Write]:
        if page.total is not None:
            listing.announced = page.total
        found: list[Write] = []
        for listed in page.assets:
            if listed.native_id in listing.seen:
                listing.duplicates += 1
                continue
            listing.seen.add(listed.native_id)
            result.total += 1
            if write := self._compare(listed, stored.get(listed.native_id), result, task_id):
                found.append(write)
        return found

    def _compare(self, listed: ListedAsset, stored: Stored | None, result: ScopeResult, task_id: str) -> Write | None:
        """Count one listed asset and return the write it needs, if any."""
        fields = content(listed)
        hash_ = content_hash(fields)
        now = self._clock()
        if stored is None:
            result.added += 1
            return writes.insert(result.scope, fields, hash_, task_id, now)
        if stored.deleted or stored.hash != hash_:
            own_insert = stored.change == Change(task_id, ChangeKind.ADDED)
            kind = ChangeKind.ADDED if stored.deleted or own_insert else ChangeKind.UPDATED
            result.count(kind)
            return writes.update(result.scope, fields, hash_, Change(task_id, kind), now, stored=stored)
        if stored.change.task_id == task_id:
            result.count(stored.change.kind)
        else:
            result.unchanged += 1
        return writes.seen_again(result.scope, listed.native_id, stored=stored) if stored.missing else None

    def _miss(
        self,
        seen: set[str],
        stored: dict[str, Stored],
        result: ScopeResult,
        task_id: str,
        check: Callable[[], None],
        confirmed: bool,
    ) -> None:
        """Mark or delete what a complete listing did not have."""
        gone = {native_id: asset for native_id, asset in stored.items() if native_id not in seen}
        result.deleted += sum(asset.deleted and asset.change.task_id == task_id for asset in gone.values())
        absent = {native_id: asset for native_id, asset in gone.items() if not asset.deleted}
        live = sum(not asset.deleted for asset in stored.values())
        if not confirmed and len(absent) > live * HELD_SHARE:
            result.verdict, result.missing = Verdict.HELD, len(absent)
            result.reason = (
                f"{len(absent)} of {live} assets are no longer listed: nothing was marked; "
                "if this is right, sync again with confirm_deletions"
            )
            return
        now = self._clock()
        operations: list[Write] = []
        for native_id, asset in absent.items():
            if asset.missing + 1 >= MISSES_UNTIL_DELETED:
                result.deleted += 1
                operations.append(writes.delete(result.scope, native_id, task_id, now, stored=asset))
            else:
                result.missing += 1
                operations.append(writes.missed(result.scope, native_id, stored=asset))
        for start in range(0, len(operations), WRITE_BATCH):
            check()
            self._store.apply(operations[start : start + WRITE_BATCH])
