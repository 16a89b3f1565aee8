"""Assets as rows of a file, one at a time and in constant memory."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from chalicelib.assets.model import Asset
from chalicelib.clock import rfc3339

Format = Literal["csv", "json", "xlsx"]

COLUMNS = (
    *("id", "provider", "account_id", "region", "type", "native_id", "name", "status", "zone"),
    *("cloud_created_at", "ips", "tags", "first_seen_at", "changed_at"),
)
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""What makes a spreadsheet take a text for a formula, in some of them also the wide forms."""
_CELL_OF_ANOTHER_SEPARATOR = re.compile(r'([;|\t\r\n])(?="*[=+\-@＝＋－＠])')
"""Where a cell that is a formula would begin, if a csv were split by something else than its commas: Excel takes the
list separator of its country. Quotes do not help: they are in the middle of a cell then.
"""
COPY_BYTES = 1024 * 1024
MOST_XLSX_ROWS = 1_048_575


class Sink(Protocol):
    def write(self, data: bytes) -> int: ...


@dataclass(frozen=True, slots=True)
class FileFormat:
    """``write`` puts rows into the sink and returns how many; it passes every one through in turn."""

    extension: str
    content_type: str
    write: Callable[[Iterable[Asset], Sink], int]


def _values(asset: Asset) -> dict[str, Any]:
    return {
        "id": asset.id,
        "provider": asset.scope.provider,
        "account_id": asset.scope.account_id,
        "region": asset.scope.region,
        "type": asset.scope.type,
        **asset.fields,
        "first_seen_at": rfc3339(asset.first_seen_at),
        "changed_at": rfc3339(asset.changed_at),
    }


def _cells(asset: Asset) -> list[str]:
    """The columns as text. A spreadsheet must not take what somebody named a resource for a formula."""
    values = _values(asset)
    values["ips"] = " ".join(values["ips"])
    values["tags"] = " ".join(f"{key}={value}" for key, value in values["tags"].items())
    texts = ("" if values[name] is None else str(values[name]) for name in COLUMNS)
    return [f"'{text}" if text.startswith(FORMULA_STARTS) else text for text in texts]


def _write_csv(assets: Iterable[Asset], sink: Sink) -> int:
    def line(cells: Iterable[str]) -> bytes:
        text = io.StringIO()
        csv.writer(text).writerow(_CELL_OF_ANOTHER_SEPARATOR.sub(r"\1'", cell) for cell in cells)
        return text.getvalue().encode()

    sink.write("\ufeff".encode())  # spreadsheets read UTF-8 only when told so
    sink.write(line(COLUMNS))
    return sum(bool(sink.write(line(_cells(asset)))) for asset in assets)


def _write_json(assets: Iterable[Asset], sink: Sink) -> int:
    def lines() -> Iterator[bytes]:
        for asset in assets:
            yield json.dumps(_values(asset), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    return sum(bool(sink.write(line)) for line in lines())


def _write_xlsx(assets: Iterable[Asset], sink: Sink) -> int:
    """By way of a temporary file: the format has its table of contents at the end."""
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415  only exports pay for it

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with tempfile.TemporaryFile() as file:
        rows = 0
        with xlsxwriter.Workbook(file, options) as book:
            sheet = book.add_worksheet("assets")
            sheet.write_row(0, 0, COLUMNS)
            for asset in assets:
                rows += 1
                sheet.write_row(rows, 0, _cells(asset))
        file.seek(0)
        while block := file.read(COPY_BYTES):
            sink.write(block)
    return rows


FORMATS: dict[Format, FileFormat] = {
    "csv": FileFormat("csv", "text/csv; charset=utf-8", _write_csv),
    "json": FileFormat("jsonl", "application/x-ndjson", _write_json),
    "xlsx": FileFormat("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _write_xlsx),
}
