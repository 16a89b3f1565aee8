"""The service's one structured logger: JSON lines on standard output."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

import orjson
from aws_lambda_powertools import Logger

from chalicelib.hiding import USED

QUIET = frozenset({"DEBUG", "INFO"})
"""Levels of lines that tell of no fault, hence quote nobody."""
PLAIN = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
"""What JSON has no form for is written as ``str`` tells it."""


def _line(entry: Mapping[str, Any]) -> str:
    try:
        text = orjson.dumps(entry, default=str, option=PLAIN).decode()
    except TypeError:  # half a character, which an error may quote, cannot be written but as an escape of JSON
        text = json.dumps(entry, ensure_ascii=False, default=str).encode(errors="backslashreplace").decode()
    return text if entry.get("level") in QUIET else USED.hide(text)


# At the level WARNING the one quotes the headers of answers, the other what STS refuses a role with.
for _name in ("urllib3", "botocore"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

logger = Logger(service="cam-tasks", utc=True, json_serializer=_line, json_deserializer=str)
"""A message is a text, also one that could be read as JSON."""
