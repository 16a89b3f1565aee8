"""The one-machine stack on free ports and a data folder of a test."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from infra.local.config import PORTS, Config, load


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on now, all different."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def stack_environment(folder: Path) -> dict[str, str]:
    """The variables that make ``python -m infra.local`` keep to ``folder`` and to free ports."""
    ports = free_ports(len(PORTS))
    return {
        "LOCAL_DIR": str(folder),
        **{variable: str(port) for (variable, _), port in zip(PORTS.values(), ports, strict=True)},
    }


def stack_config(folder: Path, **changes: Any) -> Config:
    """``changes`` are fields of the configuration. Where the emulator is installed comes from the environment, as
    for ``make``.
    """
    given = {name: os.environ[name] for name in ("EMULATOR_PYTHON",) if name in os.environ}
    return replace(load(stack_environment(folder) | given), **changes)
