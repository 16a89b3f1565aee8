"""``sync_assets``: bring the inventory in line with the clouds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from chalicelib.assets.checkpoint import Checkpoint
from chalicelib.assets.result import COUNTS, ScopeResult, Verdict
from chalicelib.assets.run import PutAside, Run
from chalicelib.errors import InvalidRequest
from chalicelib.executors.causes import nothing_listed
from chalicelib.executors.parts import told
from chalicelib.executors.scopes import CloudParams, Target, choose_accounts, resolve
from chalicelib.executors.services import Services
from chalicelib.providers.base import Page
from chalicelib.providers.names import RegionId
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import Child, ChildResult, Continue, FanOut, RunResult
from chalicelib.tasks.model import TaskStatus

PAGES_HALF_WAY = 5
"""After this many pages a scope of unknown size is taken to be half done."""
DOUBTFUL = (Verdict.INCOMPLETE, Verdict.HELD)
Result = dict[str, Any]


class SyncParams(CloudParams):
    """Without ``regions``: all that the accounts are set to, or have."""

    regions: Annotated[list[RegionId], Field(max_length=100, default_factory=list)]
    confirm_deletions: bool = False
    """Accept a listing that lost so much of its scope that it would be held, of the account, regions and types named
    with it.
    """
    dry_run: bool = False
    """Only tell what would change."""

    def places(self) -> list[str]:
        return self.regions


class SyncAssets:
    """A task of one scope does it itself; any other fans out one child a scope and adds up what they did."""

    params = SyncParams
    max_retry = 3
    deduplicate = True

    def __init__(self, services: Services) -> None:
        self._services = services

    def admit(self, params: SyncParams, tenant: str) -> None:
        choose_accounts(self._services.accounts, tenant, params)
        if params.confirm_deletions and not (params.account_id and params.regions and params.asset_types):
            raise InvalidRequest(
                "invalid request: confirm_deletions: name the account_id, regions and asset_types whose loss is right, "
                "as GET /scopes?verdict=held tells them"
            )

    def run(self, params: SyncParams, context: TaskContext) -> RunResult:
        targets = resolve(self._services.accounts, params, context)
        if targets.failure is not None:
            self._record(params, context, (), targets.errors)
            raise targets.failure
        if len(targets.found) == 1 and not targets.errors:
            return self._sync(targets.found[0], params, context)
        children = [
            Child(
                key=target.scope.label,
                type="sync_assets",
                params=params.model_copy(
                    update={
                        "account_id": target.scope.account_id,
                        "regions": [target.scope.region],
                        "asset_types": [target.scope.type],
                    }
                ),
            )
            for target in targets.found
        ]
        return FanOut(children, state={"errors": list(targets.errors)})

    def join(self, params: SyncParams, children: Sequence[ChildResult], context: TaskContext) -> Result:
        """Raises FatalError when no scope at all could be listed: that must never look like a success."""
        state = context.checkpoint or {}
        details = _details(child for child in children if child.status is TaskStatus.COMPLETED)
        errors = list(state.get("errors", ())) + [
            {
                "account_id": child.params["account_id"],
                "region": child.params["regions"][0],
                "asset_type": child.params["asset_types"][0],
                "error": child.error or f"the part was {child.status}",
            }
            for child in children
            if child.status is not TaskStatus.COMPLETED
        ]
        self._record(params, context, details, errors)
        if errors and not details:
            raise nothing_listed(str(error["error"]) for error in errors)
        broken_off = _details(child for child in children if child.status is not TaskStatus.COMPLETED)
        return _result([*details, *broken_off], errors)

    def _sync(self, target: Target, params: SyncParams, context: TaskContext) -> RunResult:
        message = self._services.texts.syncing_region.format(region=target.scope.region)
        context.report(0, message)
        left = Checkpoint.from_document(context.checkpoint) if context.checkpoint else None
        before = left.counts["total"] if left else 0
        found = self._services.reconciler.reconcile(
            target.scope,
            lambda start: _reporting(target, context, message, start, before),
            Run(
                task_id=context.task_id,
                check=context.check,
                out_of_time=context.out_of_time,
                checkpoint=context.checkpoint,
                confirm_deletions=params.confirm_deletions,
                dry_run=params.dry_run,
                fence=context.fence,
                first_run=context.first_run,
                changed=context.usage.changed,
            ),
        )
        if isinstance(found, PutAside):
            return Continue(found.checkpoint)
        errors = []
        if found.error is not None:
            errors.append({"account_id": target.scope.account_id, "error": found.error.message})
        details = [_detail(found)]
        self._record(params, context, [] if errors else details, errors)
        if found.error is not None:
            found.error.done = _result(details, []) if found.total else None
            raise found.error
        return _result(details, [])

    def _record(
        self, params: SyncParams, context: TaskContext, details: Sequence[Result], errors: Sequence[Result]
    ) -> None:
        """Note on every account of this sync how it went. Of a child's account, its parent does."""
        if params.dry_run or context.is_child:
            return
        listed = {detail["account_id"] for detail in details}
        doubtful = {detail["account_id"] for detail in details if _doubtful(detail)}
        failed = {error["account_id"] for error in errors}
        for account_id in listed | failed:
            fine = account_id not in failed | doubtful
            status = "completed" if fine else "partial" if account_id in listed else "failed"
            self._services.accounts.record_sync(context.tenant, account_id, status=status, task_id=context.task_id)


def _reporting(target: Target, context: TaskContext, message: str, start: str | None, before: int) -> Iterator[Page]:
    """The target's pages from ``start`` on, moving the task's progress on as they come; ``before`` counts the assets of
    the pages that an earlier invocation had read up to there.

    Where the cloud gives no total, each page closes a part of the distance to the scope's end.
    """
    seen = before if start else 0
    number = 0
    for page in target.cloud.pages(target.scope.region, target.scope.type, start=start):
        yield page
        number += 1 if number else 1 + seen // max(1, len(page.assets))
        seen += len(page.assets)
        share = min(seen / page.total, 1.0) if page.total else number / (number + PAGES_HALF_WAY)
        context.report(100 * share, message)


def _details(children: Iterable[ChildResult]) -> list[Result]:
    return [detail for child in children if child.result for detail in child.result["details"]]


def _detail(found: ScopeResult) -> Result:
    return {
        "account_id": found.scope.account_id,
        "region": found.scope.region,
        "asset_type": found.scope.type,
        **{f"{name}_count": count for name, count in found.counts().items()},
        "verdict": found.verdict.value,
        "reason": found.reason,
    }


def _result(details: Sequence[Mapping[str, Any]], errors: Sequence[Result]) -> Result:
    return {
        **{f"{name}_count": sum(detail[f"{name}_count"] for detail in details) for name in COUNTS},
        **{f"{verdict}_count": sum(detail["verdict"] == verdict for detail in details) for verdict in DOUBTFUL},
        "error_count": len(errors),
        **told(details, errors, first=_doubtful),
    }


def _doubtful(detail: Mapping[str, Any]) -> bool:
    return bool(detail["verdict"] != Verdict.COMPLETE.value)
