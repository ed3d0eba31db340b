"""Links of the weeks of a trend: those that one filter a week would give."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from voc.insights.drilldown import href
from voc.insights.groups import narrowed, week_hrefs
from voc.store import Filters

WEEKS = ["2026-W44", "2026-W45", "2026-W46", "2026-W47"]
TUESDAY = datetime(2026, 10, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(topic="billing", effort="hard"),
        Filters(since=TUESDAY, until=datetime(2026, 11, 20, tzinfo=UTC), channel="call"),
        Filters(week="2026-W46"),
        Filters(attribute="week=2026-W44", source="week=2026-W44&"),
    ],
)
def test_each_week_is_listed_as_one_filter_would(filters: Filters) -> None:
    assert week_hrefs(filters, WEEKS) == [href(narrowed(filters, {"week": week})) for week in WEEKS]
