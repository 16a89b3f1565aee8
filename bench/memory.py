"""How much memory a process has had at the most."""

from __future__ import annotations

from pathlib import Path


def peak_mib(pid: int | None = None) -> float:
    """Of the process ``pid``, or of this one. Of its program alone: what ``getrusage`` tells begins with the memory of
    the process that started it.
    """
    lines = Path(f"/proc/{pid or 'self'}/status").read_text(encoding="ascii").splitlines()
    (peak,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(peak.split()[1]) / 1024
