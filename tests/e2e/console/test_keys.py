"""The console where the API asks for a key: the field for it, and what a role may not do is not offered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from chalicelib.access.principal import OPERATORS
from chalicelib.access.roles import Role
from chalicelib.api.callers import NewKey
from infra import keys
from infra.local.stack import Stack
from tests.e2e.console.conftest import Console
from tests.support.stack import stack_config


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    asking = {"CAM_AUTHENTICATION": "keys"}
    config = stack_config(tmp_path_factory.mktemp("stack"), instances=20, product=asking)
    with Stack(config) as running:
        yield running


def key(stack: Stack, role: Role) -> str:
    asked = NewKey(name=f"console of {role}", role=role, expires_in_days=1)
    return keys.mint(stack.config.environment(), OPERATORS, asked)


def enter(console: Console, text: str) -> Page:
    console.expect_refusals()
    page = console.open("accounts")
    page.get_by_label("API key").fill(text)
    page.get_by_role("button", name="Enter").click()
    return page


def test_without_a_key_nothing_is_shown_but_the_field_for_it_and_a_wrong_one_is_refused(console: Console) -> None:
    page = enter(console, "cam_nobody_knows-this")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("A key is needed")
    expect(page.get_by_role("table")).to_have_count(0)


def test_a_key_opens_the_console_for_as_long_as_the_tab_lives(console: Console, stack: Stack) -> None:
    page = enter(console, key(stack, Role.ADMIN))
    expect(page.get_by_role("link", name="demo-aliyun")).to_be_visible()
    expect(page.get_by_role("button", name="Add an account")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="demo-aliyun")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == []
    page.get_by_role("button", name="Forget the key").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A key is needed")


def test_what_a_role_may_not_do_is_not_offered(console: Console, stack: Stack) -> None:
    page = enter(console, key(stack, Role.VIEWER))
    expect(page.get_by_role("link", name="demo-aliyun")).to_be_visible()
    expect(page.get_by_text("viewer", exact=False)).to_be_visible()
    expect(page.get_by_role("button", name="Add an account")).to_have_count(0)
    expect(page.get_by_role("button", name="Sync now")).to_have_count(0)
