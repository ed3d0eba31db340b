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

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

DIMENSIONS = ("channel", "segment", "city")
SHORTEST_WORD = 4
_A_TELLING_WORD = "mot"
MOST_COMMON = 0.25
"""A word in more of the texts than this is everybody's, and says of no subject that it emerged."""


@dataclass(frozen=True)
class Counts:
    """Voices of subjects (rows) in periods (columns), of one cell and kind; ``interactions`` are the last period's.

    ``able`` is how many subjects have enough voices in all periods together; those of the rows have them in the last.
    """

    subjects: list[Subject]
    counts: Floats
    exposed: Floats
    interactions: list[list[int]]
    able: int


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


@dataclass(frozen=True)
class Spoken:
    """Who speaks of what, as columns: contact ``place[i]`` speaks of ``names[subject[i]]``; by subject, then place."""

    names: list[Subject]
    subject: Integers
    place: Integers


def spoken_columns(subjects: Mapping[Subject, Sequence[int]]) -> Spoken:
    """Subjects with the contacts that speak of them, as columns."""
    names = sorted(subjects)
    lengths = [len(subjects[name]) for name in names]
    places = [np.asarray(subjects[name], dtype=np.int64) for name in names]
    return Spoken(names, np.repeat(np.arange(len(names)), lengths), np.concatenate([np.empty(0, np.int64), *places]))


def counted(
    spoken: Spoken, channels: Integers, voices: Integers, periods: Integers, inside: Flags, *, least: int
) -> Counts:
    """Counts of the subjects with ``least`` voices or more in the last period.

    Args:
        channels: number of each contact's channel.
        voices: number of each contact's voice: a voice counts once a period, on the channel it was heard on first.
        periods: number of each contact's period, the last one asked about; −1 for none.
        inside: the contacts of the cell.
    """
    last, number = int(periods.max(initial=-1)), int(channels.max(initial=-1)) + 1
    inside = inside & (periods >= 0)
    among = int(voices.max(initial=0)) + 1
    heard = np.zeros((number, last + 1))
    first = _first_of_each(periods[inside] * among + voices[inside])
    np.add.at(heard, (channels[inside][first], periods[inside][first]), 1)

    here = inside[spoken.place]
    subject, place = spoken.subject[here], spoken.place[here]
    first = _first_of_each((subject * (last + 1) + periods[place]) * among + voices[place])
    counts, said = np.zeros((len(spoken.names), last + 1)), np.zeros((len(spoken.names), number))
    np.add.at(counts, (subject[first], periods[place[first]]), 1)
    np.add.at(said, (subject[first], channels[place[first]]), 1)

    kept = np.flatnonzero(counts[:, last] >= least) if last >= 0 else np.empty(0, np.int64)
    now = periods[place] == last
    borders = np.searchsorted(subject[now], [kept, kept + 1])
    places = place[now]
    interactions = [places[begin:end].tolist() for begin, end in borders.T.tolist()]
    exposed = exposures(said[kept], heard)
    able = int((counts.sum(axis=1) >= least).sum())
    return Counts([spoken.names[row] for row in kept.tolist()], counts[kept], exposed, interactions, able)


def _first_of_each(keys: Integers) -> Integers:
    """Where each key stands first."""
    return np.unique(keys, return_index=True)[1]


def numbers_of(values: Sequence[str]) -> Integers:
    """A number for each value, equal ones alike."""
    return np.unique(np.array(values, dtype=np.str_), return_inverse=True)[1].reshape(-1).astype(np.int64)


def numbered(moments: Sequence[datetime], bounds: Sequence[tuple[datetime, datetime]]) -> npt.NDArray[np.int64]:
    """Number of the period [begin, end) each moment lies in; −1 in none."""
    stamps = np.array([one.timestamp() for one in moments], dtype=np.float64)
    found = np.full(len(moments), -1, dtype=np.int64)
    for number, (begin, end) in enumerate(bounds):
        found[(stamps >= begin.timestamp()) & (stamps < end.timestamp())] = number
    return found
