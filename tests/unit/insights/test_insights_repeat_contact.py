"""Repeat contact: what chains, what repeats, what is resolved at first contact, and how sure that is."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voc.errors import InputError
from voc.insights.repeat_contact import RepeatContacts, ShareOf, clustered, repeat_contacts
from voc.insights.statistics import wilson
from voc.store import Filters
from voc.store.issues import Contact, chain

DAY = timedelta(days=1)
START = datetime(2026, 9, 7, 9, tzinfo=UTC)


def contact(customer: str, day: float, *, family: str = "billing", channel: str = "email") -> Contact:
    return Contact(customer, family, START + day * DAY, f"{customer}{family}{day}{channel}", channel, None, -0.5)


def sizes(contacts: list[Contact], days: int = 14) -> list[int]:
    contacts.sort(key=lambda one: (one.customer_id, one.family, one.at))
    return [len(one.contacts) for one in chain(contacts, within=timedelta(days=days))]


def test_contacts_chain_while_each_follows_the_last_closely_enough() -> None:
    assert sizes([contact("A", 0), contact("A", 10), contact("A", 24)]) == [3]
    assert sizes([contact("A", 0), contact("A", 14)]) == [2]
    assert sizes([contact("A", 0), contact("A", 14.01)]) == [1, 1]


def test_another_customer_or_family_is_another_issue() -> None:
    assert sizes([contact("A", 0), contact("B", 1), contact("A", 1, family="app")]) == [1, 1, 1]


def test_messages_within_the_hour_on_one_channel_are_one_contact() -> None:
    assert sizes([contact("A", 0), contact("A", 0.03), contact("A", 0.06)]) == [1]
    assert sizes([contact("A", 0), contact("A", 0.03, channel="call")]) == [2]
    assert sizes([contact("A", 0), contact("A", 0.05)]) == [2]


times = st.lists(
    st.tuples(st.sampled_from("AB"), st.floats(0, 60), st.sampled_from(["email", "call"])), min_size=1, max_size=40
)


@given(times, st.integers(1, 30))
def test_chains_keep_time_and_never_lose_a_contact_that_is_not_a_piece_of_one(
    given_times: list[tuple[str, float, str]], days: int
) -> None:
    contacts = sorted(
        (contact(who, day, channel=channel) for who, day, channel in given_times),
        key=lambda one: (one.customer_id, one.family, one.at),
    )
    issues = chain(contacts, within=timedelta(days=days))
    kept = [one for issue in issues for one in issue.contacts]
    assert set(kept) <= set(contacts)
    assert len({one.customer_id for one in kept}) == len({one.customer_id for one in contacts})
    for issue in issues:
        at = [one.at for one in issue.contacts]
        assert at == sorted(at)
    for one, other in pairwise(issues):
        if one.customer_id == other.customer_id:
            assert other.first.at - one.last.at > timedelta(days=days) - timedelta(hours=1) * len(contacts)


def test_figures_count_repeats_over_all_channels(filled) -> None:  # type: ignore[no-untyped-def]
    for who in "ABC":
        filled.customer(who, segment="Pro" if who == "A" else "Home")
    filled.say(START, customer="A", topics={"billing.refund": -0.8}, channel="email")
    second = filled.say(START + 3 * DAY, customer="A", topics={"billing.amount": -0.8}, channel="call")
    filled.say(START + 4 * DAY, customer="A", topics={"billing.refund": 0.8}, channel="chat")
    filled.say(START + DAY, customer="B", topics={"billing": -0.5}, channel="email")
    filled.say(START + 20 * DAY, customer="B", topics={"billing": -0.5}, channel="email")
    filled.say(START + 2 * DAY, customer=None, topics={"billing": -0.5})
    filled.say(START + 40 * DAY, customer="C", topics={"app": -0.5})
    filled.save()
    found = repeat_contacts(filled.store, by="topic")
    billing = next(one for one in found.figures if one.keys == {"topic": "billing"})
    assert billing.issues == 3, "A's two contacts are one issue, the praise is none, B's come too far apart"
    assert (billing.repeats.k, billing.repeats.n) == (1, 4)
    assert (billing.first_contact.k, billing.first_contact.n) == (2, 3)
    assert (billing.across.k, billing.across.n) == (1, 1)
    assert (billing.contacts, billing.resolution.median) == ({"1": 2, "2": 1}, 3.0)
    assert [(one.channel, one.next_channel, one.n) for one in found.routes] == [("email", "call", 1)]
    (example,) = billing.examples
    assert (example.customer_id, example.channels, example.days) == ("A", ("email", "call"), 3.0)
    listed = filled.store.interactions.all_ids(
        Filters(customer="A", topic="billing", since=START, until=START + 3 * DAY + timedelta(seconds=1))
    )
    assert second in listed and len(listed) == 2
    app = next(one for one in found.figures if one.keys == {"topic": "app"})
    assert app.first_contact.n == 0, "its days have not gone by: nobody knows yet"
    leaves = repeat_contacts(filled.store, by="topic", level="label").figures
    assert {one.keys["topic"] for one in leaves} == {"billing.refund", "billing.amount"}


def test_the_borders_of_a_period_cut_no_issue_in_two(filled) -> None:  # type: ignore[no-untyped-def]
    filled.customer("A")
    filled.say(START, customer="A", topics={"app": -0.5})
    filled.say(START + 5 * DAY, customer="A", topics={"app": -0.5}, channel="call")
    filled.say(START + 60 * DAY, customer="A", topics={"price": -0.5})
    filled.save()
    late = repeat_contacts(filled.store, Filters(since=START + 2 * DAY)).overall
    assert (late.repeats.k, late.repeats.n) == (1, 2), "the second contact repeats one of before the period"
    early = repeat_contacts(filled.store, Filters(until=START + 2 * DAY)).overall
    assert (early.first_contact.k, early.first_contact.n) == (0, 1), "they came back after the period"
    assert repeat_contacts(filled.store, Filters(channel="call")).overall.issues == 0
    assert repeat_contacts(filled.store, Filters(channel="email")).overall.issues == 2


@pytest.mark.parametrize("seed", range(4))
def test_of_a_period_no_more_is_read_than_tells_it(filled, seed: int) -> None:  # type: ignore[no-untyped-def]
    """By channel everything is read, by topic what can carry an issue into the period: all in all they are the same."""
    chance = random.Random(seed)
    for who in "ABCDEF":
        filled.customer(who)
    for _ in range(90):
        at = START + chance.randrange(80) * DAY + timedelta(minutes=chance.randrange(90))
        said = {chance.choice(["billing", "app"]): -0.5}
        filled.say(at, customer=chance.choice("ABCDEF"), topics=said, channel=chance.choice(["email", "call"]))
    filled.save()
    for since, days in itertools.product((0, 11, 37, 60), (1, 5, 30)):
        period = Filters(since=START + since * DAY, until=START + (since + 15) * DAY)
        whole, part = (repeat_contacts(filled.store, period, by=by, days=days) for by in ("channel", "topic"))
        assert counted(part) == counted(whole), (since, days)


def counted(found: RepeatContacts) -> object:
    one = found.overall
    shares = [(share.k, share.n, share.customers) for share in (one.repeats, one.first_contact, one.across)]
    return one.issues, one.contacts, one.resolution, shares, found.routes


def test_an_empty_store_and_wrong_questions(filled) -> None:  # type: ignore[no-untyped-def]
    nothing = repeat_contacts(filled.store).overall
    assert (nothing.issues, nothing.repeats.share, nothing.repeats.interval.high) == (0, None, 1.0)
    with pytest.raises(InputError, match="days=0"):
        repeat_contacts(filled.store, days=0)
    with pytest.raises(InputError, match="by=moon"):
        repeat_contacts(filled.store, by="moon")


def shared(marks: Sequence[tuple[str, bool]]) -> ShareOf:
    """The share of marks, each with whose it is."""
    people = sorted({who for who, _ in marks})
    return clustered(np.array([people.index(who) for who, _ in marks]), np.array([mark for _, mark in marks]))


@settings(deadline=None)  # a busy machine is no fault of the figure
@given(st.lists(st.tuples(st.sampled_from("ABCDEFGH"), st.booleans()), min_size=1, max_size=80))
def test_a_clustered_share_is_never_surer_than_one_of_strangers(marks: list[tuple[str, bool]]) -> None:
    found = shared(marks)
    plain = wilson(found.k, found.n)
    assert found.share is not None
    assert 0 <= found.interval.low <= found.share + 1e-9
    assert found.share - 1e-9 <= found.interval.high <= 1
    assert found.interval.high - found.interval.low >= plain.high - plain.low - 1e-6


def test_one_customer_who_comes_back_ten_times_is_little_to_go_by() -> None:
    strangers = shared([(str(n), n < 10) for n in range(40)])
    one_voice = shared([("A" if n < 10 else str(n), n < 10) for n in range(40)])
    assert one_voice.share == strangers.share
    assert one_voice.interval.high > strangers.interval.high + 0.1
