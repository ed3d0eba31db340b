"""A digest narrowed to what one reader asked for: topics, segments, a saved view.

A finding stays when at least two of its interactions are within what was asked for, and says how many. Nothing is
tested again: the figures of a finding are those of all customers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from voc.insights.drilldown import from_href
from voc.insights.labels import topic_label
from voc.records import Digest, DigestItem, FollowedFinding
from voc.records.subscriptions import Subscription
from voc.store import Filters, Store
from voc.store.filters import Asked, any_of, by_name, values

LEAST_INSIDE = 2
"""Interactions within what was asked for, from which a finding concerns it; one alone may be chance."""


def narrowed(
    store: Store, digest: Digest, wish: Subscription, *, view: Filters | None = None, view_name: str | None = None
) -> Digest:
    """The digest with only what concerns ``wish``; the same where it asks for nothing in particular.

    Args:
        view: the filters of its saved view; their period is left aside.
    """
    parts = [topic_label(one, wish.language) for one in wish.topics] + list(wish.segments)
    parts += [view_name] if view_name else []
    if not parts:
        return digest
    within = _within(wish.segments, view)
    kept = {
        side: tuple(_kept(store, getattr(digest, side), wish.topics, within)) for side in ("rises", "falls")
    }  # fmt: skip
    followed: tuple[FollowedFinding, ...] = tuple(
        one for one in digest.followed if not wish.topics or (one.topic and is_about(one.topic, wish.topics))
    )
    notes = (*digest.notes, f"narrowed:{', '.join(parts)}")
    return digest.model_copy(update={**kept, "followed": followed, "notes": notes})


def is_about(topic: str, topics: Iterable[str]) -> bool:
    """Whether a topic is one of ``topics``, or below one of them."""
    return any(topic == one or topic.startswith(f"{one}.") for one in topics)


def merged(one: Filters, other: Filters) -> Filters | None:
    """Filters that leave what both leave; ``None`` where that is nothing, or cannot be said."""
    update: dict[str, object] = {}
    for name, value in other:
        if value is None or name in {"week", "since", "until", "signals"}:
            continue
        here = getattr(one, name)
        both = value if here is None else _both(name, values(here), values(value))
        if both is None:
            return None
        update[name] = both
    found = one.model_copy(update=update)
    for kind in dict(other.signals):
        here, asked = values(one.signal(kind)), values(other.signal(kind))
        both = any_of(asked) if not here else _narrower(here, asked)
        if both is None:
            return None
        found = found.signalled(kind, both)
    return found


def _both(name: str, here: Sequence[str], other: Sequence[str]) -> Asked:
    """What leaves what both leave, of one filter; ``None`` where that is nothing or cannot be said."""
    if name == "topic":  # an interaction speaks of several: only what lies within the other can be said
        inside = next((some for some, rest in ((here, other), (other, here)) if _all_about(some, rest)), ())
        return any_of(inside)
    if name not in {"attribute", "customer_attribute"}:
        return any_of(set(here) & set(other))
    mine, theirs = by_name(any_of(here)), by_name(any_of(other))
    shared = {key: set(mine[key]) & set(theirs[key]) for key in mine.keys() & theirs.keys()}
    if not all(shared.values()):
        return None
    return any_of(pair for some in (mine | theirs | shared).values() for pair in some)


def _all_about(some: Sequence[str], topics: Sequence[str]) -> bool:
    return all(is_about(one, topics) for one in some)


def _narrower(here: Sequence[str], other: Sequence[str]) -> Asked:
    """The one that lies within the other."""
    less, more = sorted((set(here), set(other)), key=len)
    return any_of(less) if less <= more else None


def _within(segments: Sequence[str], view: Filters | None) -> Filters | None:
    base = view or Filters()
    return merged(base, Filters(segment=tuple(segments))) if segments else base


def _kept(
    store: Store, items: Sequence[DigestItem], topics: Sequence[str], within: Filters | None
) -> Iterable[DigestItem]:
    for item in items:
        if topics and not (item.topic and is_about(item.topic, topics)):
            continue
        inside = _inside(store, item, within)
        if inside is None:
            yield item
        elif inside >= LEAST_INSIDE:
            yield item.model_copy(update={"extra": item.extra.model_copy(update={"inside": inside})})


def _inside(store: Store, item: DigestItem, within: Filters | None) -> int | None:
    """Interactions of a finding that are within what was asked for; ``None`` where all of it is."""
    if within == Filters():
        return None
    both = merged(from_href(item.href), within) if item.href is not None and within is not None else None
    return store.interactions.count(both) if both is not None else 0
