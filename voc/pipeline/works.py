"""Works: which workflow owes the analysis of which interactions, and what becomes of those that ended without it.

Small works of texts are done together, so that what is sent one by one is analysed as a table is. A worker takes one
work of the text queue at a time, and mails sent by themselves used to be a work, a look at the queue and a transaction
each. The work that runs takes over what those wait with that nobody has begun; each of them finds nothing left to do
when its turn comes. What was in a work that killed its worker again and again is done alone, so that one text takes no
other with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from voc.pipeline.queues import WorkQueue
from voc.store import Store

TOGETHER = "txt-"
ALONE = "one-"
"""Works of one text each, into which nothing is gathered and which go into no other."""
RECORDING = "rec-"


def fresh_work(*, recording: bool, alone: bool = False) -> str:
    """An id for a new work."""
    return (RECORDING if recording else ALONE if alone else TOGETHER) + secrets.token_hex(8)


def gather(store: Store, queue: WorkQueue, work_id: str, *, room: int) -> int:
    """Let a work that begins owe what small works behind it owe, up to ``room`` texts in all; returns how many it took.

    Only of works that no worker has begun, and of the same priority: what came in now never waits for what lay in a
    source before.
    """
    if not work_id.startswith(TOGETHER):
        return 0
    left = room - len(store.interactions.of_work(work_id))
    if left <= 0:
        return 0
    small = [one for one in store.waiting_works.small(prefix=TOGETHER, below=room, most=room + 1) if one.id != work_id]
    unbegun = queue.unbegun_like(work_id, [one.id for one in small])
    taken = []
    for one in small:
        if one.id in unbegun and one.texts <= left:
            taken.append(one.id)
            left -= one.texts
    return store.waiting_works.hand_over(taken, work_id) if taken else 0


def resume_works(store: Store, queue: WorkQueue) -> int:
    """Queue what no workflow will do, as it was never queued or ended without it; returns how many works."""
    picked = 0
    owing = store.interactions.owing()
    statuses = queue.statuses([work_id for work_id, _ in owing])
    for work_id, recording in owing:
        status = statuses.get(work_id)
        if status is None:
            queue.enqueue(work_id, recording=recording)
            picked += 1
        elif status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED":
            picked += _set_aside(store, queue, work_id, recording=recording)
        elif status in {"ERROR", "CANCELLED", "SUCCESS"}:
            ids = store.interactions.of_work(work_id)
            queue_anew(store, queue, ids, recording=recording, alone=work_id.startswith(ALONE))
            picked += 1
    return picked


def _set_aside(store: Store, queue: WorkQueue, work_id: str, *, recording: bool) -> int:
    """Fail what killed its worker again and again; of several, each is tried alone first, as one of them did it."""
    ids = store.interactions.of_work(work_id)
    if len(ids) == 1:
        reason = "The worker died several times on this file; it was set aside. Retry after an upgrade."
        store.interactions.fail(ids, reason)
        return 0
    for one in ids:
        queue_anew(store, queue, [one], recording=recording, alone=True)
    return len(ids)


def queue_anew(store: Store, queue: WorkQueue, ids: Sequence[str], *, recording: bool, alone: bool = False) -> None:
    """Let a new work owe a new analysis of these interactions, and queue it."""
    fresh = fresh_work(recording=recording, alone=alone)
    store.interactions.requeue(ids, work_id=fresh)
    queue.enqueue(fresh, recording=recording)
