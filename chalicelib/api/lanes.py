"""Routes of lanes."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint

from chalicelib.api.endpoint import caller, endpoint
from chalicelib.container import current
from chalicelib.errors import LaneNotFound
from chalicelib.tasks.model import Lane

routes = Blueprint(__name__)


@routes.route("/lanes", methods=["GET"])
@endpoint
def list_lanes() -> dict[str, Any]:
    paused = current().lanes.paused()
    return {"lanes": [{"lane": lane.value, "paused": lane in paused} for lane in Lane]}


@routes.route("/lanes/{lane}/pause", methods=["POST"])
@endpoint
def pause(lane: str) -> dict[str, Any]:
    """Workers claim nothing more of this lane; what runs goes on."""
    chosen = _lane(lane)
    current().lanes.pause(chosen, by=caller(routes.current_request).name)
    return {"lane": chosen.value, "paused": True}


@routes.route("/lanes/{lane}/resume", methods=["POST"])
@endpoint
def resume(lane: str) -> dict[str, Any]:
    chosen = _lane(lane)
    current().lanes.resume(chosen, by=caller(routes.current_request).name)
    return {"lane": chosen.value, "paused": False}


def _lane(name: str) -> Lane:
    try:
        return Lane(name)
    except ValueError:
        raise LaneNotFound(f"no lane {name[:32]!r}: use one of {', '.join(lane.value for lane in Lane)}") from None
