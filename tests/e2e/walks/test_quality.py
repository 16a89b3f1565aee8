"""What holds on every page: accessible, light and dark, on a phone, small."""

from __future__ import annotations

import re
from statistics import median

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from chalicelib.api.console import ROOT
from tests.e2e.conftest import Client
from tests.e2e.walks.conftest import Cloud, Console, Opener, Shoot
from tests.support.conditions import eventually

PHONE = (390, 844)
FIRST_VIEW_BYTES = 100_000
GRAVE = {"serious", "critical"}
PLACES = re.findall(r'{ name: "([a-z-]+)"', (ROOT / "places.js").read_text())
"""Wherever the console leads."""
INTERACTIVE_MS = 1_000
LOOKS = 3
FIRST_FIGURES = """new MutationObserver((_, watch) => {
  if (!document.querySelector(".tile strong")) return;
  window.firstFigures = performance.now();
  watch.disconnect();
}).observe(document, { childList: true, subtree: true });"""
"""Notes when the page, whose time begins with the way to it, shows its first figures."""


@pytest.fixture
def filled(client: Client, cloud: Cloud) -> tuple[str, ...]:
    """The pages, those of an account, of a task that completed and one that failed, and of an asset among them."""
    task_id = client.sync("aliyun")
    client.ended(task_id)
    cloud.deny("cn-beijing")
    denied = {"provider": "aliyun", "account_id": 123, "regions": ["cn-beijing"], "asset_types": ["ecs"]}
    failed = client.post("/tasks/sync-assets", denied)["task_id"]
    assert client.ended(failed)["status"] == "failed"
    cloud.heal()
    asset = client.get("/assets", provider="aliyun", type="ecs", limit=1)["assets"][0]
    return (*PLACES, "accounts/123", f"tasks/{task_id}", f"tasks/{failed}", f"assets/{asset['id']}")


def settled(page: Page) -> None:
    expect(page.locator("[aria-busy]")).to_have_count(0)


def grave(page: Page) -> list[str]:
    """The serious faults of accessibility that are seen now."""
    faults = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:160]}"
        for fault in faults
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_no_page_has_a_serious_fault_of_accessibility(
    opener: Opener, filled: tuple[str, ...], theme: str, locale: str
) -> None:
    console = opener(theme=theme, locale=locale)
    found: dict[str, list[str]] = {}
    for place in filled:
        settled(console.open(place))
        found[place] = grave(console.page)
    assert {place: faults for place, faults in found.items() if faults} == {}


def test_no_dialog_has_a_serious_fault_of_accessibility(console: Console, client: Client) -> None:
    page = console.open("accounts")
    page.get_by_role("button", name="Add an account").click()
    page.get_by_role("dialog").get_by_label("Cloud").select_option("aws")
    assert grave(page) == []
    page = console.open("keys")
    page.get_by_role("button", name="Make a key").click()
    page.get_by_role("dialog").get_by_label("Name").fill("looked at")
    assert grave(page) == []
    page.get_by_role("button", name="Make", exact=True).click()
    expect(page.get_by_role("heading", name="The key looked at")).to_be_visible()
    assert grave(page) == []


def test_no_page_is_wider_than_a_phone(opener: Opener, filled: tuple[str, ...], shoot: Shoot) -> None:
    console = opener(size=PHONE, locale="zh-CN", scale=2)
    for place in filled:
        page = console.open(place)
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], place
        if place in ("overview", "tasks", filled[-3]):
            shoot(page, f"phone-{place.partition('/')[0]}{'-one' if '/' in place else ''}")


def test_the_dark_is_followed_when_the_system_is_dark(opener: Opener, filled: tuple[str, ...], shoot: Shoot) -> None:
    console = opener(theme="dark", locale="zh-CN")
    ground = "getComputedStyle(document.body).backgroundColor"
    for place in ("overview", "tasks", filled[-3], filled[-1]):
        page = console.open(place)
        settled(page)
        assert page.evaluate(ground) == "rgb(16, 18, 23)"
        shoot(page, f"dark-{place.partition('/')[0]}{'-one' if '/' in place else ''}")


def test_the_theme_can_be_changed_and_stays(console: Console) -> None:
    page = console.open("tasks")
    page.get_by_role("button", name="Light or dark").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_pages_that_are_looked_at_are_those_that_there_are() -> None:
    shown = re.findall(r'^  \["([a-z-]+)", "[a-z-]+", \[\]\]', (ROOT / "shell.js").read_text(), re.MULTILINE)
    assert set(PLACES) == set(shown)


def test_figures_are_seen_within_a_second(console: Console) -> None:
    """The median of three looks; as the machine may be busy with other work, three later ones do as well."""
    page = console.page
    page.add_init_script(FIRST_FIGURES)

    def look() -> float:
        page.goto("about:blank")
        page.goto(console.url)
        expect(page.locator(".tile strong").first).to_be_visible()
        return float(page.evaluate("window.firstFigures"))

    eventually(lambda: median(look() for _ in range(LOOKS)) < INTERACTIVE_MS, within=120)


@pytest.mark.parametrize("place", ["", "tasks"])
def test_the_first_view_is_small_and_comes_compressed(console: Console, place: str) -> None:
    page = console.open(place)
    settled(page)
    sizes: dict[str, int] = page.evaluate(
        "Object.fromEntries(performance.getEntriesByType('resource')"
        ".concat(performance.getEntriesByType('navigation')).map((it) => [it.name, it.encodedBodySize]))"
    )
    assert sum(sizes.values()) < FIRST_VIEW_BYTES
    plain: int = page.evaluate("performance.getEntriesByType('navigation')[0].decodedBodySize")
    assert sizes[page.url] < plain


def test_where_nobody_is_asked_who_they_are_the_pages_of_keys_and_audit_say_so(console: Console) -> None:
    page = console.open("keys")
    expect(page.locator(".note")).to_contain_text("Authentication is off: everybody is let in as an admin")
    page.get_by_role("link", name="Audit").click()
    expect(page.locator(".note")).to_contain_text("Authentication is off: the names are those that callers gave")
    expect(page.get_by_role("row").filter(has_text="Add an account").first).to_contain_text("anonymous")
