"""The passage of a hit: of its masked text, with exactly the words that were found."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from makers import a_vector, an_interaction, understood

from voc.pipeline import search
from voc.pipeline.search_passages import LONGEST, MOST_COMPARED, SENTENCES, passages
from voc.store import Store
from voc.store.search.vocabulary import cut

TEXT = "Le technicien est venu. Ma facture a été prélevée deux fois, quelle facture ! Merci."


def never(said: Sequence[str]) -> np.ndarray:
    raise AssertionError(said)


def told(text: str, *terms: str) -> tuple[str, list[str]]:
    (found,) = passages({"a": text}, frozenset(terms), None, never).values()
    return found.text, [found.text[begin:end] for begin, end in found.marks]


def test_the_sentence_with_most_of_the_words_is_told_with_them() -> None:
    said, marked = told(TEXT, cut("facture"), cut("prelevee"))
    assert said == "Ma facture a été prélevée deux fois, quelle facture !"
    assert marked == ["facture", "prélevée", "facture"]


def test_a_word_is_marked_as_it_stands_there() -> None:
    assert told("Le Cœur du problème, les FACTURES d'août.", cut("coeur"), cut("facture")) == (
        "Le Cœur du problème, les FACTURES d'août.",
        ["Cœur", "FACTURES"],
    )


def test_without_words_the_nearest_sentence_is_told() -> None:
    vector = a_vector(1)

    def encoded(said: Sequence[str]) -> np.ndarray:
        return np.stack([vector if "deux fois" in one else a_vector(2) for one in said])

    (found,) = passages({"a": TEXT}, frozenset(), vector, encoded).values()
    assert found.text.startswith("Ma facture")
    assert found.marks == ()
    assert (found.cut_before, found.cut_after) == (True, True)


def test_a_page_compares_no_more_sentences_than_it_may() -> None:
    compared: list[str] = []

    def encoded(said: Sequence[str]) -> np.ndarray:
        compared.extend(said)
        return np.stack([a_vector(1)] * len(said))

    long = " ".join(f"Voici la phrase {number}." for number in range(SENTENCES + 3))
    found = passages({str(n): long for n in range(50)}, frozenset(), a_vector(1), encoded)
    assert len(compared) <= MOST_COMPARED
    assert len(found) == 50
    assert found["49"].text == "Voici la phrase 0."


def test_a_long_sentence_is_cut_around_the_first_word_found() -> None:
    long = "mot " * 60 + "facture " + "autre " * 60
    (found,) = passages({"a": long}, frozenset({cut("facture")}), None, never).values()
    assert len(found.text) <= LONGEST
    assert [found.text[b:e] for b, e in found.marks] == ["facture"]
    assert (found.cut_before, found.cut_after) == (True, True)


def test_nothing_said_has_no_passage() -> None:
    assert passages({"a": "", "b": " \n "}, frozenset({"x"}), None, never) == {}


@given(st.text(max_size=400), st.frozensets(st.text(min_size=1, max_size=6), max_size=4))
def test_a_passage_is_a_part_of_its_text_and_its_marks_lie_in_it(text: str, terms: frozenset[str]) -> None:
    for one in passages({"a": text}, terms, None, never).values():
        assert one.text in text
        for begin, end in one.marks:
            assert 0 <= begin < end <= len(one.text)


def test_only_masked_text_is_told(store: Store) -> None:
    row = an_interaction(1, text="Je suis Claire Dumont, ma facture est fausse.")
    closed = an_interaction(2, text="La facture de Claire Dumont.")
    understood(store, row, redacted_text="Je suis [PERSON], ma facture est fausse.")
    understood(store, closed, redacted_text=None)
    found = search(store, "facture", by_words=True)
    assert [hit.passage.text for hit in found.hits if hit.passage] == ["Je suis [PERSON], ma facture est fausse."]
    assert found.total == len(found.hits) == 1  # what could not be masked is in no index


def test_what_is_like_an_interaction_is_found_without_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    module = import_module("voc.pipeline.search")  # the function of that name hides it
    monkeypatch.setattr(module, "centre", lambda: np.zeros(384, np.float32))
    monkeypatch.setattr(module, "everyday", lambda: None)
    monkeypatch.setattr(module, "_encoded", lambda said, kind="query": np.stack([a_vector(1)] * len(said)))
    near = a_vector(1) + 0.1 * a_vector(2)
    for number, vector in enumerate((a_vector(1), near / np.linalg.norm(near), a_vector(3))):
        understood(store, an_interaction(number, text=f"texte {number}"), vector=vector)
    found = module.search(store, "", like=an_interaction(0).id)
    assert [hit.interaction.id for hit in found.hits] == [an_interaction(1).id]
    assert found.total == 1
    assert module.search(store, "", like=an_interaction(9).id).hits == []
