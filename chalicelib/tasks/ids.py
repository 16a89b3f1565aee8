"""Task ids: UUIDs of version 7 (RFC 9562), whose text sorts by the time of creation.

The newest tasks are therefore the ones with the largest ids: listing, date ranges and cursors all ride on one key.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

_RANDOM_BITS = 74


def _at(moment: datetime, random: int) -> str:
    milliseconds = int(moment.timestamp() * 1000 + 0.5)
    high, low = random >> 62, random & (1 << 62) - 1
    return str(UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low))


def new_task_id(moment: datetime) -> str:
    """A fresh id of a task created at ``moment``."""
    return _at(moment, secrets.randbits(_RANDOM_BITS))


def first_id_at(moment: datetime) -> str:
    """The smallest id that a task created at ``moment`` can have: ``id >= first_id_at(t)`` means «not before t»."""
    return _at(moment, 0)


def first_id_after(moment: datetime) -> str:
    """The smallest id of a task created later than ``moment``, in whole milliseconds."""
    return _at(moment + timedelta(milliseconds=1), 0)


def is_task_id(text: str) -> bool:
    """Whether ``text`` is a UUID in its usual form; anything else cannot name a task."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
