"""What goes into the zip, laid out as it will be unpacked."""

from __future__ import annotations

import shutil
from pathlib import Path

from infra.package.places import PROJECT
from infra.package.pruning import shipped

OWN = ("app.py", "chalicelib")


def lay_out(packages: Path, tree: Path) -> None:
    """Put the service and what it needs of ``packages`` into ``tree``, replacing what is there."""
    shutil.rmtree(tree, ignore_errors=True)
    for path in shipped(packages):
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(packages / path, tree / path)
    copy_service(tree)


def copy_service(target: Path) -> None:
    """Put the service's own sources, and no bytecode, into ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    for name in OWN:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target / name)
