"""When something happened, as a file says it; and what is to be said where it cannot be believed.

What has no moment counts in the week it arrived. That is never silent: a date that cannot be read, one in the future
and a column that writes its dates in two ways each give one line for the whole file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from voc.intake.dates import order_of, parse_column
from voc.records import Interaction, Rejected, Remark

AHEAD = timedelta(days=2)
"""How far after its arrival a moment may lie: a day of time zones, and a clock that is not set."""


class ColumnOfDates:
    """Reads the dates of one file, and remembers those that could not be read and whether both orders were used."""

    def __init__(self, name: str, *, month_first: bool = False) -> None:
        self.name = name
        self.month_first = month_first
        self.unread = 0
        self.first_unread = self.first_mixed = 0
        self.orders: set[str] = set()

    def moment(self, value: str, number: int) -> datetime | None:
        """The moment in row ``number``; ``None`` for an empty cell and for what is no date."""
        if not value:
            return None
        if len(self.orders) < 2 and (order := order_of(value)) in {"day", "month"}:
            self.orders.add(str(order))
            self.first_mixed = number if len(self.orders) == 2 else 0
        moment = parse_column(value, month_first=self.month_first)
        if moment is None:
            self.unread += 1
            self.first_unread = self.first_unread or number
        return moment

    def remarks(self) -> Iterator[Remark]:
        """What a person should know of the dates, at most a line each."""
        if self.unread:
            yield Remark(
                source=f"{self.name}:{self.first_unread}",
                reason=f"{rows(self.unread)}: the date could not be read, so the day of import counts; "
                "write it like 2026-11-09.",
            )
        if self.first_mixed:
            order = "month" if self.month_first else "day"
            yield Remark(
                source=f"{self.name}:{self.first_mixed}",
                reason="the column of dates writes the day first in some rows and the month first in others; where "
                f"both fit, the {order} was taken to come first; write dates like 2026-11-09.",
            )


def not_ahead(
    found: Iterator[Interaction | Rejected], *, now: datetime | None = None
) -> Iterator[Interaction | Rejected]:
    """Take away the moments that lie clearly after ``now``, the arrival; how many there were is said at the end."""
    latest = (now or datetime.now(UTC)) + AHEAD
    ahead, first, day = 0, "", ""
    for one in found:
        if isinstance(one, Interaction) and one.occurred_at is not None and one.occurred_at > latest:
            if not ahead:
                first, day = one.source, one.occurred_at.date().isoformat()
            ahead += 1
            yield one.model_copy(update={"occurred_at": None})
        else:
            yield one
    if ahead:
        yield Remark(
            source=first,
            reason=f"{rows(ahead)}: the date lies in the future ({day}), so the day of import counts; correct it.",
        )


def rows(count: int) -> str:
    """``1 row``, ``5 rows``."""
    return f"{count:,} row" if count == 1 else f"{count:,} rows"
