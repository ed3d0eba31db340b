"""Whether the figure of a finding moved: said when it did, and said when nobody can tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.insights.count_change_tests import Counted
from voc.insights.finding_follow_up import Followed, _judged, figure_of, follow_up
from voc.records import FollowUp

Week = Callable[..., datetime]
KEY = "topic:billing.double_charge:rise"
USUAL, FOUND = (42, 43, 44, 45), 46


def history(
    filled: Any, week: Week, after: dict[int, int], *, usual: int = 1, found: int = 16, per_week: int = 60
) -> None:
    """Weeks of sixty interactions about other things, and so many about the finding's subject."""
    told = dict.fromkeys(USUAL, usual) | {FOUND: found} | after
    for number, n in told.items():
        for k in range(60):
            filled.say(week(number, k % 7), topics={("price", "advisor", "delivery")[k % 3]: 0.0})
        for k in range(n):
            filled.say(week(number, k % 7), topics={"billing.double_charge": -0.6}, score=-0.6)


def followed(filled: Any, *, until: int, **fields: Any) -> FollowUp:
    found = follow_up(filled.save(), [Followed(KEY, "2026-W46", **fields)], until=f"2026-W{until}")
    return found[KEY]


def test_back_to_usual_when_it_came_down_to_where_it_was(filled: Any, week: Week) -> None:
    history(filled, week, {47: 1, 48: 2})
    seen = followed(filled, until=48)
    assert (seen.verdict, seen.until) == ("back_to_usual", "2026-W48")
    assert (seen.usual.n, seen.found.n, seen.since.n) == (4, 16, 3)
    assert (seen.found.of, seen.since.of, seen.since.weeks) == (76, 123, ("2026-W47", "2026-W48"))
    assert seen.since.low < 3 / 123 < seen.since.high < seen.found.low
    assert seen.p_moved is not None and seen.p_moved < 0.001


def test_receding_when_it_came_down_but_still_stands_out(filled: Any, week: Week) -> None:
    history(filled, week, {47: 14}, found=40)
    seen = followed(filled, until=47)
    assert seen.verdict == "receding"
    assert seen.p_usual is not None and seen.p_usual < 0.05


def test_growing_and_unchanged(filled: Any, week: Week) -> None:
    history(filled, week, {47: 15, 48: 60})
    assert followed(filled, until=47).verdict == "unchanged"
    assert followed(filled, until=48).verdict == "growing"


def test_a_busier_week_is_no_growth(filled: Any, week: Week) -> None:
    history(filled, week, {})
    for k in range(180):
        filled.say(week(47, k % 7), topics={"price": 0.0})
    for k in range(48):
        filled.say(week(47, k % 7), topics={"billing.double_charge": -0.6})
    assert followed(filled, until=47).verdict == "unchanged"


def test_too_little_is_said_and_not_judged(filled: Any, week: Week) -> None:
    history(filled, week, {})
    for k in range(10):
        filled.say(week(47, k % 7), topics={"price": 0.0})
    seen = followed(filled, until=47)
    assert (seen.verdict, seen.p_moved, seen.p_usual) == ("too_little", None, None)
    assert seen.since.of == 10


def test_a_fall_that_comes_up_again_recedes(filled: Any, week: Week) -> None:
    history(filled, week, {47: 22}, usual=20, found=4)
    key = "topic:billing.double_charge:fall"
    found = follow_up(filled.save(), [Followed(key, "2026-W46")], until="2026-W47")
    assert found[key].verdict == "back_to_usual"


def test_weeks_that_were_over_when_it_was_decided_are_not_its_effect(filled: Any, week: Week) -> None:
    history(filled, week, {47: 1})
    late = datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert followed(filled, until=47, decided_at=late).before_decision
    assert not followed(filled, until=47, decided_at=week(47)).before_decision


def test_nothing_is_said_before_a_later_week_is_over_or_of_another_kind(filled: Any, week: Week) -> None:
    history(filled, week, {})
    store = filled.save()
    assert follow_up(store, [Followed(KEY, "2026-W46")], until="2026-W46") == {}
    assert follow_up(store, [Followed("something:else", "2026-W40")], until="2026-W46") == {}


@pytest.mark.parametrize("what", ["all", "complaints", "praise"])
def test_the_side_of_a_finding_is_what_is_counted(filled: Any, week: Week, what: str) -> None:
    history(filled, week, {47: 3})
    for k in range(5):
        filled.say(week(47, k), topics={"billing.double_charge": 0.8}, score=0.8)
    key = KEY if what == "all" else f"topic:billing.double_charge:{what}:rise"
    store = filled.save()
    seen = follow_up(store, [Followed(key, "2026-W46")], until="2026-W47")[key]
    assert seen.since.n == {"all": 8, "complaints": 3, "praise": 5}[what]
    figure = figure_of(key)
    assert figure is not None
    assert store.interactions.count(figure.filters(week="2026-W47")) == seen.since.n


@given(topic=st.from_regex(r"[a-z]{1,8}(\.[a-z_]{1,8})?", fullmatch=True), way=st.sampled_from(["rise", "fall"]))
def test_the_key_of_a_finding_says_what_it_counts(topic: str, way: str) -> None:
    for what in ("all", "complaints", "praise"):
        figure = figure_of(f"topic:{topic}{'' if what == 'all' else ':' + what}:{way}")
        assert figure is not None
        assert (figure.topic, figure.what, figure.direction) == (topic, what, way)


def test_a_large_subject_that_always_varies_has_not_moved() -> None:
    """Among many small calm subjects: what varies grows with the size, and one spread for all would miss it."""
    rng = np.random.default_rng(11)
    weeks = [f"2026-W{number}" for number in range(42, 48)]
    spoken = {(week, "email"): 20_000 for week in weeks}
    moved = 0
    for _ in range(60):
        counted: Counted = {
            (f"t{place}", "all"): {
                (week, "email"): int(rng.poisson(size * np.exp(rng.normal(-0.02, 0.2)))) for week in weeks
            }
            for place, size in enumerate([8.0] * 40 + [500.0] * 6)
        }
        found = _judged(Followed("topic:t45:rise", weeks[-2]), counted, spoken, weeks[:4], weeks[5:])
        moved += found.verdict in {"growing", "receding", "back_to_usual"}
    assert moved <= 60 * 0.15, "two tests at 5 %"
