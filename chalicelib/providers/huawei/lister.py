"""Lists one asset type of one region page by page, whatever the type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

from chalicelib.providers.base import Page
from chalicelib.providers.huawei.declaration import Api, AssetType
from chalicelib.providers.huawei.parsing import assets_in
from chalicelib.providers.retry import with_retries


class Caller(Protocol):
    def call(self, api: Api, region: str, query: Mapping[str, str]) -> Mapping[str, Any]: ...


def list_pages(
    caller: Caller, asset_type: AssetType, region: str, *, start: str | None, sleep: Callable[[float], None]
) -> Iterator[Page]:
    """Pages from ``start``, a page's ``next_token``, or from the beginning. Each page has its own retries."""
    paging = asset_type.paging
    token = start
    short = False
    while True:
        query = {**asset_type.query, **paging.query(token)}
        answer = with_retries(partial(caller.call, asset_type.api, region, query), sleep=sleep)
        assets = assets_in(answer, asset_type)
        token = paging.next_token(token, answer, [asset.native_id for asset in assets])
        yield Page(assets, token, paging.total_in(answer), probe=short)
        short = len(assets) < paging.size
        if token is None:
            return
