"""The one-machine stack on free ports and a data folder of a test."""

from __future__ import annotations

import os
import random
import socket
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from infra.local.config import PORTS, Config, load

FIRST_PORT, PORTS_OF_WORKER, WORKERS = 20_000, 3_000, 4
"""Below those that the kernel gives to outgoing connections (32768 and above): such a port may be taken by any client
between the look and the start of whoever is to listen.
"""
_given: set[int] = set()


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on, none of them given before by this worker of pytest or one of the others."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", f"gw{WORKERS - 1}").removeprefix("gw")) % WORKERS
    own = range(FIRST_PORT + worker * PORTS_OF_WORKER, FIRST_PORT + (worker + 1) * PORTS_OF_WORKER)
    free = (port for port in random.sample(own, len(own)) if port not in _given and _is_free(port))
    found = list(islice(free, count))
    assert len(found) == count, f"no {count} ports are free in {own}"
    _given.update(found)
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


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
