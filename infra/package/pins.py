"""``make pins``: choose anew which versions ship, and write them down.

The list holds every package that is imported in Lambda, exactly, so that the same sources make the same zip, and so
that tests run with what ships (``requirements.txt`` is held to it). Beside it a second one has the hashes of the files,
one for each architecture that has its own: nothing else is installed for Lambda. One list cannot be both, as pip takes
hashes for a condition on every package that it installs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.package.dependencies import MACHINES, pip_target
from infra.package.errors import PackageError
from infra.package.places import LOCK, PINS, PROJECT

REQUIREMENTS = "requirements.txt"
ALONE = {"chalice": "its command line needs pip, inquirer and more; what runs in Lambda needs nothing"}
"""Packages that ship without what they require, and why."""
HEADER = "# Every package that Lambda ships, exactly. Written by `make pins` from requirements.txt.\n"
LOCK_HEADER = "# The files of the packages that Lambda ships. Written by `make pins` beside requirements-shipped.txt.\n"


@dataclass(frozen=True)
class Pin:
    """One version of a package, and the SHA-256 of its files."""

    version: str
    hashes: frozenset[str]


def requirements() -> list[Requirement]:
    """What the service itself asks for."""
    lines = (line.partition("#")[0].strip() for line in (PROJECT / REQUIREMENTS).read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def pinned() -> dict[str, str]:
    """The versions that ship, by normalised name."""
    lines = (PROJECT / PINS).read_text().splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def resolve(arch: str) -> dict[str, Pin]:
    """The newest versions that fit together. Raises PackageError."""
    alone = [one for one in requirements() if canonicalize_name(one.name) in ALONE]
    others = [one for one in requirements() if canonicalize_name(one.name) not in ALONE]
    return dict(sorted({**_report(others, arch), **_report(alone, arch, "--no-deps")}.items()))


def _report(wanted: list[Requirement], arch: str, *options: str) -> dict[str, Pin]:
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "report.json"
        dry = ["--dry-run", "--ignore-installed", "--quiet", "--report", str(report), "--target", directory]
        command = [sys.executable, "-m", "pip", "install", *dry, *options, *pip_target(arch), *map(str, wanted)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise PackageError(f"no versions fit together for {arch}:\n{ran.stderr.strip()}")
        found: list[dict[str, Any]] = json.loads(report.read_text())["install"]
    return {canonicalize_name(one["metadata"]["name"]): _pin(one) for one in found}


def _pin(one: Mapping[str, Any]) -> Pin:
    digest = one["download_info"].get("archive_info", {}).get("hashes", {}).get("sha256")
    if not digest:
        raise PackageError(f"the index gives no SHA-256 of {one['metadata']['name']}")
    return Pin(one["metadata"]["version"], frozenset({digest}))


def merged(chosen: Mapping[str, Mapping[str, Pin]]) -> dict[str, Pin]:
    """What all architectures need, with the files of all. Raises PackageError."""
    first, *others = chosen.values()
    versions = {name: pin.version for name, pin in first.items()}
    if any({name: pin.version for name, pin in other.items()} != versions for other in others):
        raise PackageError(f"the architectures need different versions: {chosen}")
    return {
        name: Pin(version, frozenset().union(*(pins[name].hashes for pins in chosen.values())))
        for name, version in versions.items()
    }


def locked(pins: Mapping[str, Pin]) -> str:
    """The second list."""
    return LOCK_HEADER + "".join(
        f"{name}=={pin.version}" + "".join(f" \\\n    --hash=sha256:{one}" for one in sorted(pin.hashes)) + "\n"
        for name, pin in pins.items()
    )


def main() -> None:
    pins = merged({arch: resolve(arch) for arch in MACHINES})
    (PROJECT / PINS).write_text(HEADER + "".join(f"{name}=={pin.version}\n" for name, pin in pins.items()))
    (PROJECT / LOCK).write_text(locked(pins))
    print(f"{PINS}: {len(pins)} packages, {sum(len(pin.hashes) for pin in pins.values())} files")


if __name__ == "__main__":
    try:
        main()
    except PackageError as error:
        sys.exit(str(error))
