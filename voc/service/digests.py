"""The weekly digest: which weeks there are, and one week against the four before it."""

from __future__ import annotations

from voc.errors import NotFoundError
from voc.insights.digest import default_week
from voc.insights.periods import begins, week_of, weeks_between
from voc.insights.saved_digests import is_over, last_week_with_data, make, saved
from voc.records import Decision, Digest
from voc.service import findings
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import use_case

MOST_WEEKS = 520
"""Weeks that are listed at most, the latest: ten years."""


@use_case("reader")
def weeks(service: Service, actor: Actor) -> dict[str, bool]:
    """Weeks with interactions or a saved digest, latest first, and whether one is saved."""
    store = service.store
    kept = {week for week, made_at in store.digests.made_at().items() if is_over(week, now=made_at)}
    found = set(kept)
    spanned = store.figures.first_and_last(now=service.now())
    if spanned is not None:
        found.update(weeks_between(week_of(spanned[0]), week_of(spanned[1]))[-MOST_WEEKS:])
    return {week: week in kept for week in sorted(found, reverse=True)}


@use_case("reader")
def latest(service: Service, actor: Actor) -> str | None:
    """The last finished week with data, else the latest there is, if any."""
    return last_week_with_data(service.store, now=service.now()) or next(iter(weeks(service, actor)), None)


@use_case("reader")
def digest(service: Service, actor: Actor, week: str) -> Digest:
    """The saved digest of a week with its quotes masked as today, else one made now; with what was decided about it.

    The latter is kept where the week is over and analysed: it is one that no worker looks after, or not yet.

    Raises:
        InputError: ``week`` is not an ISO week.
        NotFoundError: nothing came in that week.
    """
    begins(week)
    kept = saved(service.store, week)
    if kept is None and week not in weeks(service, actor):
        raise NotFoundError(f"There is nothing from week {week}.", code="empty_week", week=week)
    made = kept or make(service.store, week, now=service.now())
    return findings.with_reviews(service, actor, made)


@use_case("reader")
def digest_anew(service: Service, actor: Actor, week: str | None = None) -> Digest:
    """The digest of a week made now from what the store holds, whatever was kept; an empty one where nothing came in.

    Args:
        week: the last complete one with data by default.

    Raises:
        InputError: ``week`` is not an ISO week.
    """
    now = service.now()
    made = make(service.store, week or default_week(service.store, now=now), now=now)
    return findings.with_reviews(service, actor, made)


@use_case("analyst")
def review(service: Service, actor: Actor, week: str, key: str, wish: findings.Wish) -> Decision:
    """Decide about a finding of a week's digest, or about one that is followed since an earlier one.

    Raises:
        InputError: ``week`` is not an ISO week, or what the action needs is missing.
        NotFoundError: nothing came in that week, or there is no such finding.
        ConflictError: the finding is done, or open, as it must not be.
    """
    found = digest(service, actor, week)
    return findings.decide(service, actor, key, wish, items=(*found.rises, *found.falls), week=week)
