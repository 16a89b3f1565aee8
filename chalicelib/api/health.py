"""Whether the service lives and whether it can work."""

from __future__ import annotations

from chalicelib.api.routes import Routes
from chalicelib.api.views.service import StatusView
from chalicelib.container import current

routes = Routes(__name__)


@routes.operation("GET", "/health")
def health() -> StatusView:
    """Touches nothing outside the process."""
    return {"status": "alive"}


@routes.operation("GET", "/ready")
def ready() -> StatusView:
    """503 when the store or the queue does not answer."""
    container = current()
    container.mongo.admin.command("ping")
    container.task_queue.check()
    return {"status": "ready"}
