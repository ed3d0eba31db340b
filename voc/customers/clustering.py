"""Grouping records that are of one person, from the weights of pairs, by mean link.

Connected components join whatever a single doubtful pair touches: one wrong link between two families makes one person
of both. Here two groups are joined while the *mean* weight over all pairs between them is above the threshold, where a
pair that was never compared (it shares no blocking key) speaks against. Pairs come in from the surest down.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from itertools import count

UNSEEN_BITS = -4.0
"""Weight of a pair that shares no blocking key: likely two people, not surely (half the fields may be missing)."""

Pair = tuple[int, int, float]


def mean_link(
    size: int, pairs: Iterable[Pair], *, threshold: float = 0.0, unseen: float = UNSEEN_BITS, ceiling: float = 20.0
) -> list[int]:
    """Cluster of each of ``size`` records.

    Args:
        size: records are numbered 0 … size − 1.
        pairs: (record, record, bits), each pair once, bits with the prior in.
        threshold: bits of mean weight from which on two groups are joined.
        unseen: bits of a pair that is not among ``pairs``.
        ceiling: bits above which a pair cannot say more: one sure pair must not carry ten unlikely ones.

    Returns:
        The lowest record of its cluster for each record.
    """
    between: list[dict[int, tuple[float, int]]] = [{} for _ in range(size)]
    queue: list[tuple[float, int, int, int, int, int]] = []
    order = count()
    for a, b, bits in pairs:
        weight = min(bits, ceiling)
        between[a][b] = between[b][a] = (weight, 1)
        if weight > threshold:
            heapq.heappush(queue, (-weight, next(order), a, b, 0, 0))
    members: list[list[int]] = [[one] for one in range(size)]
    version = [0] * size
    while queue:
        _, _, a, b, at_a, at_b = heapq.heappop(queue)
        if version[a] != at_a or version[b] != at_b:
            continue  # one of them has grown since: a newer entry stands for the pair
        if len(members[a]) + len(between[a]) < len(members[b]) + len(between[b]):
            a, b = b, a
        members[a] += members[b]
        members[b] = []
        version[a] += 1
        version[b] = -1
        near, far = between[a], between[b]
        near.pop(b, None)
        far.pop(a, None)
        between[b] = {}
        for other, (total, seen) in far.items():
            ours, known = near.get(other, (0.0, 0))
            near[other] = (ours + total, known + seen)
            del between[other][b]
        for other, (total, seen) in near.items():
            between[other][a] = (total, seen)
            possible = len(members[a]) * len(members[other])
            mean = (total + (possible - seen) * unseen) / possible
            if mean > threshold:
                heapq.heappush(queue, (-mean, next(order), a, other, version[a], version[other]))
    cluster = [0] * size
    for group in members:
        lowest = min(group, default=0)
        for one in group:
            cluster[one] = lowest
    return cluster
