"""Deciding who is whom: confirm, reject, merge, split, undo, and what later evidence may and may not do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

import pytest
from makers import NOW, a_customer, add, an_analysis, an_interaction

from voc.errors import ConflictError, InputError
from voc.identity import identity_decisions as changes
from voc.identity import merging, review
from voc.identity import thread_relinking as reopening
from voc.linking.candidate_deduplication import merge_candidates_by_person
from voc.records import FieldWeight, Interaction, Link, LinkCandidate, LinkEvidence
from voc.store import Filters, Store
from voc.store.analyses import Analysed
from voc.store.identities import By

LATER = NOW + timedelta(hours=1)


def by(reason: str | None = None, actor: str = "key1") -> By:
    return By(actor=actor, at=LATER, reason=reason)


def field(name: str, bits: float, level: str = "exact") -> FieldWeight:
    return FieldWeight(field=name, level=level, bits=bits)


def candidate(customer: str, *fields: FieldWeight) -> LinkCandidate:
    bits = sum(one.bits for one in fields)
    return LinkCandidate(customer_id=customer, bits=bits, probability=2**bits / (1 + 2**bits), fields=fields)


def by_phone(interaction: Interaction, customer: str | None, value: str = "+33612345678", **more: object) -> Link:
    evidence = LinkEvidence(identifier="phone", value=value, found_in="metadata", verified=True)
    method = more.pop("method", "exact_identifier")
    return Link(interaction_id=interaction.id, customer_id=customer, method=method, evidence=(evidence,))  # type: ignore[arg-type]


def doubtful(interaction: Interaction, *candidates: LinkCandidate) -> Link:
    return Link(interaction_id=interaction.id, customer_id=None, method="review", candidates=candidates)


def understand(store: Store, interactions: Sequence[Interaction], links: Sequence[Link]) -> None:
    add(store, *(one for one in interactions if store.interactions.get(one.id) is None))
    store.findings.save_analyses([Analysed(an_analysis(one), None) for one in interactions], links, now=NOW)


OLD, YOUNG, OTHER = "C9", "C1", "C5"
ONE, TWO, THREE = (an_interaction(n, text=text) for n, text in enumerate(
    ("Ici Léa Martin, ma facture.", "Ici Lea Durand, mon forfait.", "Bonjour, ma box est en panne."), 1
))  # fmt: skip


@pytest.fixture
def base(store: Store) -> Store:
    """Two records of one woman, the older under the larger id, and somebody else; three interactions."""
    store.customers.save(
        [
            a_customer(OLD, name="Léa Martin", first_name="Léa", last_name="Martin", since=NOW - timedelta(days=900),
                       phones=["+33612345678"], attributes={"offre": "Fibre", "Valeur client": "500"}),
            a_customer(YOUNG, name="Léa Durand", first_name="Léa", last_name="Durand", since=NOW - timedelta(days=90),
                       phones=["+33612345678"], emails=["lea@example.org"], city="Brest",
                       attributes={"offre": "Mobile"}),
            a_customer(OTHER, name="Paul Petit", first_name="Paul", last_name="Petit", phones=["+33687654321"]),
        ],
        now=NOW,
    )  # fmt: skip
    links = [
        by_phone(ONE, OLD),
        Link(interaction_id=TWO.id, customer_id=YOUNG, method="exact_identifier"),
        doubtful(THREE, candidate(OTHER, field("city", 0.5)), candidate(YOUNG, field("city", -1.0))),
    ]
    understand(store, (ONE, TWO, THREE), links)
    return store


def owner(store: Store, interaction: Interaction) -> str | None:
    row = store.interactions.get(interaction.id)
    assert row is not None
    link = store.findings.link(interaction.id)
    assert link is not None and link.customer_id == row.customer_id
    return row.customer_id


# --- one interaction ---------------------------------------------------------------------------------------------


def test_a_confirmed_link_outlives_every_later_analysis(base: Store) -> None:
    changes.confirm(base, THREE.id, None, by=by("elle a rappelé"))
    assert owner(base, THREE) == OTHER
    understand(base, [THREE], [by_phone(THREE, OLD)])
    base.findings.save_links([by_phone(THREE, OLD)], now=LATER)
    assert owner(base, THREE) == OTHER
    link = base.findings.link(THREE.id)
    assert link is not None and link.method == "manual" and link.candidates, "the reasons stay"


def test_a_rejected_customer_never_comes_back_by_itself(base: Store) -> None:
    changes.reject(base, [ONE.id], OLD, by=by())
    assert owner(base, ONE) is None
    understand(base, [ONE], [by_phone(ONE, OLD)])
    assert owner(base, ONE) is None


def test_what_is_left_of_the_candidates_stays_to_be_reviewed(base: Store) -> None:
    changes.reject(base, [THREE.id], OTHER, by=by())
    (waiting,) = base.identity_review.queue().items
    assert (waiting.interaction_id, waiting.leading_id) == (THREE.id, YOUNG)
    changes.reject(base, [THREE.id], None, by=by())
    assert base.identity_review.waiting() == 0
    with pytest.raises(InputError, match="nobody left to reject"):
        changes.reject(base, [THREE.id], None, by=by())


def test_after_none_of_them_a_newly_named_customer_is_only_suggested(base: Store) -> None:
    changes.reject(base, [THREE.id], None, by=by())
    base.findings.save_links([by_phone(THREE, OLD)], now=LATER)
    assert owner(base, THREE) is None
    (waiting,) = base.identity_review.queue().items
    assert waiting.method == "review" and waiting.leading_id in {OLD, YOUNG}
    (event, *_) = base.identity_review.history_of(THREE.id)
    assert (event.actor, event.action, event.reason) == ("voc", "reopen", "customer_base")


def test_confirming_a_rejected_customer_drops_the_rejection(base: Store) -> None:
    changes.reject(base, [THREE.id], OTHER, by=by())
    event = changes.link(base, [THREE.id], OTHER, by=by())
    assert owner(base, THREE) == OTHER
    changes.undo(base, event, by=by())
    assert owner(base, THREE) is None
    assert base.identity_review.rejected_pairs([THREE.id]) == {(THREE.id, OTHER)}


def test_who_when_and_why_are_kept_and_the_undo_too(base: Store) -> None:
    event = changes.confirm(base, THREE.id, OTHER, by=by("  reconnu \n à la voix  "))
    changes.undo(base, event, by=By(actor="key2", at=LATER + timedelta(hours=1), reason="erreur"))
    (found,) = base.identity_review.history(OTHER)
    assert (found.actor, found.at, found.reason, found.action) == ("key1", LATER, "reconnu à la voix", "confirm")
    assert (found.undone_by, found.undone_reason) == ("key2", "erreur")
    with pytest.raises(InputError, match="taken back already"):
        changes.undo(base, event, by=by())


def test_an_automatic_change_that_a_person_took_back_is_not_made_again(base: Store) -> None:
    base.findings.save_links([by_phone(THREE, OLD)], now=LATER)
    assert owner(base, THREE) == OLD
    (event,) = base.identity_review.history_of(THREE.id)
    assert event.actor == "voc"
    changes.undo(base, event.id, by=by())
    base.findings.save_links([by_phone(THREE, OLD)], now=LATER)
    assert owner(base, THREE) is None


@pytest.mark.parametrize(
    ("decide", "says"),
    [
        (lambda s: changes.link(s, [ONE.id], "nobody", by=by()), "customer nobody: is not in the customer base"),
        (lambda s: changes.link(s, ["i404"], OLD, by=by()), "interaction i404: is unknown or not analysed yet"),
        (lambda s: changes.link(s, [], OLD, by=by()), "name at least one"),
        (lambda s: changes.link(s, [ONE.id, ONE.id], OLD, by=by()), "each once"),
        (lambda s: changes.confirm(s, ONE.id, OLD, by=by("x" * 1001)), "reason: 1001 characters"),
        (lambda s: merging.merge(s, OLD, OLD, by=by()), "are one person already"),
        (lambda s: merging.split(s, OLD, by=by()), "is not merged with another"),
        (lambda s: changes.undo(s, 404, by=by()), "event 404: there is no such event"),
    ],
)
def test_what_makes_no_sense_is_said_in_one_line_and_leaves_nothing(base: Store, decide, says: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=says):
        decide(base)
    assert base.identity_review.history(OLD) == []


# --- records -----------------------------------------------------------------------------------------------------


def test_the_oldest_record_speaks_whichever_is_named_first(base: Store) -> None:
    merging.merge(base, YOUNG, OLD, by=by())
    assert owner(base, ONE) == owner(base, TWO) == OLD
    assert [one.id for one in base.customers.records(YOUNG)] == [OLD, YOUNG]


def test_lists_counts_search_and_filters_follow_a_merge_at_once(base: Store) -> None:
    merging.merge(base, OLD, YOUNG, by=by())
    assert base.customers.count() == 2
    assert base.interactions.count(Filters(customer=OLD)) == 2
    assert base.interactions.count(Filters(customer=YOUNG)) == 2, "an old address still finds the person"
    for asked in ("Durand", "Martin", YOUNG):
        assert [one.id for one in base.customers.search(asked)] == [OLD]
    assert [one.id for one in base.customers.search("", identifiers=[])][:1] == [OLD]


def test_a_person_has_all_their_records_know(base: Store) -> None:
    merging.merge(base, OLD, YOUNG, by=by())
    whole = base.customers.whole(YOUNG)
    assert whole is not None and whole.id == OLD
    assert (whole.last_name, whole.city) == ("Martin", "Brest")
    assert whole.attributes == {"offre": "Fibre", "offre (C1)": "Mobile", "Valeur client": "500"}
    assert {one.value for one in whole.identifiers} >= {"+33612345678", "lea@example.org"}
    assert sum(one.value == "+33612345678" for one in whole.identifiers) == 1


def test_what_came_since_with_a_records_own_identifier_leaves_with_it(base: Store) -> None:
    merging.merge(base, OLD, YOUNG, by=by())
    later = an_interaction(9)
    mail = LinkEvidence(identifier="email", value="lea@example.org", found_in="metadata", verified=True)
    link = Link(interaction_id=later.id, customer_id=OLD, method="exact_identifier", evidence=(mail,))
    understand(base, [later], [link])
    assert owner(base, later) == OLD
    merging.split(base, YOUNG, by=by())
    assert (owner(base, later), owner(base, ONE), owner(base, TWO)) == (YOUNG, OLD, YOUNG)


def test_splitting_the_oldest_off_leaves_the_rest_with_the_next(base: Store) -> None:
    merging.merge(base, OLD, YOUNG, by=by())
    merging.merge(base, OLD, OTHER, by=by())
    merging.split(base, OLD, by=by())
    assert [one.id for one in base.customers.records(OTHER)] == [YOUNG, OTHER]
    assert (owner(base, ONE), owner(base, TWO)) == (OLD, YOUNG)


def test_an_import_goes_on_updating_a_merged_record_by_its_id(base: Store) -> None:
    merging.merge(base, OLD, YOUNG, by=by())
    base.customers.save([a_customer(YOUNG, name="Léa Durand", emails=["new@example.org"])], now=LATER)
    whole = base.customers.whole(OLD)
    assert whole is not None and "new@example.org" in {one.value for one in whole.identifiers}
    assert owner(base, TWO) == OLD


def test_two_records_with_one_phone_no_longer_make_a_call_ambiguous(base: Store) -> None:
    found = base.findings.link(ONE.id)
    assert found is not None
    before = {customer for customer, _ in base.customers.owners(_phone())[("phone", "+33612345678")]}
    merging.merge(base, OLD, YOUNG, by=by())
    after = {customer for customer, _ in base.customers.owners(_phone())[("phone", "+33612345678")]}
    assert (before, after) == ({OLD, YOUNG}, {OLD})


def _phone():  # type: ignore[no-untyped-def]
    from voc.records import Identifier

    return [Identifier(type="phone", value="+33612345678")]


def test_a_merge_does_not_overrule_a_rejection(base: Store) -> None:
    changes.reject(base, [TWO.id], OLD, by=by())
    preview = merging.preview_merge(base, OLD, YOUNG)
    assert preview.lets_go == 1
    event = merging.merge(base, OLD, YOUNG, by=by())
    assert owner(base, TWO) is None, "a person said it is not hers"
    changes.undo(base, event, by=by())
    assert owner(base, TWO) == YOUNG


def test_a_preview_says_what_moves_what_is_shared_and_where_they_disagree(base: Store) -> None:
    preview = merging.preview_merge(base, YOUNG, OLD)
    assert (preview.speaks, preview.moves, preview.shared) == (OLD, 1, ("phone +33612345678",))
    assert preview.disagree["last_name"] == ("Martin", "Durand")
    assert owner(base, TWO) == YOUNG, "nothing is done yet"
    merging.merge(base, YOUNG, OLD, by=by())
    split = merging.preview_split(base, YOUNG)
    assert (split.leaves.interactions, [one.customer.id for one in split.stays]) == (1, [OLD])


# --- undo --------------------------------------------------------------------------------------------------------


def test_an_event_others_stand_on_is_refused_or_taken_back_with_them(base: Store) -> None:
    first = merging.merge(base, OLD, YOUNG, by=by())
    second = merging.merge(base, OLD, OTHER, by=by())
    third = merging.split(base, YOUNG, by=by())
    with pytest.raises(ConflictError, match=f"later decisions stand on it \\(events {third}\\)"):
        changes.undo(base, first, by=by())
    assert changes.undo(base, first, by=by(), with_later=True) == [third, first]
    assert [one.id for one in base.customers.records(OLD)] == [OLD, OTHER], "what did not stand on it stays"
    assert changes.undo(base, second, by=by()) == [second]


def test_undo_does_not_hand_over_what_was_rejected_since(base: Store) -> None:
    merging.merge(base, OLD, YOUNG, by=by())
    split = merging.split(base, YOUNG, by=by())
    changes.reject(base, [TWO.id], OLD, by=by())
    with pytest.raises(ConflictError, match="rejected for since"):
        changes.undo(base, split, by=by())
    assert owner(base, TWO) == YOUNG


# --- words -------------------------------------------------------------------------------------------------------


def test_the_names_of_the_new_customer_are_masked_and_shown_again_by_undo(base: Store) -> None:
    before = base.findings.analysis(TWO.id)
    event = merging.merge(base, OLD, YOUNG, by=by())
    second = changes.link(base, [TWO.id], OTHER, by=by())
    masked = base.findings.analysis(TWO.id)
    assert masked is not None and masked.redacted_text == "Ici [PERSON], mon forfait."
    assert base.search.words("Durand") == []
    changes.undo(base, second, by=by())
    changes.undo(base, event, by=by())
    assert base.findings.analysis(TWO.id) == before
    assert list(base.search.words("Durand")) == [TWO.id]


# --- later evidence ----------------------------------------------------------------------------------------------


def test_a_thread_that_comes_to_name_a_customer_reopens_its_doubtful_ones(store: Store) -> None:
    store.customers.save([a_customer(f"C{n}") for n in range(8)], now=NOW)
    thread = [an_interaction(n, thread_id="T", channel="email") for n in (1, 2, 3)]
    elsewhere = an_interaction(4, thread_id="T", channel="chat")
    alone = [Link(interaction_id=one.id, customer_id=None, method="none") for one in (*thread, elsewhere)]
    understand(store, [*thread, elsewhere], alone)
    event = changes.link(store, [thread[0].id], "C3", by=by())
    waiting = store.identity_review.queue().items
    assert {(one.interaction_id, one.leading_id) for one in waiting} == {(one.id, "C3") for one in thread[1:]}
    (of_it,) = store.identity_review.candidates(thread[1].id)[0]
    assert [one.field for one in of_it.fields] == ["prior", "thread"]
    assert math.isclose(sum(one.bits for one in of_it.fields), of_it.bits)
    assert math.isclose(of_it.probability, 0.5), "no thread has been seen yet: even odds"
    assert owner(store, thread[1]) is None, "a thread never links by itself"
    changes.undo(store, event, by=by())
    assert store.identity_review.waiting() == 0, "what followed from it is taken back with it"


def test_threads_weigh_what_they_were_worth_on_this_base() -> None:
    assert reopening.thread_bits(0, 0) == 0
    assert reopening.thread_bits(99, 99) == math.log2(100)
    assert reopening.thread_bits(50, 100) == 0


def test_a_thread_of_two_customers_names_nobody(base: Store) -> None:
    thread = [an_interaction(n, thread_id="T", channel="social") for n in (21, 22, 23)]
    links = [
        Link(interaction_id=thread[0].id, customer_id=OLD, method="exact_identifier"),
        Link(interaction_id=thread[1].id, customer_id=OTHER, method="exact_identifier"),
        Link(interaction_id=thread[2].id, customer_id=None, method="none"),
    ]
    understand(base, thread, links)
    assert reopening.requeue_threads(base, [one.id for one in thread], now=LATER) == 0


# --- explained ---------------------------------------------------------------------------------------------------


def test_the_steps_add_up_to_the_candidates_bits(base: Store) -> None:
    fields = (field("city", 2.0), field("prior", -9.0, ""), field("last_name", 8.5), field("phone", -2.5, "else"))
    understand(base, [THREE], [doubtful(THREE, candidate(OTHER, *fields))])
    found = review.explain(base, THREE.id)
    assert found is not None and found.open
    (one,) = found.candidates
    assert [step.field for step in one.steps] == ["prior", "last_name", "phone", "city"]
    assert one.steps[0].start == 0 and math.isclose(one.steps[-1].end, one.bits)
    assert all(a.end == b.start for a, b in zip(one.steps, one.steps[1:], strict=False))
    assert [part.field for part in one.favours] == ["last_name", "city"]
    assert [part.field for part in one.opposes] == ["phone"]


def test_a_shared_identifier_makes_its_holders_candidates(base: Store) -> None:
    understand(base, [THREE], [by_phone(THREE, None, method="ambiguous")])
    found = review.explain(base, THREE.id)
    assert found is not None
    assert {one.customer_id for one in found.candidates} == {OLD, YOUNG}
    for one in found.candidates:
        assert math.isclose(one.bits, -1.0), "odds of one in two, whatever the size of the base"
        assert math.isclose(one.probability, 0.25), "two holders, or somebody we do not know"


def test_the_queue_begins_with_value_times_uncertainty(base: Store) -> None:
    rich, plain = an_interaction(11), an_interaction(12)
    understand(
        base,
        [rich, plain],
        [doubtful(rich, candidate(OLD, field("city", 2.0))), doubtful(plain, candidate(OTHER, field("city", 0.0)))],
    )
    base.customers.save([a_customer(OTHER, attributes={"Valeur client": "10"})], now=NOW)
    queue = base.identity_review.queue(limit=2)
    assert (queue.n, queue.median, [one.interaction_id for one in queue.items]) == (3, 10, [rich.id, plain.id])
    assert queue.items[1].uncertainty == 1 and queue.items[1].priority == 10
    assert queue.items[0].priority == pytest.approx(500 * 0.7219, rel=1e-3)
    rest = base.identity_review.queue(limit=2, cursor=queue.next_cursor)
    assert [one.interaction_id for one in rest.items] == [THREE.id] and rest.next_cursor is None
    with pytest.raises(InputError, match="cursor"):
        base.identity_review.queue(cursor="bm9uc2Vuc2U=")


def test_two_records_of_one_person_are_one_candidate_and_no_rivals(base: Store) -> None:
    merging.merge(base, OLD, YOUNG, by=by())
    found = [
        LinkCandidate(customer_id=YOUNG, bits=3.0, probability=0.5),
        LinkCandidate(customer_id=OLD, bits=2.0, probability=0.25),
        LinkCandidate(customer_id=OTHER, bits=0.0, probability=0.125),
    ]
    left = merge_candidates_by_person(found, base.customers.merged({one.customer_id for one in found}))
    assert [(one.customer_id, one.probability) for one in left] == [
        (YOUNG, pytest.approx(0.5 / 0.75)),
        (OTHER, pytest.approx(0.125 / 0.75)),
    ]
