"""Building a package, step by step."""

from __future__ import annotations

from pathlib import Path

from infra.package import archive, licences, sbom, template
from infra.package.bytecode import compile_tree
from infra.package.dependencies import install
from infra.package.errors import PackageError
from infra.package.places import BUILD, Output
from infra.package.stage import Stage
from infra.package.tree import lay_out

LARGEST_ZIP = 50_000_000
LARGEST_TREE = 250 * 1024 * 1024
"""Lambda's own limit of what a zip unpacks to."""


def build(stage: Stage, root: Path = BUILD) -> Output:
    """Make the zip, the list of its parts and the template of ``stage`` in a directory of its name below ``root``.

    Raises PackageError.
    """
    output = Output(root / stage.name)
    packages = install(stage.arch, BUILD / "packages")
    listed = licences.packages(packages)
    lay_out(packages, output.tree)
    compile_tree(output.tree)
    archive.write(output.tree, output.zip)
    sbom.write(listed, output.zip, stage.arch, output.sbom)
    template.make(stage, output.template)
    check_size(output.zip.stat().st_size, unpacked_size(output.tree))
    return output


def unpacked_size(tree: Path) -> int:
    return sum(path.stat().st_size for path in tree.rglob("*") if path.is_file())


def check_size(zipped: int, unpacked: int) -> None:
    """Raises PackageError."""
    if zipped > LARGEST_ZIP:
        raise PackageError(f"the zip has {zipped:,} bytes and may have {LARGEST_ZIP:,}: see infra/package/pruning.py")
    if unpacked > LARGEST_TREE:
        raise PackageError(f"the zip unpacks to {unpacked:,} bytes and Lambda takes {LARGEST_TREE:,}")
