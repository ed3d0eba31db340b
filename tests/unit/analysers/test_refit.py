"""Refitting a head to corrections: it learns, stays near what was shipped, and is measured on what it has not seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voc.analysers.head_refitting import Examples, LinearHead, fit, measure, refit

WIDTH = 12


def a_head(kind: str = "classes", outputs: int = 3, *, seed: int = 0, groups: tuple[int, ...] = ()) -> LinearHead:
    rng = np.random.default_rng(seed)
    weight = rng.normal(size=(WIDTH, outputs))
    return LinearHead(kind, weight, rng.normal(size=outputs) * 0.1, 1.3, groups)  # type: ignore[arg-type]


def states(n: int, *, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, WIDTH)).astype(np.float32)


def as_said_by(head: LinearHead, found: np.ndarray) -> Examples:
    return Examples(found, head.decide(found))


@pytest.mark.parametrize(
    ("shipped", "right"),
    [
        (a_head(seed=0), a_head(seed=5)),
        (a_head(outputs=5, seed=0, groups=(0, 0, 1, 2, 2)), a_head(outputs=5, seed=5, groups=(0, 0, 1, 2, 2))),
        (a_head("labels", 4, seed=0), a_head("labels", 4, seed=5)),
    ],
    ids=["classes", "stars read as classes", "labels"],
)
def test_it_learns_what_people_say_and_it_shows_on_what_it_has_not_seen(shipped: LinearHead, right: LinearHead) -> None:
    outcome = refit(shipped, as_said_by(right, states(150)), states(0))
    fresh = states(500, seed=2)

    assert outcome.after.accuracy > outcome.before.accuracy + 0.15
    assert outcome.difference[1] > 0
    assert (outcome.head.decide(fresh) == right.decide(fresh)).mean() > (
        shipped.decide(fresh) == right.decide(fresh)
    ).mean() + 0.15


def test_what_is_held_back_is_not_learnt_by_heart() -> None:
    """Labels drawn at random hold nothing to learn: a measure on what was fitted would claim a gain."""
    rng = np.random.default_rng(3)
    outcome = refit(a_head(), Examples(states(120), rng.integers(0, 3, size=(120, 1))), states(0))

    assert outcome.after.accuracy < 0.5


def test_confirmed_everywhere_it_stays_what_it_is() -> None:
    head = a_head()
    outcome = refit(head, as_said_by(head, states(80)), states(50, seed=4))

    assert outcome.before.accuracy == 1.0
    assert outcome.after.accuracy > 0.9
    assert outcome.moved <= 0.06


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), pull=st.sampled_from([0.1, 1.0, 10.0, 100.0]))
def test_the_stronger_the_pull_the_nearer_the_shipped_head(seed: int, pull: float) -> None:
    head = a_head(seed=seed)
    examples = as_said_by(a_head(seed=seed + 1), states(30, seed=seed))

    def distance(strength: float) -> float:
        found = fit(head, examples, states(0), pull=strength)
        return float(((found.weight - head.weight) ** 2).sum() + ((found.bias - head.bias) ** 2).sum())

    assert distance(10 * pull) <= distance(pull) * 1.01 + 1e-9
    assert distance(1e7) == pytest.approx(0, abs=1e-4)


def test_anchors_hold_what_nobody_corrected() -> None:
    head = a_head()
    wrong = Examples(states(40), np.zeros((40, 1), dtype=np.int64))
    others = states(400, seed=9)
    alone, anchored = (fit(head, wrong, near, pull=0.5) for near in (states(0), others[:200]))

    def kept(found: LinearHead) -> float:
        return float((found.decide(others[200:]) == head.decide(others[200:])).mean())

    assert kept(anchored) > kept(alone) + 0.1


def test_labels_nobody_spoke_of_are_left_alone() -> None:
    head = a_head("labels", 3)
    gold = np.full((60, 3), -1)
    gold[:, 1] = 1
    found = fit(head, Examples(states(60), gold), states(0), pull=0.5)

    assert found.weight[:, [0, 2]] == pytest.approx(head.weight[:, [0, 2]], abs=1e-6)
    assert not np.allclose(found.weight[:, 1], head.weight[:, 1], atol=0.01)


def test_thresholds_decide_for_labels() -> None:
    head = LinearHead("labels", np.zeros((WIDTH, 2)), np.zeros(2), 1.0, (), np.array([0.4, 0.6]))

    assert head.decide(states(1)).tolist() == [[1, 0]]


def test_figures_that_can_be_checked_by_hand() -> None:
    found = measure(np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2]))

    assert (found.n, found.accuracy) == (4, 0.75)
    assert found.macro_f1 == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)


def test_fewer_examples_than_parts_are_refused() -> None:
    with pytest.raises(ValueError, match="4 examples"):
        refit(a_head(), Examples(states(4), np.zeros((4, 1), dtype=np.int64)), states(0))
