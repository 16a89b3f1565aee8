"""Writes ``docs/settings.md``, every setting with its default and meaning: ``python -m infra.settings``."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic.fields import FieldInfo

from chalicelib.settings import PREFIX, Settings

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
COMMAND = "python -m infra.settings"

INTRODUCTION = f"""# Settings

Made from `chalicelib/settings.py` by `{COMMAND}`: change that, not this page. Each setting is an
environment variable; times are seconds. Deployed, a stage's are the `environment_variables` of `.chalice/config.json`,
and the stack itself sets the addresses of the queues, the name of the bucket and the key of parameters. What
CloudFormation is told of a stage (`overlay`) is in [deployment.md](deployment.md), how the numbers go together in
[operations.md](operations.md).

"""
BOUNDS = ((Gt, "gt", ">"), (Ge, "ge", "≥"), (Le, "le", "≤"))


def meanings() -> dict[str, str]:
    """What stands below each field that says something there."""
    (model,) = ast.parse(inspect.getsource(Settings)).body
    assert isinstance(model, ast.ClassDef)
    found = {}
    for field, below in zip(model.body, model.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            text = ast.literal_eval(below.value)
            found[field.target.id] = " ".join(text.split())
    return found


def document() -> str:
    told = meanings()
    rows = [_row(name, field, told.get(name, "")) for name, field in Settings.model_fields.items()]
    return INTRODUCTION + "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows]) + "\n"


def _row(name: str, field: FieldInfo, meaning: str) -> str:
    limits = ", ".join(_limits(field))
    return f"| `{PREFIX}{name.upper()}` | {_default(field)} | {meaning}{f' ({limits})' if limits else ''} |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    return "unset" if field.default is None else f"`{field.default}`"


def _limits(field: FieldInfo) -> Iterator[str]:
    if get_origin(field.annotation) is Literal:
        yield " or ".join(f"`{choice}`" for choice in get_args(field.annotation))
    for kind, attribute, sign in BOUNDS:
        for limit in field.metadata:
            if isinstance(limit, kind):
                bound: Any = getattr(limit, attribute)
                yield f"{sign} {bound}"


if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8")
