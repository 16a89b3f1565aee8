"""The guides in ``docs``, followed to the letter in a copy of the project.

A block of code is a step when the line above it is a comment that says what to do with it:

* ``<!-- file: PATH -->``: the whole of a new file
* ``<!-- in: PATH, after: LINE -->``, ``before: LINE``, ``replace: LINE``: lines at a line, which the file has once
* ``<!-- in: PATH, before the last line -->``: lines that end a table
* ``<!-- run -->``: commands that must succeed
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COPIED = (
    *("app.py", "chalicelib", "infra", "tests"),
    *("docs", "README.md", "Makefile", "pyproject.toml", "requirements.txt"),
)
GUIDES = sorted(path.stem for path in (ROOT / "docs").glob("adding-*.md"))

BLOCK = re.compile(r"(?:^<!-- (?P<what>.+?) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S)
PLACE = re.compile(r"in: (?P<path>[^,]+), (?:before the last line|(?P<how>\w+): (?P<anchor>.+))")
PATH = re.compile(r"`(?:python -m )?((?!\.)[\w.-]+(?:/[\w.-]+)*(?:/|\.(?:py|md|toml|txt))|Makefile)`")
LINK = re.compile(r"\]\(([^)#:]+)\)")


@dataclass(frozen=True)
class Step:
    what: str
    text: str


@dataclass(frozen=True)
class Copy:
    """A copy of the project in which the steps of a guide have been taken."""

    root: Path
    guide: str
    steps: tuple[Step, ...]
    changed: tuple[Path, ...]

    def run(self, *command: str) -> None:
        done = subprocess.run(
            [sys.executable, *command], cwd=self.root, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, f"{shlex.join(command)}\n{done.stdout}\n{done.stderr}"


def steps_of(guide: str) -> tuple[Step, ...]:
    """All blocks but those of plain ``text``, which show what to expect."""
    blocks = [block for block in BLOCK.finditer(guide) if block["language"] != "text"]
    return tuple(Step(block["what"] or "", block["text"]) for block in blocks)


def _line(lines: list[str], anchor: str, where: str) -> int:
    found = [number for number, line in enumerate(lines) if line.strip() == anchor.strip()]
    assert len(found) == 1, f"{where} has the line {anchor!r} {len(found)} times"
    return found[0]


EDITS: dict[str, Callable[[int], slice]] = {
    "after": lambda at: slice(at + 1, at + 1),
    "before": lambda at: slice(at, at),
    "replace": lambda at: slice(at, at + 1),
}


def take(root: Path, step: Step) -> Path:
    """Write what the step says; returns the file."""
    if step.what.startswith("file: "):
        path = root / step.what.removeprefix("file: ")
        assert not path.exists(), f"{step.what} is there already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(step.text)
        return path
    place = PLACE.fullmatch(step.what)
    assert place, f"a block of code without a place: {step.what!r}\n{step.text}"
    path = root / place["path"]
    lines = path.read_text().splitlines(keepends=True)
    at = _line(lines, place["anchor"], place["path"]) if place["anchor"] else len(lines) - 1
    lines[EDITS[place["how"] or "before"](at)] = [step.text]
    path.write_text("".join(lines))
    return path


@pytest.fixture(scope="module", params=GUIDES)
def copy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    root = tmp_path_factory.mktemp(request.param) / "project"
    root.mkdir()
    for name in COPIED:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, root / name)
    guide = (ROOT / "docs" / f"{request.param}.md").read_text()
    steps = steps_of(guide)
    changed = [take(root, step) for step in steps if step.what != "run"]
    return Copy(root, guide, steps, tuple(dict.fromkeys(changed)))


def test_what_a_guide_has_run_succeeds(copy: Copy) -> None:
    commands = [shlex.split(line) for step in copy.steps if step.what == "run" for line in step.text.splitlines()]
    assert commands
    for python, *command in commands:
        assert python == "python"
        copy.run(*command)


def test_what_a_guide_writes_passes_the_checks_of_style(copy: Copy) -> None:
    files = [str(path) for path in copy.changed if path.suffix == ".py"]
    copy.run("-m", "ruff", "check", "--no-cache", *files)
    copy.run("-m", "ruff", "format", "--check", "--no-cache", *files)


def test_every_path_that_a_guide_names_exists(copy: Copy) -> None:
    named = PATH.findall(copy.guide)
    assert named
    assert [path for path in named if not (copy.root / path).exists()] == []
    assert [link for link in LINK.findall(copy.guide) if not (copy.root / "docs" / link).exists()] == []
