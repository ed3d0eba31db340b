"""Which weekly counts are called a change, and which are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from voc.insights import change_detection as stories
from voc.insights import count_change_tests as changes
from voc.insights import statistics
from voc.insights.topic_unrest import unrest_of
from voc.store.figures import ChannelWeek, TopicWeek

WEEKS = ("2026-W42", "2026-W43", "2026-W44", "2026-W45", "2026-W46")


def weekly(counts: Sequence[int], heard: Sequence[int], *, elapsed: float = 1.0) -> changes.Weekly:
    """A subject on one channel."""
    return changes.weekly(
        {(week, "email"): n for week, n in zip(WEEKS, counts, strict=True)},
        {(week, "email"): n for week, n in zip(WEEKS, heard, strict=True)},
        WEEKS,
        elapsed=elapsed,
    )


def p_of(one: changes.Weekly, pace: str, direction: str, **options: float) -> float:
    found = [test.p for test in changes.tests(one, **options) if (test.pace, test.direction) == (pace, direction)]
    return found[0] if found else 1.0


def test_a_leap_in_share_and_count_is_a_sudden_rise() -> None:
    assert p_of(weekly([2, 3, 2, 2, 14], [60] * 5), "sudden", "rise") < 1e-4


def test_a_busier_week_is_no_rise() -> None:
    assert p_of(weekly([10, 10, 10, 10, 30], [60, 60, 60, 60, 180]), "sudden", "rise") > 0.3


def test_others_going_quiet_is_no_rise() -> None:
    assert p_of(weekly([10, 10, 10, 10, 10], [90, 90, 90, 90, 30]), "sudden", "rise") > 0.3


def test_in_a_quiet_week_the_share_decides_where_the_count_rose_too() -> None:
    quiet = weekly([24, 23, 25, 24, 40], [2400, 2400, 2400, 2400, 1900])
    by_count = statistics.rise(40, 1, 96, 4, mid=True)
    assert p_of(quiet, "sudden", "rise") < by_count < changes.ALSO_BY_COUNT
    same_count = weekly([24, 23, 25, 24, 29], [2400, 2400, 2400, 2400, 1000])
    assert p_of(same_count, "sudden", "rise") == 1


def test_a_crisis_elsewhere_is_no_fall() -> None:
    assert p_of(weekly([20, 20, 20, 20, 20], [100, 100, 100, 100, 300]), "sudden", "fall") > 0.3


def test_a_real_fall_is_one() -> None:
    assert p_of(weekly([20, 22, 18, 20, 3], [100] * 5), "sudden", "fall") < 1e-4


def test_what_was_there_last_week_already_is_no_sudden_rise() -> None:
    assert p_of(weekly([2, 2, 2, 20, 19], [60] * 5), "sudden", "rise") == 1


def test_a_climb_is_slow_and_a_leap_is_not() -> None:
    assert p_of(weekly([1, 2, 4, 7, 12], [60] * 5), "slow", "rise") < 0.001
    assert p_of(weekly([3, 3, 3, 3, 15], [60] * 5), "slow", "rise") == 1
    assert p_of(weekly([14, 10, 7, 4, 1], [60] * 5), "slow", "fall") < 0.001


def test_a_new_subject_needs_five_voices() -> None:
    assert p_of(weekly([0, 0, 0, 0, 4], [60] * 5), "sudden", "rise") == 1
    assert p_of(weekly([0, 0, 0, 0, 7], [60] * 5), "sudden", "rise") < 0.001


def test_a_wave_of_surveys_does_not_raise_what_surveys_always_say() -> None:
    usual = {(week, channel): n for week in WEEKS for channel, n in (("survey", 10), ("email", 50))}
    wave = usual | {("2026-W46", "survey"): 100}
    series = {(week, "survey"): 5 for week in WEEKS} | {("2026-W46", "survey"): 50}
    assert p_of(changes.weekly(series, wave, WEEKS), "sudden", "rise") > 0.3
    # Taken against all that was said, whatever the channel, it would have been one.
    mixed = changes.weekly(
        {(week, "any"): n for (week, _), n in series.items()},
        {(week, "any"): 150 if week == "2026-W46" else 60 for week in WEEKS},
        WEEKS,
    )
    assert p_of(mixed, "sudden", "rise") < 1e-3


def test_a_running_week_is_compared_by_what_is_over_of_it() -> None:
    half = weekly([10, 10, 10, 10, 12], [60, 60, 60, 60, 36], elapsed=0.5)
    whole = weekly([10, 10, 10, 10, 12], [60, 60, 60, 60, 36])
    assert p_of(half, "sudden", "rise") < p_of(whole, "sudden", "rise")


def test_restless_weeks_make_every_change_less_sure() -> None:
    one = weekly([2, 3, 2, 2, 12], [60] * 5)
    assert p_of(one, "sudden", "rise", dispersion=3.0) > p_of(one, "sudden", "rise")
    climb = weekly([1, 2, 4, 7, 12], [60] * 5)
    assert p_of(climb, "slow", "rise", dispersion=3.0) > p_of(climb, "slow", "rise")


@given(st.lists(st.integers(0, 40), min_size=5, max_size=5), st.lists(st.integers(1, 90), min_size=5, max_size=5))
def test_exposures_add_up_to_the_counts(counts: list[int], more: list[int]) -> None:
    one = weekly(counts, [n + extra for n, extra in zip(counts, more, strict=True)])
    assert sum(one.exposures) == pytest.approx(sum(counts))
    assert all(0 <= test.p <= 1 and 0 <= test.smallest <= 1 for test in changes.tests(one))


def test_nothing_heard_is_nothing_to_ask() -> None:
    assert changes.tests(weekly([0] * 5, [60] * 5)) == []
    assert changes.tests(weekly([0, 0, 0, 0, 9], [0, 0, 0, 0, 60])) == []


def test_a_family_is_as_sure_as_its_parts_allow() -> None:
    def answers(*ps: float) -> list[changes.Test]:
        return [changes.Test("sudden", "rise", p, 0.0) for p in ps]

    assert changes.family_p(answers(0.01, 1, 1, 1)) == pytest.approx(0.0467, abs=1e-4)
    assert changes.family_p(answers(0.01, 0.01, 0.01, 0.01)) == pytest.approx(0.0106, abs=1e-4)
    assert changes.family_p(answers(0.03)) == 0.03
    assert changes.family_p(answers(0.0, 1)) == 0
    assert changes.family_p([]) == 1


def test_a_rise_of_a_subject_counts_more_than_a_slow_fall_of_it() -> None:
    def one(pace: changes.Pace, direction: changes.Direction, p: float) -> changes.Test:
        test = changes.Test(pace, direction, p, 0.0)
        return replace(test, weight=changes.weight("all", test))

    rises = [one("sudden", "rise", 0.001), *[one("slow", "fall", 1.0)] * 9]
    falls = [one("sudden", "rise", 1.0), one("slow", "fall", 0.001), *[one("slow", "fall", 1.0)] * 8]
    assert changes.family_p(rises) < 0.004 < 0.01 < changes.family_p(falls)


@pytest.mark.parametrize("weights", [(1.0,) * 7, (4.0, 4.0, 2.0, 1.0, 1.0, 0.5, 0.5)])
@pytest.mark.parametrize("together", [0.0, 0.5, 0.9])
def test_a_family_in_which_nothing_changed_passes_as_rarely_as_it_says(
    together: float, weights: tuple[float, ...]
) -> None:
    """Rises and falls of the same things, alone and moving together: what Simes' test is not made for."""
    generator = np.random.default_rng(7)
    common = generator.standard_normal((4000, 1)) * together**0.5
    moved = common + generator.standard_normal((4000, 7)) * (1 - together) ** 0.5
    every = np.concatenate([norm.sf(moved), norm.cdf(moved)], axis=1)
    passing = [
        changes.family_p(
            [
                changes.Test("sudden", "rise", float(p), 0.0, weight=weight)
                for p, weight in zip(row, weights * 2, strict=True)
            ]
        )
        for row in every
    ]
    assert 0.03 <= float(np.mean(np.array(passing) <= 0.05)) <= 0.065
    assert float(np.mean(np.array(passing) <= 0.01)) <= 0.016


