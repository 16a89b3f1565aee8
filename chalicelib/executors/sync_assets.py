"""``sync_assets``: bring the inventory in line with the clouds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chalicelib.assets.reconcile import ScopeResult
from chalicelib.errors import FatalError, InvalidRequest
from chalicelib.executors.services import Services
from chalicelib.executors.targets import Target, Unreachable, choose_accounts, resolve
from chalicelib.providers.base import Page
from chalicelib.providers.names import AssetTypeName, ProviderName, RegionId, require_asset_types
from chalicelib.tasks.context import TaskContext

PAGES_HALF_WAY = 5
"""After this many pages a scope of unknown size is taken to be half done."""
COUNTS = ("total", "added", "updated", "deleted", "unchanged", "missing")


class SyncParams(BaseModel):
    """Without ``regions``, ``asset_types`` or ``account_id``: all that the accounts are set to, or have."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: ProviderName
    asset_types: Annotated[list[AssetTypeName], Field(max_length=100)] = []
    regions: Annotated[list[RegionId], Field(max_length=100)] = []
    account_id: Annotated[int, Field(ge=1)] | None = None
    confirm_deletions: bool = False
    """Accept a listing that lost so much of its scope that it would be held."""

    @model_validator(mode="after")
    def _asset_types_exist(self) -> SyncParams:
        require_asset_types(self.provider, self.asset_types)
        return self


class SyncAssets:
    params = SyncParams

    def __init__(self, services: Services) -> None:
        self._services = services

    def admit(self, params: SyncParams, tenant: str) -> None:
        choose_accounts(self._services.accounts, tenant, params.provider, params.account_id)

    def run(self, params: SyncParams, context: TaskContext) -> Mapping[str, Any]:
        """Raises FatalError when no scope at all could be listed; otherwise failed ones are among ``errors``."""
        try:
            chosen = choose_accounts(self._services.accounts, context.tenant, params.provider, params.account_id)
        except InvalidRequest as error:  # the account was there at submission
            raise FatalError(error.message) from None
        targets, unreachable = resolve(
            self._services.accounts,
            chosen,
            regions=params.regions,
            asset_types=params.asset_types,
            sleep=context.wait,
        )
        results = []
        for number, target in enumerate(targets):
            message = self._services.texts.syncing_region.format(region=target.scope.region)
            context.report(100 * number / len(targets), message)
            context.check()
            pages = _reporting(target, context, message, done=number, of=len(targets))
            results.append(
                self._services.reconciler.reconcile(
                    target.scope,
                    pages,
                    task_id=context.task_id,
                    check=context.check,
                    confirm_deletions=params.confirm_deletions,
                )
            )
        return summarise(results, unreachable)


def _reporting(target: Target, context: TaskContext, message: str, *, done: int, of: int) -> Iterator[Page]:
    """The target's pages, moving the task's progress on as they come.

    Where the cloud gives no total, each page closes a part of the distance to the scope's end.
    """
    seen = 0
    for number, page in enumerate(target.cloud.pages(target.scope.region, target.scope.type), start=1):
        yield page
        seen += len(page.assets)
        share = min(seen / page.total, 1.0) if page.total else number / (number + PAGES_HALF_WAY)
        context.report(100 * (done + share) / of, message)


def summarise(results: Sequence[ScopeResult], unreachable: Sequence[Unreachable]) -> dict[str, Any]:
    """The result of a sync: true totals, every error, and the details of each scope.

    Raises FatalError when nothing could be listed: that must never look like a success.
    """
    errors: list[dict[str, Any]] = [
        {"account_id": lost.account.id, "region": None, "asset_type": None, "error": lost.error.message}
        for lost in unreachable
    ]
    errors += [
        {
            "account_id": result.scope.account_id,
            "region": result.scope.region,
            "asset_type": result.scope.type,
            "error": result.error.message,
        }
        for result in results
        if result.error is not None
    ]
    if len(errors) == len(results) + len(unreachable):
        raise FatalError("nothing could be listed: " + "; ".join(dict.fromkeys(str(item["error"]) for item in errors)))
    return {
        **{f"{name}_count": sum(getattr(result, name) for result in results) for name in COUNTS},
        "error_count": len(errors),
        "errors": errors,
        "details": [
            {
                "account_id": result.scope.account_id,
                "region": result.scope.region,
                "asset_type": result.scope.type,
                **{f"{name}_count": getattr(result, name) for name in COUNTS},
                "verdict": result.verdict.value,
                "reason": result.reason,
            }
            for result in results
        ],
    }
