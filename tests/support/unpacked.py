"""The zip of a package, unpacked beside what Lambda itself has, to be run by nothing else."""

from __future__ import annotations

import shutil
import sys
import sysconfig
import zipfile
from dataclasses import dataclass
from pathlib import Path

from infra.local import lambda_host

RUNTIME = ("awslambdaric", "snapshot_restore_py.py", "simplejson", "runtime_client*.so")
"""What Lambda itself has: its runtime client and what that imports."""
BOOTSTRAP = """
import os, sys
sys.path[:0] = [os.environ["LAMBDA_TASK_ROOT"], os.path.dirname(__file__)]
import lambda_host
lambda_host.main(sys.argv[1], None)
"""
ALONE = ("-I", "-S")
"""Makes Python forget its environment, this directory, and every installed package."""


@dataclass(frozen=True)
class Lambda:
    """A directory that holds the zip and nothing else, and one with what Lambda adds."""

    task: Path
    runtime: Path

    @property
    def host(self) -> tuple[str, ...]:
        return (sys.executable, *ALONE, str(self.runtime / "bootstrap.py"))


def unpack(archive: Path, *, task: Path, runtime: Path) -> Lambda:
    """Fill the two directories, which exist."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(task)
    installed = Path(sysconfig.get_path("purelib"))
    for pattern in RUNTIME:
        for source in installed.glob(pattern):
            (runtime / source.name).symlink_to(source)
    shutil.copy(lambda_host.__file__, runtime)
    (runtime / "bootstrap.py").write_text(BOOTSTRAP, encoding="ascii")
    return Lambda(task, runtime)
