"""The histories of ``voc eval insights`` hold what they are said to hold, and what is planted large is found."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest
from makers import an_interaction, understood

from voc.evaluation import histories, insights
from voc.evaluation.histories import NOW, WEEKS, Plant, Pool, copied
from voc.evaluation.insight_intervals import Coverage, Covered, Effect, Effects
from voc.evaluation.insights import Detection, Quiet
from voc.insights.digest import build
from voc.records import Interval
from voc.store import Filters, Store

TOPICS = ("billing.refund", "network.outage", "store", "app.bug")


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    """A hundred and twenty rows on four topics and none, and twenty copies of each without words."""
    folder = tmp_path_factory.mktemp("pool")
    with Store(f"sqlite:///{folder / 'texts.db'}", str(folder / "blobs")) as store:
        for number in range(120):
            channel = ("review", "survey", "social", "chat")[number % 4]
            topics = (TOPICS[number // 5 % 4],) if number % 5 else ()
            row = an_interaction(number, channel=channel, external_id=None, content_hash=f"h{number}")
            understood(store, row, topics=topics, score=(-0.8, 0.0, 0.8)[number % 3])
    with sqlite3.connect(folder / "texts.db") as database:
        histories._follow_nothing(database)
    return copied(Pool(folder / "texts.db"), folder, 20)


def test_copies_keep_the_shares_and_no_words(pool: Pool) -> None:
    assert len(pool) == 2400
    assert pool.share("billing.refund") == pytest.approx(0.2)
    with sqlite3.connect(pool.file) as database:
        assert database.execute("SELECT count(*) FROM interaction WHERE snippet IS NOT NULL").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM analysis").fetchone() == (0,)


def test_a_history_brings_what_its_chances_say(pool: Pool) -> None:
    plant = Plant("billing.refund", 0.05, 3.0, (8, 9))
    drawn = [pool.drawn(np.random.default_rng(seed), weekly=120, plants=[plant]) for seed in range(200)]
    which = pool.topics["billing.refund"]
    came = np.array([[(one.week[which] == week).sum() for week in range(len(WEEKS))] for one in drawn])
    expected = np.array([one.expected(which) for one in drawn])
    error = np.sqrt(expected.sum(axis=0)) / len(drawn)
    assert (np.abs(came.mean(axis=0) - expected.mean(axis=0)) < 4 * error).all()
    # A twentieth of 120 a week, and three times as many where it was planted.
    assert expected[:, :8].mean() == pytest.approx(6, rel=0.1)
    assert expected[:, 8:].mean() == pytest.approx(18, rel=0.1)


def test_what_is_written_is_what_the_store_counts(pool: Pool) -> None:
    rng = np.random.default_rng(3)
    history = pool.drawn(rng, weekly=120)
    nobody = np.full(len(pool), -1)
    pool.write(rng, history, customer=nobody, nps=np.where(np.arange(len(pool)) % 2, 9, -1))
    with pool.opened() as store:
        for week, name in enumerate(WEEKS):
            here = history.week == week
            assert store.interactions.count(Filters(week=name)) == here.sum()
            told = int((here & pool.topics["store"]).sum())
            assert store.interactions.count(Filters(week=name, topic="store")) == told
        assert store.figures.ratings(Filters(week=WEEKS[0]))["nps"] == {9.0: int((history.week == 0)[1::2].sum())}


def test_a_large_change_is_found_in_its_week_and_nothing_before(pool: Pool) -> None:
    rng = np.random.default_rng(5)
    plant = Plant("network.outage", 0.1, 4.0, (8, 9))
    history = pool.drawn(rng, weekly=120, plants=[plant])
    nobody = np.full(len(pool), -1)
    pool.write(rng, history, customer=nobody, nps=nobody)
    with pool.opened() as store:
        found = build(store, WEEKS[8], now=NOW)
        assert insights._is_of(store, pool, found.rises[0], plant)
        assert not insights._is_of(store, pool, found.rises[0], Plant("store", 0.1, 4.0, (8,)))
        assert not build(store, WEEKS[7], now=NOW).rises


def test_every_part_is_told_and_drawn_as_a_table(pool: Pool) -> None:
    found = insights.tier(pool, "facts", 120, ((0.1, 4.0), (0.15, 3.0)), histories=2)
    assert {type(one) for one in found} == {Detection, Quiet, Coverage, Effect}
    detections = [one for one in found if isinstance(one, Detection)]
    assert sum(one.n for one in detections) == 4 and sum(one.n_lasting for one in detections) == 2
    assert all(one.found_by_second >= 0 and one.among_first <= one.found for one in detections)
    told = insights.table(found)
    assert told.count("\n\n") == 3
    assert all(line.startswith("| ") and line.endswith(" |") for line in told.splitlines() if line)


def test_an_interval_holds_its_borders() -> None:
    covered = Covered()
    for truth in (0.1, 0.2, 0.3, 0.31):
        covered.hold("a share", Interval(low=0.1, high=0.3), truth)
    assert covered.told("texts") == [Coverage(figure="a share", drawn="texts", n=4, inside=0.75)]


def test_scores_have_the_effects_that_were_planted(pool: Pool) -> None:
    rng = np.random.default_rng(11)
    history = pool.drawn(rng, weekly=120)
    sums: dict[str, list[float]] = {}
    for _ in range(30):
        scores = Effects().planted(pool, rng, history)
        value = np.select([scores.nps >= 9, scores.nps < 7], [1.0, -1.0], 0.0)
        given = scores.nps >= 0
        sums.setdefault("difference", []).append(float((value[given] - scores.expected[given]).mean()))
    # 36,000 scores of standard deviation 0.9, and moods that customers share.
    assert abs(np.mean(sums["difference"])) < 0.02
