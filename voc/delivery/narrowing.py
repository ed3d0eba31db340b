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
        if here is None or here == value:
            update[name] = value
        elif name == "topic" and isinstance(here, str) and is_about(here, [str(value)]):
            continue
        elif name == "topic" and isinstance(here, str) and is_about(str(value), [here]):
            update[name] = value
        else:
            return None
    signals = dict(one.signals)
    for kind, asked in other.signals:
        if signals.setdefault(kind, asked) != asked:
            return None
    return one.model_copy(update={**update, "signals": tuple(sorted(signals.items()))})


def _within(segments: Sequence[str], view: Filters | None) -> list[Filters]:
    base = view or Filters()
    found = [merged(base, Filters(segment=one)) for one in segments] if segments else [base]
    return [one for one in found if one is not None]


def _kept(
    store: Store, items: Sequence[DigestItem], topics: Sequence[str], within: Sequence[Filters]
) -> Iterable[DigestItem]:
    for item in items:
        if topics and not (item.topic and is_about(item.topic, topics)):
            continue
        inside = _inside(store, item, within)
        if inside is None:
            yield item
        elif inside >= LEAST_INSIDE:
            yield item.model_copy(update={"extra": item.extra.model_copy(update={"inside": inside})})


def _inside(store: Store, item: DigestItem, within: Sequence[Filters]) -> int | None:
    """Interactions of a finding that are within what was asked for; ``None`` where all of it is."""
    if list(within) == [Filters()]:
        return None
    if item.href is None:
        return 0
    here = from_href(item.href)
    asked = [both for one in within if (both := merged(here, one)) is not None]
    return sum(store.interactions.count(one) for one in asked)
