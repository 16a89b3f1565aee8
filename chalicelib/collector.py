"""Python's garbage collector, as a worker wants it.

Reading a page of a cloud makes thousands of objects, none of which is garbage yet: by itself the collector looks
through them every 700 objects, a fifth of the time of a sync that finds everything unchanged.
"""

from __future__ import annotations

import gc

FIRST, SECOND, THIRD = 50_000, 10, 10


def relax() -> None:
    """Collect seldom, and never look at what the start has made. Some megabytes of garbage may wait."""
    gc.freeze()
    gc.set_threshold(FIRST, SECOND, THIRD)
