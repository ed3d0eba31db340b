"""The statistics against known values, and the invariants they must keep."""

from __future__ import annotations

import itertools
import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voc.insights import statistics


def test_wilson_matches_published_values() -> None:
    # Newcombe (1998), Statistics in Medicine 17, table I: 81/263, 15/148, 0/20, 1/29.
    for k, n, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ]:
        found = statistics.wilson(k, n)
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_share_lies_in_its_interval_and_the_interval_in_0_1(k: int, more: int) -> None:
    n = k + more
    found = statistics.wilson(k, n)
    assert 0 <= found.low <= found.high <= 1
    if n:
        assert found.low <= k / n <= found.high


def test_a_share_of_more_than_all_is_refused() -> None:
    with pytest.raises(ValueError, match="0 ≤ k ≤ n"):
        statistics.wilson(3, 2)


def test_poisson_matches_garwood() -> None:
    for k, low, high in [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.39), (100, 81.36, 121.63)]:
        found = statistics.poisson(k)
        assert (found.low, found.high) == pytest.approx((low, high), rel=1e-3)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_a_net_share_lies_between_minus_one_and_one(positive: int, neutral: int, negative: int) -> None:
    found = statistics.net_share(positive, negative, positive + neutral + negative)
    assert -1 <= found.low <= found.high <= 1


def test_rise_is_the_binomial_tail() -> None:
    # 8 of 12 in a week against four: P(Bin(12, 1/5) ≥ 8)
    tail = sum(math.comb(12, x) * 0.2**x * 0.8 ** (12 - x) for x in range(8, 13))
    assert statistics.rise(8, 1, 4, 4) == pytest.approx(tail)


@given(st.integers(1, 60), st.integers(0, 60))
def test_mid_p_counts_what_was_seen_by_half(k: int, before: int) -> None:
    p = 0.2
    seen = math.comb(k + before, k) * p**k * (1 - p) ** before
    tail = statistics.rise(k, 1, before, 4)
    assert statistics.rise(k, 1, before, 4, mid=True) == pytest.approx(tail - seen / 2, abs=1e-9)
    assert statistics.trend([before, k], [4, 1], mid=True) == pytest.approx(tail - seen / 2, abs=1e-9)


@given(st.integers(0, 60), st.integers(0, 200), st.floats(0.1, 5), st.floats(0.1, 20))
def test_rise_and_fall_are_chances_that_overlap_in_what_was_seen(k: int, before: int, now: float, then: float) -> None:
    up, down = statistics.rise(k, now, before, then), statistics.fall(k, now, before, then)
    assert 0 <= up <= 1
    assert 0 <= down <= 1
    assert up + down >= 1 - 1e-9


@given(st.integers(1, 60), st.integers(0, 60))
def test_more_is_always_more_significant(k: int, before: int) -> None:
    assert statistics.rise(k + 1, 1, before, 4) <= statistics.rise(k, 1, before, 4) + 1e-12


@given(st.integers(1, 40), st.integers(1, 40), st.floats(1, 5))
def test_dispersion_never_makes_a_true_rise_more_significant(k: int, before: int, phi: float) -> None:
    if k > before / 4:
        assert statistics.rise(k, 1, before, 4, dispersion=phi) >= statistics.rise(k, 1, before, 4) * 0.5


def test_smallest_p_is_what_rise_gives_when_everything_is_now() -> None:
    assert statistics.smallest_p(7, 0.2) == pytest.approx(statistics.rise(7, 1, 0, 4))


@given(st.integers(0, 60), st.integers(0, 60))
def test_ratio_lies_in_its_interval(k: int, before: int) -> None:
    ratio, low, high = statistics.rate_ratio(k, 1, before, 4)
    assert 0 <= low <= high
    if before:
        assert low <= ratio <= high
    else:
        assert ratio == high == math.inf


def test_the_ratio_interval_excludes_one_when_the_test_says_so() -> None:
    _, low, _ = statistics.rate_ratio(8, 1, 4, 4)
    assert low > 1
    _, low, high = statistics.rate_ratio(3, 1, 8, 4)
    assert low < 1 < high


def test_over_represented_is_fishers_lady_tasting_tea() -> None:
    assert statistics.over_represented(3, 4, 1, 4) == pytest.approx(17 / 70)
    assert statistics.over_represented(4, 4, 0, 4) == pytest.approx(1 / 70)


@given(st.integers(0, 15), st.integers(0, 15), st.integers(0, 15), st.integers(0, 15))
def test_fisher_is_a_chance(a: int, b: int, c: int, d: int) -> None:
    assert 0 <= statistics.over_represented(a, a + b, c, c + d) <= 1


def test_trend_is_exact_on_a_case_counted_by_hand() -> None:
    # Two counts over three equal weeks: nine equally likely outcomes; sum of scores ≥ 3 in 3 of them.
    assert statistics.trend([0, 1, 1], [1, 1, 1]) == pytest.approx(3 / 9)
    assert statistics.trend([0, 0, 2], [1, 1, 1]) == pytest.approx(1 / 9)


def direct_tail(counts: list[int], exposures: list[float]) -> float:
    """The same tail by multiplying the polynomial out, one count after another; every term is positive."""
    chances = np.asarray(exposures) / sum(exposures)
    whole = np.ones(1)
    for _ in range(sum(counts)):
        whole = np.convolve(whole, chances)
    return float(whole[sum(place * count for place, count in enumerate(counts)) :].sum())


