"""``cam export``: from the inventory to a file of this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, Literal
from uuid import uuid4

import typer

from camcli.commands.assets import Address, Deleted, Name, NativeId, Query, RefersTo, Status, Tags
from camcli.errors import CamError, Misused, Unreachable
from camcli.exits import Exit
from camcli.options import Account, AssetType, Provider, Region, Since, connect, pairs
from camcli.outcome import TaskState
from camcli.output import note
from camcli.profiles import Access
from camcli.watch import tell, watch

STDOUT = "-"
SUFFIXES = {".csv": "csv", ".json": "json", ".jsonl": "json", ".ndjson": "json", ".xlsx": "xlsx"}
CHUNK = 1 << 16
Format = Literal["csv", "json", "xlsx"]


def export_assets(
    ctx: typer.Context,
    *,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Where to; - is stdout.")],
    form: Annotated[
        Format | None,
        typer.Option("--format", help="By the file's name unless given, else csv; json is one object a line."),
    ] = None,
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
    task: Annotated[str | None, typer.Option(metavar="ID", help="Fetch the file of an export that exists.")] = None,
) -> None:
    """Write assets to a file: the file is there when all of it is."""
    target = _target(output)
    chosen = {
        "provider": provider,
        "account_id": account,
        "region": region,
        "type": of_type,
        "status": status,
        "q": query,
        "name": name,
        "native_id": native_id,
        "ip": ip,
        "refers_to": refers_to,
        "first_seen_since": first_seen_since,
        "changed_since": changed_since,
        "deleted": deleted or None,
        "tags": pairs(tags) or None,
        "format": form,
    }
    body = {name: value for name, value in chosen.items() if value is not None}
    if task and body:
        raise Misused("--task is an export as it was asked for: leave the other options out")
    with connect(ctx) as service:
        if task:
            task_id = task
        else:
            body.setdefault("format", SUFFIXES.get(Path(output).suffix.lower(), "csv"))
            task_id = service.post("/tasks/export-assets", body)["task_id"]
            note(f"task {task_id}")
        done = watch(service, task_id)
        if done.outcome is not Exit.DONE:
            tell(done)
            raise typer.Exit(done.outcome)
        _fetch(done, target)
    note(f"{done.result['count']:,} assets, {done.result['bytes']:,} bytes" + (f" in {target}" if target else ""))


def _target(output: str) -> Path | None:
    """The file to write, None for stdout. Raises Misused before anything is asked for."""
    if output == STDOUT:
        return None
    target = Path(output).resolve()
    if not target.parent.is_dir():
        raise Misused(f"there is no folder {target.parent}")
    if target.exists() and not target.is_file():
        raise Misused(f"{target} is not a file; - is stdout")
    if not os.access(target.parent, os.W_OK):
        raise Misused(f"nothing can be written into {target.parent}")
    return target


def _fetch(export: TaskState, target: Path | None) -> None:
    """Raises CamError and Unreachable, whose messages never have the link: whoever has it has the file."""
    if "url" not in export.result:
        raise CamError(f"task {export.id} is no export: it is of type {export.type}")
    with _sink(target) as sink:
        received = _download(str(export.result["url"]), export.id, sink)
        if received != export.result["bytes"]:
            raise Unreachable(
                f"the download broke off after {received:,} of {export.result['bytes']:,} bytes: "
                f"try `cam export --task {export.id}` again"
            )


@contextmanager
def _sink(target: Path | None) -> Iterator[BinaryIO]:
    """What is written takes the place of ``target`` at once, when all went well."""
    if target is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    beside = target.with_name(f".{target.name}.{uuid4().hex[:8]}")
    try:
        with beside.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)
    except OSError as error:
        raise CamError(f"{target} cannot be written: {error.strerror}") from None
    finally:
        beside.unlink(missing_ok=True)


def _download(link: str, task_id: str, sink: BinaryIO) -> int:
    """Follow the link, without the key of the service. Answers the number of bytes."""
    import httpx  # noqa: PLC0415

    received = 0
    try:
        with (
            httpx.Client(timeout=60, trust_env=not Access(link).loopback) as client,
            client.stream("GET", link) as answer,
        ):
            if answer.status_code == httpx.codes.FORBIDDEN:
                raise CamError("the link to the file is no longer good: export again")
            if answer.status_code != httpx.codes.OK:
                raise CamError(f"the file of task {task_id} cannot be fetched: HTTP {answer.status_code}; export again")
            for chunk in answer.iter_bytes(CHUNK):
                received += sink.write(chunk)
    except httpx.HTTPError as error:
        raise Unreachable(
            f"the file cannot be fetched ({type(error).__name__}): try `cam export --task {task_id}` again"
        ) from None
    return received
