"""A digest as it is read: with what was decided about its findings, and about those of the weeks before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from voc.insights.drilldown import href
from voc.insights.finding_follow_up import Followed, figure_of, follow_up
from voc.insights.finding_review import FOLLOWED, OPEN, reviews
from voc.insights.periods import weeks_before
from voc.insights.saved_digests import is_over
from voc.insights.wording import titles
from voc.records import Digest, DigestItem, FollowedFinding, Review
from voc.store import Store
from voc.store.finding_reviews import KnownFinding


def reviewed_digest(store: Store, digest: Digest, *, now: datetime) -> Digest:
    """The digest with its items ranked by what was decided, and the findings that are followed from earlier weeks."""
    decisions = store.finding_reviews.all()
    if not decisions:
        return digest
    states = reviews(decisions)
    known = store.finding_reviews.known()
    (before,) = weeks_before(digest.week, 1)
    told = [known[key] for key, state in states.items() if _is_told(state, digest.week, before)]
    until = digest.week if is_over(digest.week, now=now) else before
    return digest.model_copy(
        update={
            "rises": _ranked(digest.rises, states),
            "falls": _ranked(digest.falls, states),
            "followed": tuple(followed(store, told, states, until=until)),
        }
    )


def known_finding(item: DigestItem, week: str) -> KnownFinding:
    """An item of a digest as it is kept once somebody decides about it."""
    return KnownFinding(item.key, week, item.topic, _lasting_title(item))


def _lasting_title(item: DigestItem) -> dict[str, str]:
    """The title of an item without what is true in its week alone: ``new this week``."""
    figure = figure_of(item.key)
    if figure is None:
        return item.labels
    return titles(figure.topic, figure.direction, item.extra.pace or "sudden", item.extra.tone, new=False)


def _is_told(state: Review, week: str, before: str) -> bool:
    if state.since is None or state.since >= week:
        return False
    return state.status in OPEN or (state.week or "") >= before


def _ranked(items: Sequence[DigestItem], states: Mapping[str, Review]) -> tuple[DigestItem, ...]:
    given = [one.model_copy(update={"review": states.get(one.key)}) for one in items]
    return tuple(sorted(given, key=lambda one: one.review is not None and one.review.status in {"dismissed", "merged"}))


def followed(
    store: Store, findings: Iterable[KnownFinding], states: Mapping[str, Review], *, until: str | None
) -> list[FollowedFinding]:
    """Findings as they stand, with whether their figures moved up to the week ``until``; ``None``: none is over."""
    found = list(findings)
    wanted = [
        Followed(one.key, state.since, state.at)
        for one in found
        if (state := states[one.key]).status in FOLLOWED and state.since is not None
    ]
    moved = follow_up(store, wanted, until=until) if until is not None else {}
    return [
        FollowedFinding(
            key=one.key,
            labels=one.labels,
            topic=one.topic,
            first_week=one.first_week,
            href=_href(one.key, states[one.key].since or one.first_week),
            review=states[one.key],
            follow_up=moved.get(one.key),
        )
        for one in found
    ]


def _href(key: str, week: str) -> str | None:
    figure = figure_of(key)
    return href(figure.filters(week=week)) if figure is not None else None
