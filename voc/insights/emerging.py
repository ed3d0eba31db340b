"""What emerged in a week or a day: topics, themes and words against their own past, everywhere and cell by cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt

from voc.insights import emergence_tests as tests
from voc.insights import statistics
from voc.insights.emergence_counts import (
    Cell,
    Counts,
    Subject,
    cells_of,
    counted,
    numbered,
    numbers_of,
    spoken_columns,
    spoken_words,
)
from voc.insights.independent_authors import voices
from voc.insights.periods import begins
from voc.records import as_utc
from voc.records.emergence import Grain, SubjectKind
from voc.store import Filters, Store
from voc.store.figures import TopicMentionRow
from voc.store.theme_counts import Contact
from voc.themes.bursts import balls
from voc.themes.space import placed

BASELINE = 8
"""Weeks (or same weekdays) before that a period is compared with."""
LEAST_BASELINE = 3
"""Weeks of history below which nothing is tested."""
LEAST_VOICES = 5
"""Voices in the period below which nothing is called emerging."""
LEAST_CONTACTS = 20
"""Interactions of the period below which nothing is tested."""
LEVEL = 0.02
"""False discovery rate; at 5 % quiet weeks of real text gave too many alarms (``benchmarks/emergence.py``)."""
READ_WHOLE = 30_000
"""Contacts whose whole words are read; of more, their opening 240 characters are."""
YEAR = timedelta(weeks=52)
SEASON = 1
"""Weeks before and after the same one of last year that make its season."""
LEAST_SEASON = 60
"""Interactions that the season of last year must hold to be asked."""
LOOK_BACK = 4
"""Weeks before the one asked about in which a subject is looked for at the same clearness."""
TOGETHER = 0.5
"""Share of the smaller one's interactions from which two subjects that emerged are one finding."""
EARLY = 1.0
"""Voices expected below which a subject was as good as unheard of: it is an early sign."""
KINDS: tuple[SubjectKind, ...] = ("topic", "theme", "clauses", "words")
COUNTED: tuple[SubjectKind, ...] = ("topic", "theme", "words")
"""Kinds that are counted by who speaks of them; clauses are gathered around each other."""
LEAST_ALIKE = 4
"""Other voices that must say what one says for it to be asked whether they gather."""


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
class EmergenceFinding:
    """A finding: the subject that tells it best, and the others of the same interactions."""

    lead: Tested
    others: tuple[Tested, ...]
    first_seen: datetime | None


@dataclass(frozen=True)
class Answer:
    """Everything that was asked of one period."""

    window: Window
    bounds: list[tuple[datetime, datetime]]
    found: list[EmergenceFinding]
    tested: int
    alpha: dict[str, float]
    seasonal: bool
    notes: tuple[str, ...] = ()


def window_of(store: Store, spans: Sequence[tuple[datetime, datetime]]) -> Window:
    """Read the contacts of these periods, and who speaks of what in them."""
    contacts: list[Contact] = []
    spoken: dict[str, dict[Subject, list[str]]] = {"topic": defaultdict(list), "theme": defaultdict(list)}
    for since, until in spans:
        contacts += store.theme_counts.contacts(since, until)
        for one in store.theme_counts.spoken_of(since, until):
            spoken[one.kind][one.kind, one.subject].append(one.id)
    ids = [one.id for one in contacts]
    whole = len(ids) <= READ_WHOLE
    texts = store.theme_counts.texts(ids) if whole else {one.id: one.snippet or "" for one in contacts}
    window = assembled(contacts, spoken, texts)
    window.clauses = _clauses(store, spans, {one.id: number for number, one in enumerate(contacts)})
    return window


def _clauses(store: Store, spans: Sequence[tuple[datetime, datetime]], places: Mapping[str, int]) -> ClauseSet | None:
    """The clauses of these periods that no topic explains, as far as they were read."""
    middles = store.themes.latest_centres()
    if not middles:
        return None
    vectors: list[npt.NDArray[np.float32]] = []
    owners: list[int] = []
    for since, until in spans:
        read = store.themes.clauses(Filters(since=since, until=until))
        kept = [row for row, one in enumerate(read.interactions) if one in places]
        states = read.states[kept].astype(np.float32)
        vectors.append(placed(states, [read.languages[row] for row in kept], middles))
        owners += [places[read.interactions[row]] for row in kept]
    return ClauseSet(np.concatenate(vectors), owners)


