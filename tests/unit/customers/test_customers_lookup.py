"""A customer is found however the person who looks writes it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from voc.customers.customer_search import find_customers
from voc.records import Customer, Identifier
from voc.store import Store

NOW = datetime(2026, 11, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "query",
    [
        "beatrice",
        "Béatrice Noël",
        "NOEL",
        "C42",
        "c42",
        "06 12 34 56 78",
        "+33 6 12 34 56 78",
        "B.Noel@Example.com",
        "@bnoel",
    ],
)
def test_by_name_id_or_any_identifier(store: Store, query: str) -> None:
    beatrice = Customer(
        id="C42",
        first_name="Béatrice",
        last_name="Noël",
        identifiers=(
            Identifier(type="phone", value="+33612345678"),
            Identifier(type="email", value="b.noel@example.com"),
            Identifier(type="handle", value="bnoel", network="x"),
        ),
    )
    store.customers.save([beatrice, Customer(id="C43", name="Ana Silva")], now=NOW)
    assert [one.id for one in find_customers(store.customers, query)] == ["C42"]


def test_nothing_asked_lists_everybody_and_the_unknown_nobody(store: Store) -> None:
    store.customers.save([Customer(id="C1", name="Ana"), Customer(id="C2", name="Luc")], now=NOW)
    assert {one.id for one in find_customers(store.customers, " ")} == {"C1", "C2"}
    assert find_customers(store.customers, "06 99 99 99 99") == []
    assert find_customers(store.customers, "100%_") == []
