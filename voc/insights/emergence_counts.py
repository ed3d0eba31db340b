"""Who spoke of what, when and where: contacts as the counts that emergence is tested on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from voc.insights.emergence_tests import Floats, exposures
from voc.store.folding import sought, words
from voc.store.theme_counts import Contact

Subject = tuple[str, str]
"""(kind, id or stem)."""
Cell = tuple[str, str] | None
"""(dimension, value), or everywhere."""

DIMENSIONS = ("channel", "segment", "city")
SHORTEST_WORD = 4
_A_TELLING_WORD = "mot"
MOST_COMMON = 0.25
"""A word in more of the texts than this is everybody's, and says of no subject that it emerged."""


@dataclass(frozen=True)
class Counts:
    """Voices of subjects (rows) in periods (columns), of one cell and kind; ``interactions`` are the last period's."""

    subjects: list[Subject]
    counts: Floats
    exposed: Floats
    interactions: list[list[int]]


def words_of(text: str) -> set[str]:
    """Stems of the telling words of a text."""
    return {stem for word in words(text) if (stem := _telling(word)) is not None}


@lru_cache(maxsize=200_000)
def _telling(word: str) -> str | None:
    """The stem of a word that tells something; ``None`` of function words, numbers and short ones.

    Search leaves function words out unless a query has no others: it is asked together with one that tells.
    """
    found = sought(f"{word} {_A_TELLING_WORD}")
    stem = found[0][0]
    return stem if len(found) == 2 and len(stem) >= SHORTEST_WORD and stem.isalpha() else None


def spoken_words(texts: Mapping[str, str], contacts: Sequence[Contact]) -> dict[Subject, list[int]]:
    """Word → the contacts that hold it, but for what everybody says."""
    found: dict[Subject, list[int]] = defaultdict(list)
    read = 0
    for place, one in enumerate(contacts):
        text = texts.get(one.id) or ""
        read += bool(text)
        for word in words_of(text):
            found["words", word].append(place)
    return {key: rows for key, rows in found.items() if len(rows) <= MOST_COMMON * max(1, read)}


def cells_of(contacts: Sequence[Contact]) -> dict[Cell, npt.NDArray[np.bool_]]:
    """Which contacts each cell holds: everywhere, and each channel, segment and city."""
    found: dict[Cell, npt.NDArray[np.bool_]] = {None: np.ones(len(contacts), dtype=np.bool_)}
    for dimension in DIMENSIONS:
        values = np.array([getattr(one, dimension) or "" for one in contacts])
        for value in sorted({str(one) for one in values.tolist()} - {""}):
            found[dimension, value] = values == value
    return found


def counted(
    subjects: Mapping[Subject, Sequence[int]],
    contacts: Sequence[Contact],
    voices: Sequence[int],
    periods: npt.NDArray[np.int64],
    inside: npt.NDArray[np.bool_],
    *,
    least: int,
) -> Counts:
    """Counts of the subjects with ``least`` voices or more in the last period.

    Args:
        subjects: with the contacts that speak of them.
        voices: number of each contact's voice: a voice counts once a period.
        periods: number of each contact's period, the last one asked about; −1 for none.
        inside: the contacts of the cell.
    """
    last = int(periods.max(initial=-1))
    channels = {name: number for number, name in enumerate(sorted({one.channel for one in contacts}))}
    of_channel = np.array([channels[one.channel] for one in contacts], dtype=np.int64)
    heard = np.zeros((len(channels), last + 1))
    seen: set[tuple[int, int]] = set()
    for place in np.flatnonzero(inside & (periods >= 0)).tolist():
        key = (int(periods[place]), voices[place])
        if key not in seen:
            seen.add(key)
            heard[of_channel[place], key[0]] += 1
    names: list[Subject] = []
    rows: list[Floats] = []
    said: list[Floats] = []
    interactions: list[list[int]] = []
    for subject in sorted(subjects):
        places = [one for one in subjects[subject] if inside[one] and periods[one] >= 0]
        now = [one for one in places if periods[one] == last]
        if len({voices[one] for one in now}) < least:
            continue
        counts, on = np.zeros(last + 1), np.zeros(len(channels))
        once: set[tuple[int, int]] = set()
        for place in places:
            key = (int(periods[place]), voices[place])
            if key not in once:
                once.add(key)
                counts[key[0]] += 1
                on[of_channel[place]] += 1
        names.append(subject)
        rows.append(counts)
        said.append(on)
        interactions.append(now)
    table = np.array(rows).reshape(len(rows), last + 1)
    exposed = exposures(np.array(said).reshape(len(said), len(channels)), heard)
    return Counts(names, table, exposed, interactions)


def numbered(moments: Sequence[datetime], bounds: Sequence[tuple[datetime, datetime]]) -> npt.NDArray[np.int64]:
    """Number of the period [begin, end) each moment lies in; −1 in none."""
    stamps = np.array([one.timestamp() for one in moments], dtype=np.float64)
    found = np.full(len(moments), -1, dtype=np.int64)
    for number, (begin, end) in enumerate(bounds):
        found[(stamps >= begin.timestamp()) & (stamps < end.timestamp())] = number
    return found
