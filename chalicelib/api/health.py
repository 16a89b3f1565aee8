"""Whether the service lives and whether it can work."""

from __future__ import annotations

from chalice.app import Blueprint

from chalicelib.api.endpoint import endpoint
from chalicelib.container import current

routes = Blueprint(__name__)


@routes.route("/health", methods=["GET"])
@endpoint
def health() -> dict[str, str]:
    """Touches nothing outside the process."""
    return {"status": "alive"}


@routes.route("/ready", methods=["GET"])
@endpoint
def ready() -> dict[str, str]:
    """503 when the store or the queue does not answer."""
    container = current()
    container.mongo.admin.command("ping")
    container.task_queue.check()
    return {"status": "ready"}
