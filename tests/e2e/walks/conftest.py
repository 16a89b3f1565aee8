"""The console in a real browser, on a one-machine stack with a small, slow cloud."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from infra.local.stack import Stack
from tests.e2e.conftest import HELD_SECONDS
from tests.support.stack import stack_config

INSTANCES = 240
LATENCY = 0.25
PATIENCE_MS = 30_000
WIDE = (1280, 800)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


NO_BROWSER = "no browser: install chromium to test the console"

expect.set_options(timeout=PATIENCE_MS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report for report in terminalreporter.getreports("skipped") if NO_BROWSER in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} tests skipped: {NO_BROWSER}")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    config = stack_config(tmp_path_factory.mktemp("stack"), instances=INSTANCES, cloud_latency=LATENCY)
    with Stack(config) as running:
        yield running


class Cloud:
    """The fake Aliyun's control endpoints."""

    def __init__(self, port: int) -> None:
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=15, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def servers(self, region: str) -> list[str]:
        return list(self._http.get(f"/_items/ecs/{region}").json())

    def change(self, region: str, **changes: Any) -> None:
        self._http.post("/_items", json={"kind": "ecs", "region": region, **changes}).raise_for_status()

    def deny(self, region: str) -> None:
        fault = {"kind": "denied", "region": region, "action": "DescribeInstances"}
        self._http.post("/_faults", json=fault).raise_for_status()

    def hold(self) -> None:
        """Tell callers to come back later, until ``heal``: a sync that runs goes on running, however slow a test is."""
        wait = {"kind": "throttled", "action": "DescribeInstances", "value": HELD_SECONDS}
        self._http.post("/_faults", json=wait).raise_for_status()

    def heal(self) -> None:
        self._http.delete("/_faults").raise_for_status()


@pytest.fixture
def cloud(stack: Stack) -> Iterator[Cloud]:
    opened = Cloud(stack.config.ports["aliyun"])
    yield opened
    opened.heal()
    opened.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's browser, or the one that Playwright has fetched. Without one its tests are skipped, but never where
    ``CI=true`` says that nobody would see it.
    """
    with sync_playwright() as playwright:
        candidates = [*map(shutil.which, BROWSERS), playwright.chromium.executable_path]
        found = next((path for path in candidates if path and Path(path).exists()), None)
        if found is None:
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(NO_BROWSER)
        launched = playwright.chromium.launch(executable_path=found)
        yield launched
        launched.close()


class Console:
    """The console as one person sees it. What goes wrong in the browser is kept in ``faults``."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = f"{url}/console"
        self.faults: list[str] = []
        self._refusals_expected = False
        self._host = urlsplit(url).netloc
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._told)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._asked)

    def _told(self, message: ConsoleMessage) -> None:
        expected = self._refusals_expected and message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not expected:
            self.faults.append(f"{message.text} {message.location['url']}")

    def _asked(self, request: Request) -> None:
        """Where a person goes, as by a link to a file, is theirs to say; what a page loads is not."""
        if urlsplit(request.url).netloc != self._host and not request.is_navigation_request():
            self.faults.append(f"asked another host: {request.url}")

    def expect_refusals(self) -> None:
        """The browser logs every answer of 400 and above, also those that the page is made for."""
        self._refusals_expected = True

    def open(self, place: str = "") -> Page:
        self.page.goto(f"{self.url}#/{place}")
        expect(self.page.locator("main h1")).to_be_visible()
        return self.page


Opener = Callable[..., Console]


@pytest.fixture
def opener(browser: Browser, stack: Stack) -> Iterator[Opener]:
    """Opens consoles for people with a language, a theme and a screen; none may have had a fault."""
    opened: list[Console] = []

    def open_one(
        *, locale: str = "en-US", theme: str = "light", size: tuple[int, int] = WIDE, scale: float = 1
    ) -> Console:
        context = browser.new_context(
            locale=locale,
            color_scheme="dark" if theme == "dark" else "light",
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=scale,
            permissions=["clipboard-read", "clipboard-write"],
        )
        made = Console(context.new_page(), stack.url)
        opened.append(made)
        return made

    yield open_one
    for console in opened:
        console.page.context.close()
    assert [fault for console in opened for fault in console.faults] == []


@pytest.fixture
def console(opener: Opener) -> Console:
    return opener()


Shoot = Callable[[Page, str], None]


@pytest.fixture
def shoot(tmp_path: Path) -> Shoot:
    """Takes a picture, which ``make screenshots`` keeps."""
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)

    def take(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png", animations="disabled")

    return take
