"""``make pins``: choose anew which versions ship, and write them down.

The list holds every package that is imported in Lambda, exactly, so that the same sources make the same zip, and so
that tests run with what ships (``requirements.txt`` is held to it).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.package.dependencies import MACHINES, pip_target
from infra.package.errors import PackageError
from infra.package.places import PINS, PROJECT

REQUIREMENTS = "requirements.txt"
ALONE = {"chalice": "its command line needs pip, inquirer and more; what runs in Lambda needs nothing"}
"""Packages that ship without what they require, and why."""
HEADER = "# Every package that Lambda ships, exactly. Written by `make pins` from requirements.txt.\n"


def requirements() -> list[Requirement]:
    """What the service itself asks for."""
    lines = (line.partition("#")[0].strip() for line in (PROJECT / REQUIREMENTS).read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def pinned() -> dict[str, str]:
    """The versions that ship, by normalised name."""
    lines = (PROJECT / PINS).read_text().splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def resolve(arch: str) -> dict[str, str]:
    """The newest versions that fit together. Raises PackageError."""
    alone = [one for one in requirements() if canonicalize_name(one.name) in ALONE]
    others = [one for one in requirements() if canonicalize_name(one.name) not in ALONE]
    return dict(sorted({**_report(others, arch), **_report(alone, arch, "--no-deps")}.items()))


def _report(wanted: list[Requirement], arch: str, *options: str) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "report.json"
        dry = ["--dry-run", "--ignore-installed", "--quiet", "--report", str(report), "--target", directory]
        command = [sys.executable, "-m", "pip", "install", *dry, *options, *pip_target(arch), *map(str, wanted)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise PackageError(f"no versions fit together for {arch}:\n{ran.stderr.strip()}")
        found: list[dict[str, Any]] = json.loads(report.read_text())["install"]
    return {canonicalize_name(one["metadata"]["name"]): one["metadata"]["version"] for one in found}


def main() -> None:
    chosen = {arch: resolve(arch) for arch in MACHINES}
    first, *others = chosen.values()
    if any(other != first for other in others):
        raise PackageError(f"the architectures need different versions: {chosen}")
    (PROJECT / PINS).write_text(HEADER + "".join(f"{name}=={version}\n" for name, version in first.items()))
    print(f"{PINS}: {len(first)} packages")


if __name__ == "__main__":
    try:
        main()
    except PackageError as error:
        sys.exit(str(error))
