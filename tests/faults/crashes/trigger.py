"""A signal that a process sends itself at one chosen call to the store or the queue."""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping
from typing import Any

from botocore.hooks import BaseEventHooks
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from tests.support.commands import HOUSEKEEPING


class Trigger:
    """Counts calls; at number ``at`` the process gets ``number``: before the call is sent, or after its answer came.

    ``at`` 0 never fires. ``only`` counts the calls of one name, ``"insert assets"`` for example.
    """

    def __init__(self, at: int, *, after: bool, number: signal.Signals, only: str = "") -> None:
        self._at = at
        self._after = after
        self._number = number
        self._only = only
        self._calls = 0
        self._lock = threading.Lock()

    def begins(self, name: str) -> bool:
        """Whether this is the call; its end is to be told with ``ends``."""
        with self._lock:
            if self._only in ("", name):
                self._calls += 1
                chosen = self._calls == self._at
            else:
                chosen = False
        if chosen and not self._after:
            self._fire()
        return chosen

    def ends(self) -> None:
        if self._after:
            self._fire()

    def _fire(self) -> None:
        """Sent to this thread and not to the process, for it must not get any further."""
        signal.pthread_kill(threading.get_ident(), self._number)


class StoreCalls(CommandListener):
    def __init__(self, trigger: Trigger) -> None:
        self._trigger = trigger
        self._chosen: set[int] = set()

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in HOUSEKEEPING:
            return
        if self._trigger.begins(f"{event.command_name} {event.command.get(event.command_name)}"):
            self._chosen.add(event.request_id)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        if event.request_id in self._chosen:
            self._trigger.ends()

    def failed(self, event: CommandFailedEvent) -> None:
        pass


def watch_queue(events: BaseEventHooks, trigger: Trigger) -> None:
    """Count a client's calls. Receiving counts when it yields messages only: an empty look changes nothing."""
    chosen: list[bool] = []

    def before(model: Any, **_: Any) -> None:
        if model.name != "ReceiveMessage" and trigger.begins(model.name):
            chosen.append(True)

    def after(model: Any, parsed: Mapping[str, Any], **_: Any) -> None:
        if model.name == "ReceiveMessage":
            if parsed.get("Messages") and trigger.begins(model.name):
                trigger.ends()
        elif chosen:
            chosen.clear()
            trigger.ends()

    events.register("before-call.sqs.*", before)
    events.register("after-call.sqs.*", after)
