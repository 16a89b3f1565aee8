"""Files of the inventory: nothing that somebody named a resource is taken for a formula by a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from chalicelib.assets.model import Asset, Scope
from chalicelib.assets.sheets import COLUMNS, FORMATS, Format

MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝")
FORMULAS = ("=", "+", "-", "@", "＝")
FREE = ("native_id", "name", "status", "zone", "cloud_created_at", "ips", "tags")
"""The columns whose texts are the cloud's, and so anybody's who may name a thing there."""


def asset(text: str) -> Asset:
    fields: dict[str, Any] = dict.fromkeys(FREE, text) | {
        "ips": [text],
        "tags": {text: text},
        "relations": [],
        "attributes": {},
    }
    return Asset("a" * 32, Scope("t", "aliyun", 1, "r", "ecs"), fields, MOMENT, MOMENT, "task", 0, None)


def written(form: Format, text: str) -> bytes:
    sink = io.BytesIO()
    assert FORMATS[form].write([asset(text)], sink) == 1
    return sink.getvalue()


def rows_of(form: Format, content: bytes) -> list[dict[str, Any]]:
    if form == "csv":
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    header, *rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_text_that_begins_like_a_formula_is_written_as_text(form: Format, start: str) -> None:
    [row] = rows_of(form, written(form, f"{start}cmd|'/c calc'!A1"))
    assert tuple(row) == COLUMNS
    assert {name: row[name][:1] for name in FREE} == dict.fromkeys(FREE, "'")
    assert not [name for name in COLUMNS if str(row[name]).startswith(STARTS)]


@pytest.mark.parametrize("start", STARTS)
def test_json_keeps_the_text_as_it_is(start: str) -> None:
    text = f"{start}cmd"
    row = json.loads(written("json", text))
    assert (row["name"], row["tags"], row["ips"]) == (text, {text: text}, [text])


@pytest.mark.parametrize("text", ["web-1", "a=b", "10.0.0.1", "https://example.com", "中文"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_any_other_text_is_kept(form: Format, text: str) -> None:
    assert rows_of(form, written(form, text))[0]["name"] == text


def cells_by(separator: str, content: bytes) -> list[str]:
    """As a program splits it that takes quotes for what they are only where a cell begins, as Excel does."""
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator)
    naive = [cell.lstrip('"') for line in re.split("[\r\n]+", content.decode()) for cell in line.split(separator)]
    return [cell for line in lines for cell in line] + naive


@pytest.mark.parametrize("separator", [";", "\t", "|"])
@pytest.mark.parametrize("between", [";", "|", "\t", "\n", "\r\n", ';"', ';""', "; ;", ";;", "|;\t"])
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝"])
def test_no_cell_of_a_csv_is_a_formula_by_whatever_it_is_split(separator: str, between: str, start: str) -> None:
    for text in (f"x{between}{start}cmd|'/c calc'!A1", f"{between}{start}cmd", f'x,"{between}{start}cmd'):
        formulas = [cell for cell in cells_by(separator, written("csv", text)) if cell.startswith(FORMULAS)]
        assert formulas == []


@pytest.mark.parametrize("text", ["a;b", "x; -y", "a|b", "2026-11-23;10", "a=b;c=d"])
def test_a_text_with_another_separator_and_no_formula_is_kept(text: str) -> None:
    assert rows_of("csv", written("csv", text))[0]["name"] == text


def test_xlsx_has_cells_of_its_own_and_keeps_what_is_inside_of_a_text() -> None:
    assert rows_of("xlsx", written("xlsx", "x;=cmd"))[0]["name"] == "x;=cmd"
