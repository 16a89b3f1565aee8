"""``cam``: every command by its name, and how errors end it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from camcli import __version__
from camcli.commands import accounts, assets, dead_letters, export, keys, lanes, login, providers, stats, submit, tasks
from camcli.errors import CamError
from camcli.exits import Exit
from camcli.output import note

COMMANDS: Mapping[str, Mapping[str, Any]] = {
    "Tasks": {
        "submit": submit.app,
        "watch": tasks.watch_task,
        "tasks": tasks.list_tasks,
        "task": tasks.show_task,
        "cancel": tasks.cancel_tasks,
        "retry": tasks.retry_tasks,
        "delete": tasks.delete_tasks,
        "dead-letters": dead_letters.app,
    },
    "Inventory": {
        "assets": assets.list_assets,
        "asset": assets.show_asset,
        "changes": assets.list_changes,
        "scopes": assets.list_scopes,
        "summary": assets.summarise,
        "export": export.export_assets,
    },
    "Service": {
        "accounts": accounts.app,
        "providers": providers.list_providers,
        "lanes": lanes.app,
        "stats": stats.show_stats,
        "keys": keys.app,
        "audit": keys.list_audit,
    },
    "This command": {
        "login": login.login,
        "logout": login.logout,
        "profiles": login.app,
        "whoami": login.whoami,
    },
}
EPILOG = "Exit status: " + "; ".join(f"{status.value} {status.told}" for status in Exit) + "."

app = typer.Typer(
    name="cam",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EPILOG,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cam {__version__}")
        raise typer.Exit


@app.callback()
def cam(
    profile: Annotated[
        str | None, typer.Option(metavar="NAME", help="Use this profile of `cam login`, whatever CAM_URL says.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Tasks on cloud assets, from the command line.

    The service is found by CAM_URL and CAM_API_KEY, or by the profile that `cam login` keeps; without either it is
    looked for on this machine.
    """


for panel, commands in COMMANDS.items():
    for name, command in commands.items():
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name, rich_help_panel=panel)
        else:
            app.command(name, rich_help_panel=panel)(command)


def main() -> None:
    try:
        app(prog_name="cam")
    except CamError as error:
        note(error.message if error.exit_status is Exit.INTERRUPTED else f"cam: {error.message}")
        sys.exit(error.exit_status)
