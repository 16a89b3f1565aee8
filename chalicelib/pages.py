"""What a page tells of all that it is a part of."""

from __future__ import annotations

from collections.abc import Callable


def total(seen: int, *, asked: int, offset: int, count: Callable[[], int]) -> int:
    """How many there are in all, where a query for ``asked`` behind ``offset`` has found ``seen``: one that found fewer
    has come to the end, and only for the others is ``count`` called.
    """
    ended = seen < asked and (seen > 0 or offset == 0)
    return offset + seen if ended else count()
