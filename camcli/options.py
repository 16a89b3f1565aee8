"""The options that several commands share, and the way from a command to its service."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from camcli import moments, profiles
from camcli.errors import Misused
from camcli.service import TIMEOUT_SECONDS, Service

FEW = 50
"""How many rows of a list people are shown unless they ask for more."""


def _moment(text: str) -> str:
    try:
        return moments.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


Json = Annotated[bool, typer.Option("--json", help="JSON for programs: one object a line.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what it would hit.")]
Limit = Annotated[
    int | None,
    typer.Option(
        min=0, metavar="N", help=f"How many rows, 0 for all; {FEW} in a table, all with --json, unless given."
    ),
]
Since = Annotated[
    str | None,
    typer.Option(parser=_moment, metavar="TIME", help="From then on: 2026-11-23T08:00, or 90m, 12h, 7d ago."),
]
Until = Annotated[str | None, typer.Option(parser=_moment, metavar="TIME", help="Until then, written the same way.")]
FailedSince = Annotated[str | None, typer.Option(parser=_moment, metavar="TIME", help="Only what failed from then on.")]
FailedUntil = Annotated[str | None, typer.Option(parser=_moment, metavar="TIME", help="Only what failed until then.")]
Provider = Annotated[str | None, typer.Option(help="Only of this cloud, as `cam providers` names it.")]
Account = Annotated[int | None, typer.Option(min=1, metavar="ID", help="Only of this cloud account.")]
Region = Annotated[str | None, typer.Option(help="Only of this region.")]
AssetType = Annotated[str | None, typer.Option("--type", help="Only of this asset type, or family of types.")]
TaskType = Annotated[str | None, typer.Option("--type", help="Only of this task type, for example sync_assets.")]
ErrorText = Annotated[str | None, typer.Option("--error", metavar="TEXT", help="Only with this in their error.")]


def connect(ctx: typer.Context, *, timeout: float = TIMEOUT_SECONDS) -> Service:
    """The service that the command line, the environment or the profile names. Raises Misused."""
    return Service(profiles.choose(ctx.find_root().params.get("profile"), os.environ), timeout=timeout)


def rows_wanted(limit: int | None, *, as_json: bool) -> int | None:
    """How many rows at the most; None for all."""
    if limit is None:
        return None if as_json else FEW
    return limit or None


def pairs(given: list[str] | None) -> dict[str, str]:
    """KEY=VALUE, as often as it was given. Raises Misused."""
    split = [text.partition("=") for text in given or ()]
    for key, sign, value in split:
        if not (key and sign):
            raise Misused(f"{key + sign + value!r} must be KEY=VALUE")
    return {key: value for key, _, value in split}


def somebody_is_there() -> bool:
    """Whether a question would be answered."""
    return sys.stdin is not None and sys.stdin.isatty()


def printable(text: str | None, what: str) -> str | None:
    """As a header can carry it. Raises Misused."""
    if text is not None and not (text.isascii() and text.isprintable()):
        raise Misused(f"{what} must be of plain characters")
    return text


def agreed(question: str, *, yes: bool) -> None:
    """Go on only if somebody says so. Raises Misused where nobody can be asked."""
    if yes:
        return
    if not somebody_is_there():
        raise Misused(f"{question} Nobody is there to ask: add --yes")
    typer.confirm(question, abort=True, err=True)


def group(told: str, listing: Callable[..., Any]) -> typer.Typer:
    """A group of commands which, without one of them, lists what it is about."""
    made = typer.Typer(help=told, invoke_without_command=True, no_args_is_help=False)

    @made.callback()
    def without_command(ctx: typer.Context, as_json: Json = False) -> None:
        if ctx.invoked_subcommand is None:
            listing(ctx, as_json=as_json)
        elif as_json:
            raise Misused("write --json behind the command")

    made.command("list")(listing)
    return made
