"""Kinds of misreading that were mended, each in sentences of our own."""

from __future__ import annotations

import numpy as np
import pytest

import voc
from tests.unit.analysers.test_sure_or_silent import felt, read
from tests.unit.analysers.understood_texts import labels, reading, understood
from voc.analysers.action.needed import needed_action
from voc.analysers.intents.finding import INTENTS, ClauseSentiment, find_intents
from voc.analysers.sentiment.reading_apart import read_apart
from voc.language.sentences import split_clauses
from voc.records import Expectation, Intent, Sentiment


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("did I pay for two nights in March", "en"),
        ("hi can i book a table for six", "en"),
        ("why is my transfer not there", "en"),
        ("where can i park", "en"),
        ("how long is the tour", "en"),
        ("bonjour est-ce que vous livrez le samedi", "fr"),
        ("Combien de temps dure la visite", "fr"),
        ("Où est ma commande", "fr"),
    ],
)
def test_a_question_needs_no_mark_where_its_opening_asks(text: str, language: str) -> None:
    assert "ask_information" in labels(understood(text, language))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Puis je me suis aperçue de l'oubli", "fr"),
        ("How are you", "en"),
        ("Y a moyen d'avoir une réponse un jour ou quoi ?", "fr"),
        ("On peut en parler ?", "fr"),
        ("C'est quoi ce bordel ?", "fr"),
        ("Where we stayed was noisy", "en"),
        ("Pourriez-vous arrêter de m'appeler ?", "fr"),
    ],
)
def test_what_only_looks_like_a_question_asks_nothing(text: str, language: str) -> None:
    assert "ask_information" not in labels(understood(text, language))


@pytest.mark.parametrize(
    ("text", "language", "intent", "told"),
    [
        ("Laissez-moi résilier ma ligne", "fr", "cancel", True),
        ("Vous venez de perdre un client", "fr", "cancel", True),
        ("Je vous fais part de ma décision de résilier ce bail", "fr", "cancel", True),
        ("Nous vous confirmons ne pas renouveler l'entretien", "fr", "cancel", True),
        ("Je commence à regarder ailleurs", "fr", "cancel", True),
        ("This is formal notice to terminate the lease", "en", "cancel", True),
        ("We are looking elsewhere", "en", "cancel", True),
        ("Merci pour le remboursement rapide", "fr", "ask_refund", False),
        ("The refund took a month", "en", "ask_refund", False),
        ("La file est beaucoup trop longue", "fr", "complain", True),
        ("The queue is far too long", "en", "complain", True),
        ("Let me know if you need anything else", "en", "ask_information", False),
        ("Sofia went out of her way for us", "en", "praise", True),
        ("Le livreur s'est plié en quatre", "fr", "praise", True),
        ("Du coup je suis retournée chez mon ancien assureur", "fr", "cancel", True),
        ("Je suis passée chez vous l'an dernier", "fr", "cancel", False),
        ("Bon courage pour quitter cette mutuelle", "fr", "cancel", False),
        ("Le tarif est un peu élevé", "fr", "complain", True),
        ("Le tarif n'est pas trop élevé", "fr", "complain", False),
        ("The room was a bit overpriced", "en", "complain", True),
        ("It wasn't too expensive", "en", "complain", False),
        ("Livraison sans pb", "fr", "complain", False),
        ("Tout va bien tant qu'il n'y a pas de problème", "fr", "praise", False),
        ("If it was outstanding I would come back", "en", "praise", False),
        ("What is your policy on refunds", "en", "ask_refund", False),
    ],
)
def test_intents_by_their_words(text: str, language: str, intent: str, told: bool) -> None:
    assert (intent in labels(understood(text, language, mood=-0.1))) is told


@pytest.mark.parametrize(
    ("text", "language", "action"),
    [
        ("Please book the room for two", "en", "response_needed"),
        ("I'd like to speak to somebody", "en", "response_needed"),
        ("We don't have any hot water", "en", "response_needed"),
        ("The transfer is not there yet", "en", "response_needed"),
        ("Get it done please", "en", "response_needed"),
        ("I am writing to request a copy", "en", "response_needed"),
        ("Je me permets de vous relancer", "fr", "response_needed"),
        ("I will do it asap", "en", "none"),
    ],
)
def test_what_asks_for_an_act(text: str, language: str, action: str) -> None:
    assert understood(text, language).action == action


