"""Everything there is to ask of the last period: topics, themes, words and clauses that gather, cell by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt

from voc.insights import emergence_tests as tests
from voc.insights.emergence_counts import Cell, Counts, Spoken, Subject, counted, numbered, numbers_of, spoken_columns
from voc.records.emergence import SubjectKind
from voc.store.theme_counts import Contact
from voc.themes.bursts import balls

LEAST_VOICES = 5
"""Voices in the period below which nothing is called emerging."""
KINDS: tuple[SubjectKind, ...] = ("topic", "theme", "clauses", "words")
COUNTED: tuple[SubjectKind, ...] = ("topic", "theme", "words")
"""Kinds that are counted by who speaks of them; clauses are gathered around each other."""
LEAST_ALIKE = 3
"""Other voices that must say what one says for it to be asked whether they gather."""
Family = tuple[SubjectKind, bool]
"""Kind of the subjects, and whether they are asked everywhere or cell by cell."""


@dataclass(frozen=True)
class ClauseSet:
    """Clauses that no topic explains: ``vectors`` float32 [n, d], and the contact each is of."""

    vectors: npt.NDArray[np.float32]
    owners: list[int]


@dataclass
class Window:
    """The contacts of a period and of those it is compared with, with who spoke of what."""

    contacts: list[Contact]
    voices: list[int]
    subjects: dict[SubjectKind, dict[Subject, list[int]]]
    cells: dict[Cell, npt.NDArray[np.bool_]]
    texts: dict[str, str] = field(default_factory=dict)
    clauses: ClauseSet | None = None
    """``None`` where none were read."""

    @cached_property
    def voice_numbers(self) -> npt.NDArray[np.int64]:
        """Voice of each contact, as an array."""
        return np.array(self.voices, dtype=np.int64)

    @cached_property
    def channel_numbers(self) -> npt.NDArray[np.int64]:
        """Channel of each contact, numbered."""
        return numbers_of([one.channel for one in self.contacts])

    def periods(self, bounds: Sequence[tuple[datetime, datetime]]) -> npt.NDArray[np.int64]:
        """Period number of each contact."""
        return numbered([one.at for one in self.contacts], bounds)


@dataclass(frozen=True)
class Tested:
    """One question and its answer; ``rows`` are the contacts of the period that speak of the subject."""

    kind: SubjectKind
    subject: str
    cell: Cell
    p: float
    mean: float
    size: float
    counts: tuple[float, ...]
    exposed: tuple[float, ...]
    rows: tuple[int, ...]
    q: float = 1.0

    @property
    def n(self) -> int:
        """Voices in the period."""
        return int(self.counts[-1])


@dataclass(frozen=True)
class Questions:
    """Every question and its answer, with the overdispersion of each kind.

    ``able`` is how many subjects of each family could have been an answer: those that enough voices spoke of in all
    periods together (Tarone 1990). Which of them were spoken of *now* is what is asked, so those that were not count.
    """

    asked: list[Tested]
    able: dict[Family, int]
    alpha: dict[str, float]


def questions(window: Window, periods: npt.NDArray[np.int64]) -> Questions:
    """Everything there is to ask of the last period."""
    asked: list[Tested] = []
    able: Counter[Family] = Counter()
    alpha: dict[str, float] = {}
    for kind in COUNTED:
        spoken = spoken_columns(window.subjects[kind])
        alpha[kind] = _spread(window, spoken, periods)
        for cell, inside in window.cells.items():
            counts = counted(spoken, window.channel_numbers, window.voice_numbers, periods, inside, least=LEAST_VOICES)
            able[kind, cell is None] += counts.able
            if counts.subjects:
                asked += _answers(kind, cell, counts, alpha[kind])
    gathered, able["clauses", True] = _gathered(window, periods)
    return Questions([*asked, *gathered], dict(able), alpha)


def _spread(window: Window, spoken: Spoken, periods: npt.NDArray[np.int64]) -> float:
    """The overdispersion that all subjects of a kind show everywhere."""
    found = counted(spoken, window.channel_numbers, window.voice_numbers, periods, window.cells[None], least=0)
    return tests.overdispersion(found.counts, found.exposed) if found.subjects else 0.0


def _answers(kind: SubjectKind, cell: Cell, asked: Counts, alpha: float) -> list[Tested]:
    mean, size = tests.expected(asked.counts, asked.exposed), tests.shape(asked.counts, alpha)
    p = tests.unlikely(asked.counts[:, -1], mean, size)
    p = np.where(tests.rising(asked.counts, asked.exposed), p, 1.0)
    return [
        Tested(
            kind=kind,
            subject=subject,
            cell=cell,
            p=float(p[row]),
            mean=float(mean[row]),
            size=float(size[row]),
            counts=tuple(asked.counts[row].tolist()),
            exposed=tuple(asked.exposed[row].tolist()),
            rows=tuple(asked.interactions[row]),
        )
        for row, (_, subject) in enumerate(asked.subjects)
    ]


def _gathered(window: Window, periods: npt.NDArray[np.int64]) -> tuple[list[Tested], int]:
    """Every ball of clauses that say the same, as a question of its own, and how many could have been one."""
    if window.clauses is None or not window.clauses.owners:
        return [], 0
    owners = np.array(window.clauses.owners, dtype=np.int64)
    who = [window.voices[place] for place in window.clauses.owners]
    scan = balls(window.clauses.vectors, periods[owners], who, least=LEAST_ALIKE)
    found = scan.balls
    if not found:
        return [], scan.able
    last = int(periods.max())
    heard = np.array(
        [len({window.voices[place] for place in np.flatnonzero(periods == n).tolist()}) for n in range(last + 1)]
    )
    counts = np.array([one.counts for one in found], dtype=np.float64)
    exposed = counts.sum(axis=1, keepdims=True) * (heard / heard.sum())
    # The posterior of what a ball holds in all periods before, and of that the part that the last one is to them.
    size = np.array([one.shape for one in found]) + counts[:, :-1].sum(axis=1)
    usual = np.array([one.usual / one.shape for one in found])
    mean = size * usual / (1 + usual) * (heard[-1] / max(1, heard[:-1].sum()))
    p = np.where(tests.rising(counts, exposed), tests.unlikely(counts[:, -1], mean, size), 1.0)
    asked = []
    for row, one in enumerate(found):
        rows = tuple(dict.fromkeys(int(owners[clause]) for clause in one.rows))
        subject = f"{window.contacts[int(owners[one.centre])].id}:{one.radius}"
        asked.append(
            Tested("clauses", subject, None, float(p[row]), float(mean[row]), float(size[row]),
                   tuple(counts[row].tolist()), tuple(exposed[row].tolist()), rows)
        )  # fmt: skip
    return asked, scan.able


def in_season(asked: Sequence[Tested], window: Window, past: Window) -> list[Tested]:
    """The same subjects against the season of last year: what comes every year at this time did not emerge.

    A season in which nobody spoke of it explains nothing, and takes nothing away: three weeks of silence a year ago
    say less of a subject than the eight just before.
    """
    moments = np.array([one.at.timestamp() for one in window.contacts])
    voices, before = window.voice_numbers, past.voice_numbers
    lately = moments > moments.max() - timedelta(weeks=1).total_seconds()
    nobody = np.zeros(len(before), dtype=np.bool_)
    heard = {cell: len(np.unique(before[past.cells.get(cell, nobody)])) for cell in window.cells}
    heard_now = {cell: len(np.unique(voices[inside & lately])) for cell, inside in window.cells.items()}
    found = []
    for one in asked:
        places = np.array(past.subjects.get(one.kind, {}).get((one.kind, one.subject), []), dtype=np.int64)
        told = len(np.unique(before[places[past.cells.get(one.cell, nobody)[places]]]))
        if not told:
            found.append(one)
            continue
        mean = (told + tests.PRIOR) * heard_now[one.cell] / max(1, heard[one.cell])
        size = 1.0 / (1.0 / one.size + 1.0 / (told + tests.PRIOR))
        p = float(tests.unlikely(np.array([float(one.n)]), np.array([mean]), np.array([size]))[0])
        found.append(replace(one, p=max(one.p, p)))
    return found
