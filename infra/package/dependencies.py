"""The packages that ship, as wheels which Lambda's Python takes."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from infra.package.alone import alone_in
from infra.package.errors import PackageError
from infra.package.places import LOCK, PROJECT

PYTHON = "3.11"
GLIBC_MINOR = 26
"""Lambda's Python 3.11 runs on Amazon Linux 2, whose glibc is 2.26."""
OLDEST_GLIBC_MINOR = 5
MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
"""The architectures by Lambda's names and by those of wheels."""
LEGACY = ("manylinux2014", "manylinux2010", "manylinux1")


def platforms(arch: str) -> list[str]:
    """The platform tags of wheels that run there, the newest first."""
    machine = MACHINES[arch]
    current = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC_MINOR, OLDEST_GLIBC_MINOR - 1, -1)]
    return current + [f"{name}_{machine}" for name in LEGACY]


def pip_target(arch: str) -> list[str]:
    """Options that make pip choose for Lambda and not for this machine."""
    chosen = ["--only-binary=:all:", "--implementation", "cp", "--python-version", PYTHON]
    return chosen + [option for tag in platforms(arch) for option in ("--platform", tag)]


def install(arch: str, cache: Path, lock: Path = PROJECT / LOCK) -> Path:
    """The directory that holds the packages of ``lock``, whole; made once for each such list. A file whose hash it does
    not have is not taken. Raises PackageError.
    """
    wanted = cache / f"{arch}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"
    with alone_in(cache):
        if not wanted.exists():
            _install(arch, lock, wanted)
    return wanted


def _install(arch: str, lock: Path, wanted: Path) -> None:
    unfinished = wanted.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    exact = ["--require-hashes", "--no-deps", "--no-compile", "--target", str(unfinished), "-r", str(lock)]
    command = [sys.executable, "-m", "pip", "install", *quiet, *pip_target(arch), *exact]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise PackageError(f"the packages of {lock.name} could not be installed for {arch}:\n{ran.stderr.strip()}")
    unfinished.rename(wanted)
