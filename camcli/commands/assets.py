"""The inventory: search, one asset, changes, scopes, counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

import typer

from camcli.errors import CamError, Refused
from camcli.moments import shown
from camcli.options import Account, AssetType, Json, Limit, Provider, Region, Since, connect, pairs, rows_wanted
from camcli.output import Column, emit, fields, note, plain, print_list, show, table
from camcli.service import Row, Service, part

NOT_FOUND = 404
Kind = Literal["added", "updated", "deleted"]
Verdict = Literal["complete", "incomplete", "held"]
Query = Annotated[
    str | None,
    typer.Option("--query", "-q", metavar="TEXT", help="The beginning of a name, a word in it, an id or an address."),
]
Tags = Annotated[
    list[str] | None, typer.Option("--tag", metavar="KEY=VALUE", help="Only with this tag. May be repeated.")
]
Status = Annotated[str | None, typer.Option(help="Only in this status of the cloud, for example Running.")]
Name = Annotated[str | None, typer.Option(help="Only of this name.")]
NativeId = Annotated[str | None, typer.Option(metavar="ID", help="Only with this id in the cloud.")]
Address = Annotated[str | None, typer.Option("--ip", metavar="ADDRESS", help="Only with this address.")]
RefersTo = Annotated[
    str | None, typer.Option(metavar="ID", help="Only what refers to this id in the cloud, as a machine to its VPC.")
]
Deleted = Annotated[bool, typer.Option("--deleted", help="Deleted ones too.")]
Sort = Annotated[
    str | None, typer.Option(metavar="FIELD", help="id, name, first_seen_at or changed_at; -name is backwards.")
]


def differences(row: Row) -> str:
    """Field by field, as ``status: Running → Stopped``."""
    said = [f"{it['field']}: {plain(it['old']) or '-'} → {plain(it['new']) or '-'}" for it in row["fields"]]
    if row["more_fields"]:
        said.append(f"and {row['more_fields']} more")
    return "; ".join(said)


PLACE = (
    Column("provider", "provider", spare=True),
    Column("account", lambda row: str(row["account_id"]), spare=True),
    Column("region", "region"),
    Column("type", "type"),
)
ASSETS = (
    Column("id", "id", whole=True),
    Column("name", "name"),
    Column("native id", "native_id"),
    Column("status", "status"),
    *PLACE,
    Column("addresses", "ips", spare=True),
    Column("changed", lambda row: shown(row["changed_at"]), whole=True, spare=True),
)
SCOPES = (
    *PLACE,
    Column("verdict", "verdict"),
    Column("held", "held", right=True),
    Column("count", "count", right=True),
    Column("complete", lambda row: shown(row["complete_at"]), whole=True),
    Column("listed", lambda row: shown(row["listed_at"]), whole=True),
    Column("reason", "reason"),
)
HISTORY = (
    Column("at", lambda row: shown(row["at"]), whole=True),
    Column("kind", "kind"),
    Column("changed", differences),
)
CHANGES = (
    *HISTORY[:2],
    Column("asset", "asset_id", whole=True),
    Column("name", lambda row: row.get("name") or row["native_id"]),
    *PLACE,
    HISTORY[2],
)
COUNT = Column("count", "count", right=True)
COUNTS = (Column("provider", "provider"), Column("type", "type"), Column("region", "region"), COUNT)
DAYS = (Column("day", "day", whole=True), Column("kind", "kind"), COUNT)
EDGES = (
    Column("type", "type"),
    Column("native id", "native_id"),
    Column("name", "name"),
    Column("id", "id", whole=True),
)


def list_assets(
    ctx: typer.Context,
    *,
    query: Query = None,
    provider: Provider = None,
    account: Account = None,
    region: Region = None,
    of_type: AssetType = None,
    status: Status = None,
    name: Name = None,
    native_id: NativeId = None,
    ip: Address = None,
    refers_to: RefersTo = None,
    tags: Tags = None,
    first_seen_since: Since = None,
    changed_since: Since = None,
    deleted: Deleted = False,
    sort: Sort = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Find assets."""
    tagged = {f"tag.{key}": value for key, value in pairs(tags).items()}
    with connect(ctx) as service:
        found = service.listing(
            "/assets",
            "assets",
            most=rows_wanted(limit, as_json=as_json),
            q=query,
            provider=provider,
            account_id=account,
            region=region,
            type=of_type,
            status=status,
            name=name,
            native_id=native_id,
            ip=ip,
            refers_to=refers_to,
            first_seen_since=first_seen_since,
            changed_since=changed_since,
            deleted="true" if deleted else None,
            sort=sort,
            **tagged,
        )
        print_list(found, ASSETS, as_json=as_json, nothing="no asset is like that")


