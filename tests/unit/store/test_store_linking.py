"""The linking index on both databases: found by key, cut where a key says too little, gone with the customer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from makers import NOW, a_customer

from voc.store import Store
from voc.store.linking import LARGEST_BLOCK, MOST_COMPARED, worth_comparing
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


def test_where_too_many_share_a_key_those_who_share_more_or_rarer_ones_are_compared() -> None:
    rarer, wider = range(150), range(140, 300)
    assert worth_comparing({1, 2}, {1: rarer, 2: wider}) == list(rarer)
    assert worth_comparing({1, 2, 3}, {1: wider, 2: rarer, 3: [299, 500]}) == [*rarer, 299, 500]
    assert worth_comparing({1, 9}, {1: wider, 2: rarer}) == list(wider)
    assert worth_comparing({9}, {1: wider}) == []


@given(
    st.dictionaries(
        st.integers(0, 8),
        st.tuples(st.integers(0, 400), st.integers(1, LARGEST_BLOCK)).map(lambda p: range(p[0], sum(p))),
    )
)
def test_rivals_who_share_the_same_keys_stay_or_go_together(blocks: dict[int, range]) -> None:
    kept = set(worth_comparing(blocks, blocks))
    assert len(kept) <= MOST_COMPARED
    assert bool(kept) == bool(blocks)
    keys: dict[int, set[int]] = {}
    for key, block in blocks.items():
        for number in block:
            keys.setdefault(number, set()).add(key)
    left = {frozenset(shared) for number, shared in keys.items() if number not in kept}
    assert left.isdisjoint(frozenset(keys[number]) for number in kept)


def test_several_looks_can_share_one_state(store: Store) -> None:
    keep(store, ("A", {1}))
    with store.database.reading_together():
        assert store.linking.size() == 1
        with store.database.read() as one, store.database.read() as other:
            assert one is other
    with store.database.read() as one, store.database.read() as other:
        assert one is not other
    keep(store, ("B", {1}))
    assert store.linking.size() == 2
