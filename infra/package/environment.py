"""What the functions of a stage find in their environment, for programs that do a part of their work elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.settings import PREFIX, Settings
from chalicelib.settings import load as load_settings
from infra.package.overlay.names import LANES
from infra.package.stage import Stage


def settings_of(stage: Stage, environ: Mapping[str, str]) -> Settings:
    """The queues are the stack's to know, hence unusable here. ``CAM_…`` variables of ``environ`` win over the stage's.

    Raises SettingsError.
    """
    no_queues = {f"{PREFIX}QUEUE_{lane.upper()}_URL": "unused" for lane in LANES}
    chosen = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    return load_settings({**no_queues, **stage.environment, **chosen})
