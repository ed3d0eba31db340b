"""Words that name a topic in one sentence and another matter in the next."""

from __future__ import annotations

import pytest

from voc.language.sentences import split_sentences
from voc.settings import settings
from voc.topics.assign import topics_by_rules
from voc.topics.loading import taxonomy_of


def told(text: str, language: str, packs: str) -> set[str]:
    taxonomy = taxonomy_of(settings().model_copy(update={"topic_packs": packs, "taxonomy": None}))
    return set(topics_by_rules(text, split_sentences(text), taxonomy, language=language))


@pytest.mark.parametrize(
    ("packs", "language", "text", "topic"),
    [
        ("core", "fr", "Ceci est mon avis personnel", "advisor"),
        ("core", "fr", "J'ai appelé le service client hier soir", "advisor"),
        ("core", "fr", "Sans réponse de votre assistance", "advisor"),
        ("core", "fr", "Pouvez-vous me conseiller un modèle", "advisor"),
        ("telecom", "fr", "Que se passe-t-il sur vos serveurs", "advisor"),
        ("core", "en", "Please pass it on to the team", "advisor"),
        ("telecom", "fr", "La freebox serveur redémarre", "advisor"),
        ("telecom", "fr", "J'ai besoin d'une assistance", "advisor"),
        ("telecom", "fr", "Panne d'internet depuis ce matin", "fault"),
        ("core", "en", "Sorry to bug you", "app.bug"),
        ("core", "en", "It logs me out when I switch to another app", "contract.cancellation"),
        ("core", "fr", "Il serait bon que je sois prévenu", "app.feature"),
        ("core", "fr", "Un manque de sérieux à tous les niveaux", "app.feature"),
        ("core", "fr", "L'écran et les fonctions de ce téléphone sont parfaits", "app.feature"),
        ("core", "en", "The perfect setting for a quiet evening", "app.feature"),
        ("core", "en", "I want to be up to date with my rent", "app.update"),
        ("core", "fr", "Le transporteur décale les livraisons, pas pratique", "app.usability"),
        ("hospitality", "fr", "Les saveurs étaient au rendez-vous", "appointment"),
        ("core", "fr", "Aucun créneau de livraison proposé", "appointment.availability"),
        ("core", "fr", "J'ai attendu avant de donner mon avis", "contact.complaint"),
        ("core", "fr", "Signal vert, pour une fois", "contact.repeated"),
        ("core", "fr", "Ma carte grise est bloquée à la préfecture", "billing.payment"),
        ("core", "fr", "On m'a renvoyé une coque de téléphone", "contact.transferred"),
        ("core", "en", "He has to run around the room", "contact.transferred"),
        ("core", "en", "Tried again, still no luck", "contact.unreachable"),
        ("core", "en", "The button just doesn't respond", "contact.unreachable"),
        ("core", "fr", "Il y a moyen de me contacter ce soir", "contact.unreachable"),
        ("core", "fr", "Le résultat est fidèle à mon attente", "contact.waiting"),
        ("core", "fr", "Cette enseigne va quitter le marché", "contract.cancellation"),
        ("insurance", "fr", "La plaque d'immatriculation est visible", "contract.change"),
        ("core", "fr", "Ma responsabilité n'a pas été engagée", "contract.terms"),
        ("core", "fr", "Ma box me rend fou, je vais tout casser", "delivery.damaged"),
        ("core", "fr", "Délais de remboursement bien trop longs", "delivery.late"),
        ("core", "fr", "Appareil en état parfait, livraison soignée", "delivery.tracking"),
        ("core", "fr", "Merci d'avoir résolu mon problème", "fault"),
        ("core", "fr", "Pour les 18 ans de ma fille", "loyalty"),
        ("core", "en", "Yukon gold potatoes", "loyalty"),
        ("core", "fr", "Passé ce point, nous avons commandé", "loyalty"),
        ("core", "fr", "Sans le moindre geste commercial ni proposition", "marketing.pressure"),
        ("core", "fr", "Arrêtez de couper les appels", "marketing.pressure"),
        ("core", "en", "The lift is out of order", "order"),
        ("core", "en", "My phone has run out of space", "order.stock"),
        ("core", "en", "There are better options available nearby", "order.stock"),
        ("core", "fr", "Une démarche en ligne facile d'accès", "place.access"),
        ("core", "fr", "Nous n'avons pas signalé l'erreur", "place.access"),
        ("core", "fr", "Je viens avec mon propre véhicule", "place.cleanliness"),
        ("core", "fr", "Une belle arnaque", "price.expensive"),
        ("core", "fr", "On me facture encore un double contrat", "price.increase"),
        ("core", "en", "It came in the form of a letter", "procedure"),
        ("core", "fr", "La simplicité de l'équipe nous a plu", "procedure.complexity"),
        ("retail", "fr", "Vous pourriez être plus précis", "product.freshness"),
        ("core", "fr", "C'est là que le bât blesse", "safety"),
        ("hospitality", "fr", "La suite de la soirée fut belle", "stay"),
        ("hospitality", "en", "We were seated at once", "stay.booking"),
        ("core", "fr", "Elle a ouvert son cadeau trois jours plus tard", "store.hours"),
        ("core", "en", "I walked home quickly", "contact.waiting"),
        ("core", "en", "It is too long ago", "contact.waiting"),
        ("core", "en", "I had never heard of this singer", "contact.unreachable"),
        ("core", "en", "My name is Nora and I live in Leeds", "account"),
        ("core", "en", "They gave away 66 points", "loyalty"),
        ("core", "en", "He is trying to make it work", "advisor.competence"),
        ("core", "en", "The driver stopped at last", "app.update"),
        ("core", "en", "Such a good quote from the film", "contract.activation"),
        ("retail", "en", "I stayed from five till nine", "store.checkout"),
        ("retail", "fr", "Le périmètre du parc est clos", "product.freshness"),
        ("retail", "fr", "Le rayonnement de la lune", "store.shelves"),
        ("transport", "en", "I am reading a book in the nature reserve", "transport.booking"),
        ("transport", "en", "It strikes me as odd", "transport.cancellation"),
        ("transport", "en", "I sent you a direct message", "transport.network"),
        ("transport", "en", "Let us carry on then", "transport.luggage"),
        ("transport", "en", "The storm did some damage here", "transport.vehicle"),
        ("media", "en", "You have to step up your game", "app"),
    ],
)
def test_a_word_of_another_matter_names_no_topic(packs: str, language: str, text: str, topic: str) -> None:
    assert topic not in told(text, language, packs)


