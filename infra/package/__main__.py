"""``python -m infra.package STAGE [ARCH]``: what ``make package`` runs."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from infra.package import archive
from infra.package.build import build, unpacked_size
from infra.package.errors import PackageError
from infra.package.places import BUILD, Output
from infra.package.stage import Stage, load

BIGGEST = 10
MEGABYTE = 1e6


def describe(stage: Stage, output: Output) -> str:
    sizes = archive.parts(output.zip)
    total = output.zip.stat().st_size
    digest = hashlib.sha256(output.zip.read_bytes()).hexdigest()
    unpacked = unpacked_size(output.tree)
    lines = [
        f"{os.path.relpath(output.template)}",
        f"{os.path.relpath(output.zip)}  {stage.arch}, sha256 {digest}",
        f"{os.path.relpath(output.sbom)}",
        f"{total / MEGABYTE:8.2f} MB zipped, {unpacked / MEGABYTE:.1f} MB unpacked; the biggest parts, zipped:",
        *(f"{size / MEGABYTE:8.2f} MB {name}" for name, size in sizes[:BIGGEST]),
        f"{sum(size for _, size in sizes[BIGGEST:]) / MEGABYTE:8.2f} MB in {len(sizes[BIGGEST:])} others",
    ]
    return "\n".join(lines)


def main(name: str, arch: str | None = None, *, root: Path = BUILD) -> None:
    """Raises PackageError."""
    stage = load(name, arch)
    print(describe(stage, build(stage, root)))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("python -m infra.package STAGE [arm64|x86_64]")
    try:
        main(*sys.argv[1:])
    except PackageError as error:
        sys.exit(str(error))
