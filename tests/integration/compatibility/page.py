"""The table of ``docs/compatibility.md`` as data."""

from __future__ import annotations

import re
from pathlib import Path

from tests.integration.compatibility.recorder import SECTIONS, Used

PAGE = Path(__file__).parents[3] / "docs" / "compatibility.md"
_ROW = re.compile(r"\| `(?P<name>[^`]+)` \| (?P<since>[^|]+) \| (?P<documentdb>[^|]+) \| (?P<source>[^|]+) \|")


def rows(text: str | None = None) -> dict[Used, tuple[str, str, str]]:
    """Since which MongoDB, by which DocumentDB, and the source, of each thing that the page has a row for."""
    section = ""
    found: dict[Used, tuple[str, str, str]] = {}
    for line in (PAGE.read_text(encoding="utf-8") if text is None else text).splitlines():
        if line.startswith("#"):
            section = line.strip("# ")
        elif section in SECTIONS and (row := _ROW.fullmatch(line)):
            assert (section, row["name"]) not in found, f"{row['name']} has two rows under «{section}»"
            found[section, row["name"]] = row["since"].strip(), row["documentdb"].strip(), row["source"].strip()
    return found
