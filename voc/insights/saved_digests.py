"""Digests that are kept: made once a week is over and its work is analysed, made anew when what they read changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from voc.insights.digest import BASELINE_WEEKS, build
from voc.insights.periods import begins, ends, latest_complete_week, week_of, weeks_before
from voc.insights.quotes import reapply_masks
from voc.records import Digest, as_utc
from voc.store import Filters, Store

KEPT_WEEKS = 12
"""Finished weeks whose digest is made without anybody asking: those that the home page shows."""
OUTDATED = "outdated"
"""Note of a digest whose weeks have changed since it was made (see ``voc.insights.wording.note``)."""


def is_over(week: str, *, now: datetime) -> bool:
    """Whether an ISO week is over."""
    return ends(week) <= as_utc(now)


def saved(store: Store, week: str) -> Digest | None:
    """The kept digest of a week with its quotes masked as today, and a note where its data have changed since.

    One that was made before its week was over is none: it compared a part of a week.
    """
    kept = store.digests.get(week)
    if kept is None or not is_over(week, now=kept.created_at):
        return None
    kept = reapply_masks(store, kept)
    if store.digests.is_outdated(week):
        kept = kept.model_copy(update={"notes": (*kept.notes, OUTDATED)})
    return kept


def as_it_is(digest: Digest) -> Digest:
    """The digest in its own words."""
    return digest


def make(store: Store, week: str, *, now: datetime, phrase: Callable[[Digest], Digest] = as_it_is) -> Digest:
    """The digest of ``week`` made now, and kept where the week is over and all its work is analysed.

    Args:
        phrase: puts the sentences of one that is kept into other words.

    Raises:
        InputError: ``week`` is not an ISO week.
    """
    keep = is_over(week, now=now) and not awaits_work(store, week)
    store.digests.count_changes()
    # Before anything is read: what changes while it is made must count as changed since.
    changes = store.digests.state(week).changes
    digest = build(store, week, now=now)
    if keep:
        digest = phrase(digest)
        whole = len(digest.baseline_weeks) == BASELINE_WEEKS
        store.digests.save(digest, made_of=changes, reads_from=digest.baseline_weeks[0] if whole else "")
    return digest


def due(store: Store, *, now: datetime) -> list[str]:
    """Finished weeks of the last ``KEPT_WEEKS`` with data whose digest is missing or outdated, latest first.

    A week whose own work, or that of the weeks it is compared with, is still to be analysed is not due yet.
    """
    store.digests.count_changes()
    last = latest_complete_week(now)
    states, made_at = store.digests.states(), store.digests.made_at()
    found = []
    for week in reversed([*weeks_before(last, KEPT_WEEKS - 1), last]):
        state, made = states.get(week), made_at.get(week)
        if state is not None and made is not None and not state.outdated and is_over(week, now=made):
            continue
        if (made is not None or store.figures.has_any(begins(week), ends(week))) and not awaits_work(store, week):
            found.append(week)
    return found


def last_week_with_data(store: Store, *, now: datetime) -> str | None:
    """The last finished ISO week in which something was analysed, or ``None`` where there is none."""
    last = store.figures.latest_before(begins(week_of(now)))
    return week_of(last) if last is not None else None


def awaits_work(store: Store, week: str) -> bool:
    """Whether something of a week, or of those its digest compares it with, is still to be analysed."""
    since = begins(weeks_before(week, BASELINE_WEEKS)[0])
    return store.interactions.count(Filters(status="queued", since=since, until=ends(week))) > 0
