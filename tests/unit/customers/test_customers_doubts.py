"""No link rests on a number that was heard unsurely, or that may be of the company's end of a call."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from makers import NOW, a_customer, an_analysis, an_interaction

from voc.linking.matching import Matcher, prepare
from voc.linking.online import link_all
from voc.linking.weights import load_weights
from voc.records import SURELY_HEARD, Identifier, Link, Turn, Word
from voc.store import Store

ANNAS, BOBS, SHARED = "+33612305668", "+33612345678", "+33140000000"
SURE, UNSURE = 0.97, 0.23


@pytest.fixture
def base(store: Store) -> Store:
    store.customers.save(
        [
            a_customer("ANNA", first_name="Anna", last_name="Autre", phones=[ANNAS, SHARED], contracts=["40641722"]),
            a_customer("BOB", first_name="Bob", last_name="Dupont", phones=[BOBS, SHARED], contracts=["40641799"],
                       emails=["bob.dupont@gmail.com"]),
        ],
        now=NOW,
    )  # fmt: skip
    prepare(store.linking, now=NOW)
    return store


def matcher_of(base: Store) -> Matcher:
    return Matcher(base.linking, load_weights(None))


def said(kind: Any, value: str, confidence: float | None, **more: Any) -> Identifier:
    return Identifier(type=kind, value=value, begin=0, end=3, confidence=confidence, **more)


def came(kind: Any, value: str, **more: Any) -> Identifier:
    return Identifier(type=kind, value=value, **more)


def linked(base: Store, *, metadata: Any = (), text: Any = (), weigh: bool = True, **fields: Any) -> Link:
    one = an_interaction(1, channel="call", identifiers=tuple(metadata), **fields)
    pair = (one, an_analysis(one, identifiers=tuple(text)))
    (found,) = link_all([pair], base.customers, matcher=matcher_of(base) if weigh else None)
    return found


@pytest.mark.parametrize("weigh", [True, False])
@pytest.mark.parametrize(
    ("kind", "value", "who"),
    [("phone", ANNAS, "ANNA"), ("contract", "40641799", "BOB"), ("email", "bob.dupont@gmail.com", "BOB")],
)
def test_what_was_heard_unsurely_waits_for_a_person(base: Store, kind: str, value: str, who: str, weigh: bool) -> None:
    found = linked(base, text=[said(kind, value, UNSURE)], weigh=weigh)
    assert (found.customer_id, found.method) == (None, "review")
    assert found.candidates[0].customer_id == who
    assert [(one.value, one.doubt, one.confidence) for one in found.evidence] == [(value, "heard_unsurely", UNSURE)]


@pytest.mark.parametrize("confidence", [SURELY_HEARD, SURE, None])
def test_what_was_heard_surely_or_written_links(base: Store, confidence: float | None) -> None:
    found = linked(base, text=[said("phone", ANNAS, confidence)])
    assert (found.customer_id, found.method) == ("ANNA", "exact_identifier")
    assert found.evidence[0].doubt is None


def test_the_same_mailbox_in_another_spelling_is_no_way_round(base: Store) -> None:
    found = linked(base, text=[said("email", "bobdupont+x@gmail.com", UNSURE)])
    assert (found.customer_id, found.method) == (None, "review")
    assert found.evidence[0].doubt == "heard_unsurely"


def test_weights_do_not_link_by_it_either(base: Store) -> None:
    # One digit off, and the surname: enough with the number, not without.
    heard = [said("phone", "+33612345670", UNSURE)]
    with_number = linked(base, metadata=[came("name", "Bob Dupont")], text=[said("phone", BOBS, UNSURE)])
    assert with_number.customer_id is None
    assert linked(base, metadata=[came("name", "Dupont")], text=heard).customer_id is None


def test_what_came_with_the_call_links_whatever_was_misheard(base: Store) -> None:
    found = linked(base, metadata=[came("phone", BOBS, verified=True)], text=[said("phone", ANNAS, UNSURE)])
    assert (found.customer_id, found.method) == ("BOB", "exact_identifier")
    assert [one.value for one in found.evidence] == [BOBS]


def test_it_does_not_choose_between_two_who_share_a_number(base: Store) -> None:
    shared = came("phone", SHARED, verified=True)
    assert linked(base, metadata=[shared], text=[said("contract", "40641799", SURE)]).customer_id == "BOB"
    assert linked(base, metadata=[shared], text=[said("contract", "40641799", UNSURE)], weigh=False).method == "review"


def test_it_still_contradicts(base: Store) -> None:
    found = linked(
        base,
        text=[
            said("phone", ANNAS, SURE),
            said(
                "contract",
                "40641799",
                UNSURE,
            ),
        ],
        weigh=False,
    )
    assert (found.customer_id, found.method) == (None, "conflict")


def test_a_number_of_either_end_waits_for_a_person(base: Store) -> None:
    found = linked(
        base, metadata=[came("phone", ANNAS, side_unknown=True), came("phone", "+33199004531", side_unknown=True)]
    )
    assert (found.customer_id, found.method, found.candidates[0].customer_id) == (None, "review", "ANNA")
    assert {one.doubt for one in found.evidence} == {"side_unknown"}


def test_either_end_and_the_same_number_said_surely_is_sure(base: Store) -> None:
    found = linked(base, metadata=[came("phone", ANNAS, side_unknown=True)], text=[said("phone", ANNAS, SURE)])
    assert found.customer_id == "ANNA"


def test_analyses_of_earlier_releases_are_judged_by_their_words(base: Store) -> None:
    text = "C'est le 06 12 30 56 68"
    words = tuple(
        Word(text=word, begin_ms=n * 100, end_ms=n * 100 + 90, confidence=UNSURE if word == "30" else SURE)
        for n, word in enumerate(text.split())
    )
    turn = Turn(
        index=0, participant_role="customer", begin_ms=0, end_ms=900, begin=0, end=len(text), text=text, words=words
    )
    one = an_interaction(1, channel="call", text=None)
    heard = Identifier(type="phone", value=ANNAS, begin=text.index("06"), end=len(text))
    (found,) = link_all([(one, an_analysis(one, text=text, turns=(turn,), identifiers=(heard,)))], base.customers)
    assert (found.customer_id, found.evidence[0].confidence) == (None, UNSURE)


SURENESS = {"exact_identifier": 2, "score": 2, "review": 1, "ambiguous": 1, "conflict": 1, "none": 0}
a_number = st.sampled_from([("phone", ANNAS), ("phone", BOBS), ("phone", SHARED), ("phone", "+33612345670"),
                            ("contract", "40641722"), ("contract", "40641799"), ("email", "bob.dupont@gmail.com"),
                            ("email", "bobdupont@gmail.com")])  # fmt: skip
a_confidence = st.floats(0, 1)


@given(
    heard=st.lists(
        st.tuples(a_number, a_confidence, a_confidence), min_size=1, max_size=4, unique_by=lambda one: one[0]
    ),
    came_with=st.lists(st.tuples(a_number, st.booleans(), st.booleans()), max_size=2, unique_by=lambda one: one[0]),
    name=st.sampled_from([None, "Bob Dupont", "Anna Autre", "Dupont"]),
    weigh=st.booleans(),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lower_confidence_never_makes_a_link_surer(
    base: Store, heard: Any, came_with: Any, name: str | None, weigh: bool
) -> None:
    metadata = [
        came(kind, value, verified=verified and not unknown, side_unknown=unknown and kind == "phone")
        for (kind, value), verified, unknown in came_with
    ]
    metadata += [came("name", name)] if name else []
    before, after = (
        linked(
            base,
            metadata=metadata,
            text=[said(*number, max(pair) if first else min(pair)) for number, *pair in heard],
            weigh=weigh,
        )
        for first in (True, False)
    )
    assert SURENESS[after.method] <= SURENESS[before.method]
    assert after.customer_id in {before.customer_id, None}
