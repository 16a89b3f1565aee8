"""The whole service on one machine."""

from __future__ import annotations

import logging
import os
import threading
import time
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from infra.local import mongodb
from infra.local.clock import Ticker
from infra.local.config import DEAD_LETTERS, EXPORT_BUCKET, LANES, SYNC_REQUESTS, Config
from infra.local.emulator import create_bucket, events_client, sqs_client
from infra.local.event_source import Deliver, EventSource, as_batch, as_events
from infra.local.function import FunctionEnvironment
from infra.local.functions import CLOCK, Function, consumer, schedules, sync_requested, undertaker
from infra.local.keeper import Keeper, Say
from infra.local.ports import FolderLock, check_ports
from infra.local.queues import create_queues, create_rule, queues
from infra.local.seed import SeedFailed, seed
from infra.local.services import services

WORKERS_READY_SECONDS = 60
DRAIN_SECONDS = 10
RECLAIM_SECONDS = 60

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Running:
    """One process of the stack, for people."""

    name: str
    what: str
    pid: int | None
    address: str


class Stack:
    """Starts everything on entering and stops everything on leaving; nothing outlives it, not even a kill of it.

    Raises TakenError, StartError, StartFailed or SeedFailed when it cannot start, having stopped what had started.
    """

    def __init__(self, config: Config, *, say: Say = logger.info) -> None:
        self.config = config
        self.url = config.url
        self._say = say
        self._cleanup = ExitStack()
        self._seeding = threading.Lock()
        self._services = services(config)
        self._keeper = Keeper(self._services, self._folder("run"), say=say, revived=self._revived)
        self._sqs = sqs_client(None if config.real_aws else config.emulator_url)
        self._environments: list[FunctionEnvironment] = []
        self._sources = [self._lane(lane) for lane in LANES]
        self._on_demand = [] if config.real_aws else self._rarely_called()
        self._ticker = Ticker(self._environment("clock", CLOCK), schedules(config))

    def __enter__(self) -> Stack:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Drain the workers, then end everything in order. Running tasks hand themselves back or finish."""
        logger.info("stopping")
        self._cleanup.close()

    def kill(self) -> None:
        """End every process now. Safe to call from a signal handler in the midst of ``stop``."""
        for environment in self._environments:
            with suppress(ProcessLookupError):
                environment.kill()
        self._keeper.kill()
        _remove_pid_files(self._folder("run"))

    def pid(self, name: str) -> int | None:
        """The process id of a service or a worker; None while it is down."""
        for environment in self._environments:
            if environment.name == name:
                return environment.pid
        return self._keeper.pid(name)

    def down(self, name: str, *, kill: bool = True) -> None:
        """Take a service away, as a crash would (``kill``) or cleanly, until ``up``."""
        self._keeper.down(name, kill=kill)

    def up(self, name: str) -> None:
        """Bring a service back and wait until it serves."""
        self._keeper.up(name)
        self._revived(name)

    def restart(self, name: str, *, kill: bool = True) -> None:
        self.down(name, kill=kill)
        self.up(name)

    def processes(self) -> list[Running]:
        """What runs, in the order in which to present it."""
        served = [Running(it.name, it.what, self._keeper.pid(it.name), it.address) for it in reversed(self._services)]
        called = [Running(it.name, it.function.handler, it.pid, "") for it in self._environments]
        return served + called

    def _folder(self, name: str) -> Path:
        return self.config.local_dir / name

    def _environment(self, name: str, function: Function) -> FunctionEnvironment:
        made = FunctionEnvironment(
            name,
            function,
            environ=self.config.environment(),
            log=self._folder("logs") / f"{name}.log",
            pid_file=self._folder("run") / f"{name}.pid",
        )
        self._environments.append(made)
        return made

    def _lane(self, lane: str) -> EventSource:
        """Workers are numbered through, from the high lane to the low one."""
        function = consumer(self.config, lane)
        first = len(self._environments) + 1
        numbers = range(first, first + self.config.workers[lane])
        workers = [self._environment(f"worker-{number}", function) for number in numbers]
        return EventSource(self._sqs, self.config.lane_urls[lane], workers, batch_size=self.config.batch_size)

    def _rarely_called(self) -> list[EventSource]:
        def source(queue: str, name: str, function: Function, batch_size: int, deliver: Deliver) -> EventSource:
            return EventSource(
                self._sqs,
                self.config.queue_url(queue),
                [self._environment(name, function)],
                batch_size=batch_size,
                deliver=deliver,
                reclaim_after=RECLAIM_SECONDS,
            )

        return [
            source(DEAD_LETTERS, "bury", undertaker(self.config), 10, as_batch),
            source(SYNC_REQUESTS, "sync-requested", sync_requested(self.config), 1, as_events),
        ]

    def _start(self) -> None:
        started = self._cleanup
        started.enter_context(FolderLock(self.config.local_dir))
        check_ports(self.config.wanted_ports())
        for log in self._folder("logs").glob("*.log"):  # each run begins them anew
            os.truncate(log, 0)
        _remove_pid_files(self._folder("run"))
        started.callback(_remove_pid_files, self._folder("run"))
        started.callback(self._sqs.close)
        started.callback(self._keeper.stop, ["api"])
        self._keeper.launch()
        if not self.config.real_aws:
            self._keeper.wait_ready("emulator")
            self._make_queues()
        for source in (*self._on_demand, *self._sources):
            source.start()
        started.callback(self._stop_sources)
        self._ticker.start()
        started.callback(self._ticker.stop)
        self._keeper.wait_ready()
        if not self.config.mongodb_uri:
            environ = self.config.environment()
            mongodb.index(environ["CAM_MONGODB_URI"], environ["CAM_MONGODB_DATABASE"])
        seed(self.config)
        for source in self._sources:
            source.wait_ready(WORKERS_READY_SECONDS)
        self._keeper.watch()

    def _stop_sources(self) -> None:
        sources = (*self._sources, *self._on_demand)
        for source in sources:
            source.drain()
        deadline = time.monotonic() + DRAIN_SECONDS
        for source in sources:
            source.join(max(0, deadline - time.monotonic()))

    def _make_queues(self) -> None:
        arns = create_queues(self._sqs, queues(self.config))
        with closing(events_client(self.config.emulator_url)) as events:
            create_rule(events, arns)
        create_bucket(self.config.emulator_url, EXPORT_BUCKET)

    def _revived(self, name: str) -> None:
        """Give a service that came back what it has lost: a killed emulator forgets queues and parameters."""
        if name in ("emulator", "api"):
            with self._seeding:
                try:
                    seed(self.config)
                except SeedFailed as error:
                    logger.warning("%s", error)
        if name == "emulator":  # last: the service is not ready before it has its queues
            self._make_queues()


def _remove_pid_files(folder: Path) -> None:
    for file in folder.glob("*.pid"):
        file.unlink(missing_ok=True)
