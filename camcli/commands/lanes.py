"""The lanes of tasks."""

from __future__ import annotations

from typing import Annotated

import typer

from camcli.options import Json, connect, group
from camcli.output import Column, print_list, show
from camcli.service import part

Lane = Annotated[str, typer.Argument(metavar="LANE", help="high, normal or low.")]
COLUMNS = (Column("lane", "lane"), Column("state", lambda row: "paused" if row["paused"] else "open"))


def list_lanes(ctx: typer.Context, *, as_json: Json = False) -> None:
    """The lanes, and which of them are paused."""
    with connect(ctx) as service:
        found = service.get("/lanes")["lanes"]
    print_list(found, COLUMNS, as_json=as_json, nothing="there are no lanes")


app = group("Lanes: list, pause, resume.", list_lanes)


@app.command("pause")
def pause(ctx: typer.Context, lane: Lane) -> None:
    """Have workers claim nothing more of a lane; what runs goes on, and nothing is lost."""
    with connect(ctx) as service:
        service.post(f"/lanes/{part(lane)}/pause")
    show(f"{lane} is paused")


@app.command("resume")
def resume(ctx: typer.Context, lane: Lane) -> None:
    """Go on with a lane, and with everything that the pause held up."""
    with connect(ctx) as service:
        service.post(f"/lanes/{part(lane)}/resume")
    show(f"{lane} goes on")
