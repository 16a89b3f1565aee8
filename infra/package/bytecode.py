"""Compiling ahead: Lambda's disk is read-only there, so that what is not compiled here is compiled at every start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from infra.package.dependencies import PYTHON
from infra.package.errors import PackageError

TASK_ROOT = "/var/task"
"""Where Lambda unpacks the zip: tracebacks name files there."""


def compile_tree(tree: Path) -> None:
    """Put bytecode beside every module; it is used whatever the times of the files. Raises PackageError."""
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    if running != PYTHON:
        raise PackageError(f"Lambda runs Python {PYTHON} and this is {running}: make package PYTHON=python{PYTHON}")
    mode = ["--invalidation-mode", "unchecked-hash", "-q", "-s", str(tree), "-p", TASK_ROOT]
    ran = subprocess.run(
        [sys.executable, "-m", "compileall", *mode, str(tree)],
        env={**os.environ, "PYTHONHASHSEED": "0"},  # the order of sets is part of bytecode
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise PackageError(f"compiling failed:\n{ran.stdout}{ran.stderr}")
