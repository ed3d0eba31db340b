"""What customers mean, by the published rules: what must be read in their words, and what must not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voc.analysers.classifier_heads import HeadScores, LabelScores
from voc.analysers.intents import INTENT
from voc.analysers.intents.finding import INTENTS
from voc.analysers.rulebooks import load_rules
from voc.analysis.understanding import BOOKS, TopicClause, Understanding, find_cues, made_ready, read_moods, understand
from voc.language.patterns import flatten
from voc.language.rulebook import RuleContext
from voc.language.sentences import Span, split_clauses, split_sentences
from voc.records import Analysis, Sentiment


def reading(
    text: str, language: str | None = "fr", heard: Sequence[Span] | None = None, *, spoken: bool = False
) -> RuleContext:
    return made_ready(
        text, flatten(text), language=language, sentences=split_sentences(text), heard=heard, spoken=spoken
    )


def understood(
    text: str,
    language: str | None = "fr",
    *,
    mood: float = 0.0,
    heard: Sequence[Span] | None = None,
    spoken: bool = False,
    topics: Sequence[TopicClause] = (),
) -> Understanding:
    """Understand ``text`` with the same sentiment everywhere."""
    made = reading(text, language, heard, spoken=spoken)
    parts = [
        clause for sentence in made.sentences if made.is_heard(sentence[0]) for clause in split_clauses(text, sentence)
    ]
    cues = find_cues(made)
    moods = read_moods(made, parts, [Sentiment(label="neutral", score=mood)] * len(parts), cues)
    return understand(made, parts, moods, topics, cues, mood=mood)


def labels(found: Understanding) -> set[str]:
    return {intent.label for intent in found.intents}


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


# --- effort -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "effort"),
    [
        ("J'ai appelé trois fois", "fr", -3),
        ("c'est la troisième fois que j'appelle et personne ne répond", "fr", -5),
        ("45 minutes d'attente", "fr", -2),
        ("les services se renvoient la balle", "fr", -3),
        ("souscription très simple", "fr", 3),
        ("problème réglé en dix minutes", "fr", 3),
        ("I had to call five times", "en", -5),
        ("nobody answers the phone", "en", -3),
        ("so easy to use", "en", 3),
        ("Bonjour, ma facture est de 20 euros", "fr", None),
        ("the parcel came on Monday", "en", None),
    ],
)
def test_effort(text: str, language: str, effort: int | None) -> None:
    found = understood(text, language)
    assert found.effort == effort
    assert (effort is None) == (found.effort_signs == ())


@pytest.mark.parametrize(
    "text",
    [
        "Ce serait plus simple par téléphone",
        "ce n'est pas très simple",
        "payer en trois fois sans frais",
        "répondez sans attendre, c'est urgent",
        "sans réponse sous huit jours je partirai",
    ],
)
def test_no_effort_where_none_is_told(text: str) -> None:
    assert understood(text).effort is None


def test_ease_in_mockery_is_no_ease() -> None:
    assert understood("Très simple de vous joindre, bravo pour la panne").effort is None
    assert understood("très simple : fuyez", mood=-0.8).effort is None


def test_a_quick_delivery_is_no_effort_saved() -> None:
    assert understood("Livraison rapide, prix compétitif").effort is None
    assert understood("Remboursement rapide").effort == 3


def test_effort_is_the_sum_of_its_signs() -> None:
    found = understood("J'ai appelé trois fois et les services se renvoient la balle")
    assert [sign.rule for sign in found.effort_signs] == ["many_contacts", "transferred"]
    assert found.effort == max(-5, sum(sign.points for sign in found.effort_signs))


# --- expectations -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "wish", "kind"),
    [
        (
            "J'aimerais que vous baissiez les prix, sinon rien.",
            "fr",
            "J'aimerais que vous baissiez les prix",
            "suggestion",
        ),
        ("Bonjour, il faudrait revoir vos délais.", "fr", "il faudrait revoir vos délais.", "suggestion"),
        ("Ce serait bien d'avoir un chat mais bon, tant pis", "fr", "Ce serait bien d'avoir un chat", "suggestion"),
        ("Je m'attendais à mieux de votre part", "fr", "Je m'attendais à mieux de votre part", "unmet"),
        ("J'exige que vous régliez cela", "fr", "J'exige que vous régliez cela", "demand"),
        ("j'espère que vous ferez un geste", "fr", "j'espère que vous ferez un geste", "hope"),
        ("It would help if the app remembered me.", "en", "It would help if the app remembered me.", "suggestion"),
        ("I expected a faster answer", "en", "I expected a faster answer", "unmet"),
        ("you should train your staff because it hurts", "en", "you should train your staff", "suggestion"),
        ("Why can't you add lyrics?", "en", "Why can't you add lyrics?", "suggestion"),
        ("please fix this app", "en", "please fix this app", "demand"),
    ],
)
def test_expectations(text: str, language: str, wish: str, kind: str) -> None:
    (found,) = understood(text, language).expectations
    assert (found.text.rstrip(","), found.kind) == (wish, kind)
    assert text[found.begin : found.end] == found.text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("J'aimerais savoir où est mon colis", "fr"),
        ("Je souhaite résilier", "fr"),
        ("j'ai rendez-vous en agence demain matin", "fr"),
        ("je vous prie d'agréer mes salutations distinguées", "fr"),
        ("I would like to cancel", "en"),
        ("all you need is love", "en"),
        ("I hope you are well", "en"),
        ("It should be fine now", "en"),
        ("There is nothing else that could have been done.", "en"),
        ("They couldn't have been kinder.", "en"),
    ],
)
def test_what_is_no_expectation(text: str, language: str) -> None:
    assert understood(text, language).expectations == ()


def test_a_wish_is_grouped_by_the_topic_of_its_clause() -> None:
    text = "L'accueil est bien mais il faudrait baisser les prix"
    topics = [TopicClause(0, 20, ("store",)), TopicClause(21, len(text), ("price", "price.expensive"))]
    (found,) = understood(text, topics=topics).expectations
    assert found.theme == "price.expensive"


# --- what to do, signs of leaving --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "mood", "action"),
    [
        ("Comment faire ?", 0.0, "response_needed"),
        ("Merci de me rappeler demain", 0.0, "response_needed"),
        ("la box est en panne", -0.4, "response_needed"),
        ("la panne est réglée, tout marche", 0.6, "none"),
        ("Il faudrait un chat", 0.0, "suggestion"),
        ("Je suis très satisfait", 0.8, "praise"),
        ("J'aurais besoin de l'attestation. Merci d'avance", 0.1, "response_needed"),
        ("Serait-il possible de faire apparaître l'adresse.", 0.2, "response_needed"),
        ("Veuillez trouver ci-joint le relevé d'information.", 0.1, "none"),
        ("Je vous prie de trouver ci-joints les justificatifs.", 0.0, "none"),
        ("Je suis très satisfait mais comment résilier ?", 0.3, "response_needed"),
        ("bonjour à tous", 0.0, "none"),
    ],
)
def test_action(text: str, mood: float, action: str) -> None:
    assert understood(text, mood=mood).action == action


def signs(text: str, language: str = "fr") -> dict[str, int]:
    return {sign.rule: sign.points for sign in understood(text, language).fragility}


def test_signs_of_leaving_have_points_and_words() -> None:
    text = "C'est la troisième fois que j'appelle, j'en ai marre, je vais résilier mon contrat."
    assert signs(text) == {"cancel": 4, "repeated_contact": 2, "exhausted": 2, "very_high_effort": 2}
    found = understood(text).fragility
    assert all(sign.begin is not None and text[sign.begin : sign.end] for sign in found)


def test_a_cancelled_order_is_no_sign_of_leaving() -> None:
    assert "cancel" not in signs("Je souhaite annuler ma commande")
    assert "cancel" in signs("Je souhaite annuler mon abonnement")


def test_a_hint_counts_half() -> None:
    assert signs("je songe à partir") == {"cancel": 2}


def test_trust_and_competitors() -> None:
    assert signs("je n'ai plus aucune confiance") == {"lost_trust": 2}
    assert signs("c'est moins cher chez la concurrence") == {"competitor": 2}
    assert signs("je viens de chez Orange, c'est moins cher que chez Orange ici") == {}


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
    (one,) = with_heads("Rapide, quand on y pense, deux jours dans le mois", complaint=0.88).intents
    assert (one.label, one.source, one.score) == ("complain", "model", 0.88)
    assert with_heads("Rapide, quand on y pense, deux jours dans le mois", complaint=0.4).intents == ()
    text = "Que puis-je faire ?\nJe ne sais pas trop"
    heard = with_heads(text, heard=[(20, len(text))], complaint=0.9)
    assert [(one.label, one.begin) for one in heard.intents] == [("complain", 20)]


@pytest.mark.parametrize("text", ["Merci. La box est bloquée à l'étape 6", "Bonjour, merci d'avance ! Rappelez-moi"])
def test_bare_thanks_are_no_praise_beside_a_request(text: str) -> None:
    assert "praise" not in {one.label for one in with_heads(text, mood=0.1, praise=0.88).intents}


def test_thanks_are_praise_in_a_glad_text() -> None:
    assert "praise" in {one.label for one in with_heads("Merci beaucoup !", mood=0.8, praise=0.88).intents}
    assert "praise" in {one.label for one in with_heads("Merci, la conseillère est top", mood=0.2, praise=0.9).intents}


def test_emotions_and_complaint_come_from_the_heads() -> None:
    found = with_heads("Bonjour à vous tous")
    assert [(one.label, one.score) for one in found.emotions] == [("anger", 0.8)]
    assert found.complaint == 0.7
    text = "Que puis-je faire ?\nJe ne sais pas trop"
    heard = with_heads(text, heard=[(20, len(text))])
    assert [one.label for one in heard.emotions] == ["anger"]
    assert heard.complaint == pytest.approx(0.7)
