"""Syncs accounts by themselves, at most once in every interval."""

from __future__ import annotations

from datetime import UTC, datetime

from chalicelib.accounts.store import AccountStore
from chalicelib.clock import Clock
from chalicelib.errors import ApiError, IdempotencyMismatch, InvalidRequest
from chalicelib.logs import logger
from chalicelib.tasks.service import Caller, TaskService

BATCH = 200
"""The most accounts one pass takes on."""
CREATED_BY = "schedule"
REFUSALS = (InvalidRequest, IdempotencyMismatch)
"""What would be said again at once: an account that it is said of must not keep its place before the others."""


class SyncSchedule:
    def __init__(self, accounts: AccountStore, tasks: TaskService, *, clock: Clock) -> None:
        self._accounts = accounts
        self._tasks = tasks
        self._clock = clock

    def run(self) -> int:
        """Submit a sync for every account whose time has come; returns how many.

        Time is cut into slots of the account's interval. A slot's task has a key of its own, so that a schedule that
        fires twice, late, or in two copies submits it once. Slots that were missed are not made up for.
        """
        submitted = 0
        now = self._clock()
        for account in self._accounts.due_for_sync(now, limit=BATCH):
            interval = account.sync_interval_seconds
            slot = int(now.timestamp()) // interval * interval
            try:
                self._tasks.submit(
                    "sync_assets",
                    {
                        "provider": account.provider,
                        "account_id": account.id,
                        "priority": account.sync_priority,
                        "timeout_seconds": account.sync_timeout_seconds,
                    },
                    caller=Caller(account.tenant, CREATED_BY),
                    idempotency_key=f"{CREATED_BY}:{account.id}:{slot}",
                )
                submitted += 1
            except ApiError as error:
                again = "slot" if isinstance(error, REFUSALS) else "pass"
                logger.warning(
                    f"scheduled sync refused, trying again at the next {again}",
                    extra={"account_id": account.id, "reason": error.message},
                )
                if again == "pass":
                    continue
            self._accounts.plan_sync(account, datetime.fromtimestamp(slot + interval, UTC))
        return submitted
