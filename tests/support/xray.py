"""What Lambda offers to functions that are traced: the daemon's socket, and a header for each invocation."""

from __future__ import annotations

import json
import socket
from typing import Any


class Daemon:
    """Takes segments by UDP, as the X-Ray daemon does: a line of its own format, then the segment."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(10)

    @property
    def address(self) -> str:
        host, port = self._socket.getsockname()
        return f"{host}:{port}"

    def take(self, number: int) -> list[dict[str, Any]]:
        """The next segments."""
        return [json.loads(self._socket.recv(65536).split(b"\n", 1)[1]) for _ in range(number)]

    def is_silent(self) -> bool:
        self._socket.setblocking(False)
        try:
            self._socket.recv(65536)
        except BlockingIOError:
            return True
        return False

    def close(self) -> None:
        self._socket.close()
