"""Linking: verified over claimed, contradictions link nobody, and the order of finding never matters."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import NOW, a_customer, an_analysis, an_interaction

from voc.linking.online import LINKING_TYPES, SHARED_BY_MORE_THAN, link, link_all
from voc.records import Identifier, Link
from voc.store import Store

PHONE, OTHER_PHONE, SHARED_PHONE = "+33612345678", "+33687654321", "+33140000000"


def verified(kind: Any, value: str, **more: Any) -> Identifier:
    return Identifier(type=kind, value=value, verified=True, **more)


def claimed(kind: Any, value: str, **more: Any) -> Identifier:
    return Identifier(type=kind, value=value, **({"begin": 0, "end": 3} | more))


@pytest.fixture
def base(store: Store) -> Store:
    store.customers.save(
        [
            a_customer("ANNA", phones=[PHONE, SHARED_PHONE], contracts=["AZ1"], handles=[("x", "anna")]),
            a_customer("BOB", phones=[OTHER_PHONE, SHARED_PHONE], contracts=["AZ2"], handles=[("instagram", "anna")]),
            a_customer("EVE", emails=["eve@example.org"], handles=[("", "eve")]),
            *(a_customer(f"S{n}", phones=["+33800000000"]) for n in range(SHARED_BY_MORE_THAN + 1)),
        ],
        now=NOW,
    )
    return store


def linked(base: Store, *, metadata: Any = (), text: Any = ()) -> Link:
    one = an_interaction(1, identifiers=tuple(metadata))
    (found,) = link_all([(one, an_analysis(one, identifiers=tuple(text)))], base.customers)
    assert found.interaction_id == one.id
    return found


@pytest.mark.parametrize(
    ("metadata", "text", "method", "customer"),
    [
        ([], [], "none", None),
        ([verified("phone", "+33600000000")], [], "none", None),
        ([verified("phone", PHONE)], [], "exact_identifier", "ANNA"),
        ([], [claimed("contract", "AZ2")], "exact_identifier", "BOB"),
        ([Identifier(type="contract", value="AZ2")], [], "exact_identifier", "BOB"),
        ([verified("customer", "EVE")], [], "exact_identifier", "EVE"),
        # a claim never outweighs what came with the channel
        ([verified("phone", PHONE)], [claimed("contract", "AZ2")], "exact_identifier", "ANNA"),
        # contradictions link nobody
        ([verified("phone", PHONE), verified("contract", "AZ2")], [], "conflict", None),
        ([], [claimed("contract", "AZ1"), claimed("contract", "AZ2")], "conflict", None),
        # a phone of two people: a second identifier decides, a stranger's does not
        ([verified("phone", SHARED_PHONE)], [], "ambiguous", None),
        ([verified("phone", SHARED_PHONE)], [claimed("contract", "AZ2")], "exact_identifier", "BOB"),
        ([], [claimed("phone", SHARED_PHONE), claimed("contract", "AZ1")], "exact_identifier", "ANNA"),
        ([verified("phone", SHARED_PHONE)], [claimed("email", "eve@example.org")], "ambiguous", None),
        # two claims that both fit the shared phone but not each other
        ([verified("phone", SHARED_PHONE)], [claimed("contract", "AZ1"), claimed("contract", "AZ2")], None, None),
        # a switchboard proves nothing, alone or beside something that does
        ([verified("phone", "+33800000000")], [], "none", None),
        ([verified("phone", "+33800000000")], [claimed("contract", "AZ1")], "exact_identifier", "ANNA"),
        # the same name on two networks is two people
        ([verified("handle", "anna", network="x")], [], "exact_identifier", "ANNA"),
        ([verified("handle", "anna", network="instagram")], [], "exact_identifier", "BOB"),
        ([verified("handle", "anna", network="tiktok")], [], "none", None),
        ([verified("handle", "anna")], [], "ambiguous", None),
        ([verified("handle", "eve", network="x")], [], "exact_identifier", "EVE"),
        # a bare name names nobody
        ([], [claimed("name", "Anna")], "none", None),
    ],
)
def test_who_it_is(base: Store, metadata: Any, text: Any, method: str | None, customer: str | None) -> None:
    found = linked(base, metadata=metadata, text=text)
    assert found.customer_id == customer
    if method is not None:
        assert found.method == method
    else:
        assert found.method in {"ambiguous", "conflict"}


def test_the_evidence_says_which_and_where(base: Store) -> None:
    found = linked(
        base,
        metadata=[verified("phone", PHONE), verified("email", "nobody@example.org")],
        text=[claimed("contract", "AZ1", begin=4, end=9), claimed("contract", "AZ2", begin=20, end=25)],
    )
    assert [(e.identifier, e.value, e.found_in, e.begin, e.verified) for e in found.evidence] == [
        ("phone", PHONE, "metadata", None, True),
        ("contract", "AZ1", "text", 4, False),
    ]


def test_said_and_sent_is_one_reason(base: Store) -> None:
    found = linked(base, metadata=[verified("phone", PHONE)], text=[claimed("phone", PHONE)])
    assert [e.found_in for e in found.evidence] == ["metadata"]


def test_all_are_linked_in_order_with_one_look(base: Store) -> None:
    ones = [an_interaction(n, identifiers=(verified("phone", p),)) for n, p in enumerate((OTHER_PHONE, "+1", PHONE))]
    found = link_all([(one, an_analysis(one)) for one in ones], base.customers)
    assert [(link.interaction_id, link.customer_id) for link in found] == [
        (ones[0].id, "BOB"), (ones[1].id, None), (ones[2].id, "ANNA"),
    ]  # fmt: skip
    assert link_all([], base.customers) == []


VALUES = [f"v{n}" for n in range(5)]
owned = st.dictionaries(
    st.tuples(st.sampled_from(LINKING_TYPES), st.sampled_from(VALUES)),
    st.lists(st.tuples(st.sampled_from("ABCDEFG"), st.sampled_from(["", "x"])), min_size=1, max_size=6),
    min_size=1,
)


@given(owned, st.data())
def test_the_order_of_finding_never_matters(owners: dict[Any, Any], data: st.DataObject) -> None:
    evidence = data.draw(
        st.lists(
            st.tuples(
                st.builds(
                    lambda key, sure: Identifier(type=key[0], value=key[1], verified=sure),
                    st.sampled_from(sorted(owners)),
                    st.booleans(),
                ),
                st.sampled_from(["metadata", "text"]),
            ),
            max_size=6,
        )
    )
    first = link("i", evidence, owners)
    other = link("i", data.draw(st.permutations(evidence)), owners)
    assert (first.customer_id, first.method) == (other.customer_id, other.method)
    assert sorted(map(repr, first.evidence)) == sorted(map(repr, other.evidence))
    # and a link is never to somebody a verified, unshared identifier excludes
    for identifier, _ in evidence:
        named = {customer for customer, _ in owners[identifier.type, identifier.value]}
        if first.customer_id is not None and identifier.verified and len(named) <= SHARED_BY_MORE_THAN:
            assert first.customer_id in named
