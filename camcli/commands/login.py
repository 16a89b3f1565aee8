"""Signing in to services, and which one is used."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from camcli import profiles
from camcli.errors import Misused, Refused
from camcli.options import Json, connect, group, somebody_is_there
from camcli.output import Column, emit, fields, note, print_list, show
from camcli.profiles import DEFAULT, DEFAULT_URL, Access
from camcli.service import Row, Service

UNAUTHORIZED = 401
NOT_FOUND = 404
COLUMNS = (
    Column("", lambda row: "*" if row["current"] else ""),
    Column("profile", "profile"),
    Column("url", "url"),
    Column("key", lambda row: "yes" if row["key"] else "none"),
)


def login(
    ctx: typer.Context,
    *,
    url: Annotated[
        str | None, typer.Option(help=f"Where the service is, {DEFAULT_URL} for instance; asked unless given.")
    ] = None,
    key_stdin: Annotated[bool, typer.Option("--key-stdin", help="Read the key from stdin, for scripts.")] = False,
) -> None:
    """Say where the service is, and give the key to it. Both are tried, then kept in a file of yours alone.

    A service without authentication, as `make run` starts one, needs no key.
    """
    name = str(ctx.find_root().params.get("profile") or os.environ.get("CAM_PROFILE") or DEFAULT)
    stored = profiles.load()
    known = os.environ.get("CAM_URL") or stored.named.get(name, Access(DEFAULT_URL)).url
    at = profiles.clean_url(url or _ask_url(known))
    access = profiles.usable(Access(at, _first_line() if key_stdin else None))
    if access.key is None and _needs_key(access):
        access = profiles.usable(Access(at, _ask_key()))
    with Service(access) as service:
        who = _whoami(service)
    profiles.save(stored.having(name, access))
    signed_in = f" as {who['subject']} ({who['role']})" if who and "subject" in who and "role" in who else ""
    show(f"profile {name}: {at}{signed_in}")
    note("a key is kept" if access.key else "no key is needed")


def logout(ctx: typer.Context) -> None:
    """Forget the profile in use, or the one that --profile names, and its key."""
    stored = profiles.load()
    name = str(ctx.find_root().params.get("profile") or os.environ.get("CAM_PROFILE") or stored.current)
    if name not in stored.named:
        raise Misused(f"there is no profile {name!r}")
    profiles.save(stored.without(name))
    show(f"profile {name} is forgotten")


def whoami(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Who the service takes you for."""
    with connect(ctx) as service:
        found = _whoami(service)
    if found is None:
        raise Misused("the service is too old: it does not know its callers")
    if as_json:
        emit(found)
    else:
        fields((name, value) for name, value in found.items() if name != "logs")


def list_profiles(ctx: typer.Context, *, as_json: Json = False) -> None:
    """The profiles; a star marks the one in use. Keys are not shown."""
    stored = profiles.load()
    rows = [
        {"profile": name, "url": access.url, "key": access.key is not None, "current": name == stored.current}
        for name, access in stored.named.items()
    ]
    print_list(rows, COLUMNS, as_json=as_json, nothing="there are no profiles: `cam login` makes one")


app = group("Profiles: list, use.", list_profiles)


@app.command("use")
def use(name: Annotated[str, typer.Argument(metavar="NAME", help="The profile's name.")]) -> None:
    """Use a profile from now on."""
    stored = profiles.load()
    if name not in stored.named:
        raise Misused(f"there is no profile {name!r}: make it with `cam --profile {name} login`")
    profiles.save(stored.having(name, stored.named[name]))
    show(f"profile {name} is in use")


def _needs_key(access: Access) -> bool:
    """Raises Unreachable and NotTheService."""
    with Service(access) as service:
        try:
            service.get("/lanes")
        except Refused as error:
            if error.status == UNAUTHORIZED:
                return True
            raise
    return False


def _whoami(service: Service) -> Row | None:
    """None from a service that has no such route; a key that is no good is refused all the same."""
    try:
        return dict(service.get("/whoami"))
    except Refused as error:
        if error.status != NOT_FOUND:
            raise
    service.get("/lanes")
    return None


def _ask_url(known: str) -> str:
    if not somebody_is_there():
        return known
    return str(typer.prompt("URL of the service", default=known, err=True))


def _ask_key() -> str:
    if not somebody_is_there():
        raise Misused("this service needs a key: give it on stdin with --key-stdin, or set CAM_API_KEY instead")
    return str(typer.prompt("Key", hide_input=True, err=True)).strip()


def _first_line() -> str:
    key = sys.stdin.readline().strip()
    if not key:
        raise Misused("there is no key on stdin")
    return key
