"""A sample of what ``make hostile`` sends: no answer is a 5xx or outside of the served document."""

from __future__ import annotations

from pathlib import Path

from tests.api.conftest import Target
from tests.support.schemathesis import attack


def test_some_requests_to_every_operation_are_answered_by_the_document(target: Target, tmp_path: Path) -> None:
    report = attack(target.url, target.key, tmp_path, "--phases", "examples,fuzzing", "-n", "2", "--seed", "1")
    assert report["operations"]["tested"] == report["operations"]["total"]
    assert report["test_cases"]["generated"] > report["operations"]["total"]
