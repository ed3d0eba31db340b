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
Merge = tuple[int, int, float]
"""Two groups, by one record of each, and the mean weight between them when they were joined."""


def mean_link(
    size: int, pairs: Iterable[Pair], *, threshold: float = 0.0, unseen: float = UNSEEN_BITS, ceiling: float = 20.0
) -> list[int]:
    """Cluster of each of ``size`` records: :func:`merges` down to ``threshold``, then :func:`cut` there."""
    return cut(size, merges(size, pairs, lowest=threshold, unseen=unseen, ceiling=ceiling), threshold=threshold)


def merges(
    size: int, pairs: Iterable[Pair], *, lowest: float, unseen: float = UNSEEN_BITS, ceiling: float = 20.0
) -> list[Merge]:
    """Which groups are joined, the surest first.

    Mean weights only fall as groups are joined (average linkage is monotone), so :func:`cut` can stop at any
    threshold above ``lowest`` without clustering again.

    Args:
        size: records are numbered 0 … size − 1.
        pairs: (record, record, bits), each pair once, bits with the prior in.
        lowest: bits of mean weight from which on two groups are joined; above ``unseen``, or all become one.
        unseen: bits of a pair that is not among ``pairs``.
        ceiling: bits above which a pair cannot say more: one sure pair must not carry ten unlikely ones.
    """
    between: list[dict[int, tuple[float, int]]] = [{} for _ in range(size)]
    queue: list[tuple[float, int, int, int, int, int]] = []
    order = count()
    for a, b, bits in pairs:
        weight = min(bits, ceiling)
        between[a][b] = between[b][a] = (weight, 1)
        if weight > lowest:
            queue.append((-weight, next(order), a, b, 0, 0))
    heapq.heapify(queue)
    members = [1] * size
    version = [0] * size
    joined: list[Merge] = []
    while queue:
        level, _, a, b, at_a, at_b = heapq.heappop(queue)
        if version[a] != at_a or version[b] != at_b:
            continue  # one of them has grown since: a newer entry stands for the pair
        if len(between[a]) < len(between[b]):
            a, b = b, a
        joined.append((a, b, -level))
        members[a] += members[b]
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
            possible = members[a] * members[other]
            mean = (total + (possible - seen) * unseen) / possible
            if mean > lowest:
                heapq.heappush(queue, (-mean, next(order), a, other, version[a], version[other]))
    return joined


def cut(size: int, joined: Iterable[Merge], *, threshold: float) -> list[int]:
    """The lowest record of its cluster for each record, with only what was joined above ``threshold``."""
    parent = list(range(size))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for a, b, level in joined:
        if level > threshold:
            first, second = sorted((root(a), root(b)))
            parent[second] = first
    return [root(one) for one in range(size)]
