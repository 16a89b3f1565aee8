"""What executors are given to work with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chalicelib.accounts.service import AccountService
from chalicelib.assets.store import AssetStore
from chalicelib.clock import Clock
from chalicelib.messages import Texts

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from chalicelib.assets.reconcile import Reconciler


class Exports(NamedTuple):
    """Where exported files go, and how long their links are good."""

    client: S3Client
    bucket: str
    link_seconds: int
    clock: Clock


class Services(NamedTuple):
    accounts: AccountService
    assets: AssetStore
    reconciler: Reconciler
    exports: Exports | None
    texts: Texts
