"""What customers find hard, wish for and need done, and signs that they leave, by the published rules."""

from __future__ import annotations

import pytest
from understood_texts import understood

from voc.analysis.understanding import TopicClause

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
        ("J'ai perdu ma matinée à remplir vos papiers", "fr", -3),
        ("Bon courage pour trouver l'adresse", "fr", -3),
        ("J'ai fini par renoncer", "fr", -3),
        ("On me trimballe entre deux bureaux", "fr", -3),
        ("Je n'ai rien eu à relancer", "fr", 3),
        ("Ils se sont occupés de tout", "fr", 3),
        ("I wasted a whole evening trying to log a claim", "en", -3),
        ("They sent me back and forth between two desks", "en", -3),
        ("I took a morning off for the fitter", "en", -3),
        ("I didn't have to lift a finger", "en", 3),
        ("It was sorted in under ten minutes", "en", 3),
        ("We went out to spend an evening with friends", "en", None),
        ("Pour passer une soirée entre amis", "fr", None),
        ("Leurs enfants se promènent entre les tables", "fr", None),
        ("J'ai expliqué mon souci à quatre conseillers", "fr", -3),
        ("I explained it to three different people", "en", -3),
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


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("Que les horaires soient tenus", "fr", "suggestion"),
        ("Pourquoi ne pas ouvrir le lundi ?", "fr", "suggestion"),
        ("Un banc dehors ne serait pas du luxe", "fr", "suggestion"),
        ("Un peu de soleil ne ferait pas de mal", "fr", "suggestion"),
        ("Il ne manque plus qu'une buvette", "fr", "suggestion"),
        ("Je rêve d'un guichet sans file", "fr", "suggestion"),
        ("Un guichet plus accessible", "fr", "suggestion"),
        ("On est en droit d'attendre mieux", "fr", "unmet"),
        ("Rajoutez des casiers", "fr", "suggestion"),
        ("Quieter corridors", "en", "suggestion"),
        ("A second lift wouldn't hurt", "en", "suggestion"),
        ("A working lift isn't too much to ask", "en", "suggestion"),
        ("Time to repaint, or time to improve the lobby", "en", None),
        ("Time to improve the lobby", "en", "suggestion"),
        ("Open earlier please", "en", "suggestion"),
        ("For that money we'd have expected towels", "en", "unmet"),
        ("Meilleur accueil de la ville", "fr", None),
        ("Pensez à réserver", "fr", None),
        ("Changez de crémerie", "fr", None),
        ("Un coup de main serait le bienvenu", "fr", None),
        ("Some help would be welcome", "en", None),
        ("Quieter than the last one", "en", None),
        ("Nice, shame about the lift", "en", None),
    ],
)
def test_wishes_in_many_words(text: str, language: str, kind: str | None) -> None:
    assert [one.kind for one in understood(text, language).expectations] == ([kind] if kind else [])


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
