"""Bring what is stored of one scope in line with a listing of it, and delete nothing on doubt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from chalicelib.assets.checkpoint import Checkpoint
from chalicelib.assets.fence import Fence
from chalicelib.assets.intake import Before, PagesForgotten, Pass, TokenRefused
from chalicelib.assets.listing import Listing
from chalicelib.assets.model import Scope, Stored
from chalicelib.assets.recognition import Known
from chalicelib.assets.result import ScopeResult
from chalicelib.assets.run import Lister, PutAside, Run
from chalicelib.assets.scopes import ScopeStore
from chalicelib.assets.store import AssetStore
from chalicelib.clock import Clock
from chalicelib.errors import TaskCancelled, TimedOut


class Reconciler:
    """Writes only differences: an unchanged scope of any size writes no asset.

    Memory is bounded by the ids and hashes of one scope and one page of contents. A scope whose pages are all as they
    were is not even read: see ``recognition``.
    """

    def __init__(
        self, store: AssetStore, scopes: ScopeStore, *, clock: Clock, trusted: timedelta = timedelta(days=1)
    ) -> None:
        """``trusted``: how long after a scope was compared asset by asset its pages may be recognised instead."""
        self._store = store
        self._scopes = scopes
        self._clock = clock
        self._trusted = trusted

    def reconcile(self, scope: Scope, lister: Lister, run: Run) -> ScopeResult | PutAside:
        """Take in pages as they come. A listing that fails half-way keeps what it saw, deletes nothing and names its
        ``error``.
        """
        fence = Fence(scope, run.task_id, run.fence)
        if not (run.first_run or run.dry_run):
            run.check()
            self._store.take_over(fence, now=self._clock())
        left = None if run.checkpoint is None else Checkpoint.from_document(run.checkpoint)
        if left is not None:
            result = ScopeResult(scope, **left.counts)
            try:
                return self._go(self._pass(result, left.listing, run, fence), lister)
            except TokenRefused:
                pass
        elif run.first_run and (known := self._scopes.known(scope, since=self._clock() - self._trusted)):
            try:
                return self._go(self._pass(ScopeResult(scope), Listing(), run, fence, known), lister)
            except PagesForgotten:
                pass
        return self._go(self._pass(ScopeResult(scope), Listing(), run, fence), lister)

    def _pass(self, result: ScopeResult, listing: Listing, run: Run, fence: Fence, known: Known | None = None) -> Pass:
        before = Before(partial(self._read, result.scope, run, fence.run, known), known)
        return Pass(self._store, self._clock, result, listing, run, fence, before)

    def _read(self, scope: Scope, run: Run, token: str, known: Known | None) -> Mapping[str, Stored]:
        """What is stored of a scope. Raises PagesForgotten when ``known``, by which pages were recognised so far, is
        not what is known any more.
        """
        if not run.dry_run:
            run.check()
            if not self._scopes.compare(scope, token, known):
                raise PagesForgotten
        return self._store.snapshot(scope, run.check)

    def _go(self, current: Pass, lister: Lister) -> ScopeResult | PutAside:
        """What a task has written that ends half-way counts, too: no later run will count it as its own."""
        run = current.run
        try:
            found = current.go(lister)
        except (TaskCancelled, TimedOut):
            if current.compared and not run.dry_run:
                self._scopes.count(current.written, task_id=run.task_id, at=self._clock())
            raise
        if isinstance(found, ScopeResult) and not run.dry_run:
            run.check()
            self._scopes.record(found, task_id=run.task_id, at=self._clock(), compared=current.compared)
        return found
