"""What executors are given to work with."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.accounts.service import AccountService
from chalicelib.assets.reconcile import Reconciler
from chalicelib.messages import Texts


@dataclass(frozen=True, slots=True)
class Services:
    accounts: AccountService
    reconciler: Reconciler
    texts: Texts
