"""Samples as files: BSON as JSON, a file for each collection; times are told in seconds since the sample was made, so
that whoever reads it finds what was stored a moment ago.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bson import json_util

HERE = Path(__file__).parent
BESIDE = "beside"
"""The file of what is not in the store."""
SINCE = "$since"
LOSSLESS = json_util.CANONICAL_JSON_OPTIONS

Document = dict[str, Any]


@dataclass(frozen=True)
class Sample:
    """``stored`` are documents by collection, ``messages`` the bodies that wait in queues, ``cursors`` by the path of
    the list that they continue, and ``key`` the text of an API key that is stored.
    """

    stored: Mapping[str, list[Document]]
    messages: list[str]
    cursors: Mapping[str, str]
    key: str


def versions() -> list[int]:
    """Those of all releases, oldest first."""
    return sorted(int(folder.name) for folder in HERE.iterdir() if folder.name.isdigit())


def folder_of(version: int) -> Path:
    return HERE / str(version)


def write(sample: Sample, folder: Path, *, made: datetime) -> None:
    folder.mkdir(parents=True, exist_ok=True)

    def since(value: Any) -> Any:
        return {SINCE: (value - made).total_seconds()} if isinstance(value, datetime) else value

    for name, documents in sample.stored.items():
        _file(folder, name).write_text(_text([_mapped(document, since) for document in documents]), encoding="utf-8")
    beside = {"messages": sample.messages, "cursors": dict(sample.cursors), "key": sample.key}
    _file(folder, BESIDE).write_text(_text(beside), encoding="utf-8")


def read(folder: Path, *, now: datetime) -> Sample:
    """As if it had been made ``now``."""

    def moved(value: Any) -> Any:
        return now + timedelta(seconds=value[SINCE]) if isinstance(value, dict) and SINCE in value else value

    found = {
        path.stem: _mapped(json_util.loads(path.read_text(encoding="utf-8"), json_options=LOSSLESS), moved)
        for path in sorted(folder.glob("*.json"))
    }
    return Sample(**found.pop(BESIDE), stored=found)


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"


def _text(content: Any) -> str:
    return json.dumps(json.loads(json_util.dumps(content, json_options=LOSSLESS)), indent=1, ensure_ascii=False) + "\n"


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    changed = change(value)
    if changed is not value:
        return changed
    if isinstance(value, dict):
        return {name: _mapped(item, change) for name, item in value.items()}
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    return value
