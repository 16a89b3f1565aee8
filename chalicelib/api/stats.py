"""Routes of figures: what a window of time had, as JSON."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from chalicelib.api.routes import Routes
from chalicelib.api.views.stats import StatsView, stats_view
from chalicelib.container import current
from chalicelib.strict import Strict
from chalicelib.tasks.spans import LONGEST_WINDOW, step_of

routes = Routes(__name__)


class Window(Strict):
    """The last so many minutes, a week at the most."""

    minutes: Annotated[int, Field(ge=1, le=LONGEST_WINDOW // timedelta(minutes=1))] = 60


@routes.operation("GET", "/stats", query=Window)
def get_stats(window: Window) -> StatsView:
    """Queues, rates, durations, workers and clouds, of the whole service."""
    length = timedelta(minutes=window.minutes)
    return stats_view(current().stats.window(length), step_of(length))
