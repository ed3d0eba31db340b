"""What is a discovery among everything that was asked, one finding a story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from voc.insights import emergence_tests as tests
from voc.insights.emergence_questions import (
    COUNTED,
    KINDS,
    LEAST_ALIKE,
    LEAST_VOICES,
    Family,
    Questions,
    Tested,
    Window,
)
from voc.records import as_utc

LEAST_BASELINE = 3
"""Weeks of history below which nothing is tested."""
LOOK_BACK = 4
"""Weeks before the one asked about in which a subject is looked for at the same clearness."""
TOGETHER = 0.5
"""Share of the smaller one's interactions from which two subjects that emerged are one finding."""
SHARES: Mapping[Family, int] = {
    ("clauses", True): 4,
    ("words", True): 2,
    ("theme", True): 1,
    ("topic", True): 1,
}
CELLS_SHARE = 2
"""Parts of the level that each family of questions has, and that of all cells together: clauses see what words do not,
and thousands of them must not leave nothing to a hundred topics. Three times as much for clauses found the same."""


@dataclass(frozen=True)
class EmergenceFinding:
    """A finding: the subject that tells it best, and the others of the same interactions."""

    lead: Tested
    others: tuple[Tested, ...]
    first_seen: datetime | None


def findings(
    window: Window, questions: Questions, bounds: Sequence[tuple[datetime, datetime]], *, level: float
) -> list[EmergenceFinding]:
    """What is a discovery at ``level``, one finding a story.

    Each family of questions has its share of the level, divided among those that could have been answered with yes
    (weighted Bonferroni: Genovese, Roeder & Wasserman 2006). ``k`` stories may each be ``k`` times as likely, as in
    Benjamini and Hochberg's procedure. Stories are counted and not questions: a true one that answers a hundred of them
    would let in others that are none.
    """
    one_in = costs(questions)
    asked = sorted(
        (replace(one, q=min(1.0, one.p * one_in[_family(one)])) for one in questions.asked), key=lambda one: one.q
    )
    stories: list[tuple[Tested, tuple[Tested, ...]]] = []
    number = 1
    while True:
        stories = together([one for one in asked if one.q <= level * number])
        if len(stories) <= number:
            break
        number = len(stories)
    return [
        EmergenceFinding(
            replace(lead, q=lead.q / number),
            tuple(replace(one, q=one.q / number) for one in others),
            first_seen(window, lead, bounds, level * number / one_in[_family(lead)]),
        )
        for lead, others in stories
    ]


def costs(questions: Questions) -> dict[Family, float]:
    """What a p-value is multiplied by in each family: its questions, over its share of those families that ask any."""
    able = {family: n for family, n in questions.able.items() if family[1] and n}
    cells = sum(n for family, n in questions.able.items() if not family[1])
    shares = {family: SHARES[family] for family in able}
    total = sum(shares.values()) + (CELLS_SHARE if cells else 0)
    found = {family: n * total / shares[family] for family, n in able.items()}
    return found | {(kind, False): cells * total / CELLS_SHARE for kind in COUNTED}


def _family(one: Tested) -> Family:
    return one.kind, one.cell is None


def together(significant: Sequence[Tested]) -> list[tuple[Tested, tuple[Tested, ...]]]:
    """Subjects that emerged in the same interactions as one finding, the clearest first.

    It is told by a theme or topic that holds most of it, else by its clearest word.
    """
    left = sorted(significant, key=lambda one: (one.q, one.cell is not None, KINDS.index(one.kind), one.subject))
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
        lead = min(wide, key=lambda one: (one.kind == "words", one.cell is not None, one.q, KINDS.index(one.kind)))
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
    last = len(bounds) - 1
    alpha = max(0.0, 1.0 / one.size - 1.0 / (sum(one.counts[:-1]) + tests.PRIOR)) if one.kind in COUNTED else 0.0
    for period in range(max(LEAST_BASELINE, last - LOOK_BACK) if one.kind in COUNTED else last, last + 1):
        before, there = sum(one.counts[:period]), sum(one.exposed[:period])
        if there <= 0:
            continue
        mean = (before + tests.PRIOR) * one.exposed[period] / there if period < last else one.mean
        size = 1.0 / (alpha + 1.0 / (before + tests.PRIOR)) if period < last else one.size
        begin, end = bounds[period]
        days = max(1, (end - begin).days)
        for day in range(1, days + 1):
            until = begin + timedelta(days=day)
            now = len({window.voices[place] for place in rows if begin <= moments[place] < until})
            # Around the clause in the middle the others are counted.
            others, least = (now, LEAST_VOICES) if one.kind in COUNTED else (now - 1, LEAST_ALIKE)
            if others < least:
                continue
            p = float(tests.unlikely(np.array([float(others)]), np.array([mean * day / days]), np.array([size]))[0])
            if p <= clear:
                return until - timedelta(days=1)
    return None
