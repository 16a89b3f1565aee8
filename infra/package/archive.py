"""A zip that depends on names and contents of files and on nothing else."""

from __future__ import annotations

import stat
import zipfile
from collections import Counter
from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold."""
MODE = stat.S_IFREG | 0o644
UNIX = 3


def write(tree: Path, target: Path) -> None:
    """Put every file below ``tree`` into ``target``."""
    files = sorted((path.relative_to(tree).as_posix(), path) for path in tree.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in files:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = UNIX
            entry.external_attr = MODE << 16
            archive.writestr(entry, path.read_bytes())


def parts(target: Path) -> list[tuple[str, int]]:
    """The bytes, compressed, of each package or module at the top of the zip; the biggest first."""
    sizes: Counter[str] = Counter()
    with zipfile.ZipFile(target) as archive:
        for entry in archive.infolist():
            sizes[entry.filename.partition("/")[0]] += entry.compress_size
    return sizes.most_common()
