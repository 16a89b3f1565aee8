"""What a first look at the console costs: ``python -m bench.console``.

A browser without a cache opens the list of tasks on the one-machine stack: what it is sent, and when it can be used.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from infra.local.stack import Stack
from tests.support.stack import stack_config

ROUNDS = 7
BOUND_BYTES = 100_000
BOUND_MS = 1_000
READY = "main [data-row], main .empty:not([aria-busy])"
"""There once the page is drawn with the API's first answer, and takes clicks and keys."""
FETCHED = """performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
  .map((it) => it.transferSize)"""


def look(browser: Browser, url: str) -> tuple[float, list[int]]:
    """Milliseconds until the page can be used, and the bytes of each of its answers, headers included."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}/console#/tasks", wait_until="commit")
    page.wait_for_selector(READY)
    at: float = page.evaluate("performance.now()")
    sizes: list[int] = page.evaluate(FETCHED)
    context.close()
    return at, sizes


def main() -> int:
    with (
        tempfile.TemporaryDirectory() as folder,
        Stack(stack_config(Path(folder), instances=50)) as stack,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        looks = [look(browser, stack.url) for _ in range(ROUNDS)]
        browser.close()
    times, sizes = [at for at, _ in looks], looks[-1][1]
    middle, spread = statistics.median(times), f"{min(times):.0f} to {max(times):.0f}"
    print(f"first view   {sum(sizes):>8,} bytes in {len(sizes)} answers (bound {BOUND_BYTES:,})")
    print(f"can be used  {middle:>8.0f} ms, median of {ROUNDS}; {spread} (bound {BOUND_MS:,})")
    return int(sum(sizes) > BOUND_BYTES or middle > BOUND_MS)


if __name__ == "__main__":
    sys.exit(main())
