"""Keeps services running: starts them, restarts those that die, stops them in order."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from infra.local.processes import Child, StartError
from infra.local.services import Service

CHECK_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5

logger = logging.getLogger(__name__)

Say = Callable[[str], None]


class Keeper:
    """All starting and stopping happens on one thread, which lives as long as the keeper: a child process dies with
    the thread that started it.
    """

    def __init__(
        self, services: Sequence[Service], run_dir: Path, *, say: Say, revived: Callable[[str], None] = lambda _: None
    ) -> None:
        """``revived`` is called with the name of each service that was down and is up again."""
        self._services = {service.name: service for service in services}
        self._run_dir = run_dir
        self._say = say
        self._revived = revived
        self._children: dict[str, Child] = {}
        self._held: set[str] = set()
        self._failures: dict[str, int] = {}
        self._next_try: dict[str, float] = {}
        self._pool = ThreadPoolExecutor(1, "keeper")
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._watch_over, name="keeper-watch", daemon=True)

    def launch(self) -> None:
        """Start every process, without waiting for any to be ready. Raises StartError."""
        for service in self._services.values():
            self._pool.submit(self._launch, service).result()

    def wait_ready(self, *names: str) -> None:
        """Raises StartError. Without names: all."""
        for name in names or self._services:
            self._services[name].ready(self._children[name])

    def watch(self) -> None:
        """From now on, restart what dies."""
        self._watch.start()

    def pid(self, name: str) -> int | None:
        child = self._children.get(name)
        return child.pid if child and child.running else None

    def down(self, name: str, *, kill: bool = True) -> None:
        """End a service, as a crash does unless ``kill`` is false, and keep it down until ``up``."""
        self._held.add(name)
        self._pool.submit(self._end, name, kill=kill).result()

    def up(self, name: str) -> None:
        """Start a service that is down and wait until it serves. Raises StartError."""
        self._pool.submit(self._start, name).result()
        self._held.discard(name)

    def stop(self, first: Sequence[str] = ()) -> None:
        """Stop everything: ``first``, in that order, then the rest side by side."""
        self._stopping.set()
        if self._watch.is_alive():
            self._watch.join()
        for name in first:
            self._pool.submit(self._end, name, kill=False).result()
        for child in self._children.values():
            child.signal(signal.SIGTERM)
        for name in self._children:
            self._pool.submit(self._end, name, kill=False).result()
        self._pool.shutdown()

    def kill(self) -> None:
        """End every process at once."""
        self._stopping.set()
        for child in list(self._children.values()):
            child.signal(signal.SIGKILL)

    # --- on the keeper's thread ---------------------------------------------------------------------------------

    def _launch(self, service: Service) -> None:
        child = self._children[service.name] = service.launch()
        (self._run_dir / f"{service.name}.pid").write_text(f"{child.pid}\n")

    def _start(self, name: str) -> None:
        service = self._services[name]
        self._launch(service)
        try:
            service.ready(self._children[name])
        except StartError:
            self._end(name, kill=True)
            raise

    def _end(self, name: str, *, kill: bool) -> None:
        if child := self._children.get(name):
            if kill:
                child.kill()
            else:
                begun = time.monotonic()
                child.stop()
                logger.info("%s stopped within %.1f s", name, time.monotonic() - begun)
        (self._run_dir / f"{name}.pid").unlink(missing_ok=True)

    def _watch_over(self) -> None:
        while not self._stopping.wait(CHECK_SECONDS):
            for name, child in list(self._children.items()):
                if not child.running and name not in self._held and time.monotonic() >= self._next_try.get(name, 0):
                    self._pool.submit(self._revive, name).result()

    def _revive(self, name: str) -> None:
        child = self._children[name]
        if self._stopping.is_set() or name in self._held or child.running:
            return
        failures = self._failures.get(name, 0)
        if not failures:
            self._say(f"{name} (pid {child.pid}) died with status {child.returncode}: starting it again")
        try:
            self._start(name)
        except (StartError, OSError) as error:
            logger.warning("%s", error)
            self._failures[name] = failures + 1
            self._next_try[name] = time.monotonic() + min(CHECK_SECONDS * 2**failures, LONGEST_PAUSE_SECONDS)
            if not failures:
                self._say(f"{name} does not come up; trying on. {str(error).splitlines()[0]}")
            return
        self._failures.pop(name, None)
        self._say(f"{name} is up again (pid {self._children[name].pid})")
        self._revived(name)
