"""Counts what was tried: the table is printed behind the tests."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest


@dataclass
class Census:
    secrets: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ways: Counter[str] = field(default_factory=Counter)
    searched: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)

    def add(self, where: str, *, secrets: Iterable[str], ways: int, searched: int, found: int) -> None:
        """``ways`` to fail, tried with each of the ``secrets``, and the texts ``searched``."""
        self.secrets[where] |= set(secrets)
        self.ways[where] = max(self.ways[where], ways)
        self.searched[where] += searched
        self.found[where] += found

    def lines(self) -> Iterator[str]:
        yield f"{'':12}{'secrets':>10}{'ways':>10}{'searched':>10}{'found':>10}"
        for where, secrets in self.secrets.items():
            yield f"{where:12}{len(secrets):>10}{self.ways[where]:>10}{self.searched[where]:>10}{self.found[where]:>10}"


CENSUS = pytest.StashKey[Census]()


@pytest.fixture(scope="session")
def census(pytestconfig: pytest.Config) -> Census:
    return pytestconfig.stash.setdefault(CENSUS, Census())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if census := config.stash.get(CENSUS, None):
        terminalreporter.section("secrets: tried and found")
        for line in census.lines():
            terminalreporter.write_line(line)
