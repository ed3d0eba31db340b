"""What repeat contact, contact pressure and look-alikes are counted from, the same on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from makers import NOW, a_customer, an_interaction, understood
from sqlalchemy import update

from voc.events import Event, EventFamily, event_id
from voc.records import Identifier
from voc.store import Filters, Store, schema

DAY = timedelta(days=1)


def send(store: Store, customer: str | None, days: Sequence[int], family: EventFamily = EventFamily.SENT) -> None:
    events = [
        Event(
            id=event_id(family, external_id=f"{customer}{day}", content=()),
            family=family,
            type=f"{family}",
            channel="sms",
            at=NOW - day * DAY,
            identifiers=(Identifier(type="customer", value=f"{customer}"),),
        )
        for day in days
    ]
    store.events.save([(one, customer) for one in events], now=NOW)


def merge(store: Store, record: str, into: str) -> None:
    c = schema.customer
    with store.database.begin() as connection:
        connection.execute(update(c).where(c.c.id == record).values(merged_into=into))


def test_contacts_about_families_and_leaves_without_praise(store: Store) -> None:
    store.customers.save([a_customer("C1", segment="Pro"), a_customer("C2")], now=NOW)
    one = understood(store, an_interaction(1), customer="C1", topics=("billing.refund", "billing.amount"), score=-0.6)
    two = understood(
        store, an_interaction(2, channel="call"), customer="C1", topics=("billing.refund", "app"), score=-0.4
    )
    understood(store, an_interaction(3), customer="C2", topics=("billing.refund",), score=0.9)
    understood(store, an_interaction(4), topics=("billing.refund",), score=-0.9)
    silent = understood(store, an_interaction(5), customer="C2", topics=("app.bug",), sentiment=None, aspects=())

    found = store.issues.contacts()
    assert [(c.customer_id, c.family, c.interaction_id) for c in found] == [
        ("C1", "app", two.id), ("C1", "billing", one.id), ("C1", "billing", two.id), ("C2", "app", silent.id),
    ]  # fmt: skip
    assert found[1].said is not None and abs(found[1].said + 0.6) < 1e-6
    assert (found[0].segment, found[0].channel, found[3].said) == ("Pro", "call", None)
    leaves = store.issues.contacts(level="label")
    assert {c.family for c in leaves} == {"billing.refund", "billing.amount", "app.bug"}
    assert {c.interaction_id for c in store.issues.contacts(Filters(topic="billing.amount"))} == {one.id}
    assert {c.family for c in store.issues.contacts(Filters(topic="billing"))} == {"billing"}
    assert [c.customer_id for c in store.issues.contacts(Filters(customer="C2"))] == ["C2"]
    assert store.issues.contacts(Filters(customer="nobody")) == []
    assert {c.customer_id for c in store.issues.contacts(Filters(segment="Pro"))} == {"C1"}


def test_messages_belong_to_the_person_whichever_record_they_came_for(store: Store) -> None:
    store.customers.save([a_customer("C1", segment="Pro"), a_customer("C2"), a_customer("C3")], now=NOW)
    send(store, "C1", [1, 5])
    send(store, "C2", [2])
    send(store, "C2", [3], EventFamily.PURCHASE)
    send(store, "C3", [4])
    merge(store, "C2", into="C1")
    assert store.events.roots(["C1", "C2", "C3"]) == {"C2": "C1"}
    sent = store.pressure.sent(NOW - 4 * DAY, NOW)
    assert [(one.customer_id, (NOW - one.at).days) for one in sent] == [("C1", 2), ("C1", 1), ("C3", 4)]
    assert len(store.pressure.sent(NOW - 9 * DAY, NOW, customer_id="C1")) == 3
    assert {one.type for one in store.events.of_customer("C1")} == {"sent", "purchase"}
    assert sum(one.n for one in store.events.totals("C1")) == 4
    assert store.pressure.first_and_last() == (NOW - 5 * DAY, NOW - DAY)
    everybody = ("C1", "C2", "C3")
    assert set(store.pressure.members(everybody)) == {"C1", "C3"}
    assert set(store.pressure.members(everybody, segment="Pro")) == {"C1"}
    assert set(store.pressure.members(everybody, segment="none")) == {"C3"}
    assert store.pressure.sizes() == {"Pro": 1, None: 1}
    assert store.pressure.sizes(segment="none") == {None: 1}
    assert store.pressure.joined(NOW - 9 * DAY) == {}


def test_negative_signals_come_by_customer_and_time(store: Store) -> None:
    store.customers.save([a_customer("C1"), a_customer("C2")], now=NOW)
    later = understood(store, an_interaction(9), customer="C1", score=-0.9)
    first = understood(store, an_interaction(2), customer="C1", score=-0.9)
    other = understood(store, an_interaction(1), customer="C2", score=-0.9)
    understood(store, an_interaction(3), customer="C1", score=0.9)
    understood(store, an_interaction(4), score=-0.9)
    found = list(store.pressure.spoken(Filters(sentiment="negative")))
    assert [one.interaction_id for one in found] == [first.id, later.id, other.id]


def test_behaviour_is_read_of_everybody_or_of_a_few(store: Store) -> None:
    before = store.behaviour.state()
    store.customers.save([a_customer("C1", language="fr", attributes={"offre": "Fibre"}), a_customer("C2")], now=NOW)
    known = understood(store, an_interaction(1), customer="C1", topics=("app.bug",), score=-0.9)
    unknown = understood(store, an_interaction(2), topics=("price",))
    assert store.behaviour.state() != before
    assert [(one.interaction_id, one.customer_id) for one in store.behaviour.interactions()] == [(known.id, "C1")]
    (one,) = store.behaviour.interactions([unknown.id])
    assert (one.customer_id, one.channel, one.sentiment) == (None, "email", "neutral")
    assert store.behaviour.topics([unknown.id]) == [(unknown.id, "price")]
    assert sorted(store.behaviour.topics()) == sorted([(known.id, "app.bug"), (unknown.id, "price")])
    assert store.behaviour.attributes() == {"C1": {"language": "fr", "offre": "Fibre"}, "C2": {}}
    merge(store, "C2", into="C1")
    assert set(store.behaviour.attributes()) == {"C1"}
    ids, vectors = store.search.vectors.rows([known.id, "absent"])
    assert ids == [known.id] and vectors.shape == (1, 384)
