"""What the service asks of its store is what ``docs/queries.md`` says, and what it costs is explained."""

from __future__ import annotations

import pytest

from bench.queries.page import COMMAND, PAGE, document, idle, unexplained
from bench.queries.recorder import SERVICE
from bench.queries.recording import Recording, record
from chalicelib.settings import Settings
from tests.integration.queries.sources import asking_functions, of_the_service


@pytest.fixture
def recording(settings: Settings) -> Recording:
    return record(settings)


def test_every_query_has_a_row_and_a_plan_and_every_row_is_asked(recording: Recording) -> None:
    assert PAGE.read_text(encoding="utf-8") == document(recording), f"docs/queries.md is out of date: run `{COMMAND}`"
    assert unexplained(recording) == set(), "reads more than it answers with: add an index, or say why (explained.py)"
    assert idle(recording) == set(), "explanations of what no query does"
    assert of_the_service() - recording.callers == set(), "functions that ask and were not driven"


def test_a_fence_is_found_by_an_index_of_the_embedded_store_too(recording: Recording) -> None:
    """It reads every asset for a range of ids alone: seconds, at each takeover."""
    (asked,) = [
        each for each in recording.asked if "assets/fence.Fence.take_over" in each.by and each.shape.verb == "find"
    ]
    assert asked.seen.startswith("all")


def test_functions_that_ask_are_found_in_the_sources() -> None:
    source = """
class Store:
    def read(self): return self._things.find({})
    def first(self):
        def one(): return self._things.find_one({})
        return one()
    def parse(self): return self._text.find("a")
def free(collection): return collection.aggregate([])
"""
    found = asking_functions(source, SERVICE / "tasks" / "some.py")
    assert found == {"tasks/some.Store.read", "tasks/some.Store.first", "tasks/some.free"}
