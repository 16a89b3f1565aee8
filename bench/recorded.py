"""What small sizes have reached, for pipelines: a ratio that no round of a run reaches has got worse.

Small runs pay the start of everything and share their machine, so these are wider than the bounds of the full table.
"""

from __future__ import annotations

from bench.rows import Bound

RECORDED: dict[tuple[str, str], Bound] = {}
