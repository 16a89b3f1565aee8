"""What people come to the console for, from end to end."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, Route, expect

from infra.local.seed import fake_cloud_key
from infra.local.stack import Stack
from tests.e2e.conftest import Client
from tests.e2e.walks.conftest import Cloud, Console, Shoot
from tests.support.conditions import eventually

SYNC = "/tasks/sync-assets"
VISIBILITY = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
"""What a browser does when its window is covered, or seen again."""


def sync(client: Client, region: str) -> str:
    return str(
        client.post(SYNC, {"provider": "aliyun", "account_id": 123, "regions": [region], "asset_types": ["ecs"]})[
            "task_id"
        ]
    )


def ended(client: Client, region: str) -> str:
    task_id = sync(client, region)
    client.ended(task_id)
    return task_id


def status(page: Page, text: str) -> None:
    expect(page.locator(".state .status")).to_have_text(text)


def test_a_task_is_submitted_by_a_form_and_watched_to_its_end(console: Console, shoot: Shoot) -> None:
    page = console.open("overview")
    page.get_by_role("link", name="New task").first.click()
    page.get_by_label("Cloud").select_option("aliyun")
    page.get_by_role("button", name="ecs", exact=True).click()
    page.get_by_label("Account").select_option("123")
    shoot(page, "submit")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sync assets")
    expect(page.get_by_role("region", name="Parts")).to_be_visible()
    seen = page.locator(".state progress")
    expect(seen).not_to_have_attribute("value", "0")
    shoot(page, "task-running")
    status(page, "Completed")
    expect(seen).to_have_attribute("value", "100")
    scopes = page.get_by_role("region", name="By scope")
    expect(scopes.get_by_role("row")).to_have_count(7)
    expect(scopes).to_contain_text("cn-shenzhen")
    shoot(page, "task")


def test_the_list_shows_a_task_at_work_and_opens_it_by_keyboard(console: Console, client: Client, shoot: Shoot) -> None:
    task_id = client.sync("aliyun")
    page = console.open("tasks")
    bar = page.get_by_role("progressbar").first
    expect(bar).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"#/tasks/{task_id}"))
    client.ended(task_id)


def test_a_running_task_is_cancelled(console: Console, client: Client, cloud: Cloud) -> None:
    cloud.hold()
    task_id = client.sync("aliyun")
    page = console.open(f"tasks/{task_id}")
    status(page, "Running")
    page.get_by_role("button", name="Cancel").click()
    status(page, "Cancelled")
    assert client.task(task_id)["status"] == "cancelled"
    expect(page.locator(".timeline")).to_contain_text("Asked to stop")


def test_a_failed_task_says_why_and_is_retried(console: Console, client: Client, cloud: Cloud, shoot: Shoot) -> None:
    cloud.deny("cn-beijing")
    task_id = ended(client, "cn-beijing")
    page = console.open(f"tasks/{task_id}")
    status(page, "Failed")
    expect(page.locator(".failure")).to_contain_text("Test the account to see what is missing")
    shoot(page, "task-failed")
    cloud.heal()
    page.get_by_role("button", name="Retry").click()
    status(page, "Completed")


def test_the_same_again_is_a_filled_form_that_confirms_no_deletions(console: Console, client: Client) -> None:
    asked = {"provider": "aliyun", "account_id": 123, "regions": ["cn-shanghai"], "asset_types": ["ecs"]}
    options = {"priority": 7, "max_retry": 1, "timeout_seconds": 777}
    task_id = client.post(SYNC, asked | options | {"confirm_deletions": True})["task_id"]
    former = client.ended(task_id)
    page = console.open(f"tasks/{task_id}")
    page.get_by_role("link", name="Same again").click()
    expect(page.get_by_label("Cloud")).to_have_value("aliyun")
    expect(page.get_by_role("button", name="ecs", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Confirm held deletions")).not_to_be_checked()
    page.get_by_role("button", name="Submit").click()
    expect(page).not_to_have_url(re.compile(task_id))
    status(page, "Completed")
    again = client.task(page.url.rpartition("/")[2])
    assert again["params"] == former["params"] | {"confirm_deletions": False}
    assert {name: again[name] for name in options} == options


def test_tasks_are_narrowed_down_by_what_they_are_about_and_the_address_keeps_it(
    console: Console, client: Client, shoot: Shoot
) -> None:
    here, there = ended(client, "cn-hongkong"), ended(client, "cn-shanghai")
    running = client.sync("aliyun")
    page = console.open("tasks")
    expect(page.get_by_role("progressbar").first).to_be_visible()
    shoot(page, "tasks")
    page.get_by_label("Region").select_option("cn-hongkong")
    expect(page.locator(f"a[href$='{here}']")).to_be_visible()
    expect(page.locator(f"a[href$='{there}']")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("Region")).to_have_value("cn-hongkong")
    expect(page.locator(f"a[href$='{here}']")).to_be_visible()
    expect(page.locator(f"a[href$='{there}']")).to_have_count(0)
    client.ended(running)


def test_many_are_retried_after_a_look_at_what_it_hits(
    console: Console, client: Client, cloud: Cloud, shoot: Shoot
) -> None:
    cloud.deny("cn-hangzhou")
    task_id = ended(client, "cn-hangzhou")
    cloud.heal()
    page = console.open("tasks?status=failed&region=cn-hangzhou")
    page.get_by_role("button", name="Retry these").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 tasks would start afresh")
    assert client.task(task_id)["status"] == "failed"
    shoot(page, "bulk")
    dialog.get_by_role("button", name="Retry 1").click()
    expect(page.get_by_role("status")).to_contain_text("1 retried")
    assert client.ended(task_id)["status"] == "completed"


def test_the_look_at_what_is_hit_shows_no_task_that_would_be_left_alone(
    console: Console, client: Client, cloud: Cloud
) -> None:
    region = "cn-hangzhou"
    cloud.deny(region)
    failed = ended(client, region)
    cloud.heal()
    for _ in range(2):
        ended(client, region)
    page = console.open(f"tasks?region={region}")
    page.get_by_role("button", name="Retry these").click()
    sample = page.get_by_role("dialog").get_by_role("listitem")
    expect(sample.first).to_contain_text("Failed")
    expect(sample.filter(has_text="Completed")).to_have_count(0)
    page.get_by_role("dialog").get_by_role("button", name="Back").click()
    client.post(f"/tasks/{failed}/retry")
    client.ended(failed)
    page.get_by_role("button", name="Cancel these").click()
    expect(page.get_by_role("dialog")).to_contain_text("0 open tasks would be cancelled")
    expect(sample).to_have_count(0)


def test_dead_letters_are_grouped_by_error_and_redriven(
    console: Console, client: Client, cloud: Cloud, shoot: Shoot
) -> None:
    cloud.deny("cn-shanghai")
    task_id = ended(client, "cn-shanghai")
    cloud.heal()
    page = console.open("dead-letters")
    group = page.locator("section.failure", has=page.locator(f"a[href$='{task_id}']"))
    expect(group.get_by_role("heading")).to_contain_text("Sync assets ×")
    shoot(page, "dead-letters")
    group.get_by_role("button", name="Redrive").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Retry")).click()
    expect(page.locator(f"a[href$='{task_id}']")).to_have_count(0)
    assert client.ended(task_id)["status"] == "completed"


def test_equal_failures_of_a_cloud_are_one_group_and_one_redrive_whatever_their_requests(
    console: Console, client: Client, cloud: Cloud
) -> None:
    client.post("/dead-letters/redrive", {})
    eventually(lambda: client.get("/dead-letters")["total"] == 0, within=60)
    regions = ("cn-beijing", "cn-hongkong")
    for region in regions:
        cloud.deny(region)
    tasks = [ended(client, region) for region in regions]
    cloud.heal()
    errors = {client.task(task_id)["error"] for task_id in tasks}
    assert len(errors) == 2, "each names a request of its own"
    page = console.open("dead-letters")
    group = page.locator("section.failure")
    expect(group.get_by_role("heading")).to_have_text("Sync assets × 2")
    group.get_by_role("button", name="Redrive").click()
    page.get_by_role("dialog").get_by_role("button", name="Retry 2").click()
    expect(page.get_by_role("status")).to_contain_text("2 retried")
    assert [client.ended(task_id)["status"] for task_id in tasks] == ["completed", "completed"]


def test_dead_letters_beyond_a_page_are_grouped_too(console: Console, client: Client, cloud: Cloud) -> None:
    count, region = 101, "cn-beijing"
    cloud.deny(region)
    discovery = {"type": "discover_assets", "body": {"provider": "aliyun", "region": region, "asset_types": ["ecs"]}}
    client.post("/tasks/batch", {"tasks": [discovery] * count})
    failed = {"type": "discover_assets", "error": "Forbidden"}
    eventually(lambda: client.get("/dead-letters", **failed)["total"] == count, within=120)
    cloud.heal()
    page = console.open("dead-letters")
    group = page.locator("section.failure", has_text="Discover assets")
    expect(group.get_by_role("heading")).to_have_text(f"Discover assets × {count}")
    expect(page.locator(".note")).to_have_count(0)
    group.get_by_role("button", name="Redrive").click()
    page.get_by_role("dialog").get_by_role("button", name=f"Retry {count}").click()
    expect(group).to_have_count(0)


def test_what_failed_without_an_error_is_not_redriven_together_with_all_others(console: Console) -> None:
    def answer(route: Route) -> None:
        letter = {"id": "1", "type": "sync_assets", "error": "", "params": {}, "retry_count": 0}
        page = {"dead_letters": [letter], "total": 1, "next_cursor": None}
        route.fulfill(json={"code": 0, "msg": "success", "data": page})

    console.page.route("**/api/v1/cam/dead-letters?*", answer)
    page = console.open("dead-letters")
    expect(page.locator("section.failure")).to_be_visible()
    expect(page.get_by_role("button", name="Redrive", exact=True)).to_have_count(0)


def test_every_part_of_a_task_is_found_page_by_page_and_by_status_the_failed_first(
    console: Console, client: Client, cloud: Cloud
) -> None:
    def parts(**query: str) -> tuple[list[str], str | None]:
        found = client.get(f"/tasks/{task_id}/children", limit=50, **query)
        return [f"#/tasks/{task['id']}" for task in found["tasks"]], found["next_cursor"]

    cloud.deny("cn-beijing")
    regions = ["cn-beijing", "cn-hongkong", "cn-shanghai"]
    task_id = client.post(SYNC, {"provider": "aliyun", "account_id": 123, "regions": regions})["task_id"]
    client.ended(task_id, within=240)
    cloud.heal()
    failed, _ = parts(status="failed")
    assert failed
    first, cursor = parts()
    assert cursor
    second, end = parts(cursor=cursor)
    assert second
    assert end is None
    page = console.open(f"tasks/{task_id}")
    listed = page.get_by_role("region", name="Parts").locator("[data-row]")

    def shown() -> list[str]:
        return list(listed.evaluate_all("(links) => links.map((link) => link.getAttribute('href'))"))

    def others(of: list[str]) -> list[str]:
        return [href for href in of if href not in failed]

    eventually(lambda: shown() == failed + others(first), within=30)
    page.get_by_role("button", name="Next page").click()
    eventually(lambda: shown() == others(second), within=30)
    page.get_by_role("button", name="Former page").click()
    eventually(lambda: shown() == failed + others(first), within=30)
    page.get_by_label("Status of the parts").select_option("failed")
    eventually(lambda: shown() == failed, within=30)
    page.get_by_label("Status of the parts").select_option("cancelled")
    eventually(lambda: shown() == [], within=30)
    page.get_by_label("Status of the parts").select_option("")
    eventually(lambda: shown() == failed + others(first), within=30)


def test_an_asset_is_found_and_shows_its_relations_and_what_changed(
    console: Console, client: Client, cloud: Cloud, shoot: Shoot
) -> None:
    region = "cn-hongkong"
    client.ended(
        client.post(SYNC, {"provider": "aliyun", "asset_types": ["vpc", "vswitch", "security_group"]})["task_id"]
    )
    ended(client, region)
    changed = cloud.servers(region)[0]
    cloud.change(region, update={changed: {"InstanceName": "found-in-the-console", "Status": "Stopped"}})
    ended(client, region)
    page = console.open("assets")
    page.get_by_label("Search").fill("found-in")
    row = page.get_by_role("link", name="found-in-the-console")
    expect(row).to_be_visible()
    page.get_by_label("Search").fill("")
    page.get_by_role("complementary").get_by_role("link", name=region).click()
    expect(page).to_have_url(re.compile(f"assets[?]region={region}$"))
    expect(page.locator("[data-row]").nth(9)).to_be_visible()
    shoot(page, "assets")
    page.get_by_label("Search").fill("found-in")
    row.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("found-in-the-console")
    expect(page.locator("ins").filter(has_text="found-in-the-console").first).to_be_visible()
    expect(page.get_by_role("region", name="Relations").get_by_role("link")).not_to_have_count(0)
    shoot(page, "asset")


def test_the_counts_beside_a_list_are_those_of_the_list_or_left_out(console: Console, client: Client) -> None:
    ended(client, "cn-hongkong")
    page = console.open("assets")
    region = page.get_by_role("complementary").get_by_role("link", name="cn-hongkong")
    counted = region.locator(".num")
    expect(counted).to_have_count(1)
    page.get_by_label("Account").select_option("123")
    expect(page).to_have_url(re.compile("account_id=123"))
    expect(region).to_be_visible()
    expect(counted).to_have_count(0)
    page.get_by_role("button", name="Clear").click()
    region.click()
    total = client.get("/assets", region="cn-hongkong", limit=1)["total"]
    expect(page.locator(".more")).to_contain_text(f"of {total}")
    expect(counted).to_have_text(f"{total}")


def test_assets_are_narrowed_down_by_all_that_the_api_takes(console: Console, client: Client) -> None:
    ended(client, "cn-hongkong")
    asset = client.get("/assets", type="ecs", region="cn-hongkong", status="Running", limit=1)["assets"][0]
    page = console.open("assets")
    page.get_by_text("More filters").click()
    for label, value in (
        ("Status", asset["status"]),
        ("Name", asset["name"]),
        ("ID in the cloud", asset["native_id"]),
        ("IP", asset["ips"][0]),
    ):
        field = page.get_by_role("search").get_by_label(label, exact=True)
        field.fill(value)
        field.press("Enter")
    for label in ("First seen since", "Changed since"):
        page.get_by_label(label).fill("2020-01-01T00:00")
    expect(page).to_have_url(re.compile("changed_since=2020|changed_since=2019"))
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("[data-row]")).to_have_text(asset["name"])
    expect(page.get_by_role("link", name="Export these")).to_have_attribute("href", re.compile("changed_since"))
    page.get_by_label("Changed since").fill("2999-01-01T00:00")
    expect(page.get_by_text("No assets fit.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Status", exact=True)).to_have_value(asset["status"])
    expect(page.get_by_text("No assets fit.")).to_be_visible()


def test_a_held_deletion_is_looked_at_and_confirmed(
    console: Console, client: Client, cloud: Cloud, shoot: Shoot
) -> None:
    region = "ap-southeast-1"
    ended(client, region)
    servers = cloud.servers(region)
    cloud.change(region, remove=servers[: len(servers) * 2 // 3])
    ended(client, region)
    page = console.open("scopes?verdict=held")
    held = page.get_by_role("row").filter(has_text=region)
    expect(held).to_contain_text("held")
    held.get_by_role("button", name="Confirm").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"of {len(servers)} assets were not in the last listing")
    shoot(page, "held")
    dialog.get_by_role("button", name=re.compile("Confirm [0-9]+ deletions")).click()
    expect(page).to_have_url(re.compile("#/tasks/"))
    status(page, "Completed")
    expect(page.locator("td.missing").first).to_be_visible()
    page.goto(f"{console.url}#/scopes?verdict=held")
    expect(page.get_by_text("Nothing fits these filters.")).to_be_visible()


def test_an_account_is_added_tested_and_set_to_sync_by_itself(
    console: Console, stack: Stack, client: Client, shoot: Shoot
) -> None:
    key = fake_cloud_key("aliyun")
    page = console.open("accounts")
    page.get_by_role("button", name="Add an account").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Cloud").select_option("aliyun")
    dialog.get_by_label("Name").fill("by-the-console")
    dialog.get_by_label("Access key ID").fill(key["access_key_id"])
    dialog.get_by_label("Access key secret").fill(key["access_key_secret"])
    dialog.get_by_label("Endpoint").fill(f"http://127.0.0.1:{stack.config.ports['aliyun']}")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("by-the-console")
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_role("region", name="Permissions")).to_contain_text("allowed")
    shoot(page, "account")
    page.get_by_label("Sync by itself").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    account_id = int(page.url.rpartition("/")[2])
    assert client.get(f"/accounts/{account_id}")["auto_sync"] is True
    assert key["access_key_secret"] not in page.content()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile("#/accounts$"))


def test_every_kind_of_field_is_sent_as_the_api_wants_it(console: Console, client: Client) -> None:
    page = console.open("submit?type=export_assets")
    page.get_by_label("Format").select_option("json")
    page.get_by_label("Tags").fill("env=prod, team=a")
    page.get_by_text("Options of the task").click()
    page.get_by_label("Priority").fill("8")
    page.get_by_role("button", name="Submit").click()
    expect(page).to_have_url(re.compile("#/tasks/"))
    task = client.ended(page.url.rpartition("/")[2])
    assert (task["priority"], task["params"]["format"]) == (8, "json")
    assert task["params"]["tags"] == {"env": "prod", "team": "a"}
    expect(page.get_by_role("link", name="Download")).to_be_visible()


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_wrong(console: Console) -> None:
    console.expect_refusals()
    page = console.open("submit?type=discover_assets")
    page.get_by_label("Cloud").select_option("aliyun")
    page.get_by_text("Options of the task").click()
    page.get_by_label("Retries at most").fill("11")
    page.locator("form").evaluate("(form) => { form.noValidate = true; }")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("alert")).to_contain_text("max_retry")
    expect(page.get_by_label("Retries at most")).to_have_value("11")


@pytest.mark.parametrize(("keys", "title"), [("gt", "Tasks"), ("ga", "Assets"), ("gc", "Accounts"), ("n", "New task")])
def test_keys_lead_everywhere(console: Console, keys: str, title: str) -> None:
    page = console.open("overview")
    for key in keys:
        page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_the_keys_are_listed_under_the_question_mark(console: Console) -> None:
    page = console.open("overview")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Next and former row")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_an_unchanged_list_is_not_sent_again(console: Console) -> None:
    page = console.open("tasks")
    with page.expect_response(lambda answer: "/tasks?" in answer.url and answer.status == 304):
        pass


def test_a_hidden_console_asks_for_nothing_until_it_is_seen_again(console: Console) -> None:
    page = console.page
    page.clock.install()
    console.open("tasks")
    expect(page.locator("[aria-busy]")).to_have_count(0)
    page.evaluate(VISIBILITY, True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(120_000)
    assert asked == []
    with page.expect_response(lambda answer: "/tasks?" in answer.url):
        page.evaluate(VISIBILITY, False)


def test_the_logs_query_is_text_here_and_a_link_where_the_api_says_where_the_logs_are(
    console: Console, client: Client
) -> None:
    task_id = ended(client, "cn-shanghai")
    page = console.open(f"tasks/{task_id}")
    expect(page.get_by_label("Logs")).to_contain_text(task_id)
    expect(page.get_by_role("link", name="Open in CloudWatch")).to_have_count(0)
    home = "https://logs.example.test/home#logsV2:logs-insights"
    told = client.get("/whoami") | {"logs": {"url": home, "groups": ["/cam-tasks-prod/recover"]}}
    page.route("**/whoami", lambda route: route.fulfill(json={"code": 0, "msg": "success", "data": told}))
    page.reload()
    href = page.get_by_role("link", name="Open in CloudWatch").get_attribute("href")
    assert href
    assert href.startswith(f"{home}$3FqueryDetail$3D$257E$2528end$257E$2527")
    detail = unquote(unquote(href.removeprefix(home).replace("$", "%"))).replace("*", "%")
    assert f'filter task_id = "{task_id}"' in unquote(detail)
    assert unquote(detail).endswith("~source~(~'/cam-tasks-prod/recover))")


def test_of_an_ended_task_the_console_says_so_in_its_own_language_alone(console: Console, client: Client) -> None:
    task_id = ended(client, "cn-shanghai")
    assert client.task(task_id)["message"] == "任务已完成"
    page = console.open(f"tasks/{task_id}")
    expect(page.locator(".state-line")).to_have_text(re.compile(r"^Completed\s*Completed\s*100%$"))
    page = console.open("tasks")
    expect(page.locator(f"a[href$='{task_id}']")).to_be_visible()
    expect(page.get_by_text("任务已完成")).to_have_count(0)


def test_the_language_is_that_of_the_browser_and_can_be_changed(opener: Callable[..., Console]) -> None:
    page = opener(locale="zh-CN").open("tasks")
    expect(page.get_by_role("heading", level=1)).to_have_text("任务")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tasks")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tasks")


def test_what_is_being_typed_survives_a_page_that_is_drawn_anew(console: Console, client: Client) -> None:
    page = console.open("tasks")
    page.get_by_text("More filters").click()
    field = page.get_by_label("By", exact=True)
    page.clock.install()
    field.fill("nobody-at-all")
    page.get_by_label("with parts").check()
    expect(field).to_have_value("nobody-at-all")
    page.clock.run_for(1_000)
    expect(page).to_have_url(re.compile("created_by=nobody-at-all"))
    expect(page).to_have_url(re.compile("include_children=true"))
    expect(page.get_by_text("Nothing fits these filters.")).to_be_visible()
