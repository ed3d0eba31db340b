"""Intents where the heads and the words disagree: what a sentence denies, mocks or says of something else."""

from __future__ import annotations

import numpy as np
import pytest

from voc.analysers.classifier_heads import HeadScores, LabelScores
from voc.analysers.intents.finding import INTENTS
from voc.analysers.rulebooks import load_rules
from voc.analysis.understanding import Understanding, find_cues, made_ready, read_moods, understand
from voc.language.patterns import flatten
from voc.language.sentences import split_clauses, split_sentences
from voc.records import Sentiment


def heads_of(rows: int, intents: dict[str, float]) -> HeadScores:
    scores = np.tile([intents.get(label, 0.0) for label in INTENTS], (rows, 1))
    return HeadScores(
        emotions=LabelScores(("neutral",), np.full((rows, 1), 0.6), np.full(1, 0.5)),
        intents=LabelScores(INTENTS, scores, np.full(len(INTENTS), 0.5)),
        complaint=np.full(rows, 0.05),
        irony=np.zeros(rows),
        criticality=np.zeros(rows),
    )


def read(text: str, language: str = "fr", *, mood: float = 0.0, **intents: float) -> Understanding:
    """Understand ``text`` with one sentiment everywhere and heads that say ``intents`` of every sentence."""
    made = made_ready(text, flatten(text), language=language, sentences=split_sentences(text))
    parts = [clause for sentence in made.sentences for clause in split_clauses(text, sentence)]
    cues = find_cues(made)
    moods = read_moods(made, parts, [Sentiment(label="neutral", score=mood)] * len(parts), cues)
    whole = min([mood, *(one.score for one in moods)])
    rows = len(made.sentences)
    return understand(
        made, parts, moods, (), cues, mood=whole, whole=heads_of(1, intents), by_sentence=heads_of(rows, intents)
    )


def labels(found: Understanding) -> set[str]:
    return {intent.label for intent in found.intents}


@pytest.mark.parametrize(
    ("text", "language", "mood"),
    [
        ("Merci la compagnie, trois heures de retard, j'ai raté le mariage 👍", "fr", 0.4),
        ("Merci pour rien.", "fr", 0.4),
        ("Bravo pour la panne.", "fr", 0.6),
        ("Votre réactivité est incroyable 🙄", "fr", 0.6),
        ("Thanks for nothing.", "en", 0.4),
        ("Thanks a lot, two hours late and I missed my train", "en", 0.4),
    ],
)
def test_mockery_complains_whatever_the_heads_make_of_its_words(text: str, language: str, mood: float) -> None:
    found = read(text, language, mood=mood, praise=0.97)
    assert labels(found) == {"complain"}
    assert found.action == "response_needed"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("J'espérais mieux.", "fr"),
        ("C'est pas la première fois que je suis déçu.", "fr"),
        ("It is not the first time I am disappointed.", "en"),
    ],
)
def test_a_head_alone_finds_no_praise_in_what_is_not_glad(text: str, language: str) -> None:
    assert "praise" not in labels(read(text, language, mood=0.1, praise=0.93))


def test_a_head_alone_finds_no_complaint_in_a_plainly_glad_sentence() -> None:
    assert "complain" not in labels(read("La conseillère a pris tout son temps", mood=0.7, complain=0.9))
    assert "complain" not in labels(read("La conseillère a pris tout son temps", mood=-0.1, complain=0.9))
    assert "complain" in labels(read("La conseillère a pris tout son temps", mood=-0.5, complain=0.9))
    assert "praise" not in labels(read("La conseillère a pris tout son temps", mood=0.2, praise=0.9))
    assert "praise" in labels(read("La conseillère a pris tout son temps", mood=0.4, praise=0.96))


def test_a_head_alone_takes_a_sentence_without_a_question_mark_for_a_question_only_when_next_to_sure() -> None:
    assert "ask_information" not in labels(read("La ligne saute le soir depuis lundi", mood=0.0, ask_information=0.9))
    assert "ask_information" in labels(read("Les tarifs du forfait famille", mood=0.0, ask_information=0.98))
    assert "ask_information" in labels(read("La ligne saute aussi chez vous ?", mood=0.0, ask_information=0.9))


