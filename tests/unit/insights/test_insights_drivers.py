"""Drivers: planted effects are found without bias, a confounder is held, and the parts of a change are all of it."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import NOW, a_customer, an_interaction, understood
from store_templates import filled_once

from voc.errors import InputError
from voc.insights import drivers as told
from voc.insights import score_change as change_of
from voc.insights.drivers import Driver, drivers
from voc.store import Filters, Store
from voc.store.columns import Coded
from voc.store.scored import ScoredRows

TOPICS = ("billing", "network", "store")
EFFECTS = {"billing": -1.5, "network": 0.0, "store": 1.0}


def simulated(seed: int, n: int = 600) -> ScoredRows:
    """Stars of customers who write several times; those on the phone score 2 lower and speak more of the network."""
    rng = np.random.default_rng(seed)
    voices = rng.integers(0, n // 3, n)
    channel = rng.integers(0, 2, n)
    spoken = {
        "billing": rng.random(n) < 0.2,
        "network": rng.random(n) < np.where(channel == 1, 0.5, 0.1),
        "store": rng.random(n) < 0.15,
    }
    mood = rng.normal(0, 1, n // 3)[voices]
    score = 5.0 + mood - 2.0 * channel + rng.normal(0, 1, n)
    for topic, which in spoken.items():
        score = score + EFFECTS[topic] * which
    pairs = [(row, code) for code, topic in enumerate(TOPICS) for row in np.flatnonzero(spoken[topic])]
    return ScoredRows(
        score=score,
        at=np.arange(n, dtype=np.int64),
        voices=voices,
        channels=Coded(channel, ("email", "call")),
        segments=Coded(np.zeros(n, dtype=np.int64), (None,)),
        rows=np.array([row for row, _ in pairs], dtype=np.int64),
        topics=Coded(np.array([code for _, code in pairs], dtype=np.int64), TOPICS),
    )


def found(rows: ScoredRows) -> dict[str, Driver]:
    return {one.topic: one for one in told._figures(rows, rows.score, "rating", Filters())}


def test_planted_effects_are_found_without_bias_and_a_confounder_is_held() -> None:
    runs = [found(simulated(seed)) for seed in range(60)]
    for topic, planted in EFFECTS.items():
        values = np.array([run[topic].effect.value for run in runs])
        assert abs(values.mean() - planted) < 3 * values.std() / len(runs) ** 0.5, topic
    inside = [
        run[topic].effect.interval.low <= planted <= run[topic].effect.interval.high
        for run in runs
        for topic, planted in EFFECTS.items()
    ]
    assert 0.9 <= np.mean(inside) <= 0.99
    # The impact is of the topic in its company: the phone's lower scores are the network's too.
    assert np.mean([run["network"].impact.value for run in runs]) < -0.1


def test_an_impact_is_the_score_less_the_score_without_the_topic() -> None:
    rows = simulated(1)
    for topic, one in found(rows).items():
        speaking = set(rows.rows[rows.topics.codes == TOPICS.index(topic)].tolist())
        rest = [value for row, value in enumerate(rows.score.tolist()) if row not in speaking]
        assert one.impact.value == pytest.approx(rows.score.mean() - np.mean(rest))
        assert one.impact.interval.low < one.impact.value < one.impact.interval.high
        assert one.n == len(speaking)


def test_what_one_customer_says_again_and_again_is_not_sure() -> None:
    rows = simulated(2)
    alone = ScoredRows(**{**rows.__dict__, "voices": np.where(np.isin(np.arange(600), rows.rows), 0, rows.voices + 1)})
    assert found(rows)["billing"].leaning == "lowers"
    width = {
        name: one["billing"].effect.interval.high - one["billing"].effect.interval.low
        for name, one in (("many", found(rows)), ("one", found(alone)))
    }
    assert width["one"] > 2 * width["many"]


def fill(store: Store, *, week: int, n: int, nps: int, topics: tuple[str, ...] = (), channel: str = "survey") -> None:
    for _ in range(n):
        number = store.interactions.count(Filters()) + 1
        at = NOW - timedelta(days=7 * week) + timedelta(minutes=number)
        understood(
            store,
            an_interaction(number, nps=nps, occurred_at=at, channel=channel, text=f"Avis {number}"),
            topics=topics,
            customer=f"C{number % 40}",
        )


@filled_once
def fill_months(store: Store) -> None:
    store.customers.save([a_customer(f"C{n}", segment="Pro" if n % 2 else None) for n in range(40)], now=NOW)
    fill(store, week=3, n=20, nps=9)
    fill(store, week=3, n=12, nps=3, topics=("billing.refund",), channel="call")
    fill(store, week=1, n=15, nps=9)
    fill(store, week=1, n=25, nps=3, topics=("billing.refund",), channel="call")


@pytest.fixture
def told_store(store: Store) -> Store:
    fill_months(store)
    return store


def test_the_figures_of_a_store_open_to_what_they_count(told_store: Store) -> None:
    answer = drivers(told_store, Filters(), score="nps")
    assert answer.n == 72
    assert answer.score == pytest.approx((35 - 37) / 72)
    (billing,) = answer.drivers
    assert (billing.topic, billing.n, billing.score) == ("billing", 37, -1.0)
    assert billing.impact.value == pytest.approx(-2 / 72 - 1.0)
    assert told_store.interactions.count(Filters(topic="billing")) == billing.n
    assert "topic=billing" in billing.href


@pytest.mark.parametrize("by", ["channel", "segment", "topic"])
def test_mix_and_rate_are_the_whole_change(told_store: Store, by: str) -> None:
    late = Filters(since=NOW - timedelta(days=8), until=NOW)
    change = drivers(told_store, late, compare="2026-10-20..2026-11-01", by=by).change
    assert change is not None and change.difference is not None
    assert (change.n_before, change.score_before) == (32, pytest.approx(0.25))
    assert change.difference.value == pytest.approx(-0.25 - 0.25)
    assert sum(one.mix + one.rate for one in change.groups) == pytest.approx(change.difference.value)
    if by == "channel":
        assert all(one.rate == pytest.approx(0) for one in change.groups), "every channel scores as before"


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(-1, 1)), min_size=1, max_size=30),
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(-1, 1)), min_size=1, max_size=30),
)
def test_parts_of_any_change_sum_to_it(before: list[tuple[str, float]], after: list[tuple[str, float]]) -> None:
    groups = []
    for rows in (before, after):
        n: dict[str | None, float] = {}
        sums: dict[str | None, float] = {}
        for key, value in rows:
            n[key], sums[key] = n.get(key, 0.0) + 1, sums.get(key, 0.0) + value
        groups.append(change_of._Groups(n, sums))
    then, now = groups
    means = [sum(value for _, value in rows) / len(rows) for rows in (before, after)]
    parts = [change_of._moved(key, then, now, means[0]) for key in now.n.keys() | then.n.keys()]
    assert sum(one.mix + one.rate for one in parts) == pytest.approx(means[1] - means[0], abs=1e-9)


def test_nothing_and_wrong_questions(store: Store) -> None:
    nothing = drivers(store, Filters(), score="csat")
    assert (nothing.n, nothing.score, nothing.drivers, nothing.unsure) == (0, None, (), 0)
    with pytest.raises(InputError, match="score=joy"):
        drivers(store, Filters(), score="joy")
    with pytest.raises(InputError, match="by=moon"):
        drivers(store, Filters(week="2026-W46"), compare="previous", by="moon")
