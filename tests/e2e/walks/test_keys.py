"""The console where the API asks for a key: the field for it, keys and audit, and what a role is not offered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from chalicelib.access.principal import OPERATORS
from chalicelib.access.roles import Role
from chalicelib.api.callers import NewKey
from infra import keys
from infra.local.stack import Stack
from tests.e2e.walks.conftest import Console, Shoot
from tests.support.conditions import eventually
from tests.support.stack import stack_config


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    asking = {"CAM_AUTHENTICATION": "keys"}
    config = stack_config(tmp_path_factory.mktemp("stack"), instances=20, product=asking)
    with Stack(config) as running:
        yield running


def key(stack: Stack, role: Role, tenant: str = OPERATORS) -> str:
    asked = NewKey(name=f"console of {role}", role=role, expires_in_days=1)
    return keys.mint(stack.config.environment(), tenant, asked)


def enter(console: Console, text: str, place: str = "accounts") -> Page:
    console.expect_refusals()
    page = console.open(place)
    page.get_by_label("API key or token").fill(text)
    page.get_by_role("button", name="Enter").click()
    return page


def test_without_a_key_nothing_is_shown_but_the_field_for_it_and_a_wrong_one_is_refused(console: Console) -> None:
    page = enter(console, "cam_nobody_knows-this")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("A key or token is needed")
    expect(page.get_by_role("table")).to_have_count(0)


def test_a_key_opens_the_console_for_as_long_as_the_tab_lives(console: Console, stack: Stack) -> None:
    page = enter(console, key(stack, Role.ADMIN))
    expect(page.get_by_role("link", name="demo-aliyun")).to_be_visible()
    expect(page.get_by_role("button", name="Add an account")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="demo-aliyun")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == []
    page.get_by_role("button", name="Forget the key").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A key or token is needed")


def test_what_a_role_may_not_do_is_not_offered(console: Console, stack: Stack) -> None:
    page = enter(console, key(stack, Role.VIEWER))
    expect(page.get_by_role("link", name="demo-aliyun")).to_be_visible()
    expect(page.get_by_text("viewer", exact=False)).to_be_visible()
    expect(page.get_by_role("button", name="Add an account")).to_have_count(0)
    expect(page.get_by_role("button", name="Sync now")).to_have_count(0)
    expect(page.get_by_role("link", name="New task")).to_have_count(0)
    page.get_by_role("link", name="Assets").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Assets")
    expect(page.get_by_role("link", name="Export these")).to_have_count(0)
    for keys_pressed in ("n", "gn"):
        for one in keys_pressed:
            page.keyboard.press(one)
        expect(page.get_by_role("heading", level=1)).to_have_text("Assets")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Search or filter")
    expect(page.get_by_role("dialog")).not_to_contain_text("New task")


def test_the_overview_of_another_tenant_has_what_is_theirs(console: Console, stack: Stack) -> None:
    another = key(stack, Role.ADMIN, "another")
    made = ask(stack, another, "POST", "/tasks/export-assets", {"format": "csv"}).json()["data"]["task_id"]
    page = enter(console, another, "overview")
    expect(page.locator(f"a[href$='{made}']")).to_be_visible()
    expect(page.locator(".tile", has_text="Completed")).to_contain_text("1")
    expect(page.locator(".tile", has_text="Dead letters")).to_contain_text("0")
    expect(page.get_by_role("region", name="Lanes").get_by_role("row")).to_have_text(
        ["LaneStatus", "High open", "Normal open", "Low open"]
    )
    expect(page.get_by_text("No account is synced by itself.")).to_be_visible()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)


def ask(
    stack: Stack, text: str, method: str = "GET", path: str = "/whoami", body: dict[str, Any] | None = None
) -> httpx.Response:
    """Call the API with a key."""
    headers = {"Authorization": f"Bearer {text}"}
    url = f"{stack.url}/api/v1/cam{path}"
    return httpx.request(method, url, headers=headers, json=body, timeout=15, trust_env=False)


def make(page: Page, name: str, role: str) -> str:
    """Make a key by the dialog; answers what is shown of it."""
    page.get_by_role("button", name="Make a key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Role").select_option(role)
    dialog.get_by_label("Works for").select_option("7")
    dialog.get_by_role("button", name="Make", exact=True).click()
    expect(page.get_by_role("heading", name=f"The key {name}")).to_be_visible()
    return page.get_by_label("API key", exact=True).inner_text().strip()


def test_a_key_is_made_with_a_role_and_shown_this_once(console: Console, stack: Stack, shoot: Shoot) -> None:
    page = enter(console, key(stack, Role.ADMIN), "keys")
    made = make(page, "the-pipeline", "operator")
    assert ask(stack, made).json()["data"]["role"] == "operator"
    row = page.get_by_role("row").filter(has_text="the-pipeline")
    expect(row).to_contain_text("Works")
    expect(row).to_contain_text(re.compile("in [67] days"))
    page.get_by_role("button", name="I have kept it").click()
    expect(row).to_be_visible()
    shoot(page, "keys")
    secret = made.split("_", 2)[2]
    assert secret not in page.content() + page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")


def test_a_key_that_nobody_kept_is_gone_with_the_page(console: Console, stack: Stack) -> None:
    page = enter(console, key(stack, Role.ADMIN), "keys")
    made = make(page, "left-alone", "viewer")
    page.get_by_role("link", name="Tasks", exact=True).click()
    page.get_by_role("link", name="API keys").click()
    expect(page.get_by_role("row").filter(has_text="left-alone")).to_be_visible()
    assert made.split("_", 2)[2] not in page.content()


def test_a_revoked_key_lets_nobody_in_any_more(console: Console, stack: Stack) -> None:
    page = enter(console, key(stack, Role.ADMIN), "keys")
    made = make(page, "to-be-revoked", "viewer")
    row = page.get_by_role("row").filter(has_text="to-be-revoked")
    row.get_by_role("button", name="Revoke").click()
    assert ask(stack, made).status_code == 200
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(row).to_contain_text("Revoked")
    expect(row.get_by_role("button")).to_have_count(0)
    eventually(lambda: ask(stack, made).status_code == 401, within=40)


def test_whoever_revokes_the_key_in_use_is_told_so_first(console: Console, stack: Stack) -> None:
    page = enter(console, key(stack, Role.ADMIN), "keys")
    page.get_by_role("row").filter(has_text="(in use here)").get_by_role("button", name="Revoke").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("you will need another key")
    dialog.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A key or token is needed")


def test_the_audit_tells_who_did_what_to_what_and_is_narrowed_down(
    console: Console, stack: Stack, shoot: Shoot
) -> None:
    operator = key(stack, Role.OPERATOR)
    subject = f"key:{operator.split('_')[1]}"
    assert ask(stack, operator, "DELETE", "/accounts/123").status_code == 403
    page = enter(console, key(stack, Role.ADMIN), "audit")
    refused = page.get_by_role("row").filter(has_text=subject)
    expect(refused).to_contain_text("Delete an account")
    expect(refused).to_contain_text("HTTP 403")
    expect(refused).to_contain_text("operator")
    shoot(page, "audit")
    page.get_by_label("What").select_option("create_account")
    expect(refused).to_have_count(0)
    expect(page.locator("[data-row]").first).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    refused.get_by_role("link", name=subject).click()
    expect(page.locator("[data-row]")).to_have_count(1)
    page.reload()
    expect(page.get_by_label("Who")).to_have_value(subject)
    expect(page.locator("[data-row]")).to_have_count(1)
    refused.get_by_role("link", name="Look at 123").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("demo-aliyun")


def test_the_audit_goes_on_page_by_page(console: Console, stack: Stack) -> None:
    operator = key(stack, Role.OPERATOR)
    subject = f"key:{operator.split('_')[1]}"
    for number in range(51):
        ask(stack, operator, "DELETE", f"/accounts/{1000 + number}")
    page = enter(console, key(stack, Role.ADMIN), f"audit?subject={subject}")
    expect(page.locator("[data-row]")).to_have_count(50)
    page.get_by_role("button", name="Next page").click()
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.get_by_text("1000", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Next page")).to_have_count(0)
    page.get_by_role("button", name="Former page").click()
    expect(page.locator("[data-row]")).to_have_count(50)


def test_a_row_that_hit_many_names_some_and_counts_the_others(console: Console, stack: Stack) -> None:
    operator = key(stack, Role.OPERATOR)
    headers = {"Authorization": f"Bearer {operator}"}
    body = {"type": "discover_assets", "body": {"provider": "aliyun"}}
    sent = httpx.post(
        f"{stack.url}/api/v1/cam/tasks/batch", json={"tasks": [body] * 7}, headers=headers, timeout=15, trust_env=False
    )
    assert sent.status_code == 202
    page = enter(console, key(stack, Role.ADMIN), "audit?operation=create_batch")
    row = page.get_by_role("row").filter(has_text="Submit many tasks")
    expect(row).to_contain_text("and 2 more")
    expect(row.get_by_role("link", name=re.compile("Look at"))).to_have_count(5)


def test_keys_and_audit_are_for_admins(console: Console, stack: Stack) -> None:
    page = enter(console, key(stack, Role.OPERATOR))
    expect(page.get_by_text("operator", exact=False)).to_be_visible()
    for place in ("API keys", "Audit"):
        expect(page.get_by_role("link", name=place)).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("k")
    expect(page).to_have_url(re.compile("#/accounts$"))
    for place in ("keys", "audit"):
        console.open(place)
        expect(page.get_by_role("alert")).to_contain_text("this takes the role admin; yours is operator")
        expect(page.get_by_role("button", name="Make a key")).to_have_count(0)
