"""Writes ``docs/errors.md``, every error that a caller of the API can meet: ``python -m infra.errors``.

All of it is read from the error tree, by which requests are answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import chalicelib.api.catalogue  # noqa: F401 - kinds of errors may lie beside what raises them
from chalicelib.errors import api_errors

PAGE = Path(__file__).parents[1] / "docs" / "errors.md"
COMMAND = "python -m infra.errors"

INTRODUCTION = f"""# Errors

Made from the error tree (`chalicelib/errors.py`) by `{COMMAND}`: change that, not this page. An error is answered
with its HTTP status, and in the envelope: `{{"code": 40401, "msg": "…", "data": null}}`. Tell errors apart by `code`;
`msg` is for people and says what is wrong in this one case.

"""


def document() -> str:
    return INTRODUCTION + "\n".join(_table()) + "\n"


def _table() -> Iterator[str]:
    yield _row("code", "HTTP", "name", "when", "what to do")
    yield _row(*["---"] * 5)
    for kind in api_errors():
        when = " ".join((kind.__doc__ or "").split())
        yield _row(str(kind.code), str(kind.status), kind.__name__, when, kind.remedy)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8")