@given(st.data())
def test_trend_is_what_multiplying_out_gives_however_small_the_tail(data: st.DataObject) -> None:
    weeks = data.draw(st.integers(2, 12))
    counts = data.draw(st.lists(st.integers(0, 20), min_size=weeks, max_size=weeks))
    exposures = data.draw(st.lists(st.floats(0.5, 50), min_size=weeks, max_size=weeks))
    if sum(counts):
        found, direct = statistics.trend(counts, exposures), direct_tail(counts, exposures)
        assert found == pytest.approx(direct, abs=1e-9)
        assert found == pytest.approx(direct, rel=1e-6)  # widened() spreads small tails: their size matters too


@given(st.data())
def test_series_tested_at_once_are_each_as_if_alone(data: st.DataObject) -> None:
    weeks = data.draw(st.integers(1, 12))
    series = data.draw(st.lists(st.lists(st.integers(0, 60), min_size=weeks, max_size=weeks), max_size=8))
    exposures = data.draw(st.lists(st.floats(0, 50), min_size=weeks, max_size=weeks))
    mid = data.draw(st.booleans())
    together = statistics.trends(series, exposures, mid=mid)
    alone = [statistics.trend(counts, exposures, mid=mid) for counts in series]
    assert together == pytest.approx(alone, rel=1e-9, abs=1e-15)


def test_what_comes_in_a_period_with_next_to_no_exposure_is_next_to_impossible() -> None:
    assert statistics.trends([[0, 1], [1, 0]], [1.0, 2e-309]) == pytest.approx([0.0, 1.0])


def test_within_one_period_nothing_climbs() -> None:
    assert statistics.trends([[5], [5000], [0]], [10.0]) == [1.0, 1.0, 1.0]


def test_a_tail_far_below_rounding_keeps_its_size() -> None:
    counts = [0] * 9 + [40]
    assert statistics.trend(counts, [1.0] * 10) == pytest.approx(1e-40)
    assert statistics.trend([0, 0, 5], [1.0, 1.0, 0.0]) == 0.0  # cannot be: nothing was there to count
    assert statistics.trend([0, 5, 0], [1.0, 1.0, 0.0]) == pytest.approx(1 / 32)


def test_two_years_of_weeks_take_no_time() -> None:
    """104 weeks × 390 counts: multiplying out took seconds of CPU a p-value."""
    counts, exposures = [3 + (week >= 26) for week in range(104)], [1000.0] * 104
    assert sum(counts) == 390
    statistics.trend([1, 2], [1.0, 1.0])  # the first call imports what it needs
    began = time.process_time()
    found = statistics.trend(counts, exposures)
    assert time.process_time() - began < 0.5
    assert found == pytest.approx(direct_tail(counts, exposures), abs=1e-9)


def test_trend_normal_approximation_continues_the_exact_one() -> None:
    counts, exposures = [70, 75, 80, 85, 90], [1.0] * 5
    exact = statistics.trend(counts, exposures)
    beyond = statistics.EXACT_TREND_TOTAL
    try:
        statistics.EXACT_TREND_TOTAL = 10
        assert statistics.trend(counts, exposures) == pytest.approx(exact, abs=2e-3)
    finally:
        statistics.EXACT_TREND_TOTAL = beyond


@given(st.lists(st.integers(0, 30), min_size=2, max_size=8))
def test_trend_up_and_down_are_mirror_images(counts: list[int]) -> None:
    exposures = [1.0] * len(counts)
    up, down = statistics.trend(counts, exposures), statistics.trend(counts[::-1], exposures)
    assert up + down >= 1 - 1e-9


def test_q_values_on_the_example_of_benjamini_and_hochberg() -> None:
    # Their table of 15 p-values (1995, section 4): four are kept at .05, the fifth is not.
    given_p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    found = statistics.q_values(given_p)
    assert sum(q <= 0.05 for q in found) == 4
    assert found[0] == pytest.approx(0.0015)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_q_values_keep_the_order_and_never_fall_below_p(ps: list[float]) -> None:
    found = statistics.q_values(ps)
    assert all(q >= p - 1e-12 for q, p in zip(found, ps, strict=True))
    order = np.argsort(ps, kind="stable")
    assert all(found[a] <= found[b] + 1e-12 for a, b in itertools.pairwise(order))


def test_a_wider_spread_makes_a_p_value_less_extreme() -> None:
    assert statistics.widened(0.001, 1.0) == 0.001
    assert 0.001 < statistics.widened(0.001, 2.0) < 0.05
    assert statistics.widened(1.0, 2.0) == 1


def test_tests_that_cannot_come_out_are_left_out() -> None:
    assert statistics.testable([0.5, 0.2, 0.001], level=0.05) == [False, False, True]
    assert statistics.testable([0.2, 0.5], level=0.05) == [False, False]


@given(
    counts=st.lists(st.integers(0, 6), min_size=2, max_size=60).filter(any),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=40, deadline=None)
def test_a_tail_is_the_same_however_far_it_is_looked(counts: list[int], seed: int) -> None:
    exposures = list(np.random.default_rng(seed).uniform(0.1, 5.0, len(counts)))
    near = statistics.trend(counts, exposures)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statistics, "OUT_OF_REACH", 1e4)  # nothing is out of reach: the whole distribution
        whole = statistics.trend(counts, exposures)
    assert near == pytest.approx(whole, rel=1e-9, abs=1e-12)
