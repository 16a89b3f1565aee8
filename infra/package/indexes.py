"""``make indexes``: create the indexes that a stage's store lacks; safe to repeat, and beside a live service.

The store's address is read where the functions read it, with the credentials of whoever runs this.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from chalicelib.container import Container
from chalicelib.errors import Unavailable
from chalicelib.settings import PREFIX
from chalicelib.settings import load as load_settings
from infra.package.errors import PackageError
from infra.package.overlay.names import LANES
from infra.package.stage import load


def environment_of(stage: str, environ: Mapping[str, str]) -> dict[str, str]:
    """What a function of the stage finds in its environment, but for the queues. ``CAM_…`` variables win over the
    stage's. Raises PackageError.
    """
    no_queues = {f"{PREFIX}QUEUE_{lane.upper()}_URL": "unused" for lane in LANES}
    chosen = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    return {**no_queues, **load(stage).environment, **chosen}


def create(stage: str, environ: Mapping[str, str]) -> None:
    """Raises PackageError, Unavailable and pymongo's errors."""
    container = Container(load_settings(environment_of(stage, environ)))
    try:
        container.ensure_indexes()
    finally:
        container.close()


if __name__ == "__main__":
    try:
        create(sys.argv[1], os.environ)
    except (PackageError, Unavailable) as error:
        sys.exit(str(error))
