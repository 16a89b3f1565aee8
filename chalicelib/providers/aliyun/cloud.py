"""A session on one aliyun account."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from chalicelib.clock import Clock, utc_now
from chalicelib.errors import CloudRejected, FatalError
from chalicelib.providers.aliyun.client import Client
from chalicelib.providers.aliyun.dryrun import dry_run
from chalicelib.providers.aliyun.endpoints import HOME_REGION
from chalicelib.providers.aliyun.lister import attached_in, list_pages
from chalicelib.providers.aliyun.types import BY_NAME, ECS, STS, AssetType, Product
from chalicelib.providers.assumed import Places, source_of
from chalicelib.providers.base import Connection, Identity, Page
from chalicelib.providers.fields import texts
from chalicelib.providers.retry import with_retries

ASSUMED = Places(
    access_key_id="Credentials.AccessKeyId",
    access_key_secret="Credentials.AccessKeySecret",  # noqa: S106 - a path
    security_token="Credentials.SecurityToken",  # noqa: S106 - a path
    expires="Credentials.Expiration",
)


class AliyunCloud:
    """Implements ``providers.base.Cloud``.

    ``sleep`` waits between the tries of a call, in seconds; one that raises ends the listing there and then.
    """

    def __init__(
        self, connection: Connection, *, sleep: Callable[[float], None] = time.sleep, clock: Clock = utc_now
    ) -> None:
        own = Client(connection)
        assume = partial(own.call, STS, "AssumeRole", HOME_REGION)
        self._client = Client(connection, source=source_of(connection.credentials, assume, ASSUMED, clock))
        self._sleep = sleep

    def regions(self) -> list[str]:
        answer = self._call(ECS, "DescribeRegions")
        regions = texts(answer, ("Regions.Region.RegionId",))
        if not regions:
            raise CloudRejected("DescribeRegions answered no region")
        return list(regions)

    def pages(self, region: str, asset_type: str, *, start: str | None = None) -> Iterator[Page]:
        return list_pages(self._client, _declared(asset_type), region, start=start, sleep=self._sleep)

    def probe(self, region: str, asset_type: str) -> None:
        declared = _declared(asset_type)
        if declared.dry_run:
            dry_run(self._client, declared, region, sleep=self._sleep)
            return
        bare = replace(declared, attached=None)
        page = next(list_pages(self._client, bare, region, start=None, sleep=self._sleep))
        if attached := declared.attached:
            next(attached_in(self._client, attached, region, page.assets, sleep=self._sleep), None)

    def identify(self) -> Identity:
        caller = self._call(STS, "GetCallerIdentity")
        return Identity(principal=str(caller.get("Arn", "")), regions=tuple(self.regions()))

    def _call(self, product: Product, action: str) -> Mapping[str, Any]:
        return with_retries(lambda: self._client.call(product, action, HOME_REGION, {}), sleep=self._sleep)


def _declared(asset_type: str) -> AssetType:
    declared = BY_NAME.get(asset_type)
    if declared is None:
        raise FatalError(f"aliyun has no asset type {asset_type!r}; it has {', '.join(BY_NAME)}")
    return declared