@pytest.mark.parametrize(
    ("text", "language", "mood"),
    [
        ("Peut-on avoir une table parfaite pour deux ?", "fr", 0.6),
        ("Is the great hall open on Sunday?", "en", 0.6),
        ("Bravo.\nToujours personne au rendez-vous", "fr", -0.7),
        ("Well done.\nNobody came again", "en", -0.7),
    ],
)
def test_praise_is_no_question_and_no_lone_word_of_a_cross_text(text: str, language: str, mood: float) -> None:
    assert "praise" not in labels(read(text, language, mood=mood, praise=0.99))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Pouvez-vous me rembourser le trop-perçu ?", "fr"),
        ("Pourriez-vous nous rappeler mardi ?", "fr"),
        ("Could you please send the parcel again?", "en"),
        ("Can someone fix the lift?", "en"),
    ],
)
def test_an_act_asked_for_is_no_question_for_information(text: str, language: str) -> None:
    assert "ask_information" not in labels(read(text, language, mood=0.0, ask_information=0.95))


def test_a_request_that_also_asks_is_one() -> None:
    text = "Pouvez-vous me rappeler pour m'expliquer comment activer ma ligne ?"
    assert "ask_information" in labels(read(text, mood=0.0, ask_information=0.95))


NOT_LEAVING = (
    ("Je ne souhaite PAS résilier mon abonnement", "fr"),
    ("je veux surtout pas vous quitter", "fr"),
    ("Je n'ai pas l'intention de partir", "fr"),
    ("Plutôt que de résilier, je préfère une offre moins chère", "fr"),
    ("Je quitte Orange pour vous rejoindre.", "fr"),
    ("Je résilie chez SFR afin de venir chez vous", "fr"),
    ("I don't want to cancel, I want it fixed.", "en"),
    ("I'm not leaving, I just want help", "en"),
    ("Rather than cancel, can I have a cheaper plan?", "en"),
    ("I am leaving Vodafone to join you", "en"),
)


@pytest.mark.parametrize(("text", "language"), NOT_LEAVING)
def test_what_a_sentence_denies_no_head_names(text: str, language: str) -> None:
    found = read(text, language, cancel=0.96)
    assert "cancel" not in labels(found)
    assert "cancel" not in {sign.rule for sign in found.fragility}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Je ne veux pas résilier pour le prix. Mais je vais résilier mon contrat.", "fr"),
        ("Je ne voulais pas résilier mais je vais résilier mon contrat", "fr"),
        ("Je résilie mon abonnement chez vous", "fr"),
        ("I didn't want to cancel but I am cancelling today", "en"),
        ("I am leaving to join your competitor", "en"),
    ],
)
def test_a_denial_voids_no_other_words(text: str, language: str) -> None:
    assert "cancel" in labels(read(text, language, cancel=0.96))


def test_a_dead_telephone_is_no_bereavement() -> None:
    found = read("My son's phone died, I want to cancel my contract", "en", cancel=0.96)
    assert "cancel" in {sign.rule for sign in found.fragility}


def test_a_refund_not_asked_for() -> None:
    assert "ask_refund" not in labels(read("Je ne demande pas de remboursement, juste des excuses", ask_refund=0.95))
    assert "ask_refund" not in labels(read("I'm not asking for a refund, just an apology", "en", ask_refund=0.95))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Annulez mon rendez-vous de mardi", "fr"),
        ("Annulez ma réservation d'hôtel", "fr"),
        ("Ma mère est décédée, je souhaite clore son contrat", "fr"),
        ("Please cancel my hotel booking", "en"),
        ("Please cancel my appointment", "en"),
        ("My father passed away, I need to close his account", "en"),
    ],
)
def test_cancelling_something_else_is_no_sign_of_leaving(text: str, language: str) -> None:
    found = read(text, language, cancel=0.96)
    assert "cancel" in labels(found), "an act is asked for"
    assert "cancel" not in {sign.rule for sign in found.fragility}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Supprimez mes données, art. 17 RGPD.", "fr"),
        ("Je demande la suppression de mes données personnelles.", "fr"),
        ("Effacez toutes les informations me concernant.", "fr"),
        ("J'exerce mon droit d'accès.", "fr"),
        ("Je veux parler à un responsable", "fr"),
        ("Je veux un humain", "fr"),
        ("Delete all my data.", "en"),
        ("I request erasure under article 17 GDPR.", "en"),
        ("Let me speak to a manager.", "en"),
    ],
)
def test_an_act_asked_for_needs_an_answer(text: str, language: str) -> None:
    assert read(text, language, mood=0.2).action == "response_needed"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Vous envoyez toujours les colis à temps", "fr"),
        ("Rien à redire, passez une bonne journée", "fr"),
        ("I deleted all my data by mistake", "en"),
    ],
)
def test_what_is_told_asks_for_nothing(text: str, language: str) -> None:
    assert read(text, language, mood=0.2).action != "response_needed"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("L'UFC-Que Choisir sera informée.", "fr"),
        ("Mise en demeure de me rembourser sous huit jours", "fr"),
        ("La DGCCRF sera saisie", "fr"),
        ("Trading Standards will be informed", "en"),
        ("Consider this my formal notice", "en"),
    ],
)
def test_threats_in_the_passive(text: str, language: str) -> None:
    assert "escalate_legal" in labels(read(text, language))


