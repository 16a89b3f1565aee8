"""Writes ``docs/cli.md``, every command of ``cam`` with its options: ``python -m infra.cli_page``.

All of it is read from the commands themselves, and those of ``cam submit`` from the service's OpenAPI document.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from camcli.commands.submit import commands
from camcli.exits import Exit
from camcli.main import COMMANDS, app
from chalicelib.api.docs import openapi

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"
COMMAND = "python -m infra.cli_page"

INTRODUCTION = """# The command line

`cam` does from a shell what the API does: it submits tasks, watches them, searches the inventory, exports it and looks
after accounts. It needs Python 3.11 and is installed alone, without the service:

```sh
pip install .          # in a copy of this project, or: pip install git+URL-OF-THIS-PROJECT
cam --install-completion
```

From `make run` to the first export:

```sh
cam accounts                                                # the demo accounts; `cam accounts add` makes more
cam submit sync-assets --provider aliyun --type ecs --watch # a bar for the task and for each part that runs
cam assets -q web --tag env=prod                            # by name, address or id; by type, region, tag
cam asset ID                                                # all of it, what it refers to, how it has changed
cam changes --since 1h
cam export -o servers.xlsx --type ecs
```

## Which service

`CAM_URL` and `CAM_API_KEY` say where the service is and who you are. Without them it is the profile that `cam login`
keeps, and without one `http://localhost:8001`. `cam --profile NAME login` keeps more than one service; `--profile
NAME`, `CAM_PROFILE` and `cam profiles use` choose among them. Profiles are in `cam/profiles.json` of the folder for
configuration (`~/.config` on Linux), which only you can read. A key is asked for unseen and never printed. It goes to
its own service only, and over plain HTTP only within this machine.

## For programs

- Data is on stdout, everything else on stderr. In a pipe nothing is coloured or cut.
- `--json` prints one object a line, as the API answers it; lists are then whole, read page by page.
- A command that would ask says so and ends when nobody is there to answer: add `--yes`.
- The exit status tells the outcome:

| status | meaning |
|---|---|
"""

WATCHING = """
`cam watch` and `--watch` go on when the service is away, as when it is restarted: they say so, ask again after growing
pauses and give up after ten minutes (`--patience`). Ctrl-C ends the watching, not the task.

An export is downloaded beside its file and takes its place when it is complete. Who has the link to an exported file
has the file: it is shown only with `--json`.

## The commands

Made from the commands by `{command}`: change those, not this page.
"""


def document() -> str:
    rows = "".join(f"| {status.value} | {status.told} |\n" for status in Exit)
    parts = [INTRODUCTION, rows, WATCHING.format(command=COMMAND)]
    root: Any = typer.main.get_command(app)
    parts += ["\n", *_options(root)]
    for panel, names in COMMANDS.items():
        parts.append(f"\n### {panel}\n")
        for name in names:
            parts += _command(f"cam {name}", root.commands[name])
    return "".join(parts)


def _command(name: str, command: Any) -> Iterator[str]:
    below = commands(json.loads(openapi().body)) if name == "cam submit" else getattr(command, "commands", {})
    usage = " ".join([f"#### `{name}", *_arguments(command)]) + "`"
    yield f"\n{usage}\n\n{_told(command)}\n"
    yield from _options(command)
    for part, found in below.items():
        yield from _command(f"{name} {part}", found)


def _arguments(command: Any) -> Iterator[str]:
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            yield parameter.metavar or parameter.name.upper()


def _told(command: Any) -> str:
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in (command.help or "").split("\n\n"))


def _options(command: Any) -> Iterator[str]:
    context = typer.Context(command)
    options = (parameter for parameter in command.params if parameter.param_type_name == "option")
    rows = [record for option in options if (record := option.get_help_record(context))]
    if rows:
        yield "\n| option | |\n|---|---|\n"
    for flags, told in rows:
        yield f"| `{flags.replace('|', ', ')}` | {' '.join(told.split())} |\n"


if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8")