def show_asset(
    ctx: typer.Context,
    asset: Annotated[str, typer.Argument(metavar="ID", help="The asset's id here, or its id in the cloud.")],
    *,
    as_json: Json = False,
) -> None:
    """One asset: what the cloud says of it, what it refers to, what refers to it, and how it has changed."""
    with connect(ctx) as service:
        row = _asset(service, asset)
        path = f"/assets/{part(row['id'])}"
        relations = service.get(f"{path}/relations")
        history = service.get(f"{path}/changes")["changes"]
    if as_json:
        emit(dict(row) | {"related": relations, "changes": history})
        return
    beside = ("attributes", "relations")
    fields((name.replace("_", " "), _readable(name, value)) for name, value in row.items() if name not in beside)
    show("", "attributes")
    fields(row["attributes"].items())
    _section("refers to", EDGES, relations["outgoing"])
    _section("referred to by", EDGES, relations["incoming"])
    if relations["more"]:
        note(f"more refer to it: `cam assets --refers-to {row['native_id']}`")
    _section("changes", HISTORY, history)


def list_changes(
    ctx: typer.Context,
    *,
    since: Since = "24h",
    provider: Provider = None,
    account: Account = None,
    region: Region = None,
    of_type: AssetType = None,
    kind: Annotated[Kind | None, typer.Option(help="Only such changes.")] = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """What has changed in the inventory, newest first."""
    with connect(ctx) as service:
        found = service.listing(
            "/changes",
            "changes",
            most=rows_wanted(limit, as_json=as_json),
            since=since,
            provider=provider,
            account_id=account,
            region=region,
            type=of_type,
            kind=kind,
        )
        print_list(found, CHANGES, as_json=as_json, nothing="nothing has changed since")


def list_scopes(
    ctx: typer.Context,
    *,
    provider: Provider = None,
    account: Account = None,
    verdict: Annotated[Verdict | None, typer.Option(help="Only whose last listing was this.")] = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """When each scope was last listed completely, and what came of the last listing."""
    with connect(ctx) as service:
        found = service.listing_by_offset(
            "/scopes",
            "scopes",
            most=rows_wanted(limit, as_json=as_json),
            provider=provider,
            account_id=account,
            verdict=verdict,
        )
        print_list(found, SCOPES, as_json=as_json, nothing="nothing has been listed yet: `cam submit sync-assets`")


def summarise(
    ctx: typer.Context,
    *,
    days: Annotated[int | None, typer.Option(min=1, max=90, help="Of how many days to tell the changes.")] = None,
    as_json: Json = False,
) -> None:
    """Assets counted by cloud, type and region, and the changes of the last days."""
    with connect(ctx) as service:
        found = service.get("/assets/summary", days=days)
    if as_json:
        emit(found)
        return
    show(f"{found['total']:,} assets")
    _section("by type and region", COUNTS, found["counts"])
    _section("changes", DAYS, found["changes"])


def _asset(service: Service, wanted: str) -> Row:
    """By its id, or by its id in the cloud where that is but one. Raises Refused and CamError."""
    try:
        return dict(service.get(f"/assets/{part(wanted)}"))
    except Refused as error:
        if error.status != NOT_FOUND:
            raise
        found = list(service.listing("/assets", "assets", most=2, native_id=wanted))
        if not found:
            raise
        if len(found) > 1:
            raise CamError(f"the ids of several assets begin like this: `cam assets --native-id {wanted}`") from None
        return found[0]


def _readable(name: str, value: Any) -> Any:
    if name.endswith("_at"):
        return shown(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _section(title: str, columns: Iterable[Column], rows: Sequence[Row]) -> None:
    if rows:
        show("", title)
        table(columns, rows)
