"""Themes that stay: each clustering is matched to the themes known before, so that what is followed keeps its id.

What was in a theme stays in it; what is new joins the nearest theme that it reaches; only what is left makes new
themes. A clustering anew then says which themes have come to be one, and which one has come to be two. So small changes
of the texts change nothing else, although any clustering from nothing draws some borders differently each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from voc.language.vectors import unit
from voc.themes.clustering import IntArray, Layers, floors_of, joined, middles_of, smallest_theme
from voc.themes.space import FloatArray

SAME = 0.9
"""Cosine of two middles from which a new cluster is a known theme, found again beside its floor."""
NEW_SHARE = 0.5
"""Share of a new cluster that must be in no known theme for it to be a new one."""
OVERLOOKED, GROWN = 2.0, 0.25
"""What the run before looked at and left out makes no new theme by itself: not where it was this many times what a
theme needs, unless this share of the new one is new. A clustering anew draws its borders by chance where it found none
before: with a twentieth more clauses seven hundred that had been left out became one theme, 34 of them new."""
MERGED_SHARE, MERGED_NEAR = 0.6, 0.9
"""Two themes are one when such a share of each lies in the same new cluster and their middles are as near as this."""
SPLIT_SHARE, SPLIT_OWN, SPLIT_APART = 0.3, 0.6, 0.6
"""A theme is two when such a share of it lies in each of two new clusters, which consist of it to such a share, and the
two middles are no nearer than this."""


@dataclass(frozen=True)
class Known:
    """A theme known before: its middle (float32 [d], L2-normalised) and the least cosine of a member.

    ``decided`` by a person: it is never split by itself, and never merged into another.
    """

    id: str
    centre: FloatArray
    floor: float
    decided: bool = False
    rejected: bool = False


@dataclass(frozen=True)
class Continued:
    """Theme of each row (index into ``known``, then the new ones in order; −1 in none), and what happened.

    ``merged`` maps a known theme to the one it went into, ``split`` a new theme to the one it came out of;
    ``centres`` and ``floors`` are of all themes, merged ones and those without members as they were.
    """

    labels: IntArray
    new: int
    centres: FloatArray
    floors: npt.NDArray[np.float32]
    merged: dict[int, int] = field(default_factory=dict)
    split: dict[int, int] = field(default_factory=dict)


def continued(
    vectors: FloatArray,
    held: IntArray,
    fresh: Layers,
    known: Sequence[Known],
    *,
    seen: npt.NDArray[np.bool_] | None = None,
) -> Continued:
    """Carry themes on over ``vectors`` (float32 [n, d], L2-normalised).

    Args:
        held: index of the known theme each row is in from earlier; −1 for rows that are new or were in none.
        fresh: the same rows clustered from nothing.
        seen: which rows the run before looked at too; none if there was no such run.
    """
    smallest = smallest_theme(len(vectors))
    size = vectors.shape[1]
    centres = np.stack([one.centre for one in known]) if known else np.zeros((0, size), np.float32)
    floors = np.array([one.floor for one in known], dtype=np.float32)
    labels = joined(vectors, held, centres, floors)
    merged = _merged(labels, fresh.fine, centres, known)
    for gone, into in merged.items():
        labels[labels == gone] = into
    split = _split_off(vectors, labels, fresh.fine, known, smallest)
    count = len(known)
    parents: dict[int, int] = {}
    for rows, parent in split:
        labels[rows] = count
        parents[count] = parent
        count += 1
    if seen is None:
        seen = np.zeros(len(vectors), dtype=np.bool_)
    for rows in _new(vectors, labels, fresh.fine, centres, smallest, seen):
        labels[rows] = count
        count += 1
    alive = middles_of(vectors, labels)
    alive = np.concatenate([alive, np.zeros((count - len(alive), size), np.float32)])
    # The floor of a known theme stays: taken anew from its members, it would sink a little with every run.
    reach = np.concatenate([floors, floors_of(vectors, labels, alive)[len(known) :]])
    for index in range(len(known)):
        # A theme that nobody speaks of now stays where it was: it may come back.
        if index in merged or not bool((labels == index).any()):
            alive[index] = centres[index]
    newest = alive.copy()
    newest[: len(known)] = 0.0  # what was left out of the known ones above stays out of them
    labels = joined(vectors, labels, newest, reach)
    return Continued(labels, count - len(known), alive, reach, merged, parents)


def _merged(labels: IntArray, fresh: IntArray, centres: FloatArray, known: Sequence[Known]) -> dict[int, int]:
    homes: dict[int, list[int]] = {}
    sizes: dict[int, int] = {}
    for index in range(len(known)):
        rows = labels == index
        sizes[index] = int(rows.sum())
        inside = fresh[rows]
        inside = inside[inside >= 0]
        if not len(inside):
            continue
        home, n = Counter(inside.tolist()).most_common(1)[0]
        if n >= MERGED_SHARE * sizes[index]:
            homes.setdefault(home, []).append(index)
    found: dict[int, int] = {}
    for together in homes.values():
        # A person's decision leads, then the larger.
        ordered = sorted(together, key=lambda one: (not known[one].decided, -sizes[one], one))
        for place, index in enumerate(ordered[1:], start=1):
            larger = (one for one in ordered[:place] if one not in found)
            into = next((one for one in larger if _may_merge(index, one, centres, known)), None)
            if into is not None:
                found[index] = into
    return found


def _may_merge(one: int, into: int, centres: FloatArray, known: Sequence[Known]) -> bool:
    if known[one].decided or known[one].rejected != known[into].rejected:
        return False
    return float(centres[one] @ centres[into]) >= MERGED_NEAR


def _split_off(
    vectors: FloatArray, labels: IntArray, fresh: IntArray, known: Sequence[Known], smallest: int
) -> list[tuple[IntArray, int]]:
    """Rows that leave a theme to be one of their own, with the theme they leave; the largest part stays."""
    sizes = Counter(fresh[fresh >= 0].tolist())
    found: list[tuple[IntArray, int]] = []
    for index, one in enumerate(known):
        rows = np.flatnonzero(labels == index)
        if one.decided or one.rejected or len(rows) < 2 * smallest:
            continue
        parts = [
            (home, n)
            for home, n in Counter(fresh[rows].tolist()).most_common()
            if home >= 0 and n >= max(smallest, SPLIT_SHARE * len(rows)) and n >= SPLIT_OWN * sizes[home]
        ]
        if len(parts) < 2:
            continue
        staying = unit(vectors[rows[fresh[rows] == parts[0][0]]].mean(axis=0))
        for home, _ in parts[1:]:
            leaving = rows[fresh[rows] == home]
            if float(staying @ unit(vectors[leaving].mean(axis=0))) < SPLIT_APART:
                found.append((leaving, index))
    return found


def _new(
    vectors: FloatArray,
    labels: IntArray,
    fresh: IntArray,
    centres: FloatArray,
    smallest: int,
    seen: npt.NDArray[np.bool_],
) -> list[IntArray]:
    """Rows of each cluster that no known theme holds, where they make one of their own; the largest first."""
    found: list[IntArray] = []
    for home in range(int(fresh.max(initial=-1)) + 1):
        rows = np.flatnonzero(fresh == home)
        free = rows[labels[rows] < 0]
        if len(free) < smallest or len(free) <= NEW_SHARE * len(rows):
            continue
        if len(centres):
            likeness = centres @ unit(vectors[free].mean(axis=0))
            nearest = int(likeness.argmax())
            if float(likeness[nearest]) >= SAME:
                labels[free] = nearest
                continue
        overlooked = int(seen[free].sum())
        if overlooked >= OVERLOOKED * smallest and len(free) - overlooked < GROWN * len(free):
            continue
        found.append(free)
    return sorted(found, key=lambda rows: (-len(rows), int(rows[0])))
