"""A query in other words: what it is in the other language, and its slips put right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.language.translations import word_lists
from voc.pipeline.search_wording import Wording, worded
from voc.store.folding import words
from voc.store.search.vocabulary import cut

TRANSLATED = {
    "où est mon colis": "where is parcel",  # function words that say something together
    "frais de retrait": "fee withdrawal",
    "mot de passe oublié": "password forget",  # a phrase before its words
    "Frais ZORGLUB": "fee zorglub",  # what no list knows stays
    "the parcel was damaged": "colis abîmé",
    "withdrawal fees": "retrait frais",  # short plurals as well
    "zorglub frunobulax": "",
    "quatuor à cordes en mi bémol mineur pour ma banque": "",  # one word of six says something else
    "restaurant": "",  # of either language
    "les": "",
    "": "",
}


@pytest.mark.parametrize("query", TRANSLATED)
def test_a_query_is_told_word_for_word_in_the_other_language(query: str) -> None:
    assert worded(query).translated == TRANSLATED[query]


def test_every_word_of_the_other_language_is_looked_for_instead_of_a_word() -> None:
    assert worded("suivre mon colis").synonyms[cut("colis")] == ["parcel", "package"]
    assert worded("my package").synonyms[cut("package")] == ["colis", "forfait"]
    phrase = worded("mot de passe").synonyms
    assert {cut("mot"), cut("passe")} == set(phrase)
    assert "password" in phrase[cut("passe")]


def test_a_slip_is_put_right_where_the_word_is_no_word() -> None:
    known = {"plage", "colis"}.__contains__
    assert worded("mon colis perdu", known).spelt == "mon colis perdu"
    slip = worded("ma factrue, svp", known)
    assert (slip.spelt, slip.translated) == ("ma facture, svp", "invoice svp")
    assert slip.synonyms[cut("factrue")][:2] == ["invoice", "bill"]  # of the word as it was typed
    assert worded("la plage", known).spelt == "la plage"  # a word, though near to "page"
    assert worded("la plaje", known).spelt != "la plage"  # only what a list has is meant
    assert worded("factrue").spelt == "factrue"  # who knows no words corrects none


def test_a_consonant_of_its_own_makes_another_word() -> None:
    """A letter too many is one that stands there twice, or a vowel."""
    spelt = {"chèvre": "chèvre", "virrement": "virement", "factuire": "facture", "facturte": "facturte"}
    assert {one: worded(one, lambda _: False).spelt for one in spelt} == spelt


def test_what_is_known_is_told_as_terms() -> None:
    assert worded("les contrastes zorglub", {"contrastes"}.__contains__).surely == {cut("contrastes")}
    assert worded("les contrastes zorglub").surely == frozenset()


def test_both_directions_of_a_list_are_known() -> None:
    lists = {(one.source, one.target): one.pairs for one in word_lists()}
    assert set(lists) == {("fr", "en"), ("en", "fr")}
    assert len(lists["fr", "en"]) == len(lists["en", "fr"]) > 900


def test_a_list_names_every_phrase_once_a_line_and_nothing_empty() -> None:
    for one in word_lists():
        for phrases, meant in one.pairs:
            assert all(words(phrase) for phrase in (*phrases, *meant)), (phrases, meant)
            assert len(set(phrases)) == len(phrases), phrases


def test_a_text_is_no_query() -> None:
    """Each of its words would be compared with the whole list."""
    text = "mon colis zorglubb " * 700
    assert worded(text, lambda _: False) == Wording(text)


@given(st.text(max_size=60))
def test_any_text_is_a_query(query: str) -> None:
    found = worded(query, lambda _: False)
    assert len(found.translated) < 60 + 30 * len(words(query))
