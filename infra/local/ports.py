"""Whether this machine lets the stack have what it wants: its ports and its data folder."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from infra.local.config import PORTS


class TakenError(Exception):
    """Something that the stack needs is in use; the message says what to change."""


def check_ports(wanted: Mapping[str, int]) -> None:
    """Raises TakenError with one line for each port that something else listens on."""
    taken = [(name, port) for name, port in wanted.items() if not _free(port)]
    if taken:
        raise TakenError(
            "\n".join(
                f"port {port}, wanted by {name}, is taken: end what listens there or set {PORTS[name][0]}"
                for name, port in taken
            )
        )


def _free(port: int) -> bool:
    """``localhost`` may mean either loopback address, so that a listener on either would be in the way."""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
                probe.listen(1)
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            # no IPv6 here
    return True


class FolderLock:
    """Keeps a second stack off a data folder. The kernel lets go of it however the process ends."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "run" / "stack.lock"
        self._file = -1

    def __enter__(self) -> FolderLock:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(self._file, 20).decode().strip() or "unknown"
            os.close(self._file)
            raise TakenError(
                f"another stack (pid {holder}) uses {self._path.parent.parent}: stop it, or set LOCAL_DIR"
            ) from None
        os.truncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        os.truncate(self._file, 0)
        os.close(self._file)
