"""The page of the command line agrees with the commands it is made from."""

from __future__ import annotations

from infra.cli_page import COMMAND, PAGE, document


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), f"docs/cli.md is out of date: run `{COMMAND}`"
