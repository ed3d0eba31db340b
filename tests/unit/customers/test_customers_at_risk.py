"""The list of customers who may leave: ranked, taken apart, narrowed, and no more of it than whoever asks may see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from makers import a_customer, an_interaction, understood

from voc.customers.at_risk import at_risk
from voc.records import FragilitySign
from voc.store import Filters, Store

NOW = datetime(2026, 11, 9, 10, tzinfo=UTC)
SIGNS = {"cancel": 4, "legal": 4, "lost_trust": 2}


@pytest.fixture
def risky(store: Store) -> Store:
    """C1 has one heavy sign, C2 two, C3 one light one, C4 none; only C3 and C4 say what they are worth."""
    worth = {"C3": "900", "C4": "5000"}
    store.customers.save(
        [
            a_customer(f"C{n}", name=f"Name {n}", city="Nantes" if n < 3 else "Lyon",
                       attributes={"lifetime value": worth[f"C{n}"]} if f"C{n}" in worth else {})
            for n in (1, 2, 3, 4)
        ],
        now=NOW,
    )  # fmt: skip
    said = [("C1", "billing", "cancel"), ("C2", "network", "cancel"), ("C2", "network.outage", "legal"),
            ("C3", "billing", "lost_trust"), ("C4", "billing", "")]  # fmt: skip
    for number, (customer, topic, rule) in enumerate(said):
        signs = (FragilitySign(rule=rule, points=SIGNS[rule], begin=0, end=4),) if rule else ()
        row = an_interaction(number, occurred_at=NOW - timedelta(days=40 - 20 * (number % 2)))
        understood(store, row, customer=customer, topics=(topic,), fragility=signs)
    return store


def ids(store: Store, filters: Filters | None = None, **asked: object) -> list[str]:
    return [one.id for one in at_risk(store, filters or Filters(), now=NOW, limit=50, **asked)[0]]


def test_the_most_points_come_first_and_the_sum_is_its_parts(risky: Store) -> None:
    found, n = at_risk(risky, Filters(), now=NOW, limit=50)
    assert ([one.id for one in found], n) == (["C2", "C1", "C3"], 3)
    for one in found:
        assert one.points == sum(one.parts.values()) == sum(sign.points for sign in one.signs)
        assert all(risky.interactions.get(ident) for sign in one.signs for ident in sign.interactions)
    assert found[0].parts["legal"] == 4 and found[0].city == "Nantes" and found[0].name == "Name 2"


def test_who_is_worth_the_most_comes_first_if_asked(risky: Store) -> None:
    assert ids(risky, order="value") == ["C3", "C2", "C1"]
    assert [one.value for one in at_risk(risky, Filters(), now=NOW, order="value", limit=50)[0]] == [900.0, None, None]


def test_filters_say_of_whom_and_the_signs_stay_whole(risky: Store) -> None:
    assert ids(risky, Filters(topic="network.outage")) == ["C2"]
    assert ids(risky, Filters(city="Lyon")) == ["C3"]
    (two,), _ = at_risk(risky, Filters(topic="network.outage"), now=NOW, limit=50)
    assert {"cancel", "legal"} <= two.parts.keys()
    assert ids(risky, least=4) == ["C2", "C1"]


def test_pages_follow_each_other(risky: Store) -> None:
    pages = [at_risk(risky, Filters(), now=NOW, limit=2, offset=offset) for offset in (0, 2)]
    assert [[one.id for one in page] for page, _ in pages] == [["C2", "C1"], ["C3"]]
    assert {n for _, n in pages} == {3}
