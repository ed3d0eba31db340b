"""What is nothing but a greeting, thanks or a closing, and what only begins like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.language.courtesies import is_courtesy
from voc.themes.unexplained import says_enough

COURTESIES = [
    "merci, bonne journée",
    "Merci beaucoup pour votre aide et bonne journée !",
    "Bonjour Madame, Monsieur,",
    "Dans l'attente de votre réponse, cordialement",
    "Je vous remercie par avance",
    "Veuillez agréer, Madame, l'expression de mes salutations distinguées",
    "thank you for your help",
    "Hi there, thanks so much in advance",
    "@acme thanks for getting back to me 😊 https://example.org/x",
    "Hope you have a great day!",
    "Kind regards",
]
SAY_SOMETHING = [
    "merci pour le remboursement",
    "merci à la conseillère pour sa gentillesse",
    "bonjour ma box ne marche plus",
    "Merci de me rappeler demain",
    "très bien, bonne qualité",
    "thanks for nothing",
    "thanks for breaking my playlist",
    "have a problem with my card",
    "hello, where is my parcel?",
    "good service",
    "a balloon woke us all up",
]


@pytest.mark.parametrize("clause", COURTESIES)
def test_a_courtesy_is_of_no_subject(clause: str) -> None:
    assert is_courtesy(clause)
    assert not says_enough(clause)


@pytest.mark.parametrize("clause", SAY_SOMETHING)
def test_thanks_for_something_and_greetings_before_something_say_it(clause: str) -> None:
    assert not is_courtesy(clause)


@given(st.lists(st.sampled_from([one for one in COURTESIES if "@" not in one]), min_size=1, max_size=3))
def test_courtesies_in_a_row_are_one(clauses: list[str]) -> None:
    assert is_courtesy(", ".join(clauses)[:200].rpartition(",")[0] or clauses[0])


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert is_courtesy(text) in (True, False)
