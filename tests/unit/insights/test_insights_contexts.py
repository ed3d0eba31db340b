"""Contexts: planted combinations are found, told once, opened exactly; shuffled contacts show nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.errors import InputError
from voc.insights.context_items import NONE, dimensions
from voc.insights.context_records import Contexts
from voc.insights.context_subjects import arranged, tautologies, voices
from voc.insights.contexts import contexts, sample_size, with_precision
from voc.insights.drilldown import from_href
from voc.insights.subgroup_discovery import Contacts, SubjectGroup, mine
from voc.records import Customer
from voc.store import Filters, Store
from voc.store.contexts import Contact, Profile

AT = datetime(2026, 10, 5, 9, tzinfo=UTC)


def family(said: list[list[int]], names: int) -> SubjectGroup:
    row = [n for n, one in enumerate(said) for _ in (one or [names])]
    subject = [s for one in said for s in (one or [names])]
    return SubjectGroup("topic", tuple(f"t{n}" for n in range(names)), np.array(row), np.array(subject))


def planted(rng: np.random.Generator, *, people: int = 400, strength: float = 0.6) -> Contacts:
    """Subject 0 concentrates where a=1 and b=1 together, not in either alone; nothing else means anything."""
    a, b, c = (rng.integers(0, 3, people) for _ in range(3))
    said = []
    for one in range(people):
        both = a[one] == 1 and b[one] == 1
        said.append([0] if rng.random() < (strength if both else 0.04) else [int(rng.integers(1, 8))])
    values = {name: [str(v) for v in column] for name, column in (("a", a), ("b", b), ("c", c))}
    return Contacts(values, np.arange(people), [family(said, 8)])


def test_a_planted_pair_is_found_and_told_once() -> None:
    found = mine(planted(np.random.default_rng(1))).patterns
    assert found[0].items in {(("a", "1"), ("b", "1")), (("b", "1"), ("a", "1"))}
    assert found[0].subject == "t0"
    # Its parts are over-represented too, but only because of it: they are not told again.
    assert [set(one.items) for one in found] == [{("a", "1"), ("b", "1")}]


def test_a_longer_context_adds_to_its_parts_or_is_not_told() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.integers(0, 2, 400), rng.integers(0, 3, 400)
    said = [[0] if rng.random() < (0.5 if one else 0.05) else [1 + int(rng.integers(0, 6))] for one in a]
    values = {"a": [str(v) for v in a], "b": [str(v) for v in b]}
    found = mine(Contacts(values, np.arange(400), [family(said, 7)])).patterns
    assert [one.items for one in found] == [(("a", "1"),)]


def test_one_customer_who_comes_back_all_the_time_is_one_voice() -> None:
    """A single loud customer in a small town must not make the town a context."""
    rng = np.random.default_rng(3)
    town = ["small"] * 12 + ["big"] * 300
    person = np.concatenate([np.arange(312), np.zeros(60, dtype=int)])
    said = [[1 + int(rng.integers(0, 6))] for _ in range(312)] + [[0]] * 60
    contacts = Contacts({"town": [*town, *["small"] * 60]}, person, [family(said, 7)])
    assert mine(contacts).patterns == ()


def test_who_is_unknown_counts_on_neither_side() -> None:
    contacts = planted(np.random.default_rng(1))
    values: dict[str, list[str | None]] = {"a": ["1"] * 30 + [None] * 300, "b": ["x", "y"] * 165}
    said = [[0]] * 30 + [[1]] * 300
    assert mine(Contacts(values, np.arange(330), [family(said, 2)])).patterns == ()
    assert contacts.heard(np.zeros(400, dtype=bool)) == 0


def test_two_names_of_the_same_contacts_are_one_finding() -> None:
    rng = np.random.default_rng(5)
    a = rng.integers(0, 4, 400)
    said = [[0] if one == 1 and rng.random() < 0.6 else [1 + int(rng.integers(0, 6))] for one in a]
    values = {"city": [f"c{v}" for v in a], "postcode": [f"p{v}" for v in a]}
    (one,) = mine(Contacts(values, np.arange(400), [family(said, 7)])).patterns
    assert {one.items, *one.also} == {(("city", "c1"),), (("postcode", "p1"),)}


def test_shuffled_contacts_show_nothing() -> None:
    """A short version of benchmarks/contexts_null.py; with 40 searches at 5 % more than six have a chance of 1 %."""
    discoveries = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        values = {name: [str(v) for v in rng.integers(0, size, 200)] for name, size in (("a", 3), ("b", 5), ("c", 2))}
        said = [[int(s)] for s in rng.choice(12, 200, p=np.array([6, 5, 4, *[1] * 9]) / 24)]
        discoveries += bool(mine(Contacts(values, rng.integers(0, 150, 200), [family(said, 12)])).patterns)
    assert discoveries <= 6


@given(st.integers(0, 5_000_000), st.floats(0.01, 0.5))
def test_a_sample_is_never_more_than_there_are_people(population: int, margin: float) -> None:
    assert 0 <= sample_size(population, margin) <= population


def test_sample_sizes_are_those_of_the_tables() -> None:
    assert sample_size(1_000_000, 0.05) == 384
    assert sample_size(1_000_000, 0.1) == 97
    assert sample_size(100, 0.1) == 50


# --- what a context is made of -----------------------------------------------------------------------------------


def a_contact(number: int, **fields: Any) -> Contact:
    given: dict[str, Any] = {
        "id": f"i{number}", "at": AT, "channel": "email", "customer_id": f"C{number}", "sentiment": "negative",
        "snippet": None, "attributes": {}, "topics": (),
    }  # fmt: skip
    return Contact(**given | fields)


def test_columns_are_understood_by_what_is_in_them() -> None:
    profiles = {
        f"C{n}": Profile(
            id=f"C{n}", segment="Pro" if n % 2 else None, city="Lyon", since=AT - timedelta(days=40 * n), value=None,
            attributes={
                "moved": "" if n % 3 == 0 else f"{1 + n % 28:02d}/09/2026", "plan": f"p{n % 3}", "iban": f"FR{n}",
                "monthly data": str(n * 1.5), "gender": "f" if n % 2 else "m", "note": f"something about {n} " * 9,
            },
        )
        for n in range(1, 60)
    }  # fmt: skip
    contacts = [a_contact(n, attributes={"app_version": f"9.{n % 3}", "agent": "Bob"}) for n in range(1, 60)]
    found = {one.name: one for one in dimensions(contacts, profiles)}
    assert set(found) == {
        *("channel", "segment", "city", "tenure", "returns", "moved", "plan", "monthly data", "app_version"),
    }
    assert {name: one.kind for name, one in found.items() if name in {"moved", "plan", "monthly data"}} == {
        "moved": "moment", "plan": "product", "monthly data": "usage",
    }  # fmt: skip
    first, third = contacts[0], contacts[2]
    assert found["moved"].of(first, profiles["C1"]) == "last_3_months"
    assert found["moved"].of(third, profiles["C3"]) == NONE
    assert found["moved"].of(first, None) is None
    assert found["segment"].of(first, profiles["C2"]) == NONE
    assert found["tenure"].of(first, profiles["C1"]) == "under_3_months"
    assert found["monthly data"].of(first, profiles["C1"]) == "quarter_1"
    assert found["monthly data"].of(first, profiles["C59"]) == "quarter_4"


def test_coming_back_within_thirty_days() -> None:
    contacts = [
        a_contact(1, at=AT), a_contact(2, customer_id="C1", at=AT + timedelta(days=20)),
        a_contact(3, customer_id="C1", at=AT + timedelta(days=90)), a_contact(4, customer_id=None),
    ]  # fmt: skip
    returns = next(one for one in dimensions(contacts, {}) if one.name == "returns")
    assert [returns.of(one, None) for one in contacts] == [NONE, "within_30_days", NONE, None]


def test_a_text_sent_many_times_is_one_voice() -> None:
    same = "the very same words of more than sixty characters, posted again and again"
    contacts = [a_contact(n, customer_id=None, snippet=same) for n in range(3)]
    assert len(set(voices([*contacts, a_contact(9, customer_id=None, snippet="short")]).tolist())) == 2


# --- from the store ----------------------------------------------------------------------------------------------


@pytest.fixture
def moved(filled: Any) -> Iterator[Store]:
    """Of 120 customers, 24 moved lately and speak ill of moving; everybody else of anything."""
    rng = np.random.default_rng(7)
    topics = ["billing.amount", "billing.refund", "delivery", "app.login", "app.bug", "price"]
    base: list[Customer] = []
    for n in range(120):
        recent = n % 5 == 0
        attributes = {"last move": "20/08/2026" if recent else "", "plan": "Fibre" if recent or n % 3 else "Mobile"}
        base.append(
            Customer(
                id=f"C{n:03d}",
                segment="Pro" if n % 4 else "Home",
                attributes=attributes | {"annual revenue": str(100 + n)},
            )
        )
        topic = "contract.moving" if recent and rng.random() < 0.8 else topics[int(rng.integers(0, 6))]
        filled.say(
            AT + timedelta(hours=n), channel=["email", "call", "chat"][n % 3], topics={topic: None},
            score=-0.8 if topic == "contract.moving" and n % 2 else float(rng.choice([-0.6, 0.0, 0.6])),
            customer=f"C{n:03d}",
        )  # fmt: skip
    filled.store.customers.save(base, now=AT)
    filled.save()
    yield filled.store


def answered(store: Store, **more: Any) -> Contexts:
    return contexts(store, Filters(), **more)


def test_the_context_opens_to_exactly_its_contacts(moved: Store) -> None:
    found = answered(moved)
    first = found.contexts[0]
    assert [(one.dimension, one.value) for one in first.circumstances] == [("last move", "last_3_months")]
    assert first.subject == "contract.moving"
    for one in found.contexts:
        assert moved.interactions.count(from_href(one.href)) == one.n
        assert moved.interactions.count(from_href(one.context_href)) == one.contacts
        for share in one.sentiments.values():
            assert moved.interactions.count(from_href(share.href)) == share.n
    for cell in found.heat:
        assert moved.interactions.count(from_href(cell.href)) == cell.n
    assert any(cell.found for cell in found.heat)


def test_the_stake_is_the_product_of_its_parts(moved: Store) -> None:
    for one in answered(moved).contexts:
        stake = one.stake
        assert stake.score == pytest.approx(stake.volume * stake.severity * stake.value)
        negative = one.sentiments["negative"].n
        scored = sum(share.n for share in one.sentiments.values())
        assert stake.severity == pytest.approx((negative + 1) / (scored + 2))
        assert stake.valued > 0


def test_a_campaign_says_how_many_answers_it_takes(moved: Store) -> None:
    (first, *_) = answered(moved, margin=0.2, response=0.5).contexts
    campaign = first.campaign
    assert campaign is not None
    assert campaign.population == 24
    assert campaign.answers == sample_size(24, 0.2)
    assert campaign.more == max(0, campaign.answers - campaign.heard)
    assert campaign.reason == "too_few_people"


def test_another_precision_needs_no_new_search(moved: Store) -> None:
    asked = answered(moved, margin=0.05, response=0.5)
    assert any(one.campaign is not None for one in asked.contexts)
    assert with_precision(answered(moved), margin=0.05, response=0.5) == asked


def test_only_the_dimensions_asked_for(moved: Store) -> None:
    found = answered(moved, by="channel,plan")
    assert {one.dimension for context in found.contexts for one in context.circumstances} <= {"channel", "plan"}
    with pytest.raises(InputError, match="by=colour: no such dimension here; there are channel, segment"):
        answered(moved, by="colour")
    with pytest.raises(InputError, match="margin="):
        answered(moved, margin=0)


def test_against_another_period(moved: Store) -> None:
    week = Filters(since=AT, until=AT + timedelta(days=14))
    (first, *_) = contexts(moved, week, compare="previous").contexts
    assert first.previous is not None
    assert (first.previous.n, first.previous.ratio) == (0, None)
    assert moved.interactions.count(from_href(first.previous.href)) == 0


def test_an_erased_person_leaves_the_sets_too(moved: Store) -> None:
    first = answered(moved).contexts[0]
    (one, *_) = moved.interactions.all_ids(from_href(first.href))
    moved.erasing.forget([one])
    assert moved.interactions.count(from_href(first.href)) == first.n - 1
    assert answered(moved).n == 119


def test_nothing_is_found_in_an_empty_store(store: Store) -> None:
    found = contexts(store)
    assert (found.n, found.contexts, found.heat) == (0, (), ())


def test_the_topics_of_a_contact_are_counted_once_a_family() -> None:
    contacts = [a_contact(n, topics=("billing", "billing.amount", "price")) for n in range(3)]
    made = arranged(contacts, {}, dimensions(contacts, {}))
    leaves, parents, _ = made.families
    assert leaves.names == ("billing.amount", "price")
    assert parents.names == ("billing",)
    assert made.counts(0, np.ones(3, dtype=bool)).tolist() == [3, 3, 0]


def test_a_value_that_only_says_the_subject_again_is_no_context() -> None:
    values: dict[str, list[str | None]] = {
        "channel": ["complaint", "email"],
        "offer": ["Mobile Mistral 100 Go", "Fibre 1 Gb/s"],
        "city": ["Nantes", NONE],
    }
    found = tautologies(["mobile", "complaints", "internet", "contract.moving", "negative"], values)
    assert found == {"mobile": {("offer", "Mobile Mistral 100 Go")}, "complaints": {("channel", "complaint")}}


def test_what_says_the_same_is_not_told_and_the_rest_still_is() -> None:
    contacts = planted(np.random.default_rng(1))
    (own,) = contacts.families
    contacts.families[:] = [replace(own, same_as={"t0": frozenset({("a", "1")})})]
    assert not [one for one in mine(contacts).patterns if ("a", "1") in one.items]
    contacts.families[:] = [replace(own, same_as={"t1": frozenset({("a", "1")})})]
    assert [one.subject for one in mine(contacts).patterns] == ["t0"]
