"""The options by which several commands choose tasks, told once and added to each command's own."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

import typer

from camcli.options import Account, ErrorText, FailedSince, FailedUntil, Provider, Region, Since, TaskType, Until

T = TypeVar("T")
GIVEN = "chosen"
"""The parameter of a command that takes what was chosen."""

Status = Literal["pending", "running", "completed", "failed", "cancelled"]
OfStatus = Annotated[Status | None, typer.Option("--status", help="Only in this status.")]
OfAssetType = Annotated[str | None, typer.Option("--asset-type", help="Only about this asset type.")]
By = Annotated[str | None, typer.Option("--created-by", metavar="NAME", help="Only submitted by this name.")]


@dataclass(frozen=True, slots=True)
class Condition:
    """``field`` is what the API calls it; ``option`` is how it is written on a command line, under ``name``."""

    name: str
    field: str
    option: Any

    def value(self, given: str | int) -> str | int:
        """Types of tasks may be written as ``cam submit`` does."""
        return given.replace("-", "_") if self.field == "type" and isinstance(given, str) else given


OF_TYPE = Condition("of_type", "type", TaskType)
SINCE = Condition("since", "start_date", Since)
UNTIL = Condition("until", "end_date", Until)
ERROR = Condition("error", "error", ErrorText)
TASKS = (
    OF_TYPE,
    Condition("status", "status", OfStatus),
    Condition("created_by", "created_by", By),
    Condition("provider", "provider", Provider),
    Condition("account", "account_id", Account),
    Condition("region", "region", Region),
    Condition("asset_type", "asset_type", OfAssetType),
    SINCE,
    UNTIL,
    ERROR,
)
DEAD_LETTERS = (
    OF_TYPE,
    ERROR,
    Condition("failed_since", "failed_since", FailedSince),
    Condition("failed_until", "failed_until", FailedUntil),
    SINCE,
    UNTIL,
)


def chosen_by(conditions: tuple[Condition, ...]) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Gives a command an option for each condition, in the place of its parameter ``chosen``; that is then a dict of
    those that were given, as the API calls them.
    """

    def extend(command: Callable[..., T]) -> Callable[..., T]:
        @functools.wraps(command)
        def extended(*args: Any, **given: Any) -> T:
            asked = ((it, given.pop(it.name, None)) for it in conditions)
            return command(
                *args, **{GIVEN: {it.field: it.value(value) for it, value in asked if value is not None}}, **given
            )

        options = [
            inspect.Parameter(it.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=it.option)
            for it in conditions
        ]
        own = inspect.signature(command, eval_str=True).parameters.values()
        every = [one for each in own for one in (options if each.name == GIVEN else [each])]
        extended.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]
        extended.__annotations__ = {}  # typer would prefer the texts there to what the signature says
        return extended

    return extend