def assembled(
    contacts: list[Contact], spoken: Mapping[str, Mapping[Subject, Sequence[str]]], texts: dict[str, str]
) -> Window:
    """A window from its parts; every voice counts once, and so does a text that was sent many times."""
    places = {one.id: number for number, one in enumerate(contacts)}
    rows = [
        TopicMentionRow(one.id, "", one.channel, one.at, one.customer_id, one.snippet, None, None) for one in contacts
    ]
    who = voices(rows)
    subjects: dict[SubjectKind, dict[Subject, list[int]]] = {
        "topic": {key: [places[one] for one in ids if one in places] for key, ids in spoken["topic"].items()},
        "theme": {key: [places[one] for one in ids if one in places] for key, ids in spoken["theme"].items()},
        "words": spoken_words(texts, contacts),
    }
    return Window(contacts, [who[one.id] for one in contacts], subjects, cells_of(contacts), texts)


def emerged(store: Store, week: str, *, grain: Grain = "week", day: datetime | None = None) -> Answer:
    """What emerged in ``week``, or on ``day``."""
    bounds = bounds_of(week, day if grain == "day" else None)
    season = [(begin - YEAR - SEASON * timedelta(weeks=1), end - YEAR + SEASON * timedelta(weeks=1))
              for begin, end in bounds[-1:]]  # fmt: skip
    spans = [(bounds[0][0], bounds[-1][1])]
    window = window_of(store, spans)
    past = window_of(store, season)
    return answered(window, bounds, past if len(past.contacts) >= LEAST_SEASON else None)


def bounds_of(week: str, day: datetime | None) -> list[tuple[datetime, datetime]]:
    """The periods that are compared, the one asked about last: weeks, or the same weekday of the weeks before."""
    begin, length = (begins(week), timedelta(weeks=1)) if day is None else (day, timedelta(days=1))
    return [(begin - timedelta(weeks=back), begin - timedelta(weeks=back) + length) for back in range(BASELINE, -1, -1)]


def answered(
    window: Window, bounds: Sequence[tuple[datetime, datetime]], past: Window | None = None, *, level: float = LEVEL
) -> Answer:
    """Ask everything there is to ask of the last of ``bounds``; ``past`` is the season of last year."""
    periods = window.periods(bounds)
    spoken = np.bincount(periods[periods >= 0], minlength=len(bounds))
    first = int(np.flatnonzero(spoken)[0]) if spoken.any() else len(bounds)
    usable = list(bounds[first:])  # weeks before the first contact are not weeks of silence
    notes = []
    if not usable or spoken[-1] < LEAST_CONTACTS:
        notes.append("few_interactions")
    elif len(usable) - 1 < LEAST_BASELINE:
        notes.append("short_history")
    if notes:
        return Answer(window, list(bounds), [], 0, {}, False, tuple(notes))
    periods = window.periods(usable)
    asked, alpha = questions(window, periods)
    if past is not None:
        asked = in_season(asked, window, past)
    found = findings(window, asked, usable, level=level)
    return Answer(window, usable, found, len(asked), alpha, past is not None)


def questions(window: Window, periods: npt.NDArray[np.int64]) -> tuple[list[Tested], dict[str, float]]:
    """Everything there is to ask of the last period, with the overdispersion of each kind."""
    asked: list[Tested] = []
    alpha: dict[str, float] = {}
    for kind in COUNTED:
        answers, alpha[kind] = _asked(window, kind, periods)
        asked += answers
    return asked + _gathered(window, periods), alpha


def findings(
    window: Window, asked: Sequence[Tested], bounds: Sequence[tuple[datetime, datetime]], *, level: float
) -> list[EmergenceFinding]:
    """What is a discovery at ``level`` among everything that was asked, one finding a story."""
    adjusted = statistics.q_values([one.p for one in asked])
    asked = [replace(one, q=q) for one, q in zip(asked, adjusted, strict=True)]
    clear = tests.cutoff([one.p for one in asked], level=level)
    return [
        EmergenceFinding(lead, others, first_seen(window, lead, bounds, clear))
        for lead, others in together([one for one in asked if one.q <= level])
    ]


def _asked(window: Window, kind: SubjectKind, periods: npt.NDArray[np.int64]) -> tuple[list[Tested], float]:
    """Every question about the subjects of one kind, with the overdispersion that all of them show everywhere."""
    spoken = spoken_columns(window.subjects[kind])
    channels, voices = window.channel_numbers, window.voice_numbers
    everywhere = counted(spoken, channels, voices, periods, window.cells[None], least=0)
    alpha = tests.overdispersion(everywhere.counts, everywhere.exposed) if everywhere.subjects else 0.0
    found: list[Tested] = []
    for cell, inside in window.cells.items():
        asked = counted(spoken, channels, voices, periods, inside, least=LEAST_VOICES)
        if asked.subjects:
            found += _answers(kind, cell, asked, alpha)
    return found, alpha


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


