"""A consumer whose listings crash with the credentials in a local variable and in the words of the error."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NoReturn, cast

from chalicelib.accounts.service import AccountService
from chalicelib.container import Container, install
from chalicelib.events.consumers import consume_normal
from chalicelib.executors import executors
from chalicelib.settings import load
from chalicelib.tasks.executor import Executors

__all__ = ["consume_normal"]


class Crashing:
    """Stands for the accounts of the service."""

    def __init__(self, accounts: Any) -> None:
        self._accounts = accounts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._accounts, name)

    def connect(self, account: Any, **_: Any) -> NoReturn:
        credentials = dict(self._accounts._credentials.get(account.tenant, account.id))
        raise RuntimeError(f"headers {credentials} cannot be sent")


class CrashingContainer(Container):
    @cached_property
    def executors(self) -> Executors:
        return executors(lambda: self.services._replace(accounts=cast(AccountService, Crashing(self.accounts))))


install(CrashingContainer(load()))
