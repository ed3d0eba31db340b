"""Periods: ISO weeks, days, and the period a figure is compared with."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from voc.errors import InputError
from voc.records import as_utc
from voc.store import Filters

WEEK = timedelta(days=7)
YEAR = 52 * WEEK
_WEEK = re.compile(r"^(\d{4})-W(\d{2})$")


def week_of(moment: datetime) -> str:
    """ISO 8601 week of a moment in UTC: ``2026-W46``."""
    year, week, _ = as_utc(moment).isocalendar()
    return f"{year}-W{week:02d}"


def begins(week: str) -> datetime:
    """Monday 00:00 UTC of an ISO week.

    Raises:
        InputError: not a week like 2026-W46.
    """
    match = _WEEK.match(week)
    try:
        if match is None:
            raise ValueError
        return datetime.fromisocalendar(int(match[1]), int(match[2]), 1).replace(tzinfo=UTC)
    except ValueError as error:
        raise InputError(f"'{week}' is not an ISO week; write it like 2026-W46.") from error


def ends(week: str) -> datetime:
    """The moment after the last of an ISO week."""
    return begins(week) + WEEK


def weeks_before(week: str, count: int) -> list[str]:
    """The ``count`` weeks before ``week``, oldest first."""
    start = begins(week)
    return [week_of(start - WEEK * back) for back in range(count, 0, -1)]


def latest_complete_week(now: datetime) -> str:
    """The last ISO week that is over."""
    return week_of(as_utc(now) - WEEK)


def weeks_between(first: str, last: str) -> list[str]:
    """Every week from ``first`` to ``last``, both included."""
    found, moment, end = [], begins(first), begins(last)
    while moment <= end:
        found.append(week_of(moment))
        moment += WEEK
    return found


def span(filters: Filters) -> tuple[datetime, datetime] | None:
    """The period ``filters`` name as [begin, end), or ``None`` where they leave an end open."""
    if filters.week is not None:
        return begins(filters.week), ends(filters.week)
    if filters.since is not None and filters.until is not None:
        return filters.since, filters.until
    return None


def compared(filters: Filters, compare: str) -> Filters:
    """The same filters over the period to compare with.

    ``previous`` is the period of the same length just before; ``previous:4`` the four such periods before; ``year`` the
    same weeks of last year (52 weeks before, so that Mondays stay Mondays); a week (``2026-W45``) or two days
    (``2026-10-01..2026-10-31``, both included) name it.

    Raises:
        InputError: the comparison cannot be read, or ``previous`` has no period to precede.
    """
    apart = {"week": None, "since": None, "until": None}
    if compare.startswith("previous"):
        bounds = span(filters)
        if bounds is None:
            raise InputError("compare=previous needs a period; give week=, or from= and to=.")
        _, _, times = compare.partition(":")
        if times and not (times.isdigit() and 0 < int(times) <= 52):
            raise InputError(f"compare={compare} is not understood; write previous or previous:4.")
        length = bounds[1] - bounds[0]
        return filters.model_copy(
            update=apart | {"since": bounds[0] - length * int(times or 1), "until": bounds[0]},
        )
    if compare == "year":
        bounds = span(filters)
        if bounds is None:
            raise InputError("compare=year needs a period; give week=, or from= and to=.", code="compare_needs_period")
        return filters.model_copy(update=apart | {"since": bounds[0] - YEAR, "until": bounds[1] - YEAR})
    if _WEEK.match(compare):
        return filters.model_copy(update=apart | {"week": week_of(begins(compare))})
    first, _, last = compare.partition("..")
    try:
        since = as_utc(datetime.fromisoformat(first))
        until = as_utc(datetime.fromisoformat(last)) + timedelta(days=1)
    except ValueError as error:
        raise InputError(
            f"compare={compare} is not understood; write previous, year, 2026-W45 or 2026-10-01..2026-10-31."
        ) from error
    return filters.model_copy(update=apart | {"since": since, "until": until})
