"""Cloud accounts. Credentials are typed unseen, or read from a file or a pipe; never from the command line."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any, Literal

import typer

from camcli.errors import Misused
from camcli.exits import Exit
from camcli.moments import shown, span
from camcli.options import Json, Yes, agreed, connect, group, somebody_is_there
from camcli.output import Column, emit, fields, note, plain, print_list, show, table
from camcli.service import Row, Service

AccountId = Annotated[int, typer.Argument(metavar="ID", help="The account's id.")]
Name = Annotated[str | None, typer.Option(help="What people call it.")]
Regions = Annotated[list[str] | None, typer.Option("--region", help="Only this region is synced. May be repeated.")]
Types = Annotated[list[str] | None, typer.Option("--type", help="Only this asset type is synced. May be repeated.")]
Endpoint = Annotated[str | None, typer.Option(metavar="URL", help="In place of the cloud's public addresses.")]
Every = Annotated[int | None, typer.Option(metavar="SECONDS", help="Time from one sync by itself to the next.")]
Priority = Annotated[
    int | None,
    typer.Option(help="Of syncs by itself: 7–9 for the high lane, 4–6 the normal, 0–3 (the default) the low."),
]
Timeout = Annotated[int | None, typer.Option(metavar="SECONDS", help="After which a sync by itself fails.")]
AutoSync = Annotated[bool | None, typer.Option("--auto-sync/--no-auto-sync", help="Whether it is synced by itself.")]
Credentials = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="JSON with the credentials, - for stdin; asked for unless given."),
]
State = Literal["active", "disabled"]
OPEN_NAMES = ("_id", "_arn")
"""How the names of those credentials end that are seen while they are typed: they tell who, and are no secrets."""

COLUMNS = (
    Column("id", lambda row: str(row["id"]), right=True),
    Column("provider", "provider"),
    Column("name", "name"),
    Column("status", "status"),
    Column("regions", lambda row: row["regions"] or "all"),
    Column("types", lambda row: row["asset_types"] or "all"),
    Column("synced", lambda row: shown(row["last_sync_at"]), whole=True),
    Column("outcome", "last_sync_status"),
    Column("every", lambda row: span(row["sync_interval_seconds"]) if row["auto_sync"] else "", whole=True),
    Column("next", lambda row: shown(row["next_sync_at"]) if row["auto_sync"] else "", whole=True),
)
PERMISSIONS = (
    Column("type", "asset_type"),
    Column("may list", "status"),
    Column("region", "region"),
    Column("reason", "reason"),
)


def list_accounts(
    ctx: typer.Context,
    *,
    provider: Annotated[str | None, typer.Option(help="Only of this cloud.")] = None,
    status: Annotated[State | None, typer.Option(help="Only in this status.")] = None,
    as_json: Json = False,
) -> None:
    """The cloud accounts."""
    with connect(ctx) as service:
        found = service.get("/accounts", provider=provider, status=status)["accounts"]
    print_list(found, COLUMNS, as_json=as_json, nothing="there are no accounts: `cam accounts add` makes one")


app = group("Cloud accounts: list, add, set, test, remove.", list_accounts)


@app.command("show")
def show_account(ctx: typer.Context, account: AccountId, *, as_json: Json = False) -> None:
    """One account."""
    with connect(ctx) as service:
        _print(service.get(f"/accounts/{account}"), as_json=as_json)


@app.command("add")
def add_account(
    ctx: typer.Context,
    *,
    provider: Annotated[str, typer.Option(help="Its cloud, as `cam providers` names it.")],
    name: Annotated[str, typer.Option(help="What people call it.")],
    account_id: Annotated[int | None, typer.Option("--id", help="Its id; the next free one unless given.")] = None,
    regions: Regions = None,
    types: Types = None,
    endpoint: Endpoint = None,
    auto_sync: AutoSync = None,
    every: Every = None,
    priority: Priority = None,
    timeout: Timeout = None,
    credentials: Credentials = None,
    as_json: Json = False,
) -> None:
    """Add an account. `cam accounts test` then says what it may list."""
    body = {"provider": provider, "name": name, "id": account_id} | _settings(
        regions, types, endpoint, auto_sync, every, priority, timeout
    )
    with connect(ctx) as service:
        body["credentials"] = _read(credentials) if credentials else _ask(service, provider)
        added = service.post("/accounts", {key: value for key, value in body.items() if value is not None})
    _print(added, as_json=as_json)
    note(f"`cam accounts test {added['id']}` says what it may list")


@app.command("set")
def set_account(
    ctx: typer.Context,
    account: AccountId,
    *,
    name: Name = None,
    status: Annotated[State | None, typer.Option(help="Disabled ones are not synced.")] = None,
    regions: Regions = None,
    all_regions: Annotated[bool, typer.Option("--all-regions", help="No longer only some regions.")] = False,
    types: Types = None,
    all_types: Annotated[bool, typer.Option("--all-types", help="No longer only some asset types.")] = False,
    endpoint: Endpoint = None,
    no_endpoint: Annotated[bool, typer.Option("--no-endpoint", help="The cloud's public addresses again.")] = False,
    auto_sync: AutoSync = None,
    every: Every = None,
    priority: Priority = None,
    timeout: Timeout = None,
    credentials: Credentials = None,
    rotate: Annotated[bool, typer.Option("--ask-credentials", help="Ask for new credentials.")] = False,
    as_json: Json = False,
) -> None:
    """Change an account; what is not given stays as it is."""
    given = {"name": name, "status": status} | _settings(regions, types, endpoint, auto_sync, every, priority, timeout)
    body: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    body |= {"regions": []} if all_regions else {}
    body |= {"asset_types": []} if all_types else {}
    body |= {"endpoint": None} if no_endpoint else {}
    with connect(ctx) as service:
        if credentials:
            body["credentials"] = _read(credentials)
        elif rotate:
            body["credentials"] = _ask(service, service.get(f"/accounts/{account}")["provider"])
        if not body:
            raise Misused("say what to change: `cam accounts set --help` has the options")
        changed = service.put(f"/accounts/{account}", body)
    _print(changed, as_json=as_json)


@app.command("test")
def examine_account(ctx: typer.Context, account: AccountId, *, as_json: Json = False) -> None:
    """Call the cloud and say what it lets the account list. Exit status 1: nothing; 4: some types are denied."""
    with connect(ctx, timeout=120) as service:
        seen = service.post(f"/accounts/{account}/test")
    if as_json:
        emit(seen)
    else:
        fields((("signed in as", seen["principal"]), ("regions", seen["regions"]), ("error", seen["error"])))
        if seen["permissions"]:
            show("")
            table(PERMISSIONS, seen["permissions"])
    if not seen["ok"]:
        raise typer.Exit(Exit.FAILED)
    if any(permission["status"] == "denied" for permission in seen["permissions"]):
        raise typer.Exit(Exit.PARTIAL)


@app.command("remove")
def remove_account(ctx: typer.Context, account: AccountId, *, yes: Yes = False) -> None:
    """Forget an account and its credentials; its assets stay as they were last seen."""
    with connect(ctx) as service:
        known = service.get(f"/accounts/{account}")
        agreed(f"Forget {known['provider']} account {account} ({plain(known['name'])}) and its credentials?", yes=yes)
        service.delete(f"/accounts/{account}")
    show(f"account {account} is removed")


def _settings(
    regions: list[str] | None,
    types: list[str] | None,
    endpoint: str | None,
    auto_sync: bool | None,
    every: int | None,
    priority: int | None,
    timeout: int | None,
) -> dict[str, Any]:
    return {
        "regions": regions or None,
        "asset_types": types or None,
        "endpoint": endpoint,
        "auto_sync": auto_sync,
        "sync_interval_seconds": every,
        "sync_priority": priority,
        "sync_timeout_seconds": timeout,
    }


def _read(source: str) -> dict[str, str]:
    """Raises Misused, which never repeats what was read."""
    try:
        if source == "-":
            content = sys.stdin.read()
        else:
            with open(source, encoding="utf-8") as file:
                content = file.read()
        given = json.loads(content)
    except OSError as error:
        raise Misused(f"the file of credentials cannot be read: {error.strerror}") from None
    except ValueError:
        raise Misused(_EXPECTED) from None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise Misused(_EXPECTED)
    return given


_EXPECTED = 'credentials must be a JSON object of text, for example {"access_key_id": "…", "access_key_secret": "…"}'


def _ask(service: Service, provider: str) -> dict[str, str]:
    """Ask for each credential that the cloud takes. Raises Misused where nobody can be asked."""
    known = {it["provider"]: it for it in service.get("/providers")["providers"]}
    if provider not in known:
        raise Misused(f"there is no cloud {provider!r}: use one of {', '.join(known)}")
    if not somebody_is_there():
        raise Misused("nobody is there to ask for credentials: give them by --credentials FILE, or - for stdin")
    sets = known[provider]["credentials"]
    chosen = sets[0] if len(sets) == 1 else sets[_choose([" + ".join(names) for names in sets])]
    asked = {name: _prompt(name) for name in chosen}
    optional = {
        name: _prompt(name, optional=True) for name in known[provider]["optional_credentials"] if name not in asked
    }
    return asked | {name: value for name, value in optional.items() if value}


def _choose(options: list[str]) -> int:
    for number, option in enumerate(options, start=1):
        note(f"{number}: {option}")
    while True:
        answer = str(typer.prompt("Which credentials", default="1", err=True))
        if answer.isdecimal() and 1 <= int(answer) <= len(options):
            return int(answer) - 1


def _prompt(name: str, *, optional: bool = False) -> str:
    hidden = not name.endswith(OPEN_NAMES)
    said = f"{name} (optional)" if optional else name
    more: dict[str, Any] = {"default": "", "show_default": False} if optional else {}
    return str(typer.prompt(said, hide_input=hidden, err=True, **more)).strip()


def _print(account: Row, *, as_json: bool) -> None:
    if as_json:
        emit(account)
    else:
        fields(
            (name.replace("_", " "), str(value) if name == "id" else shown(value) if name.endswith("_at") else value)
            for name, value in account.items()
        )
