"""Words for full-text search: what the forms of a word share, and which words say nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.language.folding import fold
from voc.store.folding import SHORTEST_STEM, sought, stem, telling, words
from voc.store.search.vocabulary import cut


@pytest.mark.parametrize(
    ("query", "text"),
    [
        *(
            ("prélevé", "prélèvement"),
            ("prélèvements", "prélevée"),
            ("facturé", "facturation"),
            ("facture", "factures"),
        ),
        *(
            ("remboursée", "remboursement"),
            ("résilier", "résiliation"),
            ("réseau", "réseaux"),
            ("doublement", "double"),
        ),
        *(("charged", "charging"), ("cancelled", "cancel"), ("cancel", "cancellation"), ("deliveries", "delivery")),
        *(("refund", "refunded"), ("technicien", "techniciens"), ("débité", "débitée")),
    ],
)
def test_forms_of_a_word_meet(query: str, text: str) -> None:
    assert cut(fold(query)) == cut(fold(text))


def test_function_words_are_left_out_unless_there_is_nothing_else() -> None:
    assert telling("Le prix de l'abonnement et la facture") == ["prix", "abonnement", "facture"]
    assert telling("plus de") == ["plus", "de"]
    assert telling("deux fois deux") == ["deux", "fois"]  # a number says something
    assert telling("« … »") == []


def test_what_is_sought_is_where_the_telling_words_begin() -> None:
    assert sought("Le prix de l'abonnement, 2 fois") == [("prix", True), ("abonn", True), ("2", False), ("fois", True)]


@given(st.text(max_size=30))
def test_a_stem_is_where_the_word_begins(text: str) -> None:
    for word in words(text):
        cut = stem(word)
        assert word.startswith(cut)
        assert len(cut) >= min(len(word), SHORTEST_STEM)
