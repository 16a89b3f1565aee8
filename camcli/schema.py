"""The fields of a request, read from the OpenAPI document, as options of a command."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import typer

from camcli.errors import Misused
from camcli.options import pairs
from camcli.service import Row

SHORT_NAMES = {"asset_types": "type"}
"""Options that people may also call shorter, where no other field of the request has that name."""
OF_ANY_TASK = frozenset({"priority", "max_retry", "timeout_seconds"})
"""Fields of every type of task, told apart from those that are its own."""
LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "maxItems": "at most {} of them",
}
SIMPLE: Mapping[str, type] = {"string": str, "integer": int, "number": float, "boolean": bool}
Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """How a field is written on a command line: the type of the option, and what makes the field's value of it."""

    annotation: Any
    convert: Convert
    many: bool = False
    metavar: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a request's body, by the schema that the service checks it by."""

    name: str
    schema: Row
    required: bool
    kind: Kind

    def options(self, taken: set[str]) -> list[str]:
        """What it may be called: the field's own name, and shorter ones that are free. Adds them to ``taken``."""
        flags = [f"--{name}" for name in _names(self.name, many=self.kind.many)]
        free = [flag for flag in flags if flag not in taken] or [f"--param-{self.name.replace('_', '-')}"]
        taken.update(free)
        switch = self.kind.annotation is bool and self.schema.get("default") is not False
        return [f"{flag}/--no-{flag.removeprefix('--')}" if switch else flag for flag in free]

    def annotated(self, taken: set[str]) -> Any:
        """The option, for a parameter of a command."""
        annotation = list[self.kind.annotation] if self.kind.many else self.kind.annotation  # type: ignore[name-defined]
        if not self.required:
            annotation |= None
        option = typer.Option(
            *self.options(taken),
            help=" ".join(self._told()),
            metavar=self.kind.metavar,
            show_default=False,
            rich_help_panel="Options of any task" if self.name in OF_ANY_TASK else None,
        )
        return Annotated[annotation, option]

    def value(self, given: Any) -> Any:
        """What goes into the request. Raises Misused."""
        try:
            return self.kind.convert(given)
        except ValueError as error:
            raise Misused(f"{self.name}: {error}") from None

    def _told(self) -> Iterator[str]:
        if described := self.schema.get("description"):
            yield str(described).rstrip(".") + "."
        limits = [form.format(self.schema[name]) for name, form in LIMITS.items() if name in self.schema]
        if limits:
            said = ", ".join(limits)
            yield said[0].upper() + said[1:] + "."
        if self.schema.get("default") not in (None, [], {}, False):
            yield f"Unless given: {self.schema['default']}."
        if self.kind.many:
            yield "May be repeated."


@dataclass(frozen=True, slots=True)
class Body:
    """What a request may say. ``told`` is the document's word on the whole."""

    told: str
    fields: list[Field]


def body(document: Row, schema: Row) -> Body:
    """In the order of the document, but for the fields of any task, which come last."""
    whole = _resolved(document, schema)
    required = whole.get("required", ())
    found = [
        Field(name, plain := _resolved(document, each), name in required, _kind(document, plain))
        for name, each in whole.get("properties", {}).items()
    ]
    return Body(whole.get("description", ""), sorted(found, key=lambda field: field.name in OF_ANY_TASK))


def _names(field: str, *, many: bool) -> Iterable[str]:
    """Shortest first: ``account_id`` is ``account`` or ``account-id``; ``regions``, given one by one, ``region``."""
    dashed = field.replace("_", "-")
    names = [dashed.removesuffix("s")] if many else [dashed.removesuffix("-id"), dashed]
    return dict.fromkeys([SHORT_NAMES.get(field, names[0]), *names])


def _resolved(document: Row, schema: Row) -> Row:
    """With references followed and «or null» taken away, keeping what is said beside them."""
    while True:
        beside = {name: value for name, value in schema.items() if name not in ("$ref", "anyOf")}
        choices = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
        if "$ref" in schema:
            found = document["components"]["schemas"][str(schema["$ref"]).rpartition("/")[2]]
        elif len(choices) == 1:
            [found] = choices
        else:
            return schema
        schema = {**found, **beside}


def _kind(document: Row, schema: Row) -> Kind:
    choices = schema.get("enum", ())
    if choices and all(isinstance(one, str) for one in choices):
        return Kind(Literal[tuple(choices)], _same)
    kind = schema.get("type")
    if isinstance(kind, str) and kind in SIMPLE:
        return Kind(SIMPLE[kind], _same)
    if kind == "array":
        each = _kind(document, _resolved(document, schema.get("items", {})))
        if not each.many:
            return Kind(each.annotation, lambda given: [each.convert(one) for one in given], many=True)
    if kind == "object" and _values(document, schema).get("type") == "string":
        return Kind(str, pairs, many=True, metavar="KEY=VALUE")
    return Kind(str, json.loads, metavar="JSON")


def _values(document: Row, schema: Row) -> Row:
    """What the values of a mapping must be; its keys may have to be of a pattern."""
    patterns: Row = schema.get("patternProperties", {})
    return _resolved(document, next(iter(patterns.values()), {}) or schema.get("additionalProperties") or {})


def _same(given: Any) -> Any:
    return given
