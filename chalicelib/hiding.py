"""Hides secrets in text, in whatever form they stand there: as they are, quoted, encoded, or a piece of them."""

from __future__ import annotations

import base64
import json
import string
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import groupby
from urllib.parse import quote

HIDDEN = "***"
PIECE = 12
"""A piece of a secret that is this long is secret, too. A secret that is shorter is hidden where it stands whole."""
REMEMBERED = 128

# Percent-encoding comes in both cases, base64 in two alphabets; every letter keeps its place.
_FOLDED = str.maketrans(string.ascii_uppercase + "-_", string.ascii_lowercase + "+/")


def hidden(text: str, secrets: Iterable[str]) -> str:
    """``text`` with every piece of ``secrets`` replaced, whatever it is spelled like."""
    return _Marks.of(secrets).hide(text)


@dataclass(frozen=True, slots=True)
class _Marks:
    """What secrets are known by in a text: folded ``pieces`` of their spellings, and ``words`` too short for one."""

    pieces: frozenset[str]
    words: frozenset[str]

    @classmethod
    def of(cls, secrets: Iterable[str]) -> _Marks:
        each = [_marks(secret) for secret in secrets]
        pieces = frozenset[str]().union(*(marks.pieces for marks in each))
        return cls(pieces, frozenset[str]().union(*(marks.words for marks in each)))

    def hide(self, text: str) -> str:
        covered = bytearray(len(text))
        for start, end in self._found(text):
            covered[start:end] = b"\1" * (end - start)
        runs = groupby(zip(covered, text, strict=True), key=lambda pair: pair[0])
        return "".join(HIDDEN if secret else "".join(letter for _, letter in run) for secret, run in runs)

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        folded = text.translate(_FOLDED)
        for start in range(len(folded) - PIECE + 1):
            if folded[start : start + PIECE] in self.pieces:
                yield start, start + PIECE
        for word in self.words:
            start = text.find(word)
            while start >= 0:
                yield start, start + len(word)
                start = text.find(word, start + 1)


@lru_cache(maxsize=REMEMBERED)
def _marks(secret: str) -> _Marks:
    spellings = _spellings(secret)
    folded = [spelling.translate(_FOLDED) for spelling in spellings]
    pieces = (one[start : start + PIECE] for one in folded for start in range(len(one) - PIECE + 1))
    return _Marks(frozenset(pieces), frozenset(one for one in spellings if len(one) < PIECE))


def _spellings(secret: str) -> frozenset[str]:
    """As it is; as it stands in a query, in a signed request, and in a query that is quoted by a signed request; in
    JSON and in a page; and encoded in base64, amidst other bytes.
    """
    once = quote(secret, safe="~")
    in_json = json.dumps(secret)[1:-1]
    spellings = {secret, quote(secret), quote(secret, safe=""), once, quote(once, safe="~")}
    spellings |= {in_json, in_json.replace("/", "\\/"), escape(secret)}
    if len(secret) >= PIECE:
        spellings |= {_in_base64(secret.encode(), before) for before in range(3)}
    return frozenset(spellings - {""})


def _in_base64(secret: bytes, before: int) -> str:
    """The characters that depend on nothing but ``secret``, where ``before`` bytes, modulo 3, precede it."""
    encoded = base64.b64encode(bytes(before) + secret + bytes(2)).decode()
    return encoded[-(-8 * before // 6) : 8 * (before + len(secret)) // 6]


class Memory:
    """The secrets that were last used, some hundred: what is logged of a fault must not tell them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: OrderedDict[str, None] = OrderedDict()
        self._marks: _Marks | None = None

    def keep(self, secrets: Iterable[str]) -> None:
        """What is shorter than a piece is no key of any cloud, and would tear up every line."""
        with self._lock:
            for secret in secrets:
                if len(secret) >= PIECE:
                    if secret not in self._secrets:
                        self._marks = None
                    self._secrets[secret] = None
                    self._secrets.move_to_end(secret)
            while len(self._secrets) > REMEMBERED:
                self._secrets.popitem(last=False)

    def hide(self, text: str) -> str:
        with self._lock:
            if self._marks is None:
                self._marks = _Marks.of(self._secrets)
            marks = self._marks
        return marks.hide(text)


USED = Memory()
"""Those of this process."""
