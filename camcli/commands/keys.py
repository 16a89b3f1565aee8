"""API keys, and who changed what."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from camcli.moments import shown
from camcli.options import Json, Limit, Since, Until, Yes, agreed, connect, group, rows_wanted
from camcli.output import Column, emit, note, plain, print_list, show
from camcli.service import part

Role = Literal["viewer", "operator", "admin"]
KEYS = (
    Column("id", "id", whole=True),
    Column("name", "name"),
    Column("role", "role"),
    Column("created", lambda row: shown(row["created_at"]), whole=True),
    Column("by", "created_by"),
    Column("expires", lambda row: shown(row["expires_at"]), whole=True),
    Column("last used", lambda row: shown(row["last_used_at"]), whole=True),
    Column("revoked", lambda row: shown(row["revoked_at"]), whole=True),
)
AUDIT = (
    Column("at", lambda row: shown(row["at"]), whole=True),
    Column("who", "subject"),
    Column("role", "role"),
    Column("operation", "operation"),
    Column("targets", "targets"),
    Column("HTTP", lambda row: str(row["status"])),
    Column("code", lambda row: str(row["code"]) if row["code"] else ""),
    Column("from", "source_ip"),
)


def list_keys(ctx: typer.Context, *, as_json: Json = False) -> None:
    """The keys of your tenant, without their secrets."""
    with connect(ctx) as service:
        found = service.get("/keys")["keys"]
    print_list(found, KEYS, as_json=as_json, nothing="there are no keys")


app = group("API keys: list, add, revoke.", list_keys)


@app.command("add")
def add_key(
    ctx: typer.Context,
    *,
    name: Annotated[str, typer.Option(help="What uses it.")],
    role: Annotated[Role, typer.Option(help="What it may do.")],
    days: Annotated[int | None, typer.Option("--expires-in-days", min=1, help="How long it works.")] = None,
    as_json: Json = False,
) -> None:
    """Make a key. It is printed this once, alone on stdout."""
    body = {"name": name, "role": role} | ({} if days is None else {"expires_in_days": days})
    with connect(ctx) as service:
        made = service.post("/keys", body)
    if as_json:
        emit(made)
        return
    show(plain(made["key"]))
    note(f"key {made['id']} works until {shown(made['expires_at'])}; keep it now, it is not shown again")


@app.command("revoke")
def revoke_key(
    ctx: typer.Context,
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The key's id.")],
    *,
    yes: Yes = False,
) -> None:
    """Make a key useless from now on."""
    agreed(f"Revoke key {key_id}?", yes=yes)
    with connect(ctx) as service:
        service.delete(f"/keys/{part(key_id)}")
    show(plain(f"key {key_id} is revoked"))


def list_audit(
    ctx: typer.Context,
    *,
    subject: Annotated[str | None, typer.Option(help="Only what this caller did, for example key:ID.")] = None,
    operation: Annotated[str | None, typer.Option(help="Only this, for example delete_account.")] = None,
    target: Annotated[str | None, typer.Option(metavar="ID", help="Only what was done to this.")] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Who changed what, or tried to, newest first."""
    with connect(ctx) as service:
        found = service.listing(
            "/audit",
            "rows",
            most=rows_wanted(limit, as_json=as_json),
            subject=subject,
            operation=operation,
            target=target,
            start_date=since,
            end_date=until,
        )
        print_list(found, AUDIT, as_json=as_json, nothing="nobody has done anything like that")
