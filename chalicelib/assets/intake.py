"""Taking in one listing of a scope, page by page: what it changes, what it lacks, and how far it can be trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from chalicelib.assets import store as writes
from chalicelib.assets.checkpoint import Checkpoint
from chalicelib.assets.fence import Fence
from chalicelib.assets.history import entry
from chalicelib.assets.listing import Listing
from chalicelib.assets.model import Change, ChangeKind, Scope, Stored, content, content_hash
from chalicelib.assets.recognition import Compared, Known, mark_of
from chalicelib.assets.result import ScopeResult, Verdict
from chalicelib.assets.run import Lister, PutAside, Run
from chalicelib.assets.store import AssetStore, Write
from chalicelib.clock import Clock
from chalicelib.errors import CloudRejected, TaskError
from chalicelib.providers.base import Page

MISSES_UNTIL_DELETED = 2
"""An asset is deleted when this many complete listings in a row did not have it."""
HELD_SHARE = 0.30
"""A complete listing that lost more than this share of its scope is held until somebody confirms it."""
WRITE_BATCH = 500


@dataclass(frozen=True, slots=True)
class Operation:
    """A write, and the change of an asset that it is; None for one that only counts misses."""

    write: Write
    kind: ChangeKind | None = None


class TokenRefused(Exception):
    """The cloud does not take the token of an earlier invocation any more."""


class PagesForgotten(Exception):
    """Another run has changed the scope since its pages were read."""


@dataclass(frozen=True, slots=True)
class Before:
    """The scope as it was: what is ``known`` of its pages, and what is stored, which is ``read`` if need be."""

    read: Callable[[], Mapping[str, Stored]]
    known: Known | None


class Pass:
    """One listing being taken in: by its pages for as long as these are known, then asset by asset."""

    def __init__(
        self,
        store: AssetStore,
        clock: Clock,
        result: ScopeResult,
        listing: Listing,
        run: Run,
        fence: Fence,
        before: Before,
    ) -> None:
        self._store = store
        self._clock = clock
        self._result = result
        self._listing = listing
        self.run = run
        self._fence = fence
        self._before = before
        self._known = before.known
        self._marks: list[bytes] = []
        self._stored: Mapping[str, Stored] = {}
        self._resumed_at = listing.token
        if self._known is None:
            self._compare()
        else:
            result.live = self._known.live
        self.written = replace(result)
        """The result as far as it is in the store."""

    @property
    def compared(self) -> Compared | None:
        """What is known of the scope's pages behind this pass; None when it has not looked at what is stored."""
        if self._known is not None:
            return None
        result = self._result
        whole = self._resumed_at is None and result.verdict is Verdict.COMPLETE and not result.missing
        return Compared(self._fence.run, self._marks if whole else None)

    def _compare(self) -> None:
        """From here on asset by asset."""
        self._stored, self._known = self._before.read(), None
        self._result.live = sum(not asset.deleted for asset in self._stored.values())

    def go(self, lister: Lister) -> ScopeResult | PutAside:
        result, listing = self._result, self._listing
        broken_off = False
        try:
            for page in lister(listing.token):
                broken_off = listing.token is not None and page.is_bare_end
                self._apply(self._take_in(page))
                listing.token = page.next_token
                if listing.token is not None and self.run.out_of_time():
                    return PutAside(Checkpoint(listing, result.counts()).to_document())
        except CloudRejected as error:
            if self._resumed_at is not None and listing.token == self._resumed_at:
                raise TokenRefused from error
            return self._incomplete(error.message, error)
        except TaskError as error:
            return self._incomplete(error.message, error)
        if doubt := listing.doubt():
            return self._incomplete(doubt)
        if self._known and self._known.missed():
            self._compare()
        if self._known is None:
            self._miss(broken_off=broken_off)
        return result

    def _incomplete(self, reason: str, error: TaskError | None = None) -> ScopeResult:
        self._result.verdict, self._result.reason, self._result.error = Verdict.INCOMPLETE, reason, error
        return self._result

    def _apply(self, operations: Sequence[Operation]) -> None:
        self.run.check()
        if not self.run.dry_run:
            written = [operation.write for operation in operations]
            self._store.apply(written, self._fence, now=self._clock(), check=self.run.check)
            for kind, number in Counter(operation.kind for operation in operations if operation.kind).items():
                self.run.changed(kind.value, number)
        self.written = replace(self._result)

    def _take_in(self, page: Page) -> list[Operation]:
        """Count a page's assets and return the writes they need."""
        if page.total is not None:
            self._listing.announced = page.total
        contents = [content(listed) for listed in page.assets]
        if self._recognise(contents):
            return []
        operations: list[Operation] = []
        changed: list[tuple[dict[str, Any], Stored]] = []
        for listed, fields in zip(page.assets, contents, strict=True):
            if not self._listing.see(listed.native_id):
                continue
            self._result.total += 1
            stored = self._stored.get(listed.native_id)
            if stored is None:
                self._result.added += 1
                self._result.live += 1
                insert = writes.insert(self._result.scope, fields, self.run.task_id, self._clock())
                operations.append(Operation(insert, ChangeKind.ADDED))
            elif stored.deleted or stored.hash != content_hash(fields):
                changed.append((fields, stored))
            else:
                self._count_unchanged(stored)
                if stored.missing:
                    operations.append(Operation(writes.seen_again(self._result.scope, listed.native_id, stored=stored)))
        return operations + self._changes(changed)

    def _recognise(self, contents: Sequence[dict[str, Any]]) -> bool:
        """Whether a page is as it was; counts its assets if so."""
        mark = mark_of(contents)
        self._marks.append(mark)
        if self._known is None:
            return False
        if not self._known.take(mark):
            self._compare()
            return False
        seen = sum(self._listing.see(fields["native_id"]) for fields in contents)
        self._result.total += seen
        self._result.unchanged += seen
        return True

    def _count_unchanged(self, stored: Stored) -> None:
        """A run that starts over finds what it wrote before, and counts it as what it was."""
        if stored.change.task_id == self.run.task_id and not stored.deleted:
            self._result.count(stored.change.kind)
        else:
            self._result.unchanged += 1

    def _changes(self, changed: Sequence[tuple[dict[str, Any], Stored]]) -> list[Operation]:
        """The writes of assets whose contents differ, told field by field against what is stored."""
        if not changed:
            return []
        scope, task_id = self._result.scope, self.run.task_id
        before = self._store.contents(scope.asset_id(fields["native_id"]) for fields, _ in changed)
        operations = []
        for fields, stored in changed:
            own_insert = stored.change == Change(task_id, ChangeKind.ADDED)
            kind = ChangeKind.ADDED if stored.deleted or own_insert else ChangeKind.UPDATED
            self._result.count(kind)
            self._result.live += stored.deleted
            old = before.get(scope.asset_id(fields["native_id"]), {})
            change = entry(kind, task_id, self._clock(), old=old, new=fields)
            operations.append(Operation(writes.update(scope, fields, change, stored=stored), kind))
        return operations

    def _miss(self, *, broken_off: bool) -> None:
        """Mark or delete what a complete listing did not have. One that may have been broken off looks the same."""
        result, task_id = self._result, self.run.task_id
        gone = {native_id: asset for native_id, asset in self._stored.items() if not self._listing.has(native_id)}
        result.deleted += sum(asset.deleted and asset.change.task_id == task_id for asset in gone.values())
        absent = {native_id: asset for native_id, asset in gone.items() if not asset.deleted}
        if not self.run.confirm_deletions and self._held(absent, broken_off=broken_off):
            return
        now = self._clock()
        operations: list[Operation] = []
        for native_id, asset in absent.items():
            if asset.missing and asset.missed_by == task_id:  # by a run of this task that was lost: one listing
                result.missing += 1
            elif asset.missing + 1 >= MISSES_UNTIL_DELETED:
                result.deleted += 1
                result.live -= 1
                expires_at = now + self._store.retention
                delete = writes.delete(result.scope, native_id, task_id, now, stored=asset, expires_at=expires_at)
                operations.append(Operation(delete, ChangeKind.DELETED))
            else:
                result.missing += 1
                operations.append(Operation(writes.missed(result.scope, native_id, task_id, stored=asset)))
        for start in range(0, len(operations), WRITE_BATCH):
            self._apply(operations[start : start + WRITE_BATCH])

    def _held(self, absent: Mapping[str, Stored], *, broken_off: bool) -> bool:
        """Whether so much of the scope is gone, or in such a way, that somebody must confirm it; says so in the
        result.
        """
        live = sum(not asset.deleted for asset in self._stored.values())
        if len(absent) <= live * HELD_SHARE and not (absent and broken_off):
            return False
        self._result.verdict, self._result.missing = Verdict.HELD, len(absent)
        self._result.reason = (
            f"{len(absent)} of {live} assets are no longer listed"
            + (", and the last page was empty although more was to follow" if broken_off else "")
            + ": nothing was marked; if this is right, submit sync_assets twice with "
            f"{_confirmation(self._result.scope)}: the first complete listing marks them, the second deletes them"
        )
        return True


def _confirmation(scope: Scope) -> str:
    return orjson.dumps(
        {
            "provider": scope.provider,
            "account_id": scope.account_id,
            "regions": [scope.region],
            "asset_types": [scope.type],
            "confirm_deletions": True,
        }
    ).decode()
