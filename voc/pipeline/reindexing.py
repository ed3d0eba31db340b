"""Vectors made anew after a change of the encoder or of the search space, from the texts that were analysed.

Until a text has its vector in the space of today it is found by its words alone: vectors of two spaces are never
compared. What is done is done: cut off anywhere, the next run goes on with what is left.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from voc.errors import ModelError
from voc.language.search_space import encoded
from voc.store import Store

log = logging.getLogger("voc.search")

AT_ONCE = 128
"""Texts encoded between two looks at whether to stop."""

Progress = Callable[[int, int], None]


def reindex(
    store: Store,
    *,
    stopped: Callable[[], bool] = lambda: False,
    progress: Progress | None = None,
) -> int:
    """Give every interaction whose vector is of another space one of today's; returns how many were made.

    Raises:
        ModelError: the encoder is missing.
    """
    vectors = store.search.vectors
    total, done = vectors.outdated(), 0
    while not stopped() and (ids := vectors.outdated_ids(limit=AT_ONCE)):
        analyses = store.findings.analyses(ids, as_found=True)
        said = {one: analyses[one].text for one in ids if one in analyses and analyses[one].text.strip()}
        made = dict(zip(said, encoded(list(said.values()), kind="passage"), strict=True)) if said else {}
        vectors.replace({one: made.get(one) for one in ids})
        done += len(ids)
        if progress:
            progress(done, max(total, done))
    return done


def reindex_due(store: Store, *, stopped: Callable[[], bool]) -> int:
    """The same, where there is something to do and the encoder to do it with."""
    try:
        if done := reindex(store, stopped=stopped):
            log.info("%d vectors of the search were made anew", done)
        return done
    except ModelError as error:
        log.warning("vectors of the search could not be made anew: %s", error)
        return 0
