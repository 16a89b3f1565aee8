"""What is printed: tables for people, lines of JSON for programs. Data goes to stdout, everything else to stderr."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from camcli.service import Listing, Row

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

WIDE = 10_000
"""Columns of a table in a pipe: nothing is cut there."""
STYLES = {
    "completed": "green",
    "complete": "green",
    "active": "green",
    "allowed": "green",
    "added": "green",
    "running": "cyan",
    "failed": "red",
    "denied": "red",
    "deleted": "red",
    "held": "yellow",
    "incomplete": "yellow",
    "partial": "yellow",
    "paused": "yellow",
    "cancelled": "yellow",
    "updated": "yellow",
    "disabled": "yellow",
}
_CONTROLS = re.compile(r"[\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. ``read`` is a field's name or makes a cell of a row. ``whole`` is never broken; ``spare``
    is left out where a terminal is too narrow for all.
    """

    title: str
    read: str | Callable[[Row], Any]
    whole: bool = False
    right: bool = False
    spare: bool = False

    def cell(self, row: Row) -> Text:
        return text(self.read(row) if callable(self.read) else row.get(self.read))


def plain(value: Any) -> str:
    """For a terminal: clouds name things, and a name must not move the cursor."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(plain(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{plain(key)}={plain(item)}" for key, item in value.items())
    return "".join(
        character if character.isprintable() else " " if character.isspace() else "\N{REPLACEMENT CHARACTER}"
        for character in str(value)
    )


def text(value: Any) -> Text:
    """Coloured where it is a word that means something."""
    from rich.text import Text  # noqa: PLC0415

    said = plain(value)
    return Text(said, style=STYLES.get(said, ""))


def words(*said: Any) -> Text:
    """Side by side, each in its own colour."""
    from rich.text import Text  # noqa: PLC0415

    return Text(" ").join(text(one) for one in said if plain(one))


def console(*, err: bool = False) -> Console:
    from rich.console import Console  # noqa: PLC0415 - JSON does without

    stream = sys.stderr if err else sys.stdout
    return Console(
        file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True, width=None if stream.isatty() else WIDE
    )


def show(*said: RenderableType) -> None:
    out = console()
    for one in said:
        out.print(one, soft_wrap=isinstance(one, str))


def note(said: str) -> None:
    """Something beside the data."""
    typer.echo(plain(said), err=True)


def emit(value: Any) -> None:
    """One line of JSON. Control characters that JSON may hold unescaped are escaped: it may end up on a terminal."""
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    typer.echo(_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", line))


def table(columns: Iterable[Column], rows: Iterable[Row], *, title: str | None = None) -> None:
    from rich.measure import Measurement  # noqa: PLC0415

    out, shown, kept = console(), list(columns), list(rows)
    unbounded = out.options.update_width(WIDE)
    left: list[str] = []
    while Measurement.get(out, unbounded, made := _table(shown, kept, title)).maximum > out.width:
        spare = next((column for column in reversed(shown) if column.spare), None)
        if spare is None:
            break
        shown.remove(spare)
        left.insert(0, spare.title)
    out.print(made, soft_wrap=False)
    if left:
        note(f"left out, for want of width: {', '.join(left)}")


def _table(columns: Iterable[Column], rows: Iterable[Row], title: str | None) -> Table:
    from rich.table import Table  # noqa: PLC0415

    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), title=title, title_justify="left", header_style="bold")
    for column in columns:
        made.add_column(
            column.title, no_wrap=column.whole, overflow="fold", justify="right" if column.right else "left"
        )
    for row in rows:
        made.add_row(*(column.cell(row) for column in columns))
    return made


def fields(of: Iterable[tuple[str, Any]]) -> None:
    """One thing, a line a field; empty ones are left out."""
    from rich.table import Table  # noqa: PLC0415

    made = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    made.add_column(style="bold", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in of:
        if plain(value):
            made.add_row(name, text(value))
    console().print(made, soft_wrap=False)


def print_list(rows: Listing | Iterable[Row], columns: Iterable[Column], *, as_json: bool, nothing: str) -> None:
    """A list as a table, with a note when there is more of it or nothing at all; or as lines of JSON, as it comes."""
    if as_json:
        for row in rows:
            emit(row)
        return
    found = list(rows)
    if not found:
        note(nothing)
        return
    table(columns, found)
    total = rows.total if isinstance(rows, Listing) else None
    if total is not None and total > len(found):
        note(f"{len(found)} of {total:,} shown; --limit 0 shows all")
    elif total is None and isinstance(rows, Listing) and rows.cut:
        note(f"{len(found)} shown and there are more; --limit 0 shows all")
