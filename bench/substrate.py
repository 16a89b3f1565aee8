"""The store and the queues that benchmarks measure on: the embedded server and the AWS emulator, on free ports."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from bench.task_types import task_types
from chalicelib.container import Container
from chalicelib.settings import load
from chalicelib.tasks.executor import Executor, Executors
from infra.local import emulator, mongodb
from infra.local.config import Config
from infra.local.queues import create_queues, queues
from tests.support.stack import stack_config

AS_DEPLOYED = ("CAM_LEASE_SECONDS", "CAM_BEAT_SECONDS", "CAM_PATIENCE_SECONDS", "CAM_RECHECK_SECONDS")
"""What ``make run`` shortens: benchmarks take the values that a stage has."""


class BenchContainer(Container):
    """The service's own wiring with more task types."""

    @cached_property
    def executors(self) -> Executors:
        product = super().executors
        more = task_types()

        def look_up(task_type: str) -> Executor[Any]:
            return more[task_type] if task_type in more else product(task_type)

        return look_up


def environment(config: Config) -> dict[str, str]:
    """The variables of the service's processes."""
    return {name: value for name, value in config.environment().items() if name not in AS_DEPLOYED}


def container(variables: Mapping[str, str]) -> BenchContainer:
    """Wired by ``variables``, which this process takes over: boto3 reads its own ones from the environment."""
    os.environ.update(variables)
    return BenchContainer(load())


@contextmanager
def substrate() -> Iterator[Config]:
    """Both servers up, the queues and indexes made; they and their data are gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        config = stack_config(Path(folder))
        store, _ = mongodb.start(config.local_dir / "mongodb", port=config.ports["mongodb"])
        cloud = emulator.launch(
            config.local_dir / "emulator",
            port=config.ports["emulator"],
            log=config.local_dir / "emulator.log",
            python=config.emulator_python,
        )
        try:
            sqs = emulator.sqs_client(emulator.wait_ready(cloud))
            create_queues(sqs, queues(config))
            sqs.close()
            wired = container(environment(config))
            wired.ensure_indexes()
            wired.close()
            yield config
        finally:
            cloud.stop()
            store.stop()