def test_a_threat_of_the_company_is_none_of_the_customer() -> None:
    assert "escalate_legal" not in labels(read("J'ai reçu une mise en demeure de payer"))
    assert "escalate_legal" not in labels(read("Votre mise en demeure de payer est infondée"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Je vous écris pour la troisième fois", "fr"),
        ("j'appelle pour la 3e fois", "fr"),
        ("Ce n'est pas la première fois que je vous appelle", "fr"),
        ("I am calling for the third time", "en"),
        ("I'm writing to you for the second time", "en"),
    ],
)
def test_contacting_again_is_effort_and_a_sign(text: str, language: str) -> None:
    found = read(text, language)
    assert "many_contacts" in {sign.rule for sign in found.effort_signs}
    assert "repeated_contact" in {sign.rule for sign in found.fragility}


@pytest.mark.parametrize(("text", "language"), [("C'est la première fois que j'appelle", "fr"),
                                                ("This is the first time I call", "en")])  # fmt: skip
def test_a_first_contact_is_none(text: str, language: str) -> None:
    found = read(text, language)
    assert (found.effort, found.fragility) == (None, ())


def test_a_promise_not_kept() -> None:
    found = read("I was promised a callback, nobody rang.", "en", mood=-0.6)
    assert [wish.kind for wish in found.expectations] == ["unmet"]
    assert {sign.rule for sign in found.effort_signs} == {"unreachable"}
    found = read("On m'avait promis un rappel, personne ne m'a rappelé", mood=-0.6)
    assert [wish.kind for wish in found.expectations] == ["unmet"]


def test_a_device_that_does_not_answer_is_nobody_to_reach() -> None:
    assert read("Mon Alexa ne répond plus").effort is None
    assert read("Le conseiller ne répond plus au téléphone").effort == -3
    assert read("Au téléphone personne ne répond").effort == -3
    assert read("SAV aux abonnés absents").effort == -3


def test_denials_are_told_by_sentence() -> None:
    text = "Bonjour. Je ne veux pas résilier."
    made = made_ready(text, flatten(text), language="fr", sentences=split_sentences(text))
    assert load_rules("intents").denied(made) == {"cancel": [made.sentences[1]]}


@pytest.mark.parametrize(
    ("text", "language"),
    [("À très bientôt.", "fr"), ("See you on Monday", "en"), ("I look forward to your answer.", "en")],
)
def test_nothing_is_meant_by_a_formula(text: str, language: str) -> None:
    assert "praise" not in labels(read(text, language, mood=0.7, praise=0.95, ask_information=0.2))


def test_a_rhetorical_question_asks_nothing() -> None:
    assert "ask_information" not in labels(read("Coverage is gone, what else!", "en", mood=-0.7, ask_information=0.9))
    assert "ask_information" not in labels(read("Great staff, great price, what more?", "en", mood=0.8, praise=0.9))
    assert labels(read("What else do you need from me?", "en", ask_information=0.9)) == {"ask_information"}


def test_money_one_needs_is_no_wish_of_the_brand() -> None:
    assert not read("I need that refund for my bills", "en", mood=-0.2).expectations
    assert read("I need that you to call me today", "en", mood=-0.2).expectations
