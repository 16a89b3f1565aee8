"""How busy the service is, and how well it does."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from camcli.errors import CamError, Refused
from camcli.moments import shown, span
from camcli.options import Json, connect
from camcli.output import Column, emit, fields, show, table
from camcli.service import Row

NOT_TOLD = {
    403: "statistics are those of the whole service, for its operators alone: look at your own with cam tasks, "
    "cam dead-letters and cam lanes",
    404: "the service is too old: it does not tell statistics",
}
"""By HTTP status."""


def _quantile(of: str, name: str) -> Column:
    return Column(f"{of.replace('_', ' ')} {name}", lambda row: span((row.get(of) or {}).get(name)), right=True)


LANES = (
    Column("lane", "lane"),
    Column("state", lambda row: "paused" if row["paused"] else "open"),
    Column("waiting", "waiting", right=True),
    Column("running", "running", right=True),
    Column("oldest", lambda row: span(row["oldest_seconds"]), right=True),
)
TYPES = (
    Column("type", "type"),
    *(
        Column(name.replace("_", " "), name, right=True)
        for name in ("completed", "failed", "cancelled", "retries", "lost_workers")
    ),
    *(_quantile("duration", name) for name in ("p50", "p95", "p99")),
    _quantile("queue_delay", "p95"),
)
CLOUDS = (
    Column("cloud", "provider"),
    Column("calls", "calls", right=True),
    Column("throttles", "throttles", right=True),
)


def show_stats(
    ctx: typer.Context,
    *,
    minutes: Annotated[int | None, typer.Option(min=1, help="Of how many minutes, up to now.")] = None,
    as_json: Json = False,
) -> None:
    """Lanes, success and failure, durations, workers, calls of clouds."""
    with connect(ctx) as service:
        try:
            found = service.get("/stats", minutes=minutes)
        except Refused as error:
            if error.status not in NOT_TOLD:
                raise
            raise CamError(NOT_TOLD[error.status]) from None
    if as_json:
        emit(found)
        return
    if found.get("since"):
        show(f"{shown(found['since'])} to {shown(found.get('until'))}", "")
    table(LANES, found["lanes"])
    show("")
    fields([*found["tasks"].items(), *_workers(found.get("workers") or {}), *_assets(found.get("assets") or {})])
    for columns, name in ((TYPES, "types"), (CLOUDS, "clouds")):
        if found.get(name):
            show("")
            table(columns, found[name])


def _workers(of: Row) -> list[tuple[str, Any]]:
    use = of.get("utilisation")
    memory = of.get("memory_mib")
    return [
        ("workers busy", None if use is None else f"{100 * use:.0f} %"),
        ("worker memory", None if memory is None else f"{memory:.0f} MiB"),
    ]


def _assets(of: Row) -> list[tuple[str, Any]]:
    return [(f"assets {name}", count) for name, count in of.items()]
