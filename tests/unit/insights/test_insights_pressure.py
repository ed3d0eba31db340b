"""Contact pressure: tolerance by rule, person-time by dose, and what goes with it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.errors import SettingsError
from voc.events import Event, EventFamily, event_id
from voc.insights import exposure_response as doses
from voc.insights.contact_pressure_rules import Rule, Tolerance, excess, load_tolerance
from voc.insights.pressure import pressure
from voc.store import Filters, Store
from voc.store.pressure import Sent

DAY = timedelta(days=1)
START = datetime(2026, 9, 7, 9, tzinfo=UTC)
WEEK = Rule(days=7, at_most=4)


def sent(*days: float, channel: str = "email") -> list[Sent]:
    return [Sent("A", START + day * DAY, channel) for day in days]


def send(store: Store, customer: str, *days: float, channel: str = "email") -> None:
    events = [
        Event(
            id=event_id(EventFamily.SENT, external_id=f"{customer}{day}{channel}", content=()),
            family=EventFamily.SENT, type=f"marketing_{channel}", channel=channel, at=START + day * DAY,
        )
        for day in days
    ]  # fmt: skip
    store.events.save([(one, customer) for one in events], now=START)


# --- tolerance -----------------------------------------------------------------------------------------------------


def worst(messages: list[Sent], *rules: Rule) -> tuple[int, float, float] | None:
    found = excess(messages, rules or (WEEK,), since=START, until=START + 100 * DAY)
    if found is None:
        return None
    return found.n, (found.begins - START) / DAY, (found.ends - START) / DAY


def test_the_fullest_window_decides_not_the_calendar_week() -> None:
    assert worst(sent(0, 1, 2, 3)) is None
    assert worst(sent(0, 1, 2, 3, 6.9)) == (5, 0, 6.9)
    assert worst(sent(0, 1, 2, 3, 7)) is None, "the first is seven days old when the fifth comes"
    assert worst(sent(0, 20, 21, 22, 23, 24, 25)) == (6, 20, 25)


def test_a_rule_of_a_channel_counts_that_channel_alone() -> None:
    calls = Rule(days=30, at_most=1, channel="call")
    mixed = sorted([*sent(0, 1, 2), *sent(5, 20, channel="call")], key=lambda one: one.at)
    assert worst(mixed, calls) == (2, 5, 20)
    assert worst(mixed, WEEK, calls) == (2, 5, 20)
    assert worst(sent(0, 1, 2), calls) is None


def test_a_window_belongs_to_the_period_its_last_message_lies_in() -> None:
    messages = sent(-4, -3, -2, -1, 1)
    assert worst(messages) == (5, -4, 1)
    assert excess(messages, (WEEK,), since=START + 2 * DAY, until=START + 9 * DAY) is None


def test_the_shipped_rules_are_stated_and_a_segment_may_have_its_own(tmp_path: Path) -> None:
    shipped = load_tolerance()
    assert shipped.default[0] == WEEK
    assert shipped.rules("Pro") == shipped.default
    path = tmp_path / "mine.yaml"
    path.write_text("default: [{days: 7, at_most: 2}]\nsegments: {Pro: [{days: 1, at_most: 0}]}\n")
    mine = load_tolerance(path)
    assert mine.rules("Pro") == (Rule(days=1, at_most=0),)
    assert mine.rules(None) == (Rule(days=7, at_most=2),)


@pytest.mark.parametrize(
    ("text", "said"),
    [("default: []", "default"), ("default: [{days: 0, at_most: 1}]", "default.0.days"), ("a: [", "not YAML"),
     ("segments: {}", "default"), ("default: [{days: 7, at_most: 1, tone: 3}]", "tone")],
)  # fmt: skip
def test_rules_that_are_none_say_where(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=said):
        load_tolerance(path)
    with pytest.raises(SettingsError, match="cannot be read"):
        load_tolerance(tmp_path / "absent.yaml")


# --- doses ---------------------------------------------------------------------------------------------------------


def watch(
    days_sent: list[float], days_cases: list[float], length: float = 28
) -> tuple[list[doses.DoseBand], doses.CustomerExposure]:
    found = doses.bands()
    course = doses.add(
        found,
        customer="A",
        sent=[START + day * DAY for day in sorted(days_sent)],
        cases=[(START + day * DAY, str(day)) for day in sorted(days_cases)],
        begins=START,
        ends=START + length * DAY,
        window=7 * DAY,
    )
    return found, course


def test_time_goes_to_the_band_of_the_messages_of_the_last_days() -> None:
    found, course = watch([7, 10], [])
    assert [round(one.weeks * 7, 6) for one in found] == [18, 6, 4, 0, 0]
    assert [one.customers for one in found] == [1, 1, 1, 0, 0]
    assert (course.weeks_without * 7, course.weeks_with * 7, course.case_with) == (18, 10, None)


def test_a_customer_has_one_case_a_band_and_is_watched_until_then() -> None:
    found, course = watch([7], [8, 9, 10, 20])
    assert [len(one.cases) for one in found] == [1, 1, 0, 0, 0]
    assert found[1].weeks * 7 == pytest.approx(1)
    assert found[0].weeks * 7 == pytest.approx(7 + 6)
    assert course.case_with is True


def test_a_message_at_the_moment_of_a_case_does_not_count_towards_it() -> None:
    found, course = watch([7], [7])
    assert [len(one.cases) for one in found] == [1, 0, 0, 0, 0]
    assert course.case_with is False


def test_messages_from_before_count_while_they_are_fresh() -> None:
    found, _ = watch([-3, -8], [1])
    assert len(found[1].cases) == 1
    assert found[0].weeks * 7 == pytest.approx(24)


HOURS = [hour / 24 for hour in range(-240, 721)]


@given(st.lists(st.sampled_from(HOURS), max_size=12), st.lists(st.sampled_from(HOURS), max_size=6))
def test_no_time_is_lost_and_no_case_is_counted_twice(days_sent: list[float], days_cases: list[float]) -> None:
    found, course = watch(days_sent, days_cases)
    assert course.weeks_without + course.weeks_with == pytest.approx(4)
    assert sum(one.weeks for one in found) <= 4 + 1e-9
    if not any(0 <= day < 28 for day in days_cases):
        assert sum(one.weeks for one in found) == pytest.approx(4)
    cases = [case for one in found for case in one.cases]
    assert len(set(cases)) == len(cases) <= len(days_cases)
    assert (course.case_with is None) == (not cases)


def test_each_customer_against_themselves() -> None:
    same = [doses.CustomerExposure(1, 1, n % 2 == 0) for n in range(40)]
    ratio, low, high = doses.within_ratio(same) or (0, 0, 0)
    assert ratio == pytest.approx(1, abs=1e-6)
    assert low == pytest.approx(1 / high, rel=1e-6)
    assert 0.4 < low < 1 < high < 2.5
    tripled = [doses.CustomerExposure(1, 1, n % 4 != 0) for n in range(40)]
    assert doses.within_ratio(tripled) == pytest.approx((3, 1.49, 6.6), rel=0.05)
    always = doses.within_ratio([doses.CustomerExposure(1, 1, True)] * 5)
    assert always is not None and always[0] == float("inf") and always[1] == pytest.approx(2.14, rel=0.01)
    never = doses.within_ratio([doses.CustomerExposure(1, 1, False)] * 5)
    assert never is not None and never[0] == 0 and never[1] == 0 and never[2] == pytest.approx(1 / 2.14, rel=0.01)
    assert doses.within_ratio([doses.CustomerExposure(1, 1, None), doses.CustomerExposure(1, 0, False)]) is None


# --- the whole -----------------------------------------------------------------------------------------------------


def test_who_is_over_by_segment_with_the_way_to_the_evidence(filled) -> None:  # type: ignore[no-untyped-def]
    store: Store = filled.store
    for n in range(10):
        filled.customer(f"C{n}", segment="Pro" if n < 5 else "Home")
        send(store, f"C{n}", 1, 20)
    send(store, "C0", 2, 3, 4, 5)
    filled.say(START + 5.5 * DAY, customer="C0", score=-0.9, topics={"marketing.pressure": -0.9})
    filled.say(START + 30 * DAY, customer="C1", score=-0.9)
    filled.save()
    found = pressure(store)
    assert (found.customers, found.reached, found.messages, found.over) == (10, 10, 24, 1)
    (over,) = found.over_tolerance
    assert (over.customer_id, over.excess.n, over.channels) == ("C0", 5, {"email": 5})
    assert {one.segment: (one.reached, one.over) for one in found.segments} == {"Pro": (5, 1), "Home": (5, 0)}
    strict = Tolerance(default=(WEEK,), segments={"Home": (Rule(days=30, at_most=1),)})
    assert pressure(store, tolerance=strict).over == 6
    assert pressure(store, Filters(segment="Home")).over == 0
    association = found.association
    assert association is not None
    five = association.doses[-1]
    assert (five.cases, five.customers) == (1, 1)
    assert five.evidence[0].customer_id == "C0"
    assert (association.cases, association.doses[0].cases) == (2, 1)
    about = pressure(store, Filters(topic="marketing.pressure")).association
    assert about is not None and about.cases == 1


def test_nothing_sent_is_said_and_not_a_zero_risk(filled) -> None:  # type: ignore[no-untyped-def]
    found = pressure(filled.store)
    assert (found.customers, found.over, found.share, found.association) == (0, 0, None, None)


def test_where_pressure_goes_with_nothing_the_interval_says_so_and_a_planted_effect_is_found(filled) -> None:  # type: ignore[no-untyped-def]
    """120 customers: their complaints fall at random, then three times as often in the days after messages."""
    draw = random.Random(7)
    store: Store = filled.store
    exposed = {}
    for n in range(120):
        filled.customer(f"C{n}", since=START - 100 * DAY)
        days = sorted(draw.uniform(0, 70) for _ in range(draw.randint(1, 5)))
        send(store, f"C{n}", *days)
        exposed[f"C{n}"] = days
    for n in range(120):
        filled.say(START + draw.uniform(0, 70) * DAY, customer=f"C{n}", score=-0.8, channel="email")
    filled.save()
    flat = pressure(store).association
    assert flat is not None and flat.within_low is not None and flat.within_high is not None
    assert flat.within_low < 1 < flat.within_high
    for who, days in exposed.items():
        filled.say(START + (draw.choice(days) + draw.uniform(0.1, 6)) * DAY, customer=who, score=-0.8, channel="call")
    filled.save()
    planted = pressure(store, Filters(channel="call")).association
    assert planted is not None and planted.within_low is not None and planted.within_low > 1
    one = planted.doses[1]
    assert one.ratio_low is not None and one.ratio_low > 1
