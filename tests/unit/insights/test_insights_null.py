"""The guard against invention: where nothing changes, a digest reports nothing.

Worlds with flat rates — topics of all sizes, children and parents, several in one message, complaints and praise,
weeks and channel mixes of uneven size — and the share of them in which any rise or fall is reported: two hundred on
the counts a digest decides on, a few more through the whole of it.
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import delete, insert

from voc.insights import change_detection as stories
from voc.insights import count_change_tests as changes
from voc.insights.digest import build
from voc.store import Store, schema
from voc.store.figures import ChannelWeek, TopicWeek

WORLDS = 200
WHOLE_WORLDS = 12
WEEKS = ("2026-W42", "2026-W43", "2026-W44", "2026-W45", "2026-W46")
CHANNELS = ("call", "email", "social", "review", "survey", "chat")
NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)


def fill(store: Store, generator: np.random.Generator) -> None:
    """One world of about three hundred interactions, written straight into the tables."""
    topics = [f"p{parent}.c{child}" for parent in range(12) for child in range(3)] + [f"q{n}" for n in range(4)]
    rates = generator.gamma(0.8, 1, size=len(topics))
    rates /= rates.sum()
    # Every channel has its own way of speaking: topics and moods that the others do not have.
    by_channel = {channel: generator.dirichlet(rates * 25 + 1e-3) for channel in CHANNELS}
    moods = generator.beta(1.2, 1.2, size=len(topics))
    interactions: list[dict[str, Any]] = []
    signals: list[dict[str, Any]] = []
    numbers = itertools.count()
    for place, week in enumerate(WEEKS):
        monday = datetime.fromisocalendar(2026, 42 + place, 1).replace(tzinfo=UTC)
        for channel in CHANNELS:
            n = generator.poisson(11 * generator.gamma(8, 1 / 8))
            said = generator.choice(len(topics), size=(n, 2), p=by_channel[channel])
            minutes, fortunes = generator.integers(0, 7 * 24 * 60, size=n), generator.random((n, 2))
            for pair, minute, fortune in zip(said.tolist(), minutes.tolist(), fortunes.tolist(), strict=True):
                ident = f"i{next(numbers)}"
                at = monday + timedelta(minutes=minute)
                interactions.append(
                    {"id": ident, "channel": channel, "source": ident, "content_hash": ident, "received_at": at,
                     "at": at, "week": week, "status": "done", "record": {"attributes": {}}, "analysed_at": at,
                     "sentiment_score": 0.0, "sentiment_label": "neutral", "customer_id": None}
                )  # fmt: skip
                for topic, luck in zip(sorted(set(pair)), fortune, strict=False):
                    label = topics[topic]
                    base = {"interaction_id": ident, "label": label, "parent": label.partition(".")[0]}
                    score = 0.0 if luck < 0.2 else -0.8 if luck < 0.2 + 0.8 * moods[topic] else 0.8
                    signals.append(base | {"kind": "topic", "score": 0.9, "sentiment": None})
                    signals.append(base | {"kind": "aspect", "score": None, "sentiment": score})
    with store.database.begin() as connection:
        connection.execute(delete(schema.signal))
        connection.execute(delete(schema.interaction))
        connection.execute(insert(schema.interaction), interactions)
        connection.execute(insert(schema.signal), signals)


def counts(generator: np.random.Generator) -> tuple[list[ChannelWeek], list[TopicWeek]]:
    """One world as the store would count it, every message on one topic."""
    children = [f"p{parent}.c{child}" for parent in range(12) for child in range(3)]
    rates = generator.gamma(0.8, 1, size=len(children))
    moods = generator.beta(1.2, 1.2, size=len(children))
    heard, spoken = [], []
    for channel in CHANNELS:
        mix = generator.dirichlet(25 * rates / rates.sum() + 1e-3)
        for week in WEEKS:
            n = int(generator.poisson(14 * generator.gamma(8, 1 / 8)))
            heard.append(ChannelWeek(week, channel, n, n))
            parents: dict[str, list[int]] = {}
            for topic, k, mood in zip(children, generator.multinomial(n, mix).tolist(), moods, strict=True):
                if k:
                    ill, _, well = generator.multinomial(k, [0.8 * mood, 0.2, 0.8 * (1 - mood)]).tolist()
                    spoken.append(TopicWeek(week, channel, topic, k, k, ill, well))
                    sums = parents.setdefault(topic.partition(".")[0], [0, 0, 0])
                    parents[topic.partition(".")[0]] = [a + b for a, b in zip(sums, (k, ill, well), strict=True)]
            spoken += [TopicWeek(week, channel, topic, k, k, ill, well) for topic, (k, ill, well) in parents.items()]
    return heard, spoken


@pytest.mark.slow
def test_where_rates_are_flat_no_subject_passes() -> None:
    passed = []
    for seed in range(WORLDS):
        heard, spoken = counts(np.random.default_rng(seed))
        asked = stories.screen(WEEKS, heard, spoken)
        least = min((changes.family_p([one.test for one in answers]) for answers in asked.values()), default=1.0)
        passed += [seed] if least * len(asked) <= stories.LEVEL else []
    assert len(passed) <= 0.05 * WORLDS, passed


@pytest.mark.slow
def test_where_nothing_changes_nothing_is_reported(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'voc.db'}", str(tmp_path / "blobs"))
    invented = []
    for seed in range(WHOLE_WORLDS):
        fill(store, np.random.default_rng(seed))
        found = build(store, WEEKS[-1], now=NOW)
        assert found.notes == ("nothing_changed",) or found.rises or found.falls
        invented += [(seed, one.key, one.extra.q_value) for one in (*found.rises, *found.falls)]
    store.close()
    assert len({seed for seed, _, _ in invented}) <= 1, invented
