"""What somebody does who has never read the docs: from a fresh stack to a file of assets, in the console alone."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from infra.local.seed import fake_cloud_key
from infra.local.stack import Stack
from tests.e2e.walks.conftest import Console, Shoot
from tests.support.stack import stack_config

NAME = "my-first-account"
INSTANCES = 600
SYNC_MS = 180_000
"""What a sync of all that the demo cloud has may take on a busy machine."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    english = {"CAM_LANGUAGE": "en"}
    config = stack_config(tmp_path_factory.mktemp("stack"), instances=INSTANCES, cloud_changes=1, product=english)
    with Stack(config) as running:
        yield running


def go(page: Page, place: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=place, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(place)


def ends_well(page: Page) -> None:
    expect(page.locator(".state .status")).to_have_text("Completed", timeout=SYNC_MS)


def count(page: Page, name: str) -> int:
    tile = page.locator(".tile", has=page.get_by_text(name, exact=True))
    return int(tile.locator("strong").inner_text().replace(",", ""))


def add_account(page: Page, endpoint: str, shoot: Shoot) -> None:
    key = fake_cloud_key("aliyun")
    go(page, "Accounts")
    page.get_by_role("button", name="Add an account").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Cloud").select_option("aliyun")
    form.get_by_label("Name").fill(NAME)
    form.get_by_label("Access key ID").fill(key["access_key_id"])
    form.get_by_label("Access key secret").fill(key["access_key_secret"])
    form.get_by_label("Endpoint").fill(endpoint)
    shoot(page, "walk-1-add")
    form.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_role("region", name="Permissions")).to_contain_text("allowed")
    expect(page.get_by_role("status")).to_be_empty()
    shoot(page, "walk-2-test")


def sync(page: Page, shoot: Shoot) -> int:
    """Answers how many assets were found."""
    page.get_by_role("button", name="Sync now").click()
    expect(page.get_by_role("region", name="Parts")).to_be_visible()
    expect(page.locator(".state progress")).not_to_have_attribute("value", "0")
    shoot(page, "walk-3-sync")
    ends_well(page)
    found = count(page, "Total")
    assert count(page, "Added") == found > INSTANCES
    return found


def find_an_asset(page: Page, shoot: Shoot) -> None:
    go(page, "Assets")
    page.get_by_role("complementary").get_by_role("link", name=re.compile("^ecs")).click()
    expect(page.get_by_role("cell", name="ecs").first).to_be_visible()
    name = page.locator("[data-row]").first.inner_text()
    page.get_by_label("Search").fill(name)
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    shoot(page, "walk-4-asset")


def see_what_changed(page: Page, shoot: Shoot) -> None:
    go(page, "Accounts")
    page.get_by_role("link", name=NAME).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    page.get_by_role("button", name="Sync now").click()
    ends_well(page)
    assert count(page, "Updated") > 0
    page.get_by_role("link", name="See what changed").click()
    change = page.locator(".change", has_text="Updated").first
    expect(change.locator("del")).not_to_have_count(0)
    expect(change.locator("ins")).not_to_have_count(0)
    shoot(page, "walk-5-changes")
    name = change.get_by_role("link").first.inner_text()
    change.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator(".change", has_text="Updated").locator("ins")).not_to_have_count(0)
    expect(page.locator(".change", has_text="Added")).to_have_count(1)


def export(page: Page, account_id: str, file: Path, shoot: Shoot) -> None:
    go(page, "Assets")
    page.get_by_label("Account").select_option(f"{account_id}")
    page.get_by_role("link", name="Export these").click()
    page.get_by_role("button", name="Submit").click()
    ends_well(page)
    shoot(page, "walk-6-export")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "assets.csv"
    download.value.save_as(file)


def test_from_a_fresh_stack_to_a_file_of_assets(console: Console, stack: Stack, shoot: Shoot, tmp_path: Path) -> None:
    page = console.open()
    add_account(page, f"http://127.0.0.1:{stack.config.ports['aliyun']}", shoot)
    account_id = page.url.rpartition("/")[2]
    found = sync(page, shoot)
    find_an_asset(page, shoot)
    see_what_changed(page, shoot)
    file = tmp_path / "assets.csv"
    export(page, account_id, file, shoot)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        assert len(list(csv.DictReader(opened))) == found
