"""``discover_assets``: list what a cloud has and write nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import ValidationError, field_validator

from chalicelib.errors import TaskError
from chalicelib.executors.causes import nothing_listed
from chalicelib.executors.parts import told
from chalicelib.executors.scopes import CloudParams, Target, choose_accounts, resolve
from chalicelib.executors.services import Services
from chalicelib.providers.base import ListedAsset
from chalicelib.providers.names import RegionId
from chalicelib.strict import Strict
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import Continue, RunResult

SAMPLE_SIZE = 5
"""How many assets of each scope the result shows."""


class DiscoverParams(CloudParams):
    """Without ``region``: all that the accounts are set to, or have."""

    region: RegionId | None = None

    def places(self) -> list[str]:
        return [self.region] if self.region else []


class DiscoverAssets:
    params = DiscoverParams
    max_retry = 3
    deduplicate = False

    def __init__(self, services: Services) -> None:
        self._services = services

    def admit(self, params: DiscoverParams, tenant: str) -> None:
        choose_accounts(self._services.accounts, tenant, params)

    def run(self, params: DiscoverParams, context: TaskContext) -> RunResult:
        """Scope by scope, going on in another invocation between two of them. Raises FatalError when no scope at all
        could be listed.
        """
        targets = resolve(self._services.accounts, params, context)
        if targets.failure is not None:
            raise targets.failure
        done = _Done.left(context.checkpoint)
        errors = done.errors if done else list(targets.errors)
        details = done.details if done else []
        surveyed = {_key(place) for place in [*errors, *details]}
        for number, target in enumerate(targets.found):
            place = {
                "account_id": target.scope.account_id,
                "region": target.scope.region,
                "asset_type": target.scope.type,
            }
            if _key(place) in surveyed:
                continue
            if context.out_of_time():
                return Continue({"errors": errors, "details": details})
            message = self._services.texts.discovering_region.format(region=target.scope.region)
            context.report(100 * number / len(targets.found), message)
            try:
                details.append(place | _survey(target, context))
            except TaskError as error:
                errors.append(place | {"error": error.message})
        if errors and not details:
            raise nothing_listed(item["error"] for item in errors)
        return {
            "total_count": sum(scope["count"] for scope in details),
            "error_count": len(errors),
            **told(details, errors),
        }


class _Done(Strict):
    """What an invocation leaves to the next one: a checkpoint."""

    errors: list[dict[str, Any]]
    details: list[dict[str, Any]]

    @field_validator("errors", "details")
    @classmethod
    def _of_places(cls, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if not all({"account_id", "region", "asset_type"} <= one.keys() for one in found):
            raise ValueError("a place is not named")
        return found

    @field_validator("details")
    @classmethod
    def _counted(cls, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if not all(type(one.get("count")) is int for one in found):
            raise ValueError("a place is not counted")
        return found

    @classmethod
    def left(cls, checkpoint: Mapping[str, Any] | None) -> Self | None:
        """None where there is none, or one that cannot be gone on from: the work then begins anew."""
        try:
            return None if checkpoint is None else cls.model_validate(checkpoint, strict=True)
        except ValidationError:
            return None


def _key(place: dict[str, Any]) -> tuple[Any, ...]:
    return place["account_id"], place["region"], place["asset_type"]


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
