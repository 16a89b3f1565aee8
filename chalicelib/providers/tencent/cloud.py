"""A session on one tencent account."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.clock import Clock, utc_now
from chalicelib.errors import CloudRejected, FatalError
from chalicelib.providers.assumed import Places, source_of
from chalicelib.providers.base import Connection, Identity, Page
from chalicelib.providers.fields import text, values
from chalicelib.providers.retry import with_retries
from chalicelib.providers.tencent.attached import FurtherCalls
from chalicelib.providers.tencent.client import Client
from chalicelib.providers.tencent.declaration import AssetType, Product
from chalicelib.providers.tencent.endpoints import HOME_REGION
from chalicelib.providers.tencent.lister import list_pages
from chalicelib.providers.tencent.types import TYPES

REGION = Product("region", "2022-06-27")
STS = Product("sts", "2018-08-13")
ASSUMED = Places(
    access_key_id="Credentials.TmpSecretId",
    access_key_secret="Credentials.TmpSecretKey",  # noqa: S106 - a path
    security_token="Credentials.Token",  # noqa: S106 - a path
    expires="ExpiredTime",
)


class TencentCloud:
    """Implements ``providers.base.Cloud``.

    ``sleep`` waits between the tries of a call, in seconds; one that raises ends the listing there and then.
    """

    def __init__(
        self, connection: Connection, *, sleep: Callable[[float], None] = time.sleep, clock: Clock = utc_now
    ) -> None:
        self._own = Client(connection)
        self._client = Client(connection, source=source_of(connection.credentials, self._assume, ASSUMED, clock))
        self._sleep = sleep

    def regions(self) -> list[str]:
        """The regions in which there are machines: products differ in theirs, and none has more."""
        answer = self._call(REGION, "DescribeRegions", Product="cvm")
        listed = values(answer, "RegionSet")
        regions = [text(item, "Region") for item in listed if text(item, "RegionState") == "AVAILABLE"]
        if not regions or not all(regions):
            raise CloudRejected("DescribeRegions answered no region")
        return regions

    def pages(self, region: str, asset_type: str, *, start: str | None = None) -> Iterator[Page]:
        return list_pages(self._client, _declared(asset_type), region, start=start, sleep=self._sleep)

    def probe(self, region: str, asset_type: str) -> None:
        """Further calls are tried as long as an asset of the first page has something to ask about."""
        declared = _declared(asset_type)
        page = next(list_pages(self._client, replace(declared, attached=None), region, start=None, sleep=self._sleep))
        if attached := declared.attached:
            FurtherCalls(self._client, attached, region, sleep=self._sleep).try_each(page.assets)

    def identify(self) -> Identity:
        caller = self._call(STS, "GetCallerIdentity")
        return Identity(principal=str(caller.get("Arn", "")), regions=tuple(self.regions()))

    def _assume(self, asked: Mapping[str, str]) -> Mapping[str, Any]:
        request = {**asked, "DurationSeconds": int(asked["DurationSeconds"])}
        return self._own.call(STS, "AssumeRole", HOME_REGION, request)

    def _call(self, product: Product, action: str, **query: Any) -> Mapping[str, Any]:
        return with_retries(lambda: self._client.call(product, action, HOME_REGION, query), sleep=self._sleep)


def _declared(asset_type: str) -> AssetType:
    """Raises FatalError for a type that cannot be."""
    declared = TYPES.get(asset_type)
    if declared is None:
        raise FatalError(f"tencent has no asset type {asset_type!r}; it has {', '.join(TYPES)}")
    return declared
