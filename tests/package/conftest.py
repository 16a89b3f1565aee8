"""One package that all tests look at: building it takes most of their time."""

from __future__ import annotations

import json
import os
import platform
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.function import FunctionEnvironment
from infra.local.functions import Function
from infra.package.alone import alone_in
from infra.package.build import build
from infra.package.places import Output
from infra.package.stage import Stage, load
from tests.support.unpacked import Lambda, unpack

STAGE = "prod"
HERE = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
"""This machine's architecture: its package can be run."""


@pytest.fixture(scope="session")
def stage() -> Stage:
    return load(STAGE, HERE)


@pytest.fixture(scope="session")
def package(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Output:
    """Made by the first of pytest's workers that wants it."""
    run = tmp_path_factory.getbasetemp()
    root = (run.parent if "PYTEST_XDIST_WORKER" in os.environ else run) / "build"
    built = root / "built"
    with alone_in(root):
        if not built.exists():
            build(stage, root)
            built.touch()
    return Output(root / stage.name)


@pytest.fixture(scope="session")
def template(package: Output) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(package.template.read_text())
    return found


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"]
    return found


@pytest.fixture(scope="session")
def files(package: Output) -> list[str]:
    with zipfile.ZipFile(package.zip) as archive:
        return archive.namelist()


@pytest.fixture(scope="session")
def unpacked(package: Output, tmp_path_factory: pytest.TempPathFactory) -> Lambda:
    return unpack(package.zip, task=tmp_path_factory.mktemp("task"), runtime=tmp_path_factory.mktemp("runtime"))


Deploy = Callable[..., FunctionEnvironment]


@pytest.fixture
def deployed(unpacked: Lambda, resources: dict[str, Any], tmp_path: Path) -> Iterator[Deploy]:
    """Makes the environment of a function of the template, by its resource, as Lambda would."""
    made: list[FunctionEnvironment] = []

    def make(resource: str, **environ: str) -> FunctionEnvironment:
        properties = resources[resource]["Properties"]
        environment = FunctionEnvironment(
            resource,
            Function(resource, properties["Handler"], timeout=30, memory_mb=properties["MemorySize"]),
            environ=environ,
            log=tmp_path / f"{resource}.log",
            pid_file=tmp_path / f"{resource}.pid",
            root=unpacked.task,
            host=unpacked.host,
        )
        made.append(environment)
        return environment

    yield make
    for environment in made:
        environment.close()
