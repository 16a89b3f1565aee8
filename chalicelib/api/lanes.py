"""Routes of lanes."""

from __future__ import annotations

from chalicelib.api.endpoint import caller
from chalicelib.api.routes import Routes
from chalicelib.api.views.service import LanesView, LaneView
from chalicelib.container import current
from chalicelib.errors import LaneNotFound
from chalicelib.tasks.model import Lane

routes = Routes(__name__)


@routes.operation("GET", "/lanes")
def list_lanes() -> LanesView:
    paused = current().lanes.paused()
    return {"lanes": [{"lane": lane.value, "paused": lane in paused} for lane in Lane]}


@routes.operation("POST", "/lanes/{lane}/pause")
def pause(lane: str) -> LaneView:
    """Workers claim nothing more of this lane; what runs goes on."""
    chosen = _lane(lane)
    current().lanes.pause(chosen, by=caller(routes.current_request).name)
    return {"lane": chosen.value, "paused": True}


@routes.operation("POST", "/lanes/{lane}/resume")
def resume(lane: str) -> LaneView:
    chosen = _lane(lane)
    current().lanes.resume(chosen, by=caller(routes.current_request).name)
    return {"lane": chosen.value, "paused": False}


def _lane(name: str) -> Lane:
    try:
        return Lane(name)
    except ValueError:
        raise LaneNotFound(f"no lane {name[:32]!r}: use one of {', '.join(lane.value for lane in Lane)}") from None
