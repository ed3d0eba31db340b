"""The inverted index: which rows hold a term and how often, in immutable segments that are merged as they gather.

A row is named by its slot. The words of a slot stand in one segment, the one of the number ``home[slot]``; what an older
segment still says of it no longer counts, and goes with the next merge (O'Neil et al. 1996, *The log-structured
merge-tree*).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_TIMES = 255
"""Times a term counts in one row; more says nothing more."""
POSTINGS_AT_ONCE = 1 << 21
"""Postings that are moved at a time while segments are merged: some 60 MB."""

Slots = NDArray[np.int32]


@dataclass(frozen=True)
class Segment:
    """Postings by term.

    Attributes:
        number: what ``home`` of its slots says.
        terms: int32 [t], ascending.
        offsets: int64 [t + 1]: where the postings of each term begin.
        slots: int32 [p], each once a term, in any order.
        times: uint8 [p], 1…255; 0 where a posting was wiped.
    """

    number: int
    terms: NDArray[np.int32]
    offsets: NDArray[np.int64]
    slots: Slots
    times: NDArray[np.uint8]

    def of(self, term: int) -> tuple[Slots, NDArray[np.uint8]]:
        """(slots, times) of one term."""
        place = int(np.searchsorted(self.terms, term))
        if place == len(self.terms) or self.terms[place] != term:
            return self.slots[:0], self.times[:0]
        part = slice(int(self.offsets[place]), int(self.offsets[place + 1]))
        return self.slots[part], self.times[part]


@dataclass(frozen=True)
class Postings:
    """All segments, with the home of every slot: uint32 [rows], 0 where a row has no words."""

    segments: tuple[Segment, ...]
    home: NDArray[np.uint32]

    def of(self, term: int, allowed: NDArray[np.bool_] | None) -> tuple[Slots, NDArray[np.uint8]]:
        """(slots, times) of the rows that hold ``term``, of those ``allowed`` (bool [rows]; ``None``: all)."""
        found: list[tuple[Slots, NDArray[np.uint8]]] = []
        for segment in self.segments:
            slots, times = segment.of(term)
            if not len(slots):
                continue
            kept = (self.home[slots] == segment.number) & (times > 0)
            if allowed is not None:
                kept &= allowed[slots]
            found.append((slots[kept], times[kept]))
        if not found:
            return np.zeros(0, np.int32), np.zeros(0, np.uint8)
        return np.concatenate([one for one, _ in found]), np.concatenate([times for _, times in found])


def segment(number: int, rows: Iterable[tuple[int, Mapping[int, int]]]) -> Segment:
    """A segment of rows: (slot, term → times)."""
    slots: list[int] = []
    terms: list[int] = []
    times: list[int] = []
    for slot, counts in rows:
        slots += [slot] * len(counts)
        terms += counts.keys()
        times += counts.values()
    held = np.minimum(np.array(times, np.int64), MOST_TIMES).astype(np.uint8)
    return sorted_segment(number, np.array(terms, np.int32), np.array(slots, np.int32), held)


def sorted_segment(number: int, terms: NDArray[np.int32], slots: Slots, times: NDArray[np.uint8]) -> Segment:
    """A segment of postings in any order."""
    order = np.argsort(terms, kind="stable")
    terms = terms[order]
    distinct, begins = np.unique(terms, return_index=True)
    offsets = np.append(begins, len(terms)).astype(np.int64)
    return Segment(number, distinct.astype(np.int32), offsets, slots[order], times[order])


def merged(
    number: int, segments: Sequence[Segment], home: NDArray[np.uint32], moved: NDArray[np.int32] | None = None
) -> Segment:
    """One segment of what counts of several.

    Args:
        moved: int32 [rows]: the new slot of each, −1 where it goes; ``None``: slots stay.
    """
    last = max((int(one.terms[-1]) for one in segments if len(one.terms)), default=-1)
    counts = np.zeros(last + 1, np.int64)
    for terms, slots, _ in _pieces(segments, home, moved):
        counts += np.bincount(terms, minlength=last + 1) if len(slots) else 0
    ends = np.cumsum(counts)
    free = ends - counts
    total = int(counts.sum())
    slots_out, times_out = np.empty(total, np.int32), np.empty(total, np.uint8)
    for terms, slots, times in _pieces(segments, home, moved):
        # Terms ascend within a piece: the n-th of one term goes n places behind where it is free.
        distinct, begins, there = np.unique(terms, return_index=True, return_counts=True)
        places = np.arange(len(terms)) - np.repeat(begins, there) + np.repeat(free[distinct], there)
        slots_out[places], times_out[places] = slots, times
        free[distinct] += there
    held = np.flatnonzero(counts)
    return Segment(number, held.astype(np.int32), np.append(ends[held] - counts[held], total), slots_out, times_out)


def _pieces(
    segments: Sequence[Segment], home: NDArray[np.uint32], moved: NDArray[np.int32] | None
) -> Iterable[tuple[NDArray[np.int32], Slots, NDArray[np.uint8]]]:
    """(terms, slots, times) of what counts, in pieces, terms ascending within each."""
    for one in segments:
        lengths = np.diff(one.offsets)
        begin = 0
        while begin < len(one.terms):
            end = int(np.searchsorted(one.offsets, one.offsets[begin] + POSTINGS_AT_ONCE, side="right")) - 1
            end = min(max(end, begin + 1), len(one.terms))
            part = slice(int(one.offsets[begin]), int(one.offsets[end]))
            slots, times = np.asarray(one.slots[part]), np.asarray(one.times[part])
            terms = np.repeat(one.terms[begin:end], lengths[begin:end])
            kept = (home[slots] == one.number) & (times > 0)
            if moved is not None:
                kept &= moved[slots] >= 0
            slots = slots[kept]
            yield terms[kept], (slots if moved is None else moved[slots]), times[kept]
            begin = end
