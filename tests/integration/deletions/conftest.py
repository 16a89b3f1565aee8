"""Counts, for each cloud and fault, how often it was tried and how many assets it cost; the run ends with the table.

Side by side, the process that tells collects no tests: it only knows of the table when this folder is named.
"""

from __future__ import annotations

import base64
import pickle
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from pymongo import MongoClient

from tests.integration.deletions.clouds import CLOUDS, SIZES, Account
from tests.integration.deletions.inventory import Inventory


@dataclass
class Table:
    tried: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: Counter[tuple[str, str]] = field(default_factory=Counter)
    verdicts: dict[str, Counter[str]] = field(default_factory=dict)
    impossible: dict[str, set[str]] = field(default_factory=dict)

    def add(self, fault: str, cloud: str, *, lost: int, verdicts: list[str]) -> None:
        self.tried[fault, cloud] += len(verdicts)
        self.lost[fault, cloud] += lost
        self.verdicts.setdefault(fault, Counter()).update(verdicts)

    def merge(self, other: Table) -> None:
        self.tried += other.tried
        self.lost += other.lost
        for fault, verdicts in other.verdicts.items():
            self.verdicts.setdefault(fault, Counter()).update(verdicts)
        for reason, where in other.impossible.items():
            self.impossible.setdefault(reason, set()).update(where)

    def lines(self) -> Iterator[str]:
        clouds = list(dict.fromkeys(cloud for _, cloud in self.tried))
        yield f"{'syncs tried/assets lost':32}" + "".join(f"{cloud:>10}" for cloud in clouds) + "   verdicts"
        for fault, verdicts in self.verdicts.items():
            told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
            yield f"{fault:32}" + "".join(f"{self._cell(fault, cloud):>10}" for cloud in clouds) + f"   {told}"
        yield f"{'all':32}" + f"{self.tried.total()} syncs tried, {self.lost.total()} assets lost"
        for reason, where in self.impossible.items():
            yield f"not tried: {reason}: {', '.join(sorted(where))}"

    def _cell(self, fault: str, cloud: str) -> str:
        tried = self.tried[fault, cloud]
        return f"{tried}/{self.lost[fault, cloud]}" if tried else "-"


TABLE = pytest.StashKey[Table]()
OUTPUT = "deletions"


@pytest.fixture(scope="session")
def table(pytestconfig: pytest.Config) -> Table:
    return pytestconfig.stash.setdefault(TABLE, Table())


@pytest.fixture(scope="module", params=CLOUDS)
def cloud(request: pytest.FixtureRequest) -> Iterator[tuple[str, Account]]:
    with CLOUDS[request.param](SIZES[request.param]) as account:
        yield request.param, account


@pytest.fixture(scope="module", params=[0, 1], ids=["one type", "another type"])
def inventory(
    request: pytest.FixtureRequest, cloud: tuple[str, Account], mongo: MongoClient[dict[str, Any]]
) -> Inventory:
    """Kept from test to test, as every one begins with a good sync."""
    name, account = cloud
    return Inventory.of(mongo, name, account, account.types[request.param])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where tests run side by side, what a process has counted goes to the one that tells."""
    if hasattr(session.config, "workeroutput") and (counted := session.config.stash.get(TABLE, None)):
        session.config.workeroutput[OUTPUT] = base64.b64encode(pickle.dumps(counted)).decode()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    if counted := getattr(node, "workeroutput", {}).get(OUTPUT):
        node.config.stash.setdefault(TABLE, Table()).merge(pickle.loads(base64.b64decode(counted)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if table := config.stash.get(TABLE, None):
        terminalreporter.section("false deletions: tried and lost")
        for line in table.lines():
            terminalreporter.write_line(line)