def _gathered(window: Window, periods: npt.NDArray[np.int64]) -> list[Tested]:
    """Every ball of clauses that say the same, as a question of its own."""
    if window.clauses is None or not window.clauses.owners:
        return []
    owners = np.array(window.clauses.owners, dtype=np.int64)
    who = [window.voices[place] for place in window.clauses.owners]
    of_clause = periods[owners]
    found = balls(window.clauses.vectors, of_clause, who, least=LEAST_ALIKE)
    if not found:
        return []
    last = int(periods.max())
    heard = np.array(
        [len({window.voices[place] for place in np.flatnonzero(periods == n).tolist()}) for n in range(last + 1)]
    )
    counts = np.array([one.counts for one in found], dtype=np.float64)
    exposed = counts.sum(axis=1, keepdims=True) * (heard / heard.sum())
    mean, size = tests.expected(counts, exposed), tests.shape(counts, 0.0)
    p = np.where(tests.rising(counts, exposed), tests.unlikely(counts[:, -1], mean, size), 1.0)
    asked = []
    for row, one in enumerate(found):
        rows = tuple(dict.fromkeys(int(owners[clause]) for clause in one.rows))
        subject = f"{window.contacts[int(owners[one.centre])].id}:{one.radius}"
        asked.append(
            Tested("clauses", subject, None, float(p[row]), float(mean[row]), float(size[row]),
                   tuple(counts[row].tolist()), tuple(exposed[row].tolist()), rows)
        )  # fmt: skip
    return asked


def in_season(asked: Sequence[Tested], window: Window, past: Window) -> list[Tested]:
    """The same subjects against the season of last year: what comes every year at this time did not emerge."""
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
        mean = (told + tests.PRIOR) * heard_now[one.cell] / max(1, heard[one.cell])
        size = 1.0 / (1.0 / one.size + 1.0 / (told + tests.PRIOR))
        p = float(tests.unlikely(np.array([float(one.n)]), np.array([mean]), np.array([size]))[0])
        found.append(replace(one, p=max(one.p, p)))
    return found


def together(significant: Sequence[Tested]) -> list[tuple[Tested, tuple[Tested, ...]]]:
    """Subjects that emerged in the same interactions as one finding, the clearest first.

    It is told by a theme or topic that holds most of it, else by its clearest word.
    """
    left = sorted(significant, key=lambda one: (one.p, one.cell is not None, KINDS.index(one.kind), one.subject))
    found: list[tuple[Tested, tuple[Tested, ...]]] = []
    while left:
        best = left.pop(0)
        own: list[Tested] = [best]
        rest: list[Tested] = []
        rows = set(best.rows)
        for one in left:
            shared = len(rows & set(one.rows))
            (own if shared >= TOGETHER * min(len(rows), len(one.rows)) else rest).append(one)
        left = rest
        wide = [one for one in own if len(rows & set(one.rows)) >= TOGETHER * len(rows)]
        lead = min(wide, key=lambda one: (one.kind == "words", one.cell is not None, one.p, KINDS.index(one.kind)))
        found.append((lead, tuple(one for one in own if one is not lead)))
    return found


def first_seen(
    window: Window, one: Tested, bounds: Sequence[tuple[datetime, datetime]], clear: float
) -> datetime | None:
    """The end of the first day on which the test, of what was known by then, was as clear as ``clear``."""
    inside = window.cells[one.cell]
    # Of clauses that gather only those of the period itself are known.
    spoken = window.subjects[one.kind].get((one.kind, one.subject), ()) if one.kind in COUNTED else one.rows
    rows = [place for place in spoken if inside[place]]
    moments = {place: as_utc(window.contacts[place].at) for place in rows}
    alpha = max(0.0, 1.0 / one.size - 1.0 / (sum(one.counts[:-1]) + tests.PRIOR))
    last = len(bounds) - 1
    for period in range(max(LEAST_BASELINE, last - LOOK_BACK) if one.kind in COUNTED else last, last + 1):
        before, there = sum(one.counts[:period]), sum(one.exposed[:period])
        if there <= 0:
            continue
        size = 1.0 / (alpha + 1.0 / (before + tests.PRIOR))
        begin, end = bounds[period]
        days = max(1, (end - begin).days)
        for day in range(1, days + 1):
            until = begin + timedelta(days=day)
            now = len({window.voices[place] for place in rows if begin <= moments[place] < until})
            mean = (before + tests.PRIOR) * one.exposed[period] * (day / days) / there
            if now < LEAST_VOICES:
                continue
            p = float(tests.unlikely(np.array([float(now)]), np.array([mean]), np.array([size]))[0])
            if p <= clear:
                return until - timedelta(days=1)
    return None
