"""A queue as bad as a standard queue may be: it keeps no order, repeats and loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.clock import Clock
from chalicelib.tasks.model import Lane
from chalicelib.tasks.queue import NO_DELAY, Message, QueueUnavailable


@dataclass
class Bag:
    """What was sent and not yet taken out. ``down`` makes it refuse everything."""

    clock: Clock
    down: bool = False
    sent: int = 0
    waiting: list[tuple[datetime, Message]] = field(default_factory=list)

    def send(self, message: Message, *, delay: timedelta = NO_DELAY) -> None:
        self.check()
        assert timedelta() <= delay <= timedelta(seconds=900), "more than SQS can delay"
        self.sent += 1
        self.waiting.append((self.clock() + delay, message))

    def send_all(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self.send(message)

    def check(self) -> None:
        if self.down:
            raise QueueUnavailable("down")

    def visible(self) -> list[Message]:
        now = self.clock()
        return [message for at, message in self.waiting if at <= now]

    def take(self, message: Message, *, keep: bool = False) -> None:
        """Take one copy out; with ``keep`` it will come once more."""
        if not keep:
            index = next(index for index, (_, waiting) in enumerate(self.waiting) if waiting == message)
            del self.waiting[index]

    def drain(self, lane: Lane | None = None) -> list[Message]:
        """Everything that is visible now, taken out."""
        taken = [message for message in self.visible() if lane in (None, message.lane)]
        now = self.clock()
        self.waiting = [(at, message) for at, message in self.waiting if at > now or lane not in (None, message.lane)]
        return taken
