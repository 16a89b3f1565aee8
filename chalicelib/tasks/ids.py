"""Task ids: UUIDs whose text sorts by the time of creation (version 7 of RFC 9562; version 8 for children).

The newest tasks are therefore the ones with the largest ids: listing, date ranges and cursors all ride on one key.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

_RANDOM_BITS = 74
_BELOW_TIME = 80
"""How many bits of an id come after its time stamp."""


def _compose(milliseconds: int, version: int, content: int) -> str:
    high, low = content >> 62, content & (1 << 62) - 1
    return str(UUID(int=milliseconds << _BELOW_TIME | version << 76 | high << 64 | 2 << 62 | low))


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000 + 0.5)


def new_task_id(moment: datetime) -> str:
    """A fresh id of a task created at ``moment``."""
    return _compose(_milliseconds(moment), 7, secrets.randbits(_RANDOM_BITS))


def child_task_id(parent_id: str, generation: int, key: str) -> str:
    """The id of a parent's child: the same key, the same id, however often the parent fans out. It carries the
    parent's time.
    """
    digest = hashlib.sha256(f"{parent_id}|{generation}|{key}".encode()).digest()
    content = int.from_bytes(digest[:10], "big") >> 80 - _RANDOM_BITS
    return _compose(UUID(parent_id).int >> _BELOW_TIME, 8, content)


def first_id_at(moment: datetime) -> str:
    """A lower bound of the ids of tasks created at ``moment``: ``id >= first_id_at(t)`` means «not before t»."""
    return str(UUID(int=_milliseconds(moment) << _BELOW_TIME))


def first_id_after(moment: datetime) -> str:
    """A lower bound of the ids of tasks created later than ``moment``, in whole milliseconds."""
    return first_id_at(moment + timedelta(milliseconds=1))


def is_task_id(text: str) -> bool:
    """Whether ``text`` is a UUID in its usual form; anything else cannot name a task."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
