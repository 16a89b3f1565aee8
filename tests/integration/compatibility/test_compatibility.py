"""What the service asks of MongoDB is what ``docs/compatibility.md`` says: no more, and no less."""

from __future__ import annotations

from chalicelib.settings import Settings
from tests.integration.compatibility.page import rows
from tests.integration.compatibility.recorder import COMMANDS, QUERY, SECTIONS, STAGES, UPDATE, Recorder, taken_apart
from tests.integration.compatibility.scenario import RecordedContainer, play
from tests.integration.compatibility.sources import operators, operators_of


def test_every_command_operator_and_option_that_is_sent_has_a_row_and_every_row_is_used(
    settings: Settings,
) -> None:
    recorder = Recorder()
    container = RecordedContainer(settings.model_copy(update={"max_pending": 1000}), recorder)
    try:
        play(container)
    finally:
        container.close()
    table = set(rows())
    assert sorted(recorder.used - table) == [], "without a row in docs/compatibility.md"
    assert sorted(table - recorder.used) == [], "rows of docs/compatibility.md that nothing uses"


def test_every_operator_in_the_sources_has_a_row() -> None:
    named = {name for _, name in rows()}
    assert {name: place for name, place in operators().items() if name not in named} == {}


def test_every_row_tells_since_when_where_and_by_which_source() -> None:
    assert {section for section, _ in rows()} == set(SECTIONS)
    assert {name: cells for name, cells in rows().items() if not all(cells)} == {}


def test_what_is_sent_is_taken_apart_down_to_the_operators_inside() -> None:
    update = {"q": {"a": {"$not": {"$gt": 1}}}, "u": {"$push": {"b": {"$each": []}}}, "collation": {}}
    found = set(taken_apart("update", {"update": "tasks", "updates": [update], "$db": "d"}))
    assert {(QUERY, "$not"), (QUERY, "$gt"), (UPDATE, "$push"), (UPDATE, "$each"), (COMMANDS, "update")} <= found
    piped = set(taken_apart("update", {"update": "tasks", "updates": [{"q": {}, "u": [{"$replaceWith": "$a"}]}]}))
    assert (STAGES, "$replaceWith") in piped


def test_operators_are_told_from_names_of_fields() -> None:
    source = 'a = {"$match": {"b": "$field"}}\nc["$max"] = ["$other"]\nd = "$lt" if e else "$gt"'
    assert {name for name, _ in operators_of(source)} == {"$match", "$max", "$lt", "$gt"}
