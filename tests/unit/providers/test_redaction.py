"""What of a cloud's words may be shown."""

from __future__ import annotations

import base64
import re
from urllib.parse import quote

import pytest

from chalicelib.providers.redaction import LONGEST, redacted

SHAPE = re.compile(r"\bLTAI\w{8,}")


@pytest.mark.parametrize("secret", ["plain", "a/b+c=", "a b&c", "LTAI12345678-and-more", "密钥"])
def test_a_secret_is_hidden_in_every_encoding(secret: str) -> None:
    said = [secret, quote(secret), quote(secret, safe=""), quote(quote(secret, safe="~"), safe="~")]
    assert redacted(" ".join(said), [secret], shape=SHAPE) == "*** *** *** ***"


def test_nothing_of_a_secret_is_left_that_holds_another_one_or_looks_like_a_key_in_part() -> None:
    assert redacted("LTAI12345678-NY3n", ["LTAI12345678-NY3n"], shape=SHAPE) == "***"
    assert redacted("key-of-keys", ["key", "key-of-keys"]) == "***"


def test_what_looks_like_a_key_is_hidden_though_it_is_not_known() -> None:
    assert redacted("no LTAI12345678 here", [], shape=SHAPE) == "no *** here"


def test_no_secrets_hide_nothing() -> None:
    assert redacted("as it is", ["", ""]) == "as it is"


def test_long_words_are_cut_behind_the_redaction() -> None:
    shown = redacted("x" * (LONGEST - 2) + "secret", ["secret"])
    assert shown == "x" * (LONGEST - 2) + "**" + "…"


AWS_SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


@pytest.mark.parametrize("before", ["", "a", "ab"])
def test_a_secret_is_hidden_in_base64_wherever_it_begins(before: str) -> None:
    said = base64.b64encode(f"{before}{AWS_SECRET}".encode()).decode()
    assert re.fullmatch(r"\w{0,4}\*\*\*[\w=]{0,4}", redacted(said, [AWS_SECRET]))
    assert redacted(base64.urlsafe_b64encode(AWS_SECRET.encode()).decode(), [AWS_SECRET]).startswith("***")


def test_a_secret_is_hidden_in_either_case_of_percent_encoding_and_in_json() -> None:
    said = [quote(AWS_SECRET, safe="").replace("%2F", "%2f"), AWS_SECRET.replace("/", "\\/")]
    assert redacted(" ".join(said), [AWS_SECRET]) == "*** ***"


def test_a_piece_of_a_secret_is_hidden_and_what_is_shorter_is_none() -> None:
    assert redacted(f"key {AWS_SECRET[5:17]}...", [AWS_SECRET]) == "key ***..."
    assert redacted(f"key {AWS_SECRET[:6]}...", [AWS_SECRET]) == f"key {AWS_SECRET[:6]}..."
