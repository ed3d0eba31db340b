"""What is told only where it is sure: emotions the sentiment bears out, efforts and wishes in the words for them."""

from __future__ import annotations

import numpy as np
import pytest

from voc.analysers.classifier_heads import HeadScores, LabelScores
from voc.analysers.intents.finding import INTENTS
from voc.analysis.understanding import Understanding, find_cues, made_ready, read_moods, understand
from voc.language.patterns import flatten
from voc.language.sentences import split_clauses, split_sentences
from voc.records import Sentiment

EMOTIONS = ("anger", "disappointment", "joy", "gratitude", "surprise", "neutral")
THRESHOLD = 0.3
"""Of every emotion here: lower than what is told."""


def heads(rows: int, felt: dict[str, float]) -> HeadScores:
    scores = np.tile([felt.get(label, 0.0) for label in EMOTIONS], (rows, 1))
    nothing = np.zeros((rows, len(INTENTS)))
    return HeadScores(
        emotions=LabelScores(EMOTIONS, scores, np.full(len(EMOTIONS), THRESHOLD)),
        intents=LabelScores(INTENTS, nothing, np.full(len(INTENTS), 0.5)),
        complaint=np.zeros(rows),
        irony=np.zeros(rows),
        criticality=np.zeros(rows),
    )


def read(text: str, language: str = "fr", *, mood: float = 0.0, **felt: float) -> Understanding:
    made = made_ready(text, flatten(text), language=language, sentences=split_sentences(text))
    parts = [clause for sentence in made.sentences for clause in split_clauses(text, sentence)]
    cues = find_cues(made)
    moods = read_moods(made, parts, [Sentiment(label="neutral", score=mood)] * len(parts), cues)
    rows = len(made.sentences)
    return understand(made, parts, moods, (), cues, mood=mood, whole=heads(1, felt), by_sentence=heads(rows, felt))


def felt(found: Understanding) -> set[str]:
    return {one.label for one in found.emotions}


@pytest.mark.parametrize(
    ("mood", "scores", "told"),
    [
        (-0.6, {"anger": 0.7}, {"anger"}),
        (-0.6, {"anger": 0.45}, set()),
        (-0.1, {"anger": 0.7}, set()),
        (0.6, {"anger": 0.7}, set()),
        (0.6, {"joy": 0.7}, {"joy"}),
        (-0.6, {"joy": 0.7, "anger": 0.6}, {"anger"}),
        (0.0, {"joy": 0.7, "neutral": 0.4}, {"neutral"}),
        (0.0, {"surprise": 0.7}, {"surprise"}),
        (-0.6, {"disappointment": 0.35, "anger": 0.6}, {"anger"}),
    ],
)
def test_an_emotion_is_told_where_it_is_likelier_than_not_and_fits_the_sentiment(
    mood: float, scores: dict[str, float], told: set[str]
) -> None:
    assert felt(read("Voilà comment la visite s'est passée", mood=mood, **scores)) == told


@pytest.mark.parametrize(
    ("text", "language", "mood", "told"),
    [
        ("Merci à Nora pour sa patience", "fr", 0.7, True),
        ("Très satisfait de la cuisine", "fr", 0.7, False),
        ("Thank you so much for staying late", "en", 0.7, True),
        ("The rooms are lovely", "en", 0.7, False),
        ("Merci pour le temps perdu", "fr", -0.6, False),
    ],
)
def test_gratitude_is_told_where_somebody_is_thanked(text: str, language: str, mood: float, told: bool) -> None:
    assert ("gratitude" in felt(read(text, language, mood=mood, gratitude=0.9))) is told


@pytest.mark.parametrize(
    ("text", "language", "mood", "effort"),
    [
        ("J'attends depuis, ou plutôt j'ai attendu 3 mois pour une place en crèche", "fr", -0.5, -2),
        ("We sat all morning at the clinic", "en", -0.5, -2),
        ("Le standard vous raccroche au nez", "fr", -0.6, -3),
        ("Je voudrais joindre la pharmacie mais c'est impossible", "fr", -0.5, -3),
        ("Il faut sans cesse les relancer", "fr", -0.6, -3),
        ("Une matinée de temps perdu au guichet", "fr", -0.6, -3),
        ("Joindre l'école au téléphone est facile", "fr", 0.5, 3),
        ("Une inscription sans le moindre problème", "fr", 0.6, 3),
        ("Inscription très rapide", "fr", 0.6, 3),
        ("Je recommande sans problème", "fr", 0.8, None),
        ("Hôtesse très claire dans ses explications", "fr", 0.7, None),
        ("Boîte très pratique d'avoir sous la main", "fr", 0.7, None),
        ("Après vingt ans sans souci, un accident et plus personne", "fr", -0.8, None),
        ("Hell no, I am not paying that", "en", -0.5, None),
        ("Getting a seat was hell", "en", -0.7, -3),
    ],
)
def test_effort_is_told_from_what_the_matter_cost(text: str, language: str, mood: float, effort: int | None) -> None:
    assert read(text, language, mood=mood).effort == effort


def test_the_same_words_are_counted_once() -> None:
    found = read("La souscription se fait très rapidement", mood=0.7)
    assert (found.effort, len(found.effort_signs)) == (3, 1)


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("Améliorer la signalisation dans le hall.", "fr", "suggestion"),
        ("Plus de bancs serait un rêve. Moins d'attente aux caisses.", "fr", "suggestion"),
        ("Faut revoir l'accueil du matin", "fr", "suggestion"),
        ("Il faut faire un effort pour les familles nombreuses", "fr", "suggestion"),
        ("Provide more seats at the gate.", "en", "suggestion"),
        ("More staff at the counter please.", "en", "suggestion"),
        ("We need more time with the nurse.", "en", "suggestion"),
        ("You guys need to reward regulars", "en", "suggestion"),
        ("Venez réparer l'ascenseur du bâtiment", "fr", "demand"),
    ],
)
def test_wishes_that_open_a_sentence_or_demand(text: str, language: str, kind: str) -> None:
    assert kind in {one.kind for one in read(text, language).expectations}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Keep it up", "en"),
        ("I saw more staff than ever", "en"),
        ("They improve the menu every week", "en"),
        ("J'ai plus de choix qu'ailleurs", "fr"),
        ("We don't need more", "en"),
    ],
)
def test_what_only_sounds_like_a_suggestion_is_none(text: str, language: str) -> None:
    assert read(text, language, mood=0.3).expectations == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I would like a table for four on Friday", "en"),
        ("I wanna book another night", "en"),
        ("Je voudrais réserver une chambre pour deux", "fr"),
        ("Nous cherchons une place en juin", "fr"),
        ("Je vous demanderai de faire suivre mon courrier", "fr"),
    ],
)
def test_who_orders_or_books_wants_an_answer(text: str, language: str) -> None:
    assert read(text, language).action == "response_needed"
