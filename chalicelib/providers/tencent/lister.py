"""Lists one asset type of one region page by page, whatever the type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from chalicelib.errors import Refused
from chalicelib.providers.attached import Attachments
from chalicelib.providers.base import Page
from chalicelib.providers.retry import with_retries
from chalicelib.providers.tencent.attached import FurtherCalls
from chalicelib.providers.tencent.caller import Caller
from chalicelib.providers.tencent.declaration import AssetType
from chalicelib.providers.tencent.parsing import assets_in


def list_pages(
    caller: Caller, asset_type: AssetType, region: str, *, start: str | None, sleep: Callable[[float], None]
) -> Iterator[Page]:
    """Pages from ``start``, a page's ``next_token``, or from the beginning. Each page has its own retries."""
    paging = asset_type.paging
    token = start
    total: int | None = None
    place = region if asset_type.home is None else asset_type.home
    while True:
        query = {**asset_type.query, **paging.query(token)}
        call = partial(caller.call, asset_type.product, asset_type.action, place, query)
        try:
            answer = with_retries(call, sleep=sleep)
        except Refused as refused:
            if refused.code == asset_type.nothing and (token is None or token == str(total)):
                yield Page((), None, total or 0)
                return
            raise
        assets = assets_in(answer, asset_type)
        if attached := asset_type.attached:
            calls = FurtherCalls(caller, attached, place, sleep=sleep)
            behind = Attachments(attached.kind, partial(calls.attached_to, assets))
            assets = tuple(behind.added_to(asset) for asset in assets)
        token = paging.next_token(token, answer, len(assets))
        total = paging.total(answer)
        yield Page(assets, token, total)
        if token is None:
            return
