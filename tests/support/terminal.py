"""What somebody sees of the bytes that a command has sent to a terminal."""

from __future__ import annotations

import re

_STEP = re.compile(r"(\x1b\[[0-9;?]*[a-zA-Z]|\r\n|\n|\r)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def screen(sent: str, *, coloured: bool = False) -> str:
    """The lines that are left, after those that were erased to be drawn anew. Knows the movements that rich makes."""
    lines, row = [""], 0
    for step in _STEP.split(sent):
        if step in ("\n", "\r\n"):
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif step == "\x1b[2K":
            lines[row] = ""
        elif step.startswith("\x1b[") and step.endswith("A"):
            row = max(0, row - int(step[2:-1] or 1))
        elif not _STEP.fullmatch(step) or (coloured and _COLOUR.fullmatch(step)):
            lines[row] += step
    return "\n".join(line.rstrip() for line in lines).strip("\n")
