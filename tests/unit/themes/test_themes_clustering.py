"""Clusters: who joins one, who stays out, and a place for each on the map."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from theme_makers import around, layers

from voc.themes.clustering import FEWEST, cluster, floors_of, joined, middles_of, smallest_theme
from voc.themes.map import layout, placed_beside
from voc.themes.space import centres, placed


def test_the_smallest_theme_grows_with_what_is_looked_at() -> None:
    assert [smallest_theme(n) for n in (0, 700, 3000, 12_000, 1_000_000)] == [5, 5, 10, 20, 40]


def test_too_few_clauses_are_not_clustered() -> None:
    found = cluster(around(1, FEWEST - 1))
    assert (found.fine == -1).all()
    assert found.left_out == 1.0
    assert len(found.centres) == 0


def test_clusters_do_not_depend_on_how_many_cores_there_are() -> None:
    """Several threads take many times the work of one for the spanning tree; whoever had them has them back."""
    import numba

    vectors = np.concatenate([around(seed, 40) for seed in range(8)])
    before, found = numba.get_num_threads(), []
    try:
        for threads in (1, numba.config.NUMBA_NUM_THREADS):
            numba.set_num_threads(threads)
            found.append(cluster(vectors).fine.tolist())
            assert numba.get_num_threads() == threads
    finally:
        numba.set_num_threads(before)
    assert found[0] == found[1]


def test_what_lies_near_a_cluster_joins_it_and_what_does_not_stays_out() -> None:
    vectors = np.concatenate([around(1, 20), around(2, 20), around(1, 21)[20:], around(9, 1)])
    labels = np.array([0] * 20 + [1] * 20 + [-1, -1])
    middles = middles_of(vectors, labels)
    found = joined(vectors, labels, middles, floors_of(vectors, labels, middles))
    assert found[:40].tolist() == labels[:40].tolist()
    assert found[41] == -1
    assert found[40] in {0, -1}  # as near as the twentieth that lies furthest, or not
    loose = joined(vectors, labels, middles, np.full(2, 0.5, np.float32))
    assert loose[40] == 0


@given(st.integers(2, 6), st.integers(6, 12))
@settings(max_examples=20, deadline=None)
def test_a_middle_is_as_long_as_one_and_every_member_but_a_few_reaches_its_floor(groups: int, each: int) -> None:
    vectors = np.concatenate([around(seed, each) for seed in range(groups)])
    found = layers(vectors, [seed for seed in range(groups) for _ in range(each)])
    assert np.linalg.norm(found.centres, axis=1) == pytest.approx(1, abs=1e-5)
    near = np.einsum("ij,ij->i", vectors, found.centres[found.fine])
    assert (near >= found.floors[found.fine] - 1e-6).mean() >= 0.8


def test_languages_are_seen_from_their_own_middle() -> None:
    shift = np.zeros(384, np.float32)
    shift[0] = 30.0
    french, english = around(1, 400) + shift, around(1, 400) - shift
    states = np.concatenate([french, english])
    spoken = ["fr"] * 400 + ["en"] * 400
    found = placed(states, spoken, centres(states, spoken, {"fr": shift, "en": -shift}))
    assert abs(float(found[:400].mean(axis=0) @ found[400:].mean(axis=0))) < 0.1
    everyday = centres(states[:10], spoken[:10], {"fr": shift, "en": -shift})
    assert everyday["fr"] is shift
    assert everyday["other"].tolist() == [0.0] * 384


@pytest.mark.parametrize("count", [0, 1, 2, 3, 12])
def test_every_theme_has_a_place_on_the_map(count: int) -> None:
    nothing = np.zeros((0, 384), np.float32)
    places = layout(np.concatenate([nothing, *(around(seed, 1) for seed in range(count))]))
    assert places.shape == (count, 2)
    assert ((places >= 0) & (places <= 1)).all()


def test_like_themes_are_neighbours_on_the_map_and_a_new_one_is_put_beside_them() -> None:
    pair = around(1, 2, spread=0.3)
    others = np.concatenate([around(seed, 1) for seed in range(2, 9)])
    known = np.concatenate([pair, others])
    places = layout(known)
    apart = np.linalg.norm(places[0] - places, axis=1)
    assert apart[1] == apart[1:].min()
    new = placed_beside(around(1, 3, spread=0.3)[2:], known, places)
    assert np.linalg.norm(new[0] - (places[0] + places[1]) / 2) < 0.35
