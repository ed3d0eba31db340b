"""What the weekly review finds, misses and invents, as ``voc eval insights`` reports it.

Ten weeks are drawn again and again from real texts (:mod:`voc.evaluation.histories`), with changes of known size in
them, and the digest a reader gets is built of them, whole. Weeks 6 and 8 are quiet; in week 7 one subject is spoken of
more, for that week alone, and from week 9 on another one, for good. In every second history each subject's rate varies
by itself besides (*restless*), so that no week is quite quiet.

A finding is of what was planted if its subject is, or its parent or a part of it; or, where it is told by words, if
half of its interactions speak of it. Whatever else the digest of a planted week tells is *beside* it: a subject that is
often spoken of together with the planted one rose as well, so not all of these are false.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from voc.evaluation import insight_intervals as intervals
from voc.evaluation.histories import NOW, SEED, WEEKS, History, Plant, Pool, built, copied
from voc.evaluation.insight_intervals import Coverage, Effect
from voc.insights.digest import build
from voc.insights.drilldown import from_href
from voc.records import DigestItem, Record
from voc.store import Store

HISTORIES = 60
UNREST = 0.15
"""Standard deviation of the logarithm of every subject's rate, in restless histories."""
QUIET, BURST, STEP = (5, 7), 6, 8
"""Numbers of the weeks with nothing planted, of the one planted alone, and of the first of those planted for good."""
FIRST = 3
"""Findings of a digest that everybody reads."""
TIERS: tuple[tuple[str, int, int, tuple[tuple[float, float], ...]], ...] = (
    ("texts", 600, 1, ((0.01, 2.0), (0.01, 3.0), (0.02, 2.0), (0.05, 1.5), (0.05, 2.0))),
    ("facts", 2_400, 4, ((0.005, 2.0), (0.01, 1.5), (0.01, 2.0), (0.02, 1.5), (0.02, 2.0))),
)
"""What is drawn, interactions a week, copies of each row, and the sizes planted: share of all voices, times as much."""


class Detection(Record):
    """Changes of one size, planted in ``n`` weeks of their own; shares 0…1 of these."""

    drawn: str
    weekly: int
    share: float
    factor: float
    n: int
    found: float
    """In its first week."""
    among_first: float
    """In its first week, among the first three findings."""
    n_lasting: int
    found_by_second: float
    """Of those that last: in its first week or its second."""
    beside: float
    """Other rises told in its first week."""


class Quiet(Record):
    """Weeks in which nothing was planted, and what was told of them all the same."""

    drawn: str
    weekly: int
    restless: bool
    weeks: int
    alarms: float
    """Rises and falls a week."""
    with_any: float
    """Share of the weeks with one or more."""


class _Tally:
    """What the digests of one tier found."""

    def __init__(self) -> None:
        self.first: dict[tuple[float, float], list[int | None]] = defaultdict(list)
        self.lasting: dict[tuple[float, float], list[bool]] = defaultdict(list)
        self.beside: dict[tuple[float, float], list[int]] = defaultdict(list)
        self.quiet: dict[bool, list[int]] = defaultdict(list)


def evaluate(histories: int = HISTORIES) -> Sequence[Record]:
    """Every tier, then intervals and drivers.

    Raises:
        InputError: the evaluation data is not there.
    """
    found: list[Record] = []
    with tempfile.TemporaryDirectory() as name:
        texts = built(Path(name))
        for drawn, weekly, copies, sizes in TIERS:
            pool = texts if copies == 1 else copied(texts, Path(name), copies)
            found += tier(pool, drawn, weekly, sizes, histories=histories)
    return found


