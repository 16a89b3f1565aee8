"""A machine without a browser runs all tests but those of the console; a pipeline must have one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.walks.conftest import NO_BROWSER

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("ci", "exit_status", "told"),
    [("", 0, f"tests skipped: {NO_BROWSER}"), ("true", 1, f"Failed: {NO_BROWSER}")],
    ids=["by hand", "in a pipeline"],
)
def test_without_a_browser_its_tests_are_skipped_with_one_line_and_fail_in_a_pipeline(
    tmp_path: Path, ci: str, exit_status: int, told: str
) -> None:
    nowhere = str(tmp_path)
    environ = os.environ | {"PATH": nowhere, "PLAYWRIGHT_BROWSERS_PATH": nowhere, "CI": ci}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/e2e/walks/test_keys.py"]
    ran = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == exit_status, ran.stdout + ran.stderr
    assert told in ran.stdout
