"""Reports of faults told without a word of feeling: they blame, and what works beside them is no praise."""

from __future__ import annotations

import pytest
from understood_texts import labels, rules, understood

import voc


@pytest.mark.parametrize(
    ("text", "language", "rule"),
    [
        ("It's not letting me add a second driver.", "en", "not_let"),
        ("The form won't let us upload a photo.", "en", "not_let"),
        ("Le site ne me laisse pas choisir ma place.", "fr", "not_let"),
        ("I have restarted it twice, no luck.", "en", "not_solved_by_it"),
        ("I press send and nothing happens.", "en", "not_solved_by_it"),
        ("Restarting makes no difference.", "en", "not_solved_by_it"),
        ("Redémarré deux fois, rien n'y fait.", "fr", "not_solved_by_it"),
        ("J'ai suivi la notice, ça ne change rien.", "fr", "not_solved_by_it"),
        ("I don't like that I have to print the ticket.", "en", "disliked"),
        ("Je n'aime pas devoir imprimer le billet.", "fr", "disliked"),
        ("It only happens on the laptop, the phone works perfectly.", "en", "works_only_elsewhere"),
        ("Ça n'arrive que sur l'ordinateur, le téléphone marche très bien.", "fr", "works_only_elsewhere"),
        ("My saved addresses got deleted after the update.", "en", "gone_by_itself"),
        ("Mes trajets enregistrés ont disparu.", "fr", "gone_by_itself"),
    ],
)
def test_a_fault_told_calmly_is_blame(text: str, language: str, rule: str) -> None:
    assert rule in rules("cues", text, language)
    assert "complain" in labels(understood(text, language))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("They would not let me fall.", "en"),
        ("Mon budget ne me permet pas de partir.", "fr"),
        ("If you don't like this, tell me.", "en"),
        ("Please have my old addresses deleted.", "en"),
        ("Mes douleurs ont disparu.", "fr"),
        ("Ça ne change rien à mon avis.", "fr"),
        ("Elle n'arrive que le lundi.", "fr"),
    ],
)
def test_what_only_sounds_like_one_is_none(text: str, language: str) -> None:
    faults = {"not_let", "not_solved_by_it", "disliked", "works_only_elsewhere", "gone_by_itself"}
    assert not faults & rules("cues", text, language)


@pytest.mark.parametrize(
    "text", ["No issues on my tablet, only on the phone.", "Aucun souci avec la tablette, seulement avec le téléphone."]
)
def test_what_works_elsewhere_is_no_praise(text: str) -> None:
    found = voc.analyse(text, channel="social")
    assert found.sentiment.label == "negative"
    assert found.action == "response_needed"


def test_what_was_done_before_it_failed_makes_no_blame_milder() -> None:
    found = voc.analyse("I signed out, signed in again and cleared the cache. It makes no difference.", channel="chat")
    assert found.sentiment.label == "negative"
