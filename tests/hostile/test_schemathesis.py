"""Whatever Schemathesis sends, no answer is a 5xx or outside of the served document."""

from __future__ import annotations

from pathlib import Path

from tests.api.conftest import Target
from tests.support.schemathesis import attack

REQUESTS = 5_000
PHASES = "examples,coverage,fuzzing,stateful"
EXAMPLES = "75"
"""Of each operation, beside those that cover the document systematically."""


def test_thousands_of_requests_and_chains_of_them_are_answered_by_the_document(target: Target, tmp_path: Path) -> None:
    report = attack(target.url, target.key, tmp_path, "--phases", PHASES, "-n", EXAMPLES)
    print(f"\n{report['test_cases']} in {report['running_time']:.0f} s, seed {report['seed']}")
    assert report["operations"]["tested"] == report["operations"]["total"]
    assert {phase["status"] for phase in report["phases"].values()} == {"success"}
    assert report["test_cases"]["generated"] >= REQUESTS
