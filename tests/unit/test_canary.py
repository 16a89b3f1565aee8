"""What looks for secrets finds any piece of one that is long enough, wherever it stands."""

from __future__ import annotations

import base64
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.support.canary import PIECE, Canary, mark

SECRET = mark("of this test")
WRITTEN: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "backwards": lambda piece: piece[::-1],
    "quoted": lambda piece: quote(quote(piece, safe=""), safe=""),
    "in JSON": lambda piece: piece.replace("/", "\\/"),
    "in HTML": lambda piece: piece.replace("=", "&#61;"),
    "in base64": lambda piece: base64.b64encode(f"ab{piece}".encode()).decode(),
}


@pytest.mark.parametrize("written", WRITTEN)
def test_every_piece_is_found_wherever_it_stands(written: str) -> None:
    canary = Canary(secret=SECRET)
    for start in range(len(SECRET) - PIECE + 1):
        piece = WRITTEN[written](SECRET[start : start + PIECE])
        assert canary.found_in(" " * start + piece) == {"secret"}, start


def test_less_than_a_piece_is_none() -> None:
    canary = Canary(secret=SECRET)
    for start in range(len(SECRET) - PIECE + 2):
        assert canary.found_in(f"?{SECRET[start : start + PIECE - 1]}?") == set(), start
