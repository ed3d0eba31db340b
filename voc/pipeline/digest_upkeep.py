"""Digests without anybody asking: a worker saves the digest of each week that is over, and renews what has changed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from voc.delivery.writer import phrase
from voc.insights.saved_digests import due, make
from voc.settings import Settings
from voc.store import Store

log = logging.getLogger("voc.digests")


def save_due(
    store: Store,
    *,
    settings: Settings | None = None,
    now: datetime | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> list[str]:
    """Make and save every digest that is due; returns its weeks. Of several workers one makes each.

    Args:
        settings: name the model that phrases its sentences; by default none does.
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
            if settings is None:
                make(store, week, now=now)
            else:
                make(store, week, now=now, phrase=partial(phrase, settings=settings))
        finally:
            store.digests.give_up(week)
        made.append(week)
        log.info("digest of %s saved", week)
    return made