def test_a_remark_in_a_glad_text_asks_for_nothing() -> None:
    praise, blame = (Intent(label=label, score=0.9, begin=0, end=1, source="rules") for label in ("praise", "complain"))
    unmet = Expectation(text="x", begin=0, end=1, theme=None, kind="unmet")
    assert needed_action([praise, blame], [unmet], glad=True) == "praise"
    assert needed_action([praise, blame], [], glad=False) == "response_needed"
    assert needed_action([blame], [], glad=True) == "response_needed"
    assert needed_action([praise, blame], [], glad=True, requested=True) == "response_needed"


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("Ce serait très appréciable.", "fr", "suggestion"),
        ("S'il y avait un peu plus de choix, ce serait parfait", "fr", "suggestion"),
        ("Je veux le retour de l'ancienne version", "fr", "suggestion"),
        ("Vous devriez réfléchir à vos emballages", "fr", "suggestion"),
        ("Il faut arrêter les coupures du soir", "fr", "suggestion"),
        ("Faites quelque chose svp", "fr", "demand"),
        ("Rendez-moi ma connexion", "fr", "demand"),
        ("Merci de trouver une solution", "fr", "demand"),
        ("J'espère que vous allez régler cela", "fr", "hope"),
        ("Aurais aimé pouvoir vous joindre", "fr", "unmet"),
        ("Please bring this option back", "en", "suggestion"),
        ("Maybe you can add a filter", "en", "suggestion"),
        ("It would be kind of useful to see the dates", "en", "suggestion"),
        ("I really miss the old menu", "en", "suggestion"),
        ("How about some more lockers", "en", "suggestion"),
        ("You need to sit down with your drivers", "en", "suggestion"),
        ("Get it done as soon as possible", "en", "demand"),
        ("Hopefully the shop will add more lockers", "en", "hope"),
    ],
)
def test_wishes_in_the_words_of_customers(text: str, language: str, kind: str) -> None:
    assert kind in {wish.kind for wish in understood(text, language, mood=-0.1).expectations}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wish you nothing but the best", "en"),
        ("It is not as clean as it should be", "en"),
        ("What needs to be provided for the visa", "en"),
        ("We asked the manager to do something about the noise", "en"),
        ("I tried to get it fixed and could not", "en"),
        ("Arrêtez-vous y, vous ne serez pas déçu", "fr"),
        ("Faites-vous partie des gagnants ?", "fr"),
        ("Il est temps de partir", "fr"),
        ("Il me manque un plat dans la caisse", "fr"),
        ("J'espère que vous allez bien", "fr"),
    ],
)
def test_no_wish_where_none_is_meant(text: str, language: str) -> None:
    assert understood(text, language).expectations == ()


@pytest.mark.parametrize(
    ("text", "language", "effort"),
    [
        ("J'en ai marre de ce temps", "fr", None),
        ("Marre d'attendre, malgré mes relances", "fr", -5),
        ("Deux semaines que je patiente sans nouvelles", "fr", -5),
        ("27 ans sans aucun sinistre", "fr", None),
        ("On me réclame toujours les mêmes justificatifs", "fr", -3),
        ("Aucun numéro pour vous joindre", "fr", -3),
        ("Restarted the box twice, still nothing", "en", -3),
        ("We sat down after the show", "en", None),
        ("Only after an endless wait did they serve us", "en", -2),
        ("Conseillers faciles à joindre", "fr", 3),
        ("Démarches simplifiées et rapides", "fr", 3),
        ("Un restaurant au service rapide", "fr", None),
        ("The waiter had to run around the room", "en", None),
        ("I had cut off the power", "en", None),
    ],
)
def test_effort_is_work_that_was_done_or_spared(text: str, language: str, effort: int | None) -> None:
    assert understood(text, language, mood=-0.2 if effort is None or effort < 0 else 0.4).effort == effort


@pytest.mark.parametrize(
    ("text", "language", "mood", "told"),
    [
        ("Très déçue de l'accueil", "fr", -0.6, {"disappointment"}),
        ("Jamais déçue en dix ans", "fr", -0.3, set()),
        ("C'est inadmissible", "fr", -0.8, {"anger"}),
        ("Une bande d'escrocs", "fr", -0.8, {"mistrust"}),
        ("On est assurés contre le vol, un vol suffit", "fr", -0.3, set()),
        ("J'ai peur pour la suite", "fr", -0.5, {"fear"}),
        ("We loved it", "en", 0.8, {"joy"}),
        ("We would love it", "en", 0.8, set()),
        ("So disappointed with the stay", "en", 0.6, set()),
        ("I am furious", "en", -0.8, {"anger"}),
    ],
)
def test_an_emotion_that_is_named_is_told_where_the_sentiment_bears_it_out(
    text: str, language: str, mood: float, told: set[str]
) -> None:
    assert felt(read(text, language, mood=mood)) == told


