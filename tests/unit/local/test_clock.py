"""The clock that stands for EventBridge."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from infra.local.clock import next_tick, scheduled_event


@pytest.mark.parametrize(("now", "expected"), [(100.0, 102.0), (101.9, 102.0), (102.0, 104.0), (107.5, 108.0)])
def test_ticks_keep_to_their_grid_and_late_ones_are_left_out(now: float, expected: float) -> None:
    assert next_tick(100.0, 2.0, now) == expected


def test_the_event_is_the_one_of_eventbridge() -> None:
    event = scheduled_event("cam-local-recover", datetime(2026, 11, 23, 8, 0, 1, tzinfo=UTC))
    assert len(event.pop("id")) == 36
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-11-23T08:00:01Z",
        "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:123456789012:rule/cam-local-recover"],
        "detail": {},
    }
