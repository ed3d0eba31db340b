"""Somebody else's number in the words: never a certain link to its owner."""

from __future__ import annotations

import pytest
from makers import NOW, a_customer, an_analysis, an_interaction

from voc.linking.matching import Matcher, prepare
from voc.linking.online import link_all
from voc.linking.third_party_identifiers import is_named_otherwise
from voc.linking.weights import load_weights
from voc.records import Identifier, Link
from voc.store import Store

PHONE, OTHER_PHONE = "+33612345678", "+33687654321"


@pytest.fixture
def base(store: Store) -> Store:
    store.customers.save(
        [
            a_customer("ANNA", first_name="Anna", last_name="Martin", phones=[PHONE], contracts=["AZ1"]),
            a_customer("BOB", first_name="Bob", last_name="Leroy", phones=[OTHER_PHONE]),
        ],
        now=NOW,
    )
    return store


def linked(base: Store, text: str, *, name: str | None = None, verified: str | None = None) -> Link:
    said = []
    for spelling, kind, value in (
        ("06 12 34 56 78", "phone", PHONE), ("06 87 65 43 21", "phone", OTHER_PHONE), ("AZ1", "contract", "AZ1"),
    ):  # fmt: skip
        if (at := text.find(spelling)) >= 0:
            said.append(Identifier(type=kind, value=value, begin=at, end=at + len(spelling)))  # type: ignore[arg-type]
    metadata = [Identifier(type="name", value=name)] if name else []
    metadata += [Identifier(type="phone", value=verified, verified=True)] if verified else []
    one = an_interaction(1, text=text, identifiers=tuple(metadata))
    pairs = [(one, an_analysis(one, identifiers=tuple(said)))]
    (alone,) = link_all(pairs, base.customers)
    prepare(base.linking, now=NOW)
    (weighed,) = link_all(pairs, base.customers, matcher=Matcher(base.linking, load_weights()))
    assert (weighed.customer_id, weighed.method) == (alone.customer_id, alone.method)
    return alone


@pytest.mark.parametrize(
    "text",
    [
        "Le numéro de mon voisin, le 06 12 34 56 78, reçoit vos publicités.",
        "Rien ne va. Appelez mon amie au 06 12 34 56 78 s'il vous plaît",
        "Please call my husband on 06 12 34 56 78.",
        "Ce n'est pas mon contrat, ce AZ1 que vous facturez !",
        "Je ne suis pas Anna Martin, arrêtez d'appeler pour le contrat AZ1.",
        "Le 06 12 34 56 78 n'est pas le mien, corrigez mon dossier",
        "My neighbour's contract AZ1 was charged to me",
    ],
)
def test_a_number_the_words_give_to_somebody_else_is_for_a_person(base: Store, text: str) -> None:
    found = linked(base, text)
    assert (found.customer_id, found.method) == (None, "review")
    assert [one.customer_id for one in found.candidates] == ["ANNA"]
    assert found.evidence


@pytest.mark.parametrize(
    "text",
    [
        "Rappelez-moi au 06 12 34 56 78, merci.",
        "Mon mari vous a déjà appelés, mon numéro est le 06 12 34 56 78.",
        "Mon voisin a la fibre. Et moi, contrat AZ1, toujours rien.",
        "Je ne suis pas contente, contrat AZ1.",
        "My neighbour has fibre already; my contract is AZ1.",
        "I am not happy with my contract AZ1",
    ],
)
def test_a_speaker_s_own_number_stays_a_certain_link(base: Store, text: str) -> None:
    found = linked(base, text)
    assert (found.customer_id, found.method) == ("ANNA", "exact_identifier")


def test_the_sender_s_own_number_beside_a_neighbour_s_decides(base: Store) -> None:
    text = "Mon numéro est le 06 12 34 56 78, celui de mon voisin le 06 87 65 43 21."
    assert linked(base, text).customer_id == "ANNA"
    assert linked(base, "Voyez avec ma voisine au 06 87 65 43 21", verified=PHONE).customer_id == "ANNA"


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("Zoé Petit", "review"),
        ("Bob Martin", "review"),
        ("Anna Martin", "exact_identifier"),
        ("MARTIN Ana", "exact_identifier"),
        ("A. Martin", "exact_identifier"),
        ("Anna", "exact_identifier"),
        ("KingKong75", "exact_identifier"),
        (None, "exact_identifier"),
    ],
)
def test_a_sender_of_another_name_than_the_owner_s_is_for_a_person(base: Store, name: str | None, method: str) -> None:
    assert linked(base, "Contrat AZ1, toujours en panne.", name=name).method == method


def test_a_verified_number_stands_whatever_name_is_on_the_account(base: Store) -> None:
    assert linked(base, "Toujours en panne.", name="Zoé Petit", verified=PHONE).customer_id == "ANNA"


def test_a_customer_without_a_name_contradicts_nobody() -> None:
    assert not is_named_otherwise("Zoé Petit", (None, None, None))
    assert not is_named_otherwise("", ("Anna", "Martin", None))
