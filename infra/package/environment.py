"""What the functions of a stage find in their environment, for programs that do a part of their work elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.settings import PREFIX
from infra.package.overlay.names import LANES
from infra.package.stage import load


def environment_of(stage: str, environ: Mapping[str, str]) -> dict[str, str]:
    """All but the queues, which are the stack's to know. ``CAM_…`` variables of ``environ`` win over the stage's.

    Raises PackageError.
    """
    no_queues = {f"{PREFIX}QUEUE_{lane.upper()}_URL": "unused" for lane in LANES}
    chosen = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    return {**no_queues, **load(stage).environment, **chosen}
