"""Events in the store: kept once, joined to their customers, summed up, forgotten."""

from __future__ import annotations

from datetime import timedelta

from makers import NOW, a_customer

from voc.events import Event, EventFamily, event_id
from voc.records import Identifier
from voc.store import Store


def an_event(number: int = 1, **fields: object) -> Event:
    family = fields.pop("family", EventFamily.SENT)
    given = {
        "id": event_id(family, external_id=f"x{number}", content=()),  # type: ignore[arg-type]
        "external_id": f"x{number}",
        "family": family,
        "type": "marketing_email",
        "channel": "email",
        "at": NOW - timedelta(days=number),
        "identifiers": (Identifier(type="email", value="a@example.org", verified=True),),
        "source": f"events.csv:{number}",
    }
    return Event(**given | fields)  # type: ignore[arg-type]


def test_saving_twice_keeps_one_and_says_so(store: Store) -> None:
    store.customers.save([a_customer("C1")], now=NOW)
    assert store.events.save([(an_event(1), "C1"), (an_event(2), None)], now=NOW) == (2, 0)
    assert store.events.save([(an_event(1, label="corrected"), None), (an_event(3), None)], now=NOW) == (1, 1)
    (kept,) = store.events.of_customer("C1")
    assert kept.label == "corrected", "what is said now replaces what was said, the customer stays"
    assert store.events.save([(an_event(9), None), (an_event(9), None)], now=NOW) == (1, 1)


def test_an_event_waits_for_its_customer_and_lets_go_of_what_named_it(store: Store) -> None:
    store.events.save([(an_event(n), None) for n in range(1, 6)], now=NOW)
    first = store.events.pending(limit=3)
    rest = store.events.pending(after=first[-1][0], limit=3)
    assert [len(first), len(rest)] == [3, 2]
    assert first[0][1] == [Identifier(type="email", value="a@example.org", verified=True)]
    store.customers.save([a_customer("C1")], now=NOW)
    store.events.join([(one, "C1") for one, _ in first])
    assert {one for one, _ in store.events.pending()} == {one for one, _ in rest}
    assert len(store.events.of_customer("C1")) == 3
    assert store.events.counts() == {"sent": 5, "unknown_customer": 2}


def test_totals_sum_up_by_family_and_currency(store: Store) -> None:
    store.customers.save([a_customer("C1")], now=NOW)
    bought = [
        an_event(n, family=EventFamily.PURCHASE, amount=amount, currency=currency)
        for n, (amount, currency) in enumerate([(10.0, "EUR"), (5.5, "EUR"), (2.0, "USD"), (None, None)], start=1)
    ]
    store.events.save([(one, "C1") for one in [*bought, an_event(9)]], now=NOW)
    purchases, sent = store.events.totals("C1")
    assert (purchases.family, purchases.n, purchases.amounts) == (EventFamily.PURCHASE, 4, {"EUR": 15.5, "USD": 2.0})
    assert (purchases.last_at, purchases.first_at) == (NOW - timedelta(days=1), NOW - timedelta(days=4))
    assert (sent.n, sent.amounts) == (1, {})


def test_forgetting_a_customer_forgets_their_events(store: Store) -> None:
    store.customers.save([a_customer("C1"), a_customer("C2")], now=NOW)
    store.events.save([(an_event(1), "C1"), (an_event(2), "C2")], now=NOW)
    assert store.events.forget("C1") == 1
    assert store.events.of_customer("C1") == []
    assert len(store.events.of_customer("C2")) == 1
