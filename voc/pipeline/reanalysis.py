"""Analysing again: after a model or taxonomy change, or to retry what failed."""

from __future__ import annotations

from collections.abc import Sequence

from voc.pipeline.queues import TEXT_BATCH, WorkQueue
from voc.pipeline.works import queue_anew
from voc.store import Filters, Store


def reanalyse(
    store: Store, queue: WorkQueue, *, filters: Filters | None = None, ids: Sequence[str] | None = None
) -> list[str]:
    """Queue the analysis of what ``filters`` select (or of ``ids``) anew; returns the ids.

    Recordings are heard again too: the transcription model may be the one that changed. The present analysis stays
    in place until the new one replaces it.
    """
    chosen = list(ids) if ids is not None else store.interactions.all_ids(filters or Filters())
    recordings = [one.id for one in store.interactions.records(chosen) if one.recording is not None]
    heard = set(recordings)
    texts = [one for one in chosen if one not in heard]
    for one in recordings:
        queue_anew(store, queue, [one], recording=True)
    for start in range(0, len(texts), TEXT_BATCH):
        queue_anew(store, queue, texts[start : start + TEXT_BATCH], recording=False)
    return chosen
