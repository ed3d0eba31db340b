"""Ids that survive: what is known stays, what is new is new, and merges and splits are told."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from theme_makers import around, layers

from voc.language.vectors import unit
from voc.themes.clustering import Layers
from voc.themes.continuity import Known, continued
from voc.themes.space import FloatArray

GROUPS = np.concatenate([around(seed, 20) for seed in range(3)])
LABELS = [seed for seed in range(3) for _ in range(20)]


def known_of(vectors: FloatArray, labels: Sequence[int], **fields: bool) -> list[Known]:
    found = layers(vectors, labels)
    return [
        Known(f"theme_{n}", centre, float(floor), **fields)
        for n, (centre, floor) in enumerate(zip(found.centres, found.floors, strict=True))
    ]


@given(st.permutations(range(3)))
@settings(max_examples=6, deadline=None)
def test_the_same_texts_change_nothing_whatever_the_clusters_are_called(order: list[int]) -> None:
    renamed = [order[one] for one in LABELS]
    found = continued(GROUPS, np.array(LABELS), layers(GROUPS, renamed), known_of(GROUPS, LABELS))
    assert found.labels.tolist() == LABELS
    assert (found.new, found.merged, found.split) == (0, {}, {})


def test_without_themes_known_before_every_cluster_is_a_new_one() -> None:
    found = continued(GROUPS, np.full(60, -1), layers(GROUPS, LABELS), [])
    assert found.new == 3
    assert sorted(np.bincount(found.labels).tolist()) == [20, 20, 20]


def test_a_subject_nobody_knew_makes_a_new_theme_beside_the_known_ones() -> None:
    vectors = np.concatenate([GROUPS, around(7, 15)])
    found = continued(
        vectors, np.array([*LABELS, *[-1] * 15]), layers(vectors, [*LABELS, *[3] * 15]), known_of(GROUPS, LABELS)
    )
    assert found.new == 1
    assert found.labels.tolist() == [*LABELS, *[3] * 15]


def what_was_left_out(n: int, new: int) -> tuple[FloatArray, np.ndarray, Layers, np.ndarray]:
    """``n`` clauses of one kind beside the known themes, ``new`` of them such as the run before did not look at."""
    vectors = np.concatenate([GROUPS, around(7, n)])
    held = np.array([*LABELS, *[-1] * n])
    return vectors, held, layers(vectors, [*LABELS, *[3] * n]), np.arange(len(vectors)) < len(vectors) - new


def test_what_the_run_before_left_out_makes_no_theme_by_being_put_together_otherwise() -> None:
    vectors, held, fresh, seen = what_was_left_out(20, 1)
    found = continued(vectors, held, fresh, known_of(GROUPS, LABELS), seen=seen)
    assert (found.new, found.labels.tolist()) == (0, held.tolist())


@pytest.mark.parametrize(("n", "new"), [(20, 8), (6, 1)])
def test_what_was_left_out_becomes_a_theme_when_it_grows_or_was_too_few(n: int, new: int) -> None:
    vectors, held, fresh, seen = what_was_left_out(n, new)
    found = continued(vectors, held, fresh, known_of(GROUPS, LABELS), seen=seen)
    assert found.new == 1
    assert (found.labels[60:] == 3).all()


def test_what_is_new_about_a_known_subject_joins_it() -> None:
    vectors = np.concatenate([GROUPS, around(1, 30, spread=0.05)[:10]])
    found = continued(
        vectors, np.array([*LABELS, *[-1] * 10]), layers(vectors, [*LABELS, *[1] * 10]), known_of(GROUPS, LABELS)
    )
    assert found.new == 0
    assert set(found.labels[60:].tolist()) == {1}


def test_a_theme_nobody_speaks_of_stays_where_it_was() -> None:
    known = known_of(GROUPS, LABELS)
    vectors = GROUPS[:40]
    found = continued(vectors, np.array(LABELS[:40]), layers(vectors, LABELS[:40]), known)
    assert not (found.labels == 2).any()
    assert found.centres[2].tolist() == known[2].centre.tolist()


def test_two_themes_that_have_come_to_be_one_are_merged_into_the_larger() -> None:
    vectors = around(1, 50, spread=0.1)
    before = [0] * 30 + [1] * 20
    found = continued(vectors, np.array(before), layers(vectors, [0] * 50), known_of(vectors, before))
    assert found.merged == {1: 0}
    assert set(found.labels.tolist()) == {0}


def test_what_a_person_decided_is_not_merged_away() -> None:
    vectors = around(1, 50, spread=0.1)
    before = [0] * 30 + [1] * 20
    known = known_of(vectors, before, decided=True)
    found = continued(vectors, np.array(before), layers(vectors, [0] * 50), known)
    assert found.merged == {}
    one = [known[0], Known("theme_1", known[1].centre, known[1].floor)]
    assert continued(vectors, np.array(before), layers(vectors, [0] * 50), one).merged == {1: 0}
    other = [Known("theme_0", known[0].centre, known[0].floor), known[1]]
    assert continued(vectors, np.array(before), layers(vectors, [0] * 50), other).merged == {0: 1}


def test_a_theme_that_has_come_to_be_two_keeps_its_id_for_the_larger_part() -> None:
    vectors = np.concatenate([around(1, 30), around(2, 20)])
    centre = unit(vectors.mean(axis=0))
    known = [Known("theme_0", centre, 0.3)]
    found = continued(vectors, np.zeros(50, np.int64), layers(vectors, [0] * 30 + [1] * 20), known)
    assert found.split == {1: 0}
    assert found.labels.tolist() == [0] * 30 + [1] * 20
    decided = [Known("theme_0", centre, 0.3, decided=True)]
    assert continued(vectors, np.zeros(50, np.int64), layers(vectors, [0] * 30 + [1] * 20), decided).split == {}


def test_what_is_like_a_rejected_theme_makes_no_new_one() -> None:
    vectors = around(1, 40, spread=0.1)
    known = known_of(vectors[:20], [0] * 20, decided=True, rejected=True)
    held = np.array([0] * 20 + [-1] * 20)
    found = continued(vectors, held, layers(vectors, [0] * 20 + [1] * 20), known)
    assert found.new == 0


def test_running_again_lets_nobody_drift_into_a_theme() -> None:
    """A floor taken anew from the members would sink with every run, and the themes would swallow what was left out."""
    vectors = np.concatenate([GROUPS, around(1, 20, spread=1.2)])
    labels = np.array([*LABELS, *[-1] * 20])
    known = known_of(GROUPS, LABELS)
    for _ in range(4):
        found = continued(vectors, labels, layers(vectors, labels.tolist()), known)
        assert found.labels.tolist() == labels.tolist() or (found.labels[60:] >= 0).sum() == 0
        known = [
            Known(f"theme_{n}", c, float(f)) for n, (c, f) in enumerate(zip(found.centres, found.floors, strict=True))
        ]
        labels = found.labels
    assert (labels[60:] < 0).all()
