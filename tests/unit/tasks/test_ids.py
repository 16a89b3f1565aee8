"""Task ids: sorted by time, and the same child always the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.tasks.ids import child_task_id, first_id_after, first_id_at, is_task_id, new_task_id

milliseconds = st.integers(min_value=0, max_value=4_000_000_000_000)
keys = st.text(max_size=20)
PARENT = new_task_id(datetime(2026, 11, 23, tzinfo=UTC))


def at(number: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=number)


@given(milliseconds, milliseconds)
def test_ids_sort_by_the_millisecond_of_their_creation(one: int, other: int) -> None:
    if one != other:
        assert (new_task_id(at(one)) < new_task_id(at(other))) == (one < other)


@given(milliseconds)
def test_an_id_lies_between_the_bounds_of_its_millisecond(number: int) -> None:
    found = new_task_id(at(number))
    assert first_id_at(at(number)) <= found < first_id_after(at(number))
    assert is_task_id(found)
    assert UUID(found).version == 7


@given(st.integers(0, 3), keys)
def test_the_same_child_has_the_same_id_and_its_parents_time(generation: int, key: str) -> None:
    child = child_task_id(PARENT, generation, key)
    assert child == child_task_id(PARENT, generation, key)
    assert child[:13] == PARENT[:13]
    assert UUID(child).version == 8


@given(st.sets(st.tuples(st.integers(0, 3), keys), max_size=30))
def test_different_children_have_different_ids(children: set[tuple[int, str]]) -> None:
    assert len({child_task_id(PARENT, generation, key) for generation, key in children}) == len(children)


@given(st.text(max_size=40))
def test_text_that_is_no_uuid_is_no_task_id(text: str) -> None:
    assert not is_task_id(text) or str(UUID(text)) == text
