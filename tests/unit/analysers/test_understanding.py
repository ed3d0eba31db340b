"""What customers mean, by the published rules: what must be read in their words, and what must not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from understood_texts import labels, reading, understood

from voc.analysers.classifier_heads import HeadScores, LabelScores
from voc.analysers.intents import INTENT
from voc.analysers.intents.finding import INTENTS
from voc.analysers.rulebooks import load_rules
from voc.analysis.understanding import BOOKS, TopicClause, Understanding, understand
from voc.language.sentences import Span
from voc.records import Analysis, Sentiment


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Je souhaite résilier mon abonnement.", "cancel"),
        ("je veux resilier mon contrat internet merci", "cancel"),
        ("Si ça continue je vais voir ailleurs", "cancel"),
        ("impossible de résilier mon contrat", "cancel"),
        ("Prochaine facture bloquée et je pars chez Orange", "cancel"),
        ("on va vite changer d'opérateur !", "cancel"),
        ("Un mois que la box s'arrête, c'est terminé je résilie.", "cancel"),
        ("pour que vous puissiez effectuer la résiliation de mon contrat", "cancel"),
        ("Devoir résilier parce que c'est devenu trop cher", "cancel"),
        ("J'exige le remboursement de ces frais.", "ask_refund"),
        ("Toujours pas remboursé à ce jour", "ask_refund"),
        ("Rendez-moi mon argent", "ask_refund"),
        ("Comment puis-je changer de forfait ?", "ask_information"),
        ("Pouvez-vous me dire quand la ligne sera rétablie", "ask_information"),
        ("c'est inadmissible, une honte", "complain"),
        ("Le site ne fonctionne pas", "complain"),
        ("Vous devriez ajouter un mode sombre", "suggest"),
        ("Ce serait bien de pouvoir payer par virement", "suggest"),
        ("Je souhaite souscrire à votre offre fibre", "buy_upgrade"),
        ("sans réponse sous huit jours je saisirai le médiateur", "escalate_legal"),
        ("Je vais porter plainte", "escalate_legal"),
        ("Je n'hésiterai pas à prendre un avocat", "escalate_legal"),
    ],
)
def test_french_intents(text: str, intent: str) -> None:
    assert intent in labels(understood(text, mood=-0.3))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I want to cancel my subscription", "cancel"),
        ("I'm leaving, goodbye", "cancel"),
        ("how do I cancel", "cancel"),
        ("I want my money back", "ask_refund"),
        ("please refund me", "ask_refund"),
        ("Do you know when it will be fixed?", "ask_information"),
        ("this is unacceptable", "complain"),
        ("You should add a sleep timer", "suggest"),
        ("I would like to upgrade to premium", "buy_upgrade"),
        ("I will take legal action", "escalate_legal"),
        ("we will refer this to the ombudsman", "escalate_legal"),
    ],
)
def test_english_intents(text: str, intent: str) -> None:
    assert intent in labels(understood(text, "en", mood=-0.3))


@pytest.mark.parametrize(
    "text", ["Je suis très satisfait du service", "Merci à toute l'équipe pour votre aide", "RAS, rien à redire"]
)
def test_praise(text: str) -> None:
    assert "praise" in labels(understood(text, mood=0.6))


@pytest.mark.parametrize(
    ("text", "language", "intent"),
    [
        ("je ne veux pas résilier, je veux que ça marche", "fr", "cancel"),
        ("je veux pas resilier je veux juste que ca marche", "fr", "cancel"),
        ("On m'a dit de résilier", "fr", "cancel"),
        ("Si je veux résilier un jour, on verra", "fr", "cancel"),
        ("Mon conseiller m'a répondu « je veux résilier mon contrat » en riant de moi", "fr", "cancel"),
        ("ils m'ont résilié sans prévenir", "fr", "cancel"),
        ("On me réclame des frais de résiliation", "fr", "cancel"),
        ("je pars trois semaines au Canada", "fr", "cancel"),
        ("I don't want to cancel, I love it", "en", "cancel"),
        ("I will leave a review", "en", "cancel"),
        ("I'm not asking for a refund, just an explanation", "en", "ask_refund"),
        ("Je ne demande pas de remboursement", "fr", "ask_refund"),
        ("Les lunettes sont bien remboursées", "fr", "ask_refund"),
        ("Vous vous foutez de moi ?", "fr", "ask_information"),
        ("are you kidding me?", "en", "ask_information"),
        ("En quoi puis-je vous aider ?", "fr", "ask_information"),
        ("Mon fils est avocat", "fr", "escalate_legal"),
        ("J'ai une protection juridique chez vous", "fr", "escalate_legal"),
        ("J'ai déposé plainte pour le vol de ma voiture", "fr", "escalate_legal"),
        ("J'ai reçu une mise en demeure", "fr", "escalate_legal"),
        ("I am not going to sue anybody", "en", "escalate_legal"),
        ("Je ne recommande pas cette assurance", "fr", "praise"),
        ("pas du tout satisfait", "fr", "praise"),
        ("Merci d'avance pour votre réponse", "fr", "praise"),
        ("thanks for nothing", "en", "praise"),
        ("bravo pour la panne", "fr", "praise"),
        ("J'aimerais savoir si c'est possible", "fr", "suggest"),
        ("you should be ashamed", "en", "suggest"),
        ("J'ai souhaité assurer une moto en juillet", "fr", "buy_upgrade"),
    ],
)
def test_what_is_not_meant(text: str, language: str, intent: str) -> None:
    assert intent not in labels(understood(text, language))


def test_a_negation_of_something_else_voids_nothing() -> None:
    assert "cancel" in labels(understood("j'ai pas de réseau je veux résilier", spoken=True))
    assert "cancel" in labels(understood("j'ai pris sans engagement je vais résilier"))


def test_an_agents_words_make_no_intent_of_the_customer() -> None:
    agent, customer = "Souhaitez-vous résilier votre contrat ? Je vais résilier la ligne.", "non pas du tout"
    text = f"{agent}\n{customer}"
    heard = [(len(agent) + 1, len(text))]
    assert labels(understood(text, heard=heard)) <= {"complain"}
    assert "cancel" in labels(understood(text))


def test_an_intent_has_the_words_that_say_so() -> None:
    text = "Bonjour. Je souhaite résilier mon abonnement. Merci."
    (intent,) = [one for one in understood(text).intents if one.label == "cancel"]
    assert text[intent.begin : intent.end] == "Je souhaite résilier mon abonnement"
    assert intent.source == "rules"
    assert intent.score == 0.9


def test_complaint_and_praise_fit_the_sentiment() -> None:
    assert "praise" not in labels(understood("service parfait", mood=-0.8))
    assert "complain" not in labels(understood("c'est inadmissible", mood=0.7))
    assert labels(understood("Deux mois pour un simple papier chez eux", mood=-0.8)) == {"complain"}
    assert labels(understood("Une conseillère qui prend le temps", mood=0.8)) == {"praise"}


def test_a_topic_spoken_ill_of_is_a_complaint() -> None:
    text = "La facture est encore fausse ce mois-ci"
    found = understood(text, mood=-0.5, topics=[TopicClause(0, len(text), ("billing.amount",), -0.5)])
    assert labels(found) == {"complain"}


# --- rule books ---------------------------------------------------------------------------------------------------


def test_every_rule_is_published_in_both_languages() -> None:
    for name in BOOKS:
        for rule in load_rules(name).rules:
            assert rule.labels["fr"]
            assert rule.labels["en"]


def test_pages_name_every_rule() -> None:
    import tomllib
    from pathlib import Path

    sections = {"effort": "effort_rules", "fragility": "fragility_rules"}
    for language in ("fr", "en"):
        path = Path(__file__).parents[3] / "voc" / "locales" / f"{language}.toml"
        words = tomllib.loads(path.read_text("utf-8"))
        for book, section in sections.items():
            assert {rule.id for rule in load_rules(book).rules} <= set(words[section])
    assert {rule.id for rule in load_rules("intents").rules} == set(INTENT.labels)


WORDS = (
    "je j' ne pas veux résilier rembours remboursement vous devriez pourquoi ? ! . mais si avocat très simple",
    "« » appelé trois fois i want to cancel not please fix you should thanks for nothing 🙄 ,",
)
WRITTEN = st.lists(st.sampled_from(" ".join(WORDS).split()), max_size=30).map(" ".join)


@settings(deadline=None)  # patterns are compiled at their first use
@given(st.text(max_size=200) | WRITTEN, st.sampled_from(["fr", "en", None]))
def test_whatever_is_written_spans_lie_in_the_text(text: str, language: str | None) -> None:
    found = understood(text, language, mood=-0.1)
    places = [(one.begin, one.end) for one in (*found.intents, *found.expectations)]
    places += [(one.begin or 0, one.end or 0) for one in (*found.effort_signs, *found.fragility)]
    assert all(0 <= begin <= end <= len(text) for begin, end in places)
    assert all(text[one.begin : one.end] == one.text for one in found.expectations)
    assert found.effort is None or -5 <= found.effort <= 5
    assert len({intent.label for intent in found.intents}) == len(found.intents)
    Analysis(id="i", channel="social", source="x", text=text, effort=found.effort, action=found.action)


def test_a_third_language_has_no_rules() -> None:
    assert understood("I want to cancel", "de") == understood("", "de").__class__(action="none")


def test_a_long_text_is_read_in_time() -> None:
    import time

    text = "je ne veux pas " * 1500
    began = time.process_time()
    understood(text)
    assert time.process_time() - began < 4


# --- with the encoder's heads ------------------------------------------------------------------------------------


def heads_of(rows: int, *, complaint: float = 0.7, **intents: float) -> HeadScores:
    """Heads that say the same of every row: anger, a complaint, and these intents."""
    thresholds = np.full(len(INTENTS), 0.5)
    scores = np.tile([intents.get(label, 0.0) for label in INTENTS], (rows, 1))
    feelings = ("anger", "joy", "neutral")
    return HeadScores(
        emotions=LabelScores(feelings, np.tile([0.8, 0.1, 0.6], (rows, 1)), np.full(3, 0.5)),
        intents=LabelScores(INTENTS, scores, thresholds),
        complaint=np.full(rows, complaint),
        irony=np.zeros(rows),
        criticality=np.zeros(rows),
    )


def with_heads(
    text: str, heard: Sequence[Span] | None = None, *, mood: float = 0.0, complaint: float = 0.7, **intents: float
) -> Understanding:
    made = reading(text, "fr", heard)
    parts = [span for span in made.sentences if made.is_heard(span[0])]
    moods = [Sentiment(label="neutral", score=mood)] * len(parts)
    return understand(
        made,
        parts,
        moods,
        (),
        (),
        mood=mood,
        whole=heads_of(1, complaint=complaint, **intents),
        by_sentence=heads_of(len(made.sentences), complaint=complaint, **intents),
    )


def test_a_head_confirms_a_rule_and_adds_what_rules_miss() -> None:
    (both,) = with_heads("Je souhaite résilier mon abonnement", cancel=0.8).intents
    assert (both.label, both.source, both.score) == ("cancel", "both", pytest.approx(0.98))
    (alone,) = with_heads("Rendez-vous bien compte de ma lassitude", cancel=0.9).intents
    assert (alone.label, alone.source, alone.begin) == ("cancel", "model", 0)
    assert with_heads("Bonjour à vous tous", escalate_legal=0.9).intents == (), "a legal threat needs more"
    assert with_heads("je songe à partir", cancel=0.01).intents == (), "a hint a head holds for unlikely"


def test_a_text_the_head_is_sure_of_is_told_as_a_complaint() -> None:
    (one,) = with_heads("Rapide, quand on y pense, deux jours dans le mois", mood=-0.5, complaint=0.88).intents
    assert (one.label, one.source, one.score) == ("complain", "model", 0.88)
    assert with_heads("Rapide, quand on y pense, deux jours dans le mois", complaint=0.4).intents == ()
    text = "Que puis-je faire ?\nJe ne sais pas trop"
    heard = with_heads(text, heard=[(20, len(text))], mood=-0.5, complaint=0.9)
    assert [(one.label, one.begin) for one in heard.intents] == [("complain", 20)]


@pytest.mark.parametrize("text", ["Merci. La box est bloquée à l'étape 6", "Bonjour, merci d'avance ! Rappelez-moi"])
def test_bare_thanks_are_no_praise_beside_a_request(text: str) -> None:
    assert "praise" not in {one.label for one in with_heads(text, mood=0.1, praise=0.88).intents}


def test_thanks_are_praise_in_a_glad_text() -> None:
    assert "praise" in {one.label for one in with_heads("Merci beaucoup !", mood=0.8, praise=0.88).intents}
    assert "praise" in {one.label for one in with_heads("Merci, la conseillère est top", mood=0.4, praise=0.9).intents}


def test_emotions_and_complaint_come_from_the_heads() -> None:
    found = with_heads("Bonjour à vous tous", mood=-0.5)
    assert [(one.label, one.score) for one in found.emotions] == [("anger", 0.8)]
    assert found.complaint == 0.49  # no complaint is told of it, whatever the head makes of it
    text = "Que puis-je faire ?\nJe ne sais pas trop"
    heard = with_heads(text, heard=[(20, len(text))], mood=-0.5)
    assert [one.label for one in heard.emotions] == ["anger"]
    assert heard.complaint == pytest.approx(0.49)


def test_a_text_complains_by_its_probability_where_it_does_by_its_intents() -> None:
    """A polite mail with enclosures had a probability of .998 and no complaint among its intents."""
    told = with_heads("C'est inadmissible, deux jours dans le mois", mood=-0.7, complaint=0.1)
    assert "complain" in {one.label for one in told.intents}
    assert told.complaint is not None and told.complaint >= 0.5
    enclosed = with_heads("Vous trouverez les papiers dans le courrier", mood=0.0, complaint=0.99)
    assert "complain" not in {one.label for one in enclosed.intents} and enclosed.complaint == 0.49
