"""The overview: how much was heard, how it felt, and what rose, over the last finished weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from voc.insights.groups import coarser
from voc.insights.periods import begins, ends, week_of, weeks_before, weeks_between
from voc.insights.records import Sentiments, Volume, Volumes
from voc.insights.saved_digests import OUTDATED, last_week_with_data
from voc.insights.sentiment import sentiment
from voc.insights.volumes import volumes
from voc.records import Digest, DigestItem
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.digests import digest
from voc.service.use_cases import use_case
from voc.store import Filters, Store

WEEKS = 12
CUT = ("week", "channel")
RISES = 5


@dataclass(frozen=True)
class Weeks:
    """``last`` is the last finished one with data, ``running`` the present one if it has any.

    The running week is shown, never compared: it would fall short of every full one.
    """

    last: str | None
    running: str | None
    every: tuple[str, ...]

    @property
    def full(self) -> tuple[str, ...]:
        """Those that are over."""
        return tuple(week for week in self.every if week != self.running)


@dataclass(frozen=True)
class Overview:
    """Everything the first page shows of what was heard."""

    weeks: Weeks
    total: Volumes
    """By week and channel."""
    by_week: Sentiments
    by_channel: Sentiments
    last_week: dict[str | None, Volume]
    """Channel → the last finished week against the four before it."""
    running_week: dict[str | None, Volume]
    rises: tuple[DigestItem, ...]
    """What rose most in the last finished week."""
    digest: Digest | None
    """Of the last finished week."""
    outdated: bool
    """Whether data of that week came in after its digest was made."""


@use_case("reader")
def overview(service: Service, actor: Actor) -> Overview | None:
    """The last twelve finished weeks that have anything in them, and the running one apart; ``None`` while empty."""
    store, now = service.store, service.now()
    spanned = store.figures.first_and_last(now=now)
    if spanned is None:
        return None
    weeks = _weeks(store, spanned, now)
    shown = Filters(since=begins(weeks.every[0]), until=ends(weeks.every[-1]))
    cells = store.figures.cells(shown, by=CUT)  # counted once: the rest of the page is sums of them
    rose = digest(service, actor, weeks.last) if weeks.last is not None else None
    return Overview(
        weeks=weeks,
        total=volumes(store, shown, by=CUT, counted=cells),
        by_week=sentiment(store, shown, by="week", counted=coarser(cells, CUT, ["week"])),
        by_channel=sentiment(store, shown, by="channel", counted=coarser(cells, CUT, ["channel"])),
        last_week=_by_channel(store, weeks.last, compare="previous:4"),
        running_week=_by_channel(store, weeks.running),
        rises=tuple(rose.rises[:RISES]) if rose else (),
        digest=rose,
        outdated=rose is not None and OUTDATED in rose.notes,
    )


def _weeks(store: Store, spanned: Sequence[datetime], now: datetime) -> Weeks:
    last = last_week_with_data(store, now=now)
    present = week_of(now)
    running = present if week_of(spanned[1]) == present else None
    if last is None:
        return Weeks(None, running, (running or week_of(spanned[1]),))
    full = [week for week in [*weeks_before(last, WEEKS - 1), last] if ends(week) > spanned[0]]
    # Between the last week with data and the running one nothing may have come in: weeks are not skipped.
    after = weeks_between(last, running)[1:] if running else []
    return Weeks(last, running, (*full, *after))


def _by_channel(store: Store, week: str | None, *, compare: str | None = None) -> dict[str | None, Volume]:
    if week is None:
        return {}
    found = volumes(store, Filters(week=week), by="channel", compare=compare).figures
    return {one.keys["channel"]: one for one in found}