def test_equal_series_are_asked_once() -> None:
    rows = [
        TopicWeek(week, "email", topic, 4, 4, complaints=4, praise=0)
        for week in WEEKS
        for topic in ("store", "billing.double_charge", "billing")
    ]
    families = stories.families_of(stories.series_of(rows))
    assert families == {"billing": [("billing.double_charge", "all")], "store": [("store", "all")]}
    assert set(stories.screen(WEEKS, [ChannelWeek(week, "email", 9, 9) for week in WEEKS], rows)) == {
        "billing",
        "store",
    }


def test_a_large_subject_that_always_varies_is_held_to_its_own_unrest() -> None:
    """Rates that go up and down by a fifth: at 400 voices a week this is far beyond Poisson, at 10 it is within."""
    rng = np.random.default_rng(4)
    weeks = [f"2026-W{number}" for number in range(40, 45)]
    sizes = [10.0] * 30 + [400.0] * 10
    passed = {"calm": 0, "restless": 0}
    for kind, unrest in (("calm", 0.0), ("restless", 0.2)):
        counted = {
            (f"t{place}", "all"): {
                (week, "email"): int(rng.poisson(size * np.exp(rng.normal(-(unrest**2) / 2, unrest)))) for week in weeks
            }
            for place, size in enumerate(sizes)
        }
        spoken = {(week, "email"): 20_000 for week in weeks}
        found = unrest_of(counted, spoken, weeks)
        assert found.alpha == pytest.approx(unrest**2, abs=0.02)
        assert found.dispersion(4 * 400, 4) >= found.dispersion(4 * 10, 4) >= 1
        for series in counted.values():
            one = changes.weekly(series, spoken, weeks)
            asked = changes.tests(one, dispersion=found.dispersion(one.before, 4), falls=False)
            passed[kind] += min(test.p for test in asked) <= 0.001
    assert passed == {"calm": 0, "restless": 0}
