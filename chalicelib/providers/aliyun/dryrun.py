"""Asks if an account may list a type, where an empty list does not tell."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from chalicelib.errors import CloudRejected, Refused
from chalicelib.providers.aliyun.declaration import AssetType
from chalicelib.providers.aliyun.lister import Caller
from chalicelib.providers.retry import with_retries

PASSED = "DryRunOperation"
"""The error code that says: it would have been done."""


def dry_run(caller: Caller, asset_type: AssetType, region: str, *, sleep: Callable[[float], None]) -> None:
    """Raises AccessDenied for an account that may not, and CloudRejected for an answer that says neither."""
    query = {"RegionId": region, **asset_type.query, **asset_type.paging.query(None), "DryRun": "true"}
    call = partial(caller.call, asset_type.product, asset_type.action, region, query)
    try:
        with_retries(call, sleep=sleep)
    except Refused as refused:
        if refused.code != PASSED:
            raise
    else:
        raise CloudRejected(f"{asset_type.action} answered a dry run with a listing")
