"""Task types that the command has never seen become commands all the same."""

from __future__ import annotations

from typing import Any

import pytest

from camcli import schema
from camcli.commands.submit import commands
from camcli.errors import Misused

FIELDS: dict[str, Any] = {
    "colour": {"enum": ["red", "blue"], "type": "string"},
    "shade": {"$ref": "#/components/schemas/Shade", "default": "light"},
    "sizes": {"type": "array", "items": {"type": "integer"}},
    "ratio": {"anyOf": [{"type": "number"}, {"type": "null"}], "default": None},
    "varnish": {"type": "boolean", "default": True},
    "strict": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
    "watch": {"type": "string"},
    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    "layers": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
    "priority": {"type": "integer", "minimum": 0, "maximum": 9, "default": 5},
}
DOCUMENT: dict[str, Any] = {
    "paths": {
        "/tasks/paint-assets": {
            "post": {
                "operationId": "submit_paint_assets",
                "summary": "Paint them",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Paint"}}}},
            }
        },
        "/tasks/cancel": {"post": {"operationId": "cancel_many"}},
    },
    "components": {
        "schemas": {
            "Paint": {"type": "object", "required": ["colour"], "properties": FIELDS, "description": "Twice."},
            "Shade": {"enum": ["light", "dark"], "type": "string"},
        }
    },
}


@pytest.fixture
def fields() -> dict[str, schema.Field]:
    return {field.name: field for field in schema.body(DOCUMENT, {"$ref": "#/components/schemas/Paint"}).fields}


def test_only_operations_that_submit_become_commands() -> None:
    made = commands(DOCUMENT)
    assert list(made) == ["paint-assets"]
    assert made["paint-assets"].help == "Paint them.\n\nTwice."


def test_each_field_is_an_option_of_its_kind_and_none_takes_the_place_of_another() -> None:
    options = {
        tuple(option.opts + option.secondary_opts): option for option in commands(DOCUMENT)["paint-assets"].params
    }
    assert options.keys() >= {
        ("--colour",),
        ("--shade",),
        ("--size",),
        ("--ratio",),
        ("--varnish", "--no-varnish"),
        ("--strict", "--no-strict"),
        ("--watch", "-w"),
        ("--param-watch",),
        ("--label",),
        ("--layers",),
    }
    assert [names for names, option in options.items() if option.required] == [("--colour",)]
    assert options[("--size",)].multiple
    assert list(options)[9] == ("--priority",)


@pytest.mark.parametrize(
    ("name", "given", "sent"),
    [
        ("sizes", [1, 2], [1, 2]),
        ("labels", ["a=b", "c="], {"a": "b", "c": ""}),
        ("layers", '[["a"], []]', [["a"], []]),
        ("ratio", 0.5, 0.5),
    ],
)
def test_what_is_given_becomes_what_the_field_takes(
    fields: dict[str, schema.Field], name: str, given: Any, sent: Any
) -> None:
    assert fields[name].value(given) == sent


@pytest.mark.parametrize(("name", "given"), [("layers", "[["), ("labels", ["a"]), ("labels", ["=a"])])
def test_what_does_not_fit_is_refused(fields: dict[str, schema.Field], name: str, given: Any) -> None:
    with pytest.raises(Misused):
        fields[name].value(given)
