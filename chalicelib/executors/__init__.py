"""The task types. One module each and one line here; the submit route and its validation follow by themselves."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

from chalicelib.executors.services import Services
from chalicelib.tasks.executor import Executor, Executors, TaskParams

EXECUTORS = {
    "sync_assets": "chalicelib.executors.sync_assets:SyncAssets",
    "discover_assets": "chalicelib.executors.discover_assets:DiscoverAssets",
    "export_assets": "chalicelib.executors.export_assets:ExportAssets",
}


def task_types() -> tuple[str, ...]:
    return tuple(EXECUTORS)


def params_of(task_type: str) -> type[TaskParams]:
    """The model of a type's parameters."""
    return cast(type[TaskParams], _executor_class(task_type).params)


def _executor_class(task_type: str) -> Any:
    module, _, name = EXECUTORS[task_type].partition(":")
    return getattr(import_module(module), name)


def executors(services: Callable[[], Services]) -> Executors:
    """A look-up that imports an executor's module, and asks for the services, on first use."""
    made: dict[str, Executor[Any]] = {}

    def look_up(task_type: str) -> Executor[Any]:
        if task_type not in made:
            made[task_type] = cast(Executor[Any], _executor_class(task_type)(services()))
        return made[task_type]

    return look_up
