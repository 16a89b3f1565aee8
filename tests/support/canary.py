"""Secrets that can be told wherever they turn up: whole or in pieces, quoted, encoded or backwards."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

PIECE = 12
"""As much of a secret as may not be found anywhere."""
_PART = 6
_STEP = PIECE - _PART + 1
"""Of every piece, one part at least starts at a multiple of this: only those are looked up first."""
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}")
_STANDARD = str.maketrans("-_", "+/")


def mark(name: str, size: int = 40, *, plain: bool = False) -> str:
    """A secret of its own for each ``name``, with the characters of base64; ``plain``: letters and digits only."""
    drawn = base64.b64encode(b"".join(hashlib.sha512(f"{name}{part}".encode()).digest() for part in range(9))).decode()
    if plain:
        return re.sub(r"\W", "", drawn)[:size]
    return f"{drawn[: size // 2]}+/{drawn[size // 2 : size - 3]}="


class Canary:
    """``secrets`` by name."""

    def __init__(self, **secrets: str) -> None:
        self.secrets = secrets
        self._names: dict[str, str] = {}
        for name, secret in secrets.items():
            for written in (secret, secret[::-1]):
                self._names |= {written[at : at + PIECE]: name for at in range(len(written) - PIECE + 1)}
        self._parts = {piece[at : at + _PART] for piece in self._names for at in range(_STEP)}
        self.searched = 0

    def found_in(self, text: str) -> set[str]:
        """The names of the secrets a piece of which is in ``text``."""
        self.searched += 1
        return {name for form in _forms(text) for name in self._in_plain(form)}

    def _in_plain(self, text: str) -> Iterator[str]:
        for part in range(0, len(text) - _PART + 1, _STEP):
            if text[part : part + _PART] in self._parts:
                for at in range(max(part - _STEP + 1, 0), part + 1):
                    if name := self._names.get(text[at : at + PIECE]):
                        yield name


def _forms(text: str) -> Iterable[str]:
    """What a text says, and what it does when it is decoded."""
    once = unquote(text)
    plain = {text, once, unquote(once), html.unescape(text), text.replace("\\/", "/"), text.replace("\\", "")}
    yield from plain
    for run in {run for form in plain for run in _BASE64.findall(form)}:
        for start in range(4):
            yield _decoded(run[start:])


def _decoded(run: str) -> str:
    whole = run.translate(_STANDARD)[: len(run) - (len(run) % 4 == 1)]
    return base64.b64decode(whole + "=" * (-len(whole) % 4)).decode("latin-1")
