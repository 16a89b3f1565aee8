"""The OpenAPI document as one page of HTML that needs nothing from anywhere else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

_CODE = re.compile(r"`([^`]+)`")

STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
h1 { margin-bottom: 0; } h2 { border-bottom: 1px solid var(--line); margin-top: 2.5rem; text-transform: capitalize; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; padding: .4rem .8rem; }
summary { cursor: pointer; overflow-wrap: anywhere; }
.method { display: inline-block; font: bold .8rem ui-monospace, monospace; min-width: 4.2rem; }
.GET { color: #2a8; } .POST { color: #38d; } .PUT { color: #c80; } .DELETE { color: #d44; }
code, pre { background: var(--soft); border-radius: .3rem; font: .88em/1.45 ui-monospace, monospace; }
code { padding: .1em .3em; } pre { max-height: 24rem; overflow: auto; padding: .6rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { border-top: 1px solid var(--line); padding: .25rem .6rem .25rem 0; text-align: left; vertical-align: top; }
nav a { margin-right: .8rem; }
"""


def page(document: Mapping[str, Any]) -> str:
    info = document["info"]
    return "".join(
        (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(info["title"])}</title>',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<style>{STYLE}</style></head><body>",
            f"<h1>{escape(info['title'])}</h1><p>{escape(info['summary'])}, version {escape(info['version'])}.</p>",
            f"<p>{_text(info['description'])}</p>",
            f"<p>All paths are below <code>{escape(document['servers'][0]['url'])}</code>. ",
            'For programs: <a href="openapi.json">openapi.json</a>.</p>',
            *_contents(document),
            "</body></html>",
        )
    )


def _contents(document: Mapping[str, Any]) -> Iterator[str]:
    by_tag: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            shown = "".join(_operation(method.upper(), path, operation, document))
            by_tag.setdefault(operation["tags"][0], []).append(shown)
    links = (f'<a href="#{escape(tag)}">{escape(tag.replace("-", " "))}</a>' for tag in by_tag)
    yield f'<nav>{"".join(links)}<a href="#errors">errors</a></nav>'
    for tag, operations in by_tag.items():
        yield f'<h2 id="{escape(tag)}">{escape(tag.replace("-", " "))}</h2>{"".join(operations)}'
    yield '<h2 id="errors">Errors</h2>'
    codes = document["components"]["schemas"]["Error"]["properties"]["code"]["description"].split("; ")
    yield f"<table>{''.join(f'<tr><td>{escape(code)}</td></tr>' for code in codes)}</table>"


def _operation(method: str, path: str, operation: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    yield f'<details id="{escape(operation["operationId"])}"><summary><span class="method {method}">{method}</span> '
    yield f"<code>{escape(path)}</code> {escape(operation['summary'])}</summary>"
    if "description" in operation:
        yield f"<p>{_text(operation['description'])}</p>"
    if operation["parameters"]:
        yield "<h4>Parameters</h4>"
        yield _table(
            (
                (item["name"], item["in"], item["schema"], item.get("description", ""), item.get("required", False))
                for item in operation["parameters"]
            ),
            document,
        )
    if "requestBody" in operation:
        body = operation["requestBody"]["content"]["application/json"]
        schema = _resolved(body["schema"], document)
        yield f"<h4>Body</h4>{_table(_fields(schema, document), document)}<pre>{_example(body['example'])}</pre>"
    for status, response in operation["responses"].items():
        content = response["content"]["application/json"]
        if "example" in content:
            yield f"<h4>Answer {escape(status)}</h4><pre>{_example(content['example'])}</pre>"
    yield "</details>"


def _fields(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any, str, bool]]:
    for name, field in schema.get("properties", {}).items():
        described = field.get("description") or _resolved(field, document).get("description", "")
        yield name, "body", field, described, name in schema.get("required", ())


def _table(rows: Iterable[tuple[str, str, Any, str, bool]], document: Mapping[str, Any]) -> str:
    shown = (
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(where)}{', required' if required else ''}</td>"
        f"<td>{escape(_kind(schema, document))}</td><td>{_text(description)}</td></tr>"
        for name, where, schema, description, required in rows
    )
    return f"<table>{''.join(shown)}</table>"


def _kind(schema: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """What a value may be, in a few words."""
    if "$ref" in schema:
        return _kind(_resolved(schema, document), document)
    if "anyOf" in schema:
        return " or ".join(_kind(one, document) for one in schema["anyOf"] if one.get("type") != "null")
    if "enum" in schema:
        return ", ".join(str(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'], document)}"
    limits = [f"{sign} {schema[name]}" for name, sign in _LIMITS.items() if name in schema]
    if "default" in schema:
        limits.append(f"default {json.dumps(schema['default'])}")
    return ", ".join([str(schema.get("format") or schema.get("type", "any")), *limits])


_LIMITS = {"minimum": "≥", "maximum": "≤", "minLength": "length ≥", "maxLength": "length ≤"}


def _resolved(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in schema:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][str(schema["$ref"]).rpartition("/")[2]]
    return found


def _example(value: Any) -> str:
    return escape(json.dumps(value, ensure_ascii=False, indent=2))


def _text(told: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(told))
