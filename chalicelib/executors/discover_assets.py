"""``discover_assets``: list what a cloud has and write nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chalicelib.errors import FatalError, InvalidRequest, TaskError
from chalicelib.executors.services import Services
from chalicelib.executors.targets import Target, choose_accounts, resolve
from chalicelib.providers.base import ListedAsset
from chalicelib.providers.names import AssetTypeName, ProviderName, RegionId, require_asset_types
from chalicelib.tasks.context import TaskContext

SAMPLE_SIZE = 5
"""How many assets of each scope the result shows."""


class DiscoverParams(BaseModel):
    """Without ``region``, ``asset_types`` or ``account_id``: all that the accounts are set to, or have."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: ProviderName
    region: RegionId | None = None
    asset_types: Annotated[list[AssetTypeName], Field(max_length=100)] = []
    account_id: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _asset_types_exist(self) -> DiscoverParams:
        require_asset_types(self.provider, self.asset_types)
        return self


class DiscoverAssets:
    params = DiscoverParams

    def __init__(self, services: Services) -> None:
        self._services = services

    def admit(self, params: DiscoverParams, tenant: str) -> None:
        choose_accounts(self._services.accounts, tenant, params.provider, params.account_id)

    def run(self, params: DiscoverParams, context: TaskContext) -> Mapping[str, Any]:
        """Raises FatalError when no scope at all could be listed."""
        try:
            chosen = choose_accounts(self._services.accounts, context.tenant, params.provider, params.account_id)
        except InvalidRequest as error:  # the account was there at submission
            raise FatalError(error.message) from None
        targets, unreachable = resolve(
            self._services.accounts,
            chosen,
            regions=[params.region] if params.region else [],
            asset_types=params.asset_types,
            sleep=context.wait,
        )
        errors: list[dict[str, Any]] = [
            {"account_id": lost.account.id, "region": None, "asset_type": None, "error": lost.error.message}
            for lost in unreachable
        ]
        details: list[dict[str, Any]] = []
        for number, target in enumerate(targets):
            message = self._services.texts.discovering_region.format(region=target.scope.region)
            context.report(100 * number / len(targets), message)
            place = {
                "account_id": target.scope.account_id,
                "region": target.scope.region,
                "asset_type": target.scope.type,
            }
            try:
                details.append(place | _survey(target, context))
            except TaskError as error:
                errors.append(place | {"error": error.message})
        if not details:
            raise FatalError("nothing could be listed: " + "; ".join(dict.fromkeys(item["error"] for item in errors)))
        return {
            "total_count": sum(scope["count"] for scope in details),
            "error_count": len(errors),
            "errors": errors,
            "details": details,
        }


def _survey(target: Target, context: TaskContext) -> dict[str, Any]:
    count = 0
    sample: list[ListedAsset] = []
    for page in target.cloud.pages(target.scope.region, target.scope.type):
        context.check()
        count += len(page.assets)
        sample.extend(page.assets[: SAMPLE_SIZE - len(sample)])
    return {
        "count": count,
        "sample": [
            {"native_id": asset.native_id, "name": asset.name, "status": asset.status, "zone": asset.zone}
            for asset in sample
        ],
    }
