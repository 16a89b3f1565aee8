"""Counts what the code asks of the store and of AWS, and what it writes into its log."""

from __future__ import annotations

import io
import json
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pymongo import MongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from chalicelib.container import Container
from chalicelib.logs import logger
from chalicelib.mongodb import connect
from chalicelib.settings import Settings
from chalicelib.tasks.emf import Emf

HOUSEKEEPING = frozenset({"endSessions", "killCursors"})
Metric = tuple[tuple[str, str], ...]


@dataclass
class Tally:
    """``store`` counts commands by collection; ``aws`` calls by service and API. ``log_bytes`` are those of the
    function's own lines, ``emf_bytes`` those of its metrics, and ``metrics`` the metrics that CloudWatch makes of them.
    """

    store: Counter[str] = field(default_factory=Counter)
    aws: Counter[str] = field(default_factory=Counter)
    invocations: Counter[str] = field(default_factory=Counter)
    log_bytes: int = 0
    emf_bytes: int = 0
    metrics: set[Metric] = field(default_factory=set)


class Listener(CommandListener):
    def __init__(self) -> None:
        self.tally = Tally()

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name not in HOUSEKEEPING:
            target = event.command.get("collection") or event.command.get(event.command_name)
            self.tally.store[str(target)] += 1

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


class LogBytes(logging.Handler):
    """Formats each line as the service's own handler does, and keeps its length."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logger.registered_formatter)
        self.total = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.total += len(self.format(record).encode()) + 1


class CountedContainer(Container):
    """The service's own wiring with ears in it. ``counted`` tells of what is done inside its block."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._listener = Listener()
        self._figures = io.StringIO()

    @cached_property
    def mongo(self) -> MongoClient[dict[str, Any]]:
        return connect(self.mongodb_uri(), self.settings, event_listeners=[self._listener])

    @cached_property
    def emf(self) -> Emf:
        return Emf(self.settings.stage, out=self._figures)

    @contextmanager
    def counted(self) -> Iterator[Tally]:
        tally = self._listener.tally = Tally()
        lines = LogBytes()
        begun = self._figures.tell()

        def called(model: Any, **_: Any) -> None:
            tally.aws[f"{model.service_model.service_name} {model.name}"] += 1

        clients = [self.aws.sqs, self.aws.ssm, self.aws.s3]
        for client in clients:
            client.meta.events.register("before-call.*.*", called)
        own = logging.getLogger(logger.name)
        own.addHandler(lines)
        try:
            yield tally
        finally:
            own.removeHandler(lines)
            for client in clients:
                client.meta.events.unregister("before-call.*.*", called)
        written = self._figures.getvalue()[begun:]
        tally.log_bytes, tally.emf_bytes = lines.total, len(written.encode())
        tally.metrics = {metric for line in written.splitlines() for metric in _metrics(json.loads(line))}
        self._listener.tally = Tally()


def _metrics(line: dict[str, Any]) -> Iterator[Metric]:
    """Each name with its dimensions is a metric that is paid for."""
    for directive in line["_aws"]["CloudWatchMetrics"]:
        for names in directive["Dimensions"]:
            dimensions = tuple((name, str(line[name])) for name in names)
            for metric in directive["Metrics"]:
                yield (("metric", metric["Name"]), *dimensions)
