"""Whether the intervals of figures hold what they should, and drivers the effects that were planted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voc.evaluation.histories import CUSTOMER_ROWS, KNOWN, WEEKS, History, Pool
from voc.insights import change_detection, periods
from voc.insights.digest import BASELINE_WEEKS
from voc.insights.drivers import LEAST, drivers
from voc.insights.sentiment import sentiment
from voc.insights.volumes import volumes
from voc.records import Interval, Record
from voc.store import Filters, Store

Floats = NDArray[np.float64]

LEAST_EXPECTED = 5.0
"""Interactions that a group should have for its intervals to be counted: told from the world, not from the draw."""
SCORED = 0.5
"""Share of the interactions that came with an NPS."""
SCORED_WEEKS = 4
"""Weeks, the last ones, over which drivers are told."""
BASE = 0.1
"""Net promoter score of who speaks of nothing, where nothing was planted."""
PLANTED = (-0.3, -0.15, 0.2)
"""Effects on it of three subjects, drawn anew for each history; all others have none."""
CHANNELS = {"social": -0.25, "chat": -0.1, "survey": 0.1}
"""Effects of channels on it: the confounder, for what is spoken of differs from channel to channel."""
MOOD = 0.15
"""Standard deviation of what a customer adds to every score of theirs."""
PASSIVE = 0.2
"""Share of scores that are neither a promoter's nor a detractor's."""
PROMOTER, NEUTRAL, DETRACTOR = 10, 8, 2
OFTEN = 0.03
"""Share of what is said from which on a subject is planted with an effect."""


class Coverage(Record):
    """How many of ``n`` intervals held what they should."""

    figure: str
    drawn: str
    n: int
    inside: float


class Effect(Record):
    """An effect on the score: what was planted, the mean of what drivers told, and its standard error.

    ``plain`` is the mean difference between who speaks of the subject and who does not, nothing held.
    """

    name: str
    drawn: str
    n: int
    planted: float
    mean: float
    error: float
    inside: float
    plain: float


@dataclass(frozen=True)
class Scores:
    """Whose each row is (−1: nobody known), its score (−1: none), and the effects that were planted."""

    customer: NDArray[np.int64]
    nps: NDArray[np.int64]
    expected: Floats
    """Net promoter score that each row should have."""
    effects: dict[str, float]


class Covered:
    """Intervals that held the truth, figure by figure."""

    def __init__(self) -> None:
        self.held: dict[str, list[bool]] = defaultdict(list)

    def count(self, store: Store, pool: Pool, history: History, week: int) -> None:
        """Look at the figures of one week, by topic, as a reader is told them."""
        here = Filters(week=WEEKS[week])
        everybody = history.chance[:, week]
        mood = everybody * ((pool.labels == "positive").astype(float) - (pool.labels == "negative"))
        heard = volumes(store, here, by="topic")
        for one in heard.figures:
            which = pool.topics.get(one.keys["topic"] or "")
            if which is not None and (should := float(everybody[which].sum())) >= LEAST_EXPECTED:
                self.hold("a count (Poisson)", one.interval, should)
                self.hold("a share (Wilson)", one.share_interval, should / float(everybody.sum()))
        for told in sentiment(store, here, by="topic").figures:
            which = pool.topics.get(told.keys["topic"] or "")
            if which is not None and (should := float(everybody[which].sum())) >= LEAST_EXPECTED:
                self.hold("net sentiment", told.interval, float(mood[which].sum()) / should)
        for topic, interval, ratio in _ratios(store, pool, history, week):
            if float(everybody[pool.topics[topic]].sum()) >= LEAST_EXPECTED:
                self.hold("how many times as often", interval, ratio)

    def hold(self, figure: str, interval: Interval | None, truth: float) -> None:
        """Note whether an interval holds what it should."""
        if interval is not None:
            self.held[figure].append(interval.low <= truth <= interval.high)

    def told(self, drawn: str) -> list[Record]:
        """A line a figure."""
        return [
            Coverage(figure=figure, drawn=drawn, n=len(held), inside=float(np.mean(held)))
            for figure, held in self.held.items()
        ]


def _ratios(store: Store, pool: Pool, history: History, week: int) -> Iterator[tuple[str, Interval, float]]:
    """Topic, interval of how many times as often it is spoken of as in the weeks before, and what that should be."""
    numbers = range(week - BASELINE_WEEKS, week + 1)
    weeks = [WEEKS[number] for number in numbers]
    since, until = periods.begins(weeks[0]), periods.ends(weeks[-1])
    heard = store.figures.channel_weeks(since, until)
    topics = [one for level in ("label", "parent") for one in store.figures.topic_weeks(since, until, level=level)]
    among = [pool.channels == one for one in sorted(set(pool.channels.tolist()))]
    rates = np.stack([history.expected(here)[list(numbers)] for here in among])
    seen = set()
    for answers in change_detection.screen(weeks, heard, topics).values():
        for answer in answers:
            if answer.what != "all" or answer.topic in seen or answer.topic not in pool.topics:
                continue
            seen.add(answer.topic)
            own = np.stack([history.expected(here & pool.topics[answer.topic])[list(numbers)] for here in among])
            # The same standardisation as the digest's, over what should have been counted.
            exposures = rates.T @ (own.sum(axis=1) / rates.sum(axis=1))
            shares = own.sum(axis=0)[-1] / exposures[-1], own[:, :-1].sum() / exposures[:-1].sum()
            _, low, high = answer.weekly.ratio()
            yield answer.topic, Interval(low=low, high=high), float(shares[0] / shares[1])


class Effects:
    """What drivers told of effects that were planted."""

    def __init__(self) -> None:
        self.effects: dict[float, list[tuple[float, bool, float]]] = defaultdict(list)
        self.impacts: list[tuple[float, bool]] = []

    def planted(self, pool: Pool, rng: np.random.Generator, history: History) -> Scores:
        """Scores and customers of a history."""
        roots = sorted({one.partition(".")[0] for one in pool.topics})
        often = [one for one in roots if pool.share(one) >= OFTEN]
        chosen = rng.choice(often, size=len(PLANTED), replace=False).tolist()
        effects = dict(zip(chosen, PLANTED, strict=True))
        people = max(1, round(KNOWN * len(pool) / CUSTOMER_ROWS))
        customer = np.where(rng.random(len(pool)) < KNOWN, rng.integers(0, people, len(pool)), -1)
        mood = rng.normal(0, MOOD, people)[customer] * (customer >= 0)
        expected = np.full(len(pool), BASE)
        for channel, effect in CHANNELS.items():
            expected += effect * (pool.channels == channel)
        for topic, effect in effects.items():
            expected += effect * pool.topics[topic]
        luck = rng.random(len(pool))
        reach = 1 - PASSIVE
        detractors = (reach - np.clip(expected + mood, -reach, reach)) / 2
        given = np.where(luck < detractors, DETRACTOR, np.where(luck < detractors + PASSIVE, NEUTRAL, PROMOTER))
        nps = np.where(rng.random(len(pool)) < SCORED, given, -1)
        return Scores(customer.astype(np.int64), nps.astype(np.int64), expected, effects)

    def count(self, store: Store, pool: Pool, history: History, scores: Scores) -> None:
        """What drivers tell of the last weeks."""
        last = WEEKS[-SCORED_WEEKS:]
        filters = Filters(since=periods.begins(last[0]), until=periods.ends(last[-1]))
        chance = history.chance[:, -SCORED_WEEKS:].sum(axis=1)
        mean = float(chance @ scores.expected / chance.sum())
        answer = drivers(store, filters, score="nps", level="parent")
        for one in answer.drivers:
            which = pool.topics[one.topic]
            if float(chance[which].sum()) * SCORED < 2 * LEAST:
                continue
            planted = scores.effects.get(one.topic, 0.0)
            interval = one.effect.interval
            plain = (one.score - (answer.score or 0.0)) / (1 - one.share)
            self.effects[planted].append((one.effect.value, interval.low <= planted <= interval.high, plain))
            rest = chance * ~which
            impact = mean - float(rest @ scores.expected / rest.sum())
            inside = one.impact.interval.low <= impact <= one.impact.interval.high
            self.impacts.append((one.impact.value - impact, inside))

    def told(self, drawn: str) -> list[Record]:
        """A line a size of effect, and one of impacts: how far they are from what they should be."""
        found = [
            _effect("a subject's" if planted else "of all others", drawn, planted, values)
            for planted, values in sorted(self.effects.items())
        ]
        return [*found, _effect("impact, less what it is", drawn, 0.0, [(*one, one[0]) for one in self.impacts])]


def _effect(name: str, drawn: str, planted: float, values: Sequence[tuple[float, bool, float]]) -> Effect:
    estimates = np.array([one[0] for one in values])
    return Effect(
        name=name,
        drawn=drawn,
        n=len(values),
        planted=planted,
        mean=float(estimates.mean()),
        error=float(estimates.std() / max(1, len(estimates)) ** 0.5),
        inside=float(np.mean([one[1] for one in values])),
        plain=float(np.mean([one[2] for one in values])),
    )
