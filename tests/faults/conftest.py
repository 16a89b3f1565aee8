"""A one-machine stack a module, whose workers also know the probes; every test says what it counted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from pymongo import MongoClient

from chalicelib.logs import logger
from chalicelib.settings import load
from infra.local.stack import Stack
from tests.faults.container import ProbeContainer
from tests.faults.rig import Rig
from tests.support.stack import stack_config

COUNTED = pytest.StashKey[list[str]]()

Say = Callable[[str], None]


@pytest.fixture(scope="module")
def rig(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """``STACK`` of the module are fields of the stack's configuration."""
    changes = {"instances": 100, "cloud_latency": 0.0, "function_timeout": 30} | getattr(request.module, "STACK", {})
    config = stack_config(tmp_path_factory.mktemp("stack"), functions_module="tests.faults.functions", **changes)
    environment = config.environment()
    level = logger.log_level
    logger.setLevel(logging.ERROR)
    with pytest.MonkeyPatch.context() as patched:
        for name, value in environment.items():
            patched.setenv(name, value)
        patched.setattr(boto3, "DEFAULT_SESSION", None)  # an earlier test's does not know this environment
        with Stack(config) as stack:
            container = ProbeContainer(load(environment))
            with MongoClient[dict[str, Any]](environment["CAM_MONGODB_URI"], tz_aware=True) as watcher:
                yield Rig(stack, container, watcher[container.settings.mongodb_database])
            container.close()
    logger.setLevel(level)


@pytest.fixture
def say(request: pytest.FixtureRequest) -> Say:
    """Adds a line to what the run says at its end."""
    lines = request.config.stash.setdefault(COUNTED, [])
    return lambda line: lines.append(f"{request.node.name}: {line}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if lines := config.stash.get(COUNTED, []):
        terminalreporter.section("counted under faults")
        for line in lines:
            terminalreporter.write_line(line)
