"""Schemathesis as a process of its own, against a served document, with all of its checks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

CONFIG = Path(__file__).with_suffix(".toml")


def attack(url: str, key: str, folder: Path, *options: str) -> dict[str, Any]:
    """Run it as the owner of ``key`` with ``options`` of its command line; returns its report, which is kept in
    ``folder``. Fails with what it has to say.
    """
    report = folder / "report.json"
    command = [str(Path(sys.executable).with_name("st")), "--config-file", str(CONFIG), "run", f"{url}/openapi.json"]
    ran = subprocess.run(
        [
            *command,
            "--report",
            "json",
            "--report-json-path",
            str(report),
            "--no-color",
            "-H",
            f"Authorization: Bearer {key}",
            *options,
        ],
        cwd=folder,
        env=os.environ | {"NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr
    found: dict[str, Any] = json.loads(report.read_text())
    return found
