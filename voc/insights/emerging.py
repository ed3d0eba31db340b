"""What emerged in a week or a day: topics, themes and words against their own past, everywhere and cell by cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from voc.insights.emergence_counts import Subject, cells_of, spoken_words
from voc.insights.emergence_findings import LEAST_BASELINE, EmergenceFinding, findings
from voc.insights.emergence_questions import ClauseSet, Window, in_season, questions
from voc.insights.independent_authors import voices
from voc.insights.periods import begins
from voc.records.emergence import Grain, SubjectKind
from voc.store import Filters, Store
from voc.store.figures import TopicMentionRow
from voc.store.theme_counts import Contact
from voc.themes.space import placed

BASELINE = 8
"""Weeks (or same weekdays) before that a period is compared with."""
LEAST_CONTACTS = 20
"""Interactions of the period below which nothing is tested."""
LEVEL = 0.1
"""False discovery rate; what is found at it, and how often a quiet week of real text gives an alarm, is measured by
``benchmarks/emergence.py``."""
READ_WHOLE = 30_000
"""Contacts whose whole words are read; of more, their opening 240 characters are."""
YEAR = timedelta(weeks=52)
SEASON = 1
"""Weeks before and after the same one of last year that make its season."""
LEAST_SEASON = 60
"""Interactions that the season of last year must hold to be asked."""
EARLY = 1.0
"""Voices expected below which a subject was as good as unheard of: it is an early sign."""


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
    asked = questions(window, periods)
    if past is not None:
        asked = replace(asked, asked=in_season(asked.asked, window, past))
    found = findings(window, asked, usable, level=level)
    return Answer(window, usable, found, sum(asked.able.values()), asked.alpha, past is not None)