@pytest.mark.parametrize(
    ("packs", "language", "text", "topic"),
    [
        ("core", "fr", "Le service client est à l'écoute et mon conseiller aussi", "advisor.attitude"),
        ("core", "fr", "Votre service client se moque du monde", "advisor"),
        ("core", "fr", "Impossible de joindre quelqu'un, aucun moyen de vous contacter", "contact.unreachable"),
        ("core", "fr", "Client depuis dix ans, j'en attends mieux", "loyalty"),
        ("core", "fr", "20 ans de fidélité pour en arriver là", "loyalty"),
        ("core", "en", "I am a gold member and got no upgrade", "loyalty"),
        ("core", "fr", "Arrêtez de m'envoyer des publicités", "marketing.pressure"),
        (
            "core",
            "fr",
            "Des commerciaux appellent tous les soirs, vos commerciaux proposent n'importe quoi",
            "marketing.pressure",
        ),
        ("core", "fr", "La livraison est arrivée cassée", "delivery.damaged"),
        ("core", "fr", "Livraison beaucoup trop longue", "delivery.late"),
        ("core", "fr", "On m'a baladé d'un appel à l'autre", "contact.transferred"),
        ("telecom", "fr", "Merci de régler ce problème", "fault"),
        ("core", "fr", "Ce serait bien de pouvoir trier mes favoris", "app.feature"),
        ("core", "en", "They replied quickly and kindly", "contact.waiting"),
        ("core", "en", "It took far too long to get an answer", "contact.waiting"),
        ("core", "en", "My name is wrong on the ticket", "account.details"),
        ("core", "en", "My points are missing from the account", "loyalty"),
        ("core", "en", "I got a quote online", "contract.activation"),
        ("retail", "en", "Only one till was open", "store.checkout"),
        ("transport", "en", "I cannot book a seat online", "transport.booking"),
        ("transport", "en", "There is a dent in the car door", "transport.vehicle"),
        ("transport", "en", "Stuck because of the rail strikes", "transport.cancellation"),
    ],
)
def test_what_is_meant_is_still_told(packs: str, language: str, text: str, topic: str) -> None:
    assert topic in told(text, language, packs)


@pytest.mark.parametrize(
    ("language", "text", "topic"),
    [
        ("en", "getting hold of somebody on the phone takes ages", "contact.waiting"),
        ("en", "I had to explain it to four different people", "contact.repeated"),
        ("fr", "j'ai raconté mon histoire à trois conseillers", "contact.repeated"),
        ("en", "I want to speak to a real human", "contact.human"),
        ("en", "freeze my gym membership over the summer", "contract.change"),
        ("fr", "mettre en pause mon abonnement", "contract.change"),
        ("fr", "la guichetière m'a ri au nez", "advisor.attitude"),
    ],
)
def test_what_is_true_in_any_trade_is_told_by_the_core(language: str, text: str, topic: str) -> None:
    assert topic in told(text, language, "core")
