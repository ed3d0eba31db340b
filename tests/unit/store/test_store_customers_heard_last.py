"""The list of customers is the same whether a page of it is counted over the facts or over the store."""

from __future__ import annotations

import pytest
from makers import NOW, a_customer, an_interaction, understood

from voc.store import Store


@pytest.mark.parametrize("segment", [None, "Pro"])
def test_a_page_counted_over_the_facts_is_that_of_the_store(
    store: Store, segment: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [a_customer(f"C{n}", name=f"Personne {n}", segment="Pro" if n % 2 else None) for n in range(8)]
    store.customers.save(people, now=NOW)
    for number in range(15):
        score = -0.8 if number % 3 else 0.4
        understood(store, an_interaction(number), customer=f"C{number * number % 7}", score=score)
    wanted = [(limit, offset) for limit in (1, 2, 3) for offset in (0, 1, 2)] + [(8, 0), (5, 3)]
    counted = {one: store.customers.search(segment=segment, limit=one[0], offset=one[1]) for one in wanted}
    monkeypatch.setattr(store.customers, "_heard_last", lambda *_, **__: [])
    for (limit, offset), found in counted.items():
        assert found == store.customers.search(segment=segment, limit=limit, offset=offset)
