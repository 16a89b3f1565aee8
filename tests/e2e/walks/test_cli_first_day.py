"""What somebody does who has never read the docs: from a fresh stack to a file of assets, by ``cam`` alone.

``make screenshots`` keeps what was seen: ``docs/walk.md`` and a picture of ``cam watch``.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import CONSOLE_SVG_FORMAT, Console  # type: ignore[attr-defined]  # documented, if not exported
from rich.text import Text

from infra.local.config import load
from infra.local.seed import DEMO_IDS, fake_cloud_key
from infra.local.stack import Stack
from tests.cli.conftest import PROJECT, Cam, Terminal, home
from tests.e2e.conftest import Client
from tests.support.stack import stack_config
from tests.support.terminal import screen

__all__ = ["home"]

NAME = "my-first-account"
COLUMNS = 112
INTRODUCTION = """# From `make run` to a file of assets, by `cam` alone

What somebody sees who has only `cam --help` and what `make run` says. Written by the test that does it,
`tests/e2e/walks/test_cli_first_day.py`: `make screenshots` does it again.
"""
FONTS_OF_ANOTHER_HOST = re.compile(r"@font-face \{\{.*?\}\}\s*", re.DOTALL)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    english = {"CAM_LANGUAGE": "en"}
    config = stack_config(tmp_path_factory.mktemp("stack"), instances=1200, cloud_changes=1, product=english)
    with Stack(config) as running:
        yield running


@dataclass
class Walk:
    """Somebody at a terminal. ``told`` is what was seen, told as on the ports that ``make run`` takes."""

    cam: Cam
    ports: dict[str, str]
    told: list[str] = field(default_factory=lambda: [INTRODUCTION])

    def heading(self, text: str) -> None:
        self.told.append(f"\n## {text}\n")

    def does(self, *arguments: object, answers: tuple[tuple[str, str], ...] = ()) -> str:
        """Run a command to its good end, giving ``answers`` to its prompts; answers what is left on the screen."""
        with self.cam.typed(*arguments, COLUMNS=str(COLUMNS)) as terminal:
            for prompt, answer in answers:
                terminal.reads(prompt)
                terminal.types(answer)
            assert terminal.ends() == 0, terminal.text
        seen = screen(terminal.seen)
        self.told.append(f"\n```console\n$ cam {' '.join(map(str, arguments))}\n{seen}\n```\n")
        return seen

    def document(self) -> str:
        text = "".join(self.told)
        for port, usual in self.ports.items():
            text = text.replace(f":{port}", f":{usual}")
        return text.replace(f"{self.cam.folder}{os.sep}", "")


@pytest.fixture
def walk(home: dict[str, str], stack: Stack, tmp_path: Path) -> Walk:
    usual = load({}).ports
    ports = {str(port): str(usual[name]) for name, port in stack.config.ports.items()}
    return Walk(Cam(home | {"CAM_URL": stack.url, "PYTHONPATH": str(PROJECT)}, folder=tmp_path), ports)


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, text
    return match[1]


def test_from_a_fresh_stack_to_a_file_of_assets(walk: Walk, stack: Stack, tmp_path: Path) -> None:
    walk.heading("What there is")
    offered = walk.does("--help")
    assert all(name in offered for name in ("accounts", "submit", "assets", "asset", "changes", "export"))

    walk.heading("Add an account, and test it")
    key = fake_cloud_key("aliyun")
    typed = (("access_key_id", key["access_key_id"]), ("access_key_secret", key["access_key_secret"]))
    endpoint = f"http://127.0.0.1:{stack.config.ports['aliyun']}"
    add = ("accounts", "add", "--provider", "aliyun", "--name", NAME, "--endpoint", endpoint)
    added = walk.does(*add, answers=(*typed, *[("(optional)", "")] * 3))
    assert key["access_key_secret"] not in added
    account = found(r"cam accounts test (\d+)", added)
    assert "allowed" in walk.does("accounts", "test", account)

    walk.heading("Sync it, and watch it to its end")
    sync = ("submit", "sync-assets", "--provider", "aliyun", "--account", account, "--type", "compute", "--watch")
    total = found(r"([\d,]+) total", walk.does(*sync))

    walk.heading("Find an asset")
    listed = walk.does("assets", "--account", account, "--type", "ecs", "--limit", 3)
    name = found(r"((?:prod|staging|test|dev)-[a-z]+-\d+)", listed)
    assert name in walk.does("assets", "--account", account, "-q", name)

    walk.heading("See what changed")
    assert int(found(r"([\d,]+) updated", walk.does(*sync)).replace(",", "")) > 0
    changes = walk.does("changes", "--account", account, "--kind", "updated", "--limit", 2)
    assert "→" in changes
    history = walk.does("asset", found(r"\b([0-9a-f]{32})\b", changes))
    assert history.count("updated") == history.count("added") == 1

    walk.heading("Export it")
    walk.does("export", "-o", "assets.csv", "--account", account)
    with (tmp_path / "assets.csv").open(encoding="utf-8-sig", newline="") as opened:
        assert f"{len(list(csv.DictReader(opened))):,}" == total
    Path(os.environ.get("TRANSCRIPTS") or tmp_path, "walk.md").write_text(walk.document(), encoding="utf-8")


def midway(terminal: Terminal) -> str:
    """The whole of a frame that is drawn when some of the work is done, with its colours."""
    while True:
        terminal.reads("\x1b[2K")
        frame = screen(terminal.seen.removesuffix("\x1b[2K"), coloured=True)
        if re.search(r"running.* [3-9]\d%", screen(frame)) and "of 6 parts" in frame:
            return frame


def test_a_watched_task_is_a_bar_for_the_whole_and_one_for_each_part_that_runs(
    walk: Walk, client: Client, tmp_path: Path
) -> None:
    sync = {"provider": "aliyun", "account_id": DEMO_IDS["aliyun"], "asset_types": ["ecs"]}
    task_id = client.post("/tasks/sync-assets", sync)["task_id"]
    with walk.cam.typed("watch", task_id, COLUMNS=str(COLUMNS)) as terminal:
        seen = midway(terminal)
        assert terminal.ends() == 0
    whole, *parts = screen(seen).splitlines()[1:]
    assert whole.startswith("sync_assets running")
    assert parts
    assert all(re.match(r"  \d+ [a-z0-9-]+ ecs ", part) for part in parts), parts

    drawn = Console(record=True, width=COLUMNS, file=io.StringIO())
    drawn.print(f"$ cam watch {task_id}", highlight=False)
    drawn.print(Text.from_ansi(seen))
    picture = Path(os.environ.get("SCREENSHOTS") or tmp_path, "cam-watch.svg")
    drawn.save_svg(str(picture), title="cam watch", code_format=FONTS_OF_ANOTHER_HOST.sub("", CONSOLE_SVG_FORMAT))
    assert "url(" not in picture.read_text(encoding="utf-8").replace("url(#", "")
