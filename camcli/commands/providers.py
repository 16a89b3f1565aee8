"""The clouds."""

from __future__ import annotations

import typer

from camcli.options import Json, connect
from camcli.output import Column, print_list

COLUMNS = (
    Column("provider", "provider", whole=True),
    Column("asset types", "asset_types"),
    Column("regions listed so far", "regions"),
    Column("credentials", lambda row: " or ".join(" + ".join(names) for names in row["credentials"])),
)


def list_providers(ctx: typer.Context, *, as_json: Json = False) -> None:
    """The clouds: their asset types, regions, and the credentials that they take."""
    with connect(ctx) as service:
        found = service.get("/providers")["providers"]
    print_list(found, COLUMNS, as_json=as_json, nothing="there are no clouds")