def tier(pool: Pool, drawn: str, weekly: int, sizes: Sequence[tuple[float, float]], *, histories: int) -> list[Record]:
    """All histories of one volume."""
    tally, covered, effects = _Tally(), intervals.Covered(), intervals.Effects()
    for number in range(histories):
        rng = np.random.default_rng((SEED, weekly, number))
        restless = number % 2 == 1
        first, second = sizes[number % len(sizes)], sizes[(number + 1 + number // len(sizes)) % len(sizes)]
        plants = _planted(pool, rng, first, second)
        history = pool.drawn(rng, weekly=weekly, plants=plants, unrest=UNREST if restless else 0.0)
        scores = effects.planted(pool, rng, history)
        pool.write(rng, history, customer=scores.customer, nps=scores.nps)
        with pool.opened() as store:
            _judge(store, pool, history, plants, (first, second), tally, restless=restless)
            covered.count(store, pool, history, STEP)
            effects.count(store, pool, history, scores)
    return [
        *_detections(tally, drawn, weekly),
        *_quiet(tally, drawn, weekly),
        *covered.told(drawn),
        *effects.told(drawn),
    ]


def _planted(
    pool: Pool, rng: np.random.Generator, first: tuple[float, float], second: tuple[float, float]
) -> tuple[Plant, Plant]:
    """Two subjects of two families, each spoken of often enough to be thinned to the share asked for."""
    burst = str(rng.choice(pool.leaves(first[0])))
    root = burst.partition(".")[0]
    step = str(rng.choice([one for one in pool.leaves(second[0]) if one.partition(".")[0] != root]))
    lasting = tuple(range(STEP, len(WEEKS)))
    return Plant(burst, *first, (BURST,)), Plant(step, *second, lasting)


def _judge(
    store: Store,
    pool: Pool,
    history: History,
    plants: tuple[Plant, Plant],
    sizes: tuple[tuple[float, float], tuple[float, float]],
    tally: _Tally,
    *,
    restless: bool,
) -> None:
    """The five digests of one history."""
    for week in QUIET:
        digest = build(store, WEEKS[week], now=NOW)
        tally.quiet[restless].append(len(digest.rises) + len(digest.falls))
    for size, plant, week in zip(sizes, plants, (BURST, STEP), strict=True):
        digest = build(store, WEEKS[week], now=NOW)
        hits = [_is_of(store, pool, one, plant) for one in digest.rises]
        tally.first[size].append(hits.index(True) if True in hits else None)
        tally.beside[size].append(hits.count(False))
    again = build(store, WEEKS[STEP + 1], now=NOW)
    told = tally.first[sizes[1]][-1] is not None or any(_is_of(store, pool, one, plants[1]) for one in again.rises)
    tally.lasting[sizes[1]].append(told)


def _is_of(store: Store, pool: Pool, item: DigestItem, plant: Plant) -> bool:
    """Whether a finding tells what was planted."""
    if item.topic is not None:
        family = {plant.topic, plant.topic.partition(".")[0]}
        return item.topic in family or item.topic.startswith(f"{plant.topic}.")
    ids = set(store.interactions.all_ids(from_href(item.href))) if item.href else set()
    about = {ident for ident, speaks in zip(pool.ids, pool.topics[plant.topic].tolist(), strict=True) if speaks}
    return 2 * len(ids & about) >= max(1, len(ids))


def _detections(tally: _Tally, drawn: str, weekly: int) -> list[Record]:
    found: list[Record] = []
    for size in sorted(tally.first):
        places, lasting = tally.first[size], tally.lasting[size]
        found.append(
            Detection(
                drawn=drawn,
                weekly=weekly,
                share=size[0],
                factor=size[1],
                n=len(places),
                found=float(np.mean([one is not None for one in places])),
                among_first=float(np.mean([one is not None and one < FIRST for one in places])),
                n_lasting=len(lasting),
                found_by_second=float(np.mean(lasting)) if lasting else 0.0,
                beside=float(np.mean(tally.beside[size])),
            )
        )
    return found


def _quiet(tally: _Tally, drawn: str, weekly: int) -> list[Record]:
    return [
        Quiet(
            drawn=drawn,
            weekly=weekly,
            restless=restless,
            weeks=len(alarms),
            alarms=float(np.mean(alarms)),
            with_any=float(np.mean([one > 0 for one in alarms])),
        )
        for restless, alarms in sorted(tally.quiet.items())
    ]


def table(found: Sequence[Record]) -> str:
    """The figures as Markdown tables."""
    head = (
        "drawn",
        "a week",
        "share of voices",
        "times",
        "planted",
        "found in its first week",
        "among the first three",
    )
    lines = [(*head, "found by its second week", "told beside it"), ("---", *["--:"] * 8)]
    for one in found:
        if isinstance(one, Detection):
            shares = (f"{100 * one.share:g} %", f"{one.factor:g}", f"{one.n}", _percent(one.found))
            more = (_percent(one.among_first), f"{_percent(one.found_by_second)} of {one.n_lasting}")
            lines.append((one.drawn, f"{one.weekly:,}", *shares, *more, f"{one.beside:.2f}"))
    quiet: list[tuple[str, ...]] = [("drawn", "a week", "quiet weeks", "n", "alarms a week", "weeks with any")]
    quiet.append(("---", "--:", "---", "--:", "--:", "--:"))
    for one in found:
        if isinstance(one, Quiet):
            kind = "restless" if one.restless else "flat"
            quiet.append(
                (one.drawn, f"{one.weekly:,}", kind, f"{one.weeks}", f"{one.alarms:.3f}", _percent(one.with_any))
            )
    tables = [lines, quiet, _coverage_lines(found), _effect_lines(found)]
    return "\n\n".join("\n".join(f"| {' | '.join(row)} |" for row in rows) for rows in tables)


def _coverage_lines(found: Sequence[Record]) -> list[tuple[str, ...]]:
    told = [one for one in found if isinstance(one, Coverage)]
    rows = [(one.figure, one.drawn, f"{one.n:,}", f"{100 * one.inside:.1f} %") for one in told]
    return [("95 % interval of", "drawn", "intervals", "hold the truth"), ("---", "---", "--:", "--:"), *rows]


def _effect_lines(found: Sequence[Record]) -> list[tuple[str, ...]]:
    head = ("effect on NPS", "drawn", "n", "planted", "mean of the effects", "standard error", "intervals that hold it")
    lines = [(*head, "plain difference"), ("---", "---", *["--:"] * 6)]
    for one in found:
        if isinstance(one, Effect):
            means = (f"{one.planted:+.2f}", f"{one.mean:+.3f}", f"{one.error:.3f}", f"{100 * one.inside:.1f} %")
            lines.append((one.name, one.drawn, f"{one.n:,}", *means, f"{one.plain:+.3f}"))
    return lines


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
