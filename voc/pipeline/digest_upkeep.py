"""Digests without anybody asking: a worker saves the digest of each week that is over, and renews what has changed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from voc.insights.saved_digests import as_it_is, due, make
from voc.records import Digest
from voc.store import Store

log = logging.getLogger("voc.digests")


def save_due(
    store: Store,
    *,
    phrase: Callable[[Digest], Digest] = as_it_is,
    now: datetime | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> list[str]:
    """Make and save every digest that is due; returns its weeks. Of several workers one makes each.

    Args:
        phrase: puts the sentences of a digest into other words; by default they stay.
        stopped: asked before each week, so that a worker that ends does not begin another.

    Raises:
        StoreError: the store refused; what was saved stays saved.
    """
    now = now or datetime.now(UTC)
    made = []
    for week in due(store, now=now):
        if stopped():
            break
        if not store.digests.claim(week, now=now):
            continue
        try:
            make(store, week, now=now, phrase=phrase)
        finally:
            store.digests.give_up(week)
        made.append(week)
        log.info("digest of %s saved", week)
    return made
