"""The page of settings."""

from __future__ import annotations

from chalicelib.settings import PREFIX, Settings
from infra.settings import COMMAND, PAGE, document, meanings


def test_the_page_of_settings_is_that_of_the_settings() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), f"docs/settings.md is out of date: run `{COMMAND}`"


def test_every_setting_says_below_itself_what_it_is_for() -> None:
    assert [name for name in Settings.model_fields if not meanings().get(name)] == []


def test_a_setting_is_shown_with_its_variable_default_and_limits() -> None:
    assert f"| `{PREFIX}BATCH_THREADS` | `10` |" in document()
    assert "(≥ 60, ≤ 604800)" in document()
    assert "(`zh-CN` or `en`)" in document()
    assert f"| `{PREFIX}QUEUE_HIGH_URL` | required |" in document()
