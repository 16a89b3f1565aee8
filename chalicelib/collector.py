"""Python's garbage collector, as a function wants it.

By itself the collector looks through objects every 700 that are made. A start makes a hundred thousand, a page of a
cloud thousands, and none is garbage yet: that would be a fifth of a start, and a fifth of the time of a sync that finds
everything unchanged.
"""

from __future__ import annotations

import gc

LOADING = 200_000
"""More than a start makes."""
FIRST, SECOND, THIRD = 50_000, 10, 10


def hold() -> None:
    """Do not collect while the service is loaded."""
    gc.set_threshold(LOADING)


def relax() -> None:
    """Collect seldom, and never look at what is there already. Some megabytes of garbage may wait."""
    gc.freeze()
    gc.set_threshold(FIRST, SECOND, THIRD)
