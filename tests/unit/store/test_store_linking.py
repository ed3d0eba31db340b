"""The linking index on both databases: found by key, cut where a key says too little, gone with the customer."""

from __future__ import annotations

from makers import NOW, a_customer

from voc.store import Store
from voc.store.linking import LARGEST_BLOCK
from voc.store.profiles import Profile


def keep(store: Store, *profiles: tuple[str, set[int]]) -> None:
    store.customers.save([a_customer(name) for name, _ in profiles], now=NOW)
    store.linking.save([(Profile(name, "anna", city="lyon"), keys) for name, keys in profiles], now=NOW)


def test_candidates_share_a_key_and_come_with_their_profile(store: Store) -> None:
    keep(store, ("A", {1, 2}), ("B", {2, 2**62}), ("C", {3}))
    found = store.linking.candidates({"one": {2}, "two": {2**62, 3}, "none": {9}})
    assert {name: [one.customer_id for one in several] for name, several in found.items()} == {
        "one": ["A", "B"],
        "two": ["B", "C"],
        "none": [],
    }
    assert found["one"][0] == Profile("A", "anna", city="lyon")
    assert store.linking.candidates({}) == {}


def test_a_key_too_many_share_is_passed_over(store: Store) -> None:
    keep(store, *((f"C{n:03d}", {7, 1000 + n}) for n in range(LARGEST_BLOCK + 1)))
    assert store.linking.candidates({"x": {7}}) == {"x": []}
    assert [one.customer_id for one in store.linking.candidates({"x": {7, 1003}})["x"]] == ["C003"]
    store.linking.save([(Profile("C000"), {5})], now=NOW)
    assert len(store.linking.candidates({"x": {7}})["x"]) == LARGEST_BLOCK


def test_frequencies_and_what_is_not_prepared_yet(store: Store) -> None:
    keep(store, *((f"C{n}", {n}) for n in range(4)))
    before = store.linking.state()
    store.linking.count_frequencies(now=NOW)
    assert store.linking.state() != before
    assert store.linking.frequencies() == {("first_name", "anna"): 1.0, ("city", "lyon"): 1.0}
    store.customers.save([a_customer("D", phones=["+33612345678"])], now=NOW)
    (waiting,) = store.linking.unprepared()
    assert waiting.id == "D"
    assert "+33612345678" in {one.value for one in waiting.identifiers}
    assert store.linking.size() == 4
