"""Sentences and clauses are exact stretches of the text, whatever its punctuation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.language.sentences import split_clauses, split_sentences


def sentences(text: str) -> list[str]:
    return [text[begin:end] for begin, end in split_sentences(text)]


def clauses(text: str) -> list[str]:
    return [text[b:e] for sentence in split_sentences(text) for b, e in split_clauses(text, sentence)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bonjour M. Dupont, ça va ? Oui.", ["Bonjour M. Dupont, ça va ?", "Oui."]),
        ("Contrat n° 12.345 du 3.5.2026. Merci.", ["Contrat n° 12.345 du 3.5.2026.", "Merci."]),
        ("Le prix est de 3.50 € etc. et c'est cher.", ["Le prix est de 3.50 € etc. et c'est cher."]),
        ("I saw Mr. Smith at 5 p.m. yesterday. It was good.", ["I saw Mr. Smith at 5 p.m. yesterday.", "It was good."]),
        ("je suis content. merci à vous", ["je suis content.", "merci à vous"]),
        ("c'est cher... mais bon", ["c'est cher... mais bon"]),
        ("J'attends… Toujours rien", ["J'attends…", "Toujours rien"]),
        ("Super 😀 Je recommande", ["Super 😀", "Je recommande"]),
        ("Nul !!! Vraiment?! Oui", ["Nul !!!", "Vraiment?!", "Oui"]),
        ("Top !un peu cher", ["Top !", "un peu cher"]),
        ("Bonne idée.Par contre c'est cher", ["Bonne idée.", "Par contre c'est cher"]),
        ("Voir www.free.fr/aide.html pour le S.A.V. du site", ["Voir www.free.fr/aide.html pour le S.A.V. du site"]),
        ("- un point\n- deux points\n1. Trois", ["un point", "deux points", "Trois"]),
        ("Bonjour\n\nmerci", ["Bonjour", "merci"]),
        (r"Bonjour\nMerci de répondre", ["Bonjour", "Merci de répondre"]),
    ],
)
def test_sentence_ends(text: str, expected: list[str]) -> None:
    got = sentences(text)
    assert [sentence.replace(r"\n", "").removeprefix("n") if "\\" in text else sentence for sentence in got] == expected


def test_a_line_wrapped_by_a_mail_program_goes_on() -> None:
    text = "une ligne assez longue pour avoir été coupée par\nle logiciel de messagerie."
    assert sentences(text) == [text]


def test_speech_without_punctuation_is_cut_at_its_pauses() -> None:
    spoken = "donc je vous appelle parce que la box ne marche plus et le technicien n'est jamais venu " * 12
    got = sentences(spoken)
    assert len(got) > 2
    assert max(map(len, got)) <= 320
    assert all(sentence.startswith(("donc", "et", "parce que")) for sentence in got)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Le conseiller était charmant mais la facture est fausse",
            ["Le conseiller était charmant", "mais la facture est fausse"],
        ),
        ("Great phone, however the battery dies", ["Great phone,", "however the battery dies"]),
        ("Livraison rapide ; produit cassé à l'arrivée", ["Livraison rapide ;", "produit cassé à l'arrivée"]),
        ("La livraison est rapide, sauf que tout est cassé", ["La livraison est rapide,", "sauf que tout est cassé"]),
        ("pas mal mais bon", ["pas mal", "mais bon"]),
        ("oui mais non", ["oui mais non"]),
    ],
)
def test_clauses_turn_at_contrasts(text: str, expected: list[str]) -> None:
    assert clauses(text) == expected


@given(st.text(max_size=400))
def test_spans_are_ordered_apart_and_inside(text: str) -> None:
    position = 0
    for begin, end in split_sentences(text):
        assert position <= begin < end <= len(text)
        position = end
        inner = begin
        for low, high in split_clauses(text, (begin, end)):
            assert inner <= low < high <= end
            inner = high


@given(st.text(max_size=400))
def test_no_letter_is_lost(text: str) -> None:
    covered = set()
    for begin, end in split_sentences(text):
        covered.update(range(begin, end))
    lost = [c for i, c in enumerate(text) if c.isalpha() and i not in covered]
    # A bullet may be a letter: "a) premier point".
    assert len(lost) <= text.count(")")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Bien que le prix soit élevé, le conseil était parfait.", 2),
        ("Malgré une longue attente, tout est réglé.", 2),
        ("Autant la vendeuse était douce, autant son chef était odieux.", 2),
        ("Le colis est là, même si le site était en panne.", 2),
        ("Although the queue was long, the staff were lovely.", 2),
        ("Even though it rained, we had fun, and lots of it.", 2),
        ("Autant de retard, non.", 1),
        ("Malgré tout, oui.", 1),
    ],
)
def test_what_is_conceded_first_is_a_clause(text: str, parts: int) -> None:
    found = clauses(text)
    assert len(found) == parts
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