def test_joy_is_more_than_content() -> None:
    assert felt(read("Voilà comment la visite s'est passée", mood=0.8, joy=0.55)) == set()
    assert felt(read("Voilà comment la visite s'est passée", mood=0.3, joy=0.8)) == set()
    assert felt(read("Voilà comment la visite s'est passée", mood=0.6, joy=0.8)) == {"joy"}


def _chosen(text: str, scores: list[float], *, whole_sentences: bool = True) -> list[str]:
    made = reading(text)
    clauses = [clause for sentence in made.sentences for clause in split_clauses(text, sentence)]
    moods = [Sentiment(label="neutral", score=score) for score in scores]
    return list(read_apart(text, made.sentences, clauses, moods, whole_sentences=whole_sentences).values())


def test_a_sentence_that_may_find_fault_among_praise_is_read_alone() -> None:
    text = "Superbe adresse. Seul regret, le dessert manquait de goût."
    assert _chosen(text, [0.9, 0.6, 0.6])
    assert _chosen("Superbe adresse. Beaucoup de bruit dans la salle.", [0.9, 0.6]) == [
        "Beaucoup de bruit dans la salle."
    ]
    assert _chosen("Superbe adresse. Beaucoup de bruit dans la salle.", [0.9, -0.6]) == []
    assert _chosen("Superbe adresse. Un sans faute.", [0.9, 0.6]) == []
    assert _chosen("Superbe adresse. Beaucoup de bruit dans la salle.", [0.9, 0.6], whole_sentences=False) == []


def test_what_stands_beside_bare_thanks_is_read_alone() -> None:
    assert _chosen("La référence du modèle est AB12. Merci beaucoup.", [0.6, 0.9]) == [
        "La référence du modèle est AB12."
    ]


@pytest.mark.parametrize(("mood", "told"), [(-0.2, True), (-0.7, False)])
def test_what_should_be_is_no_suggestion_in_a_cross_text(mood: float, told: bool) -> None:
    found = understood("Vous devriez former vos livreurs", mood=mood)
    assert ("suggest" in labels(found)) is told
    assert [wish.kind for wish in found.expectations] == ["suggestion"]


@pytest.mark.parametrize(("mood", "told"), [(-0.2, True), (-0.7, False)])
def test_a_head_alone_names_no_question_in_a_plainly_cross_text(mood: float, told: bool) -> None:
    text = "Vous dormez la nuit ?"
    made = reading(text)
    heads = np.zeros((1, len(INTENTS)), np.float32)
    heads[0, INTENTS.index("ask_information")] = 0.98
    moods = [ClauseSentiment(0, len(text), mood)]
    assert ("ask_information" in {one.label for one in find_intents(made, moods, whole=mood, heads=heads)}) is told


def test_a_thing_not_done_is_no_effort_by_itself() -> None:
    assert understood("Le colis n'est toujours pas là", mood=-0.5).effort is None
    assert understood("Deux semaines que je patiente et toujours rien", mood=-0.5).effort == -3


@pytest.mark.parametrize(
    ("text", "praises"),
    [
        ("Pour une fois, je prends deux minutes pour dire du bien de vous.", True),
        ("Une fois n'est pas coutume : j'écris pour dire du bien de mon agence.", True),
        ("Je tenais à saluer le travail de votre équipe.", True),
        ("People rarely do it, so I wanted to say something nice about your team.", True),
        ("Credit where credit is due, the plumber came on time.", True),
        ("J'aurais aimé dire du bien de cette agence, impossible.", False),
        ("Je ne peux pas dire du bien de ce service.", False),
        ("Nobody has anything nice to say, I cannot say something positive either.", False),
        ("Je tenais à saluer le directeur, qui ne m'a pas répondu.", False),
    ],
)
def test_what_is_announced_as_praise_is_praise(text: str, praises: bool) -> None:
    assert (voc.analyse(text, channel="review").sentiment.label == "positive") is praises
