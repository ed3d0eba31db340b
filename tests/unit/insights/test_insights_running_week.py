"""A period that is not over: its count is a rate over the days that have passed, not over those to come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voc.insights.comparison import count_change
from voc.insights.trends import trends
from voc.store import Filters

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
WEEK, BEFORE = Filters(week="2026-W48"), Filters(week="2026-W47")


@settings(deadline=None)  # exact intervals on a busy machine
@given(days=st.integers(1, 7), daily=st.integers(1, 50))
def test_the_same_rate_is_no_change_on_any_day_of_the_week(days: int, daily: int) -> None:
    now = MONDAY + timedelta(days=days)
    change = count_change(daily * days, WEEK, daily * 7, BEFORE, href="/", now=now)
    assert change.ratio == pytest.approx(1.0) and change.difference == pytest.approx(0.0)
    assert change.p_value is not None and change.p_value > 0.05


def test_a_week_that_is_over_counts_whole() -> None:
    change = count_change(10, WEEK, 70, BEFORE, href="/", now=MONDAY + timedelta(days=30))
    assert change.ratio == pytest.approx(1 / 7) and change.p_value is not None and change.p_value < 0.001


def test_a_period_yet_to_come_keeps_its_length() -> None:
    change = count_change(7, WEEK, 7, BEFORE, href="/", now=MONDAY - timedelta(days=60))
    assert change.ratio == pytest.approx(1.0)


def test_the_running_week_alone_makes_no_decline(filled: Any) -> None:
    for week in range(8):
        for n in range(28):
            filled.say(MONDAY - timedelta(weeks=8 - week) + timedelta(hours=6 * n))
    for n in range(4):
        filled.say(MONDAY + timedelta(hours=6 * n))
    store = filled.save()
    (on_tuesday,) = trends(store, now=MONDAY + timedelta(days=1)).trends
    assert on_tuesday.direction is None and on_tuesday.points[-1].n == 4
    (when_over,) = trends(store, now=MONDAY + timedelta(days=7)).trends
    assert when_over.p_fall < on_tuesday.p_fall
