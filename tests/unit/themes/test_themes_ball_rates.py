"""How many voices a ball holds: learnt from balls of its size, more where more is said around it."""

from __future__ import annotations

import numpy as np
import pytest

from voc.themes.ball_rates import fitted
from voc.themes.bursts import balls


def test_rates_are_found_again_in_what_they_gave() -> None:
    rng = np.random.default_rng(3)
    around = rng.poisson(8, size=20_000)
    held = rng.poisson((0.2 + 0.3 * around) / 1.5 * rng.gamma(1.5, size=20_000))
    found = fitted(held, around)
    assert (found.shape, found.own, found.around) == (
        pytest.approx(1.5, rel=0.15),
        pytest.approx(0.2, abs=0.15),
        pytest.approx(0.3, rel=0.1),
    )
    assert found.mean(10) == pytest.approx(3.2, rel=0.1)


def test_where_no_ball_holds_anything_a_voice_is_unlikely_and_not_impossible() -> None:
    few, many = (fitted(np.zeros(n, np.int64), np.zeros(n, np.int64)).mean(0) for n in (20, 2000))
    assert 0 < many < few < 0.2


def a_crowd_and_a_desert(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Nine weeks of clauses, most of them in a crowd; in the last one five more at one place far from it."""
    crowd = np.eye(32)[0] + 0.25 * rng.normal(size=(900, 32))
    desert = -np.eye(32)[1] + 0.01 * rng.normal(size=(5, 32))
    vectors = np.concatenate([crowd, desert])
    weeks = np.concatenate([np.arange(900) % 9, np.full(5, 8)])
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), weeks


def test_less_is_expected_where_nothing_is_said_around() -> None:
    vectors, weeks = a_crowd_and_a_desert(np.random.default_rng(1))
    found = balls(vectors, weeks, range(len(weeks)), least=1)
    apart = [one.usual for one in found.balls if one.centre >= 900 and one.radius == 0.65]
    among = [one.usual for one in found.balls if one.centre < 900 and one.radius == 0.65]
    assert len(apart) == 5
    assert max(apart) < np.median(among)


def test_balls_that_could_have_held_enough_count_as_asked() -> None:
    vectors, weeks = a_crowd_and_a_desert(np.random.default_rng(1))
    found = balls(vectors, weeks, range(len(weeks)), least=4)
    now = int((weeks == 8).sum())
    assert len(found.balls) < found.able <= 7 * now
