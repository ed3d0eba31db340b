"""Topics by rules: what must be found in what customers write, and what must not."""

import numpy as np
import pytest

from voc.language.sentences import split_sentences
from voc.records import Sentiment
from voc.topics.assign import APART, CLEAR, NEAR, Clause, Examples, assign, find_clauses
from voc.topics.loading import load_taxonomy

TAXONOMY = load_taxonomy(packs="telecom,insurance,bank,media,public_services,retail")


def clauses(text: str, language: str | None = "fr") -> list[Clause]:
    return find_clauses(text, split_sentences(text), TAXONOMY, language=language)


def topics(text: str, language: str | None = "fr") -> set[str]:
    return {topic.id for clause in clauses(text, language) for topic, _ in clause.found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("J'ai été prélevé deux fois ce mois-ci !", {"billing.double_charge"}),
        ("vous mavez debite 2 fois depuis la mise a jour de lappli", {"billing.double_charge", "app.update"}),
        ("j ai ete preleve deux fois alors que j ai qu un abonnement", {"billing.double_charge"}),
        ("Ma facture est fausse", {"billing.amount"}),
        ("L'adresse sur ma facture est erronée", {"billing", "account.details"}),
        ("vous m'avez prelvé 2 fois la facture de mars", {"billing.double_charge"}),
        ("J'ai reçu le mauvais article", {"delivery.damaged"}),
        ("SAV aux abonnés absents", {"advisor", "contact.unreachable"}),
        ("Mon Alexa ne répond plus", {"fault"}),
        ("Au téléphone personne ne répond", {"contact.unreachable"}),
        ("Ma mère est décédée, je souhaite clore son contrat", {"contract.bereavement"}),
        ("Effacez toutes les informations me concernant", {"account.privacy"}),
        ("Passez-moi un responsable", {"contact.human"}),
        ("j'attends toujours le remboursement", {"billing.refund"}),
        ("Mon forfait a augmenté de 5 euros", {"price.increase"}),
        ("C'est beaucoup trop cher", {"price.expensive"}),
        ("Bon rapport qualité prix", {"price.value"}),
        ("Mon colis n'est jamais arrivé", {"delivery.late"}),
        ("Toujours pas reçu ma commande", {"delivery.late"}),
        ("le colis est arrivé tout abîmé", {"delivery.damaged"}),
        ("Plus d'internet depuis hier à Nantes", {"internet.outage"}),
        ("la fibre est en panne dans tout le quartier", {"internet.outage"}),
        ("débit très lent le soir", {"internet.slow"}),
        ("aucun réseau chez moi, je ne capte rien", {"mobile.coverage"}),
        ("L'application plante depuis la dernière mise à jour", {"app.bug", "app.update"}),
        ("impossible de me connecter à mon espace client", {"app.login"}),
        ("Je souhaite résilier mon abonnement", {"contract.cancellation"}),
        ("Je déménage à Lyon le mois prochain", {"contract.moving"}),
        ("45 minutes d'attente au téléphone", {"contact.waiting"}),
        ("personne ne répond jamais", {"contact.unreachable"}),
        ("on me balade de service en service", {"contact.transferred"}),
        ("la conseillère était très aimable", {"advisor.attitude"}),
        ("service client incompétent", {"advisor.competence"}),
        ("Le technicien n'est pas venu au rendez-vous", {"technician.appointment"}),
        ("très bon accueil en boutique", {"advisor.attitude", "store"}),
        ("la portabilité de mon numéro est bloquée", {"mobile.portability"}),
        ("arrêtez de m'appeler, stop au démarchage", {"marketing.pressure"}),
        ("mon compte a été piraté", {"account.fraud"}),
        ("frais hors forfait à l'étranger", {"billing.amount", "mobile.roaming"}),
        ("ma voiture est tombée en panne sur l'autoroute", {"claim.assistance"}),
        ("on a problème avec la box, obligé de la redémarrer souvent", {"internet.outage"}),
        ("plus d'image et plus de son", {"internet.tv"}),
        ("jé plus dinternet ni de tv depui hier", {"internet.outage", "internet.tv"}),
        ("plein de coupures ces derniers temps", {"internet.outage"}),
        ("toujours bloqué à l'étape 3", {"internet.outage"}),
        ("la fibre est à 20 mbps, ping horrible", {"internet.slow"}),
        ("les dates de prélèvement ne sont pas respectées", {"billing.payment"}),
        ("+10,5 % d'augmentation de cotisation sans aucun sinistre cette année", {"price.increase"}),
        ("sinistre déclaré depuis trois mois, rien n'avance", {"claim.delay"}),
        ("Ce n'est pas trop cher", {"price.value"}),
        ("rapide et efficace, facile de faire un devis", {"advisor.competence", "contract.activation"}),
        ("J'ai relancé cinq fois sans succès", {"contact.repeated"}),
        ("aucune information sur la date de rétablissement", {"contact.information"}),
        ("produits frais et recettes variées", {"product.quality", "product.range"}),
        ("mon virement est en attente", {"billing.transaction"}),
        ("cadre magnifique, plats délicieux", {"place", "product.quality"}),
        ("ça ne marche toujours pas", {"fault"}),
        ("satisfaite par les services proposés", {"advisor"}),
        ("vous me facturez deux mois au lieu d'un", {"billing.amount"}),
        ("j'aurais besoin d'une attestation", {"billing.document"}),
        ("veuillez trouver ci-joint le certificat de cession", {"account.documents"}),
        ("pouvez-vous m'appeler lundi prochain", {"contact.human"}),
        ("transférer l'assurance sur le nouveau scooter", {"contract.change"}),
    ],
)
def test_french(text: str, expected: set[str]) -> None:
    assert topics(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I was charged twice for the same month", {"billing.double_charge"}),
        ("There are hidden fees on my bill", {"billing.amount"}),
        ("The address on my invoice is wrong", {"billing", "account.details"}),
        ("Still waiting for my refund", {"billing.refund"}),
        ("When will it arrive?", {"delivery"}),
        ("Can I do it when I arrive?", set()),
        ("My father passed away, I need to close his account", {"contract.bereavement"}),
        ("I don't want to cancel my subscription", {"contract"}),
        ("let me speak to a manager", {"contact.human"}),
        ("My husband died last week", {"contract.bereavement"}),
        ("I want a refund", {"billing.refund"}),
        ("way too expensive", {"price.expensive"}),
        ("my parcel never arrived", {"delivery.late"}),
        ("the item arrived broken", {"delivery.damaged"}),
        ("my internet is down again", {"internet.outage"}),
        ("no signal at home", {"mobile.coverage"}),
        ("the app keeps crashing since the last update", {"app.bug", "app.update"}),
        ("I forgot my password", {"app.login"}),
        ("I want to cancel my subscription", {"contract.cancellation"}),
        ("we are moving house in June", {"contract.moving"}),
        ("I was on hold for an hour", {"contact.waiting"}),
        ("nobody answers the phone", {"contact.unreachable"}),
        ("the agent was so rude", {"advisor.attitude"}),
        ("customer service was useless", {"advisor.competence"}),
        ("the engineer didn't show up", {"technician.appointment"}),
        ("stop sending me spam", {"marketing.pressure"}),
        ("my account was hacked", {"account.fraud"}),
        ("Still not working", {"fault"}),
        ("it doesn't show the featured artists on the album", {"app.content"}),
        ("please bring back the old search feature", {"app.feature"}),
        ("the nurses were kind and the care was excellent", {"advisor.attitude", "care"}),
        ("everything was explained clearly", {"contact.information"}),
        ("my transfer is still pending", {"billing.transaction"}),
        ("how do I change my PIN", {"account.card"}),
        ("I cannot verify my identity", {"account.verification"}),
        ("the toilets were dirty", {"place.cleanliness"}),
        ("I want to make a complaint", {"contact.complaint"}),
        ("a wide range of products", {"product.range"}),
        ("my car broke down and no tow truck came", {"claim.assistance"}),
    ],
)
def test_english(text: str, expected: set[str]) -> None:
    assert topics(text, "en") == expected


@pytest.mark.parametrize(
    "text",
    [
        "Merci beaucoup pour votre aide, bonne journée !",
        "Je pensais avoir réussi",
        "j'ai lu un bon livre ce week-end",
        "Vous êtes les meilleurs",
        "les réseaux sociaux en parlent",
        "l'économie de marché et le développement durable",
    ],
)
def test_what_names_no_topic(text: str) -> None:
    assert topics(text) == set()


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("payer en trois fois sans frais", "billing.double_charge"),
        ("c'est deux fois plus cher", "billing.double_charge"),
        ("ce n'est pas trop cher", "price.expensive"),
        ("aucun bug dans l'application", "app.bug"),
        ("livré sans retard", "delivery.late"),
        ("jamais en panne, aucune coupure internet", "internet.outage"),
        ("temps d'attente court, peu d'attente", "contact.unreachable"),
        ("augmentation de cotisation sans aucun sinistre cette année", "claim.delay"),
        ("facile de faire un devis", "app.usability"),
        ("vous n'avez pas pris l'assistance", "price"),
        ("Produit conforme aux attentes.Mais petit manque de réactivité", "delivery.damaged"),
        ("une marque frauduleuse", "account.fraud"),
        ("le passage à la fibre", "technician.visit"),
        ("j'espère que le service client m'aidera sans me faire patienter", "advisor.attitude"),
        ("j'ai sollicité vos services", "marketing.pressure"),
        ("des tarifs pas très attractifs", "price.value"),
        ("En attendant une réponse, je ne peux donner de note.", "contact.unreachable"),
        ("les recettes sont bien expliquées", "advisor.competence"),
        ("ce serait bien de proposer des plats sans gluten", "app.feature"),
    ],
)
def test_exclusions(text: str, topic: str) -> None:
    assert topic not in topics(text)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("j'attends toujours une réponse de votre part", "contact.unreachable"),
        ("en attendant votre réponse depuis trois semaines, rien", "contact.unreachable"),
        ("le conseiller m'a bien expliqué", "advisor.competence"),
        ("ce serait bien de pouvoir trier les messages", "app.feature"),
        ("très bon acceuil de la dame", "advisor.attitude"),
    ],
)
def test_exclusions_leave_what_they_are_like(text: str, topic: str) -> None:
    assert topic in topics(text)


def test_the_particular_topic_hides_the_general_one() -> None:
    assert topics("Ma facture : j'ai été débité deux fois") == {"billing.double_charge"}


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("mon téléphone ne marche plus", "fr", {"product.faulty"}),
        ("the app is not working", "en", {"app.bug"}),
        ("a question about my account, I forgot my password", "en", {"app.login"}),
        ("a question about my account", "en", {"account"}),
    ],
)
def test_what_is_general_is_told_beside_nothing_else(text: str, language: str, expected: set[str]) -> None:
    assert topics(text, language) == expected


def test_two_that_yield_to_each_other_do_not_both_fall_silent() -> None:
    assert topics("un souci avec mon compte client et mon contrat") in ({"account"}, {"contract"})


def test_two_subjects_share_a_sentence_and_each_gets_its_side() -> None:
    text = "Prix attractifs, service client injoignable"
    got = [(text[c.begin : c.end], [t.id for t, _ in c.found]) for c in clauses(text)]
    assert got[0] == ("Prix attractifs", ["price.value"])
    assert got[1][0] == "service client injoignable"
    assert "contact.unreachable" in got[1][1]


def test_a_third_language_is_searched_in_both() -> None:
    assert topics("pas de réseau, no signal", None) == {"mobile.coverage"}


def mood(score: float) -> Sentiment:
    return Sentiment(label="positive" if score > 0 else "negative", score=score)


def test_aspects_carry_the_mood_of_their_clause() -> None:
    text = "Le conseiller était charmant mais la facture est fausse"
    found = clauses(text)
    assigned = assign(
        text,
        found,
        vectors=np.zeros((2, 384), np.float32),
        sentiments=[mood(0.9), mood(-0.8)],
        examples=None,
        language="fr",
    )
    assert [(a.topic, a.sentiment, a.text) for a in assigned.aspects] == [
        ("advisor.attitude", 0.9, "Le conseiller était charmant"),
        ("billing.amount", -0.8, "mais la facture est fausse"),
    ]
    evidence = {mention.id: text[mention.begin : mention.end] for mention in assigned.topics}
    assert evidence == {"advisor.attitude": "conseiller était charmant", "billing.amount": "facture est fausse"}
    assert {mention.label for mention in assigned.topics} == {"Amabilité et écoute", "Montant facturé"}


def unit(*cosines: float) -> np.ndarray:
    """A unit vector with the given first coordinates."""
    vector = np.zeros(384, np.float32)
    vector[: len(cosines)] = cosines
    vector[-1] = max(0.0, 1 - float(np.sum(np.square(cosines)))) ** 0.5
    return vector


def examples() -> Examples:
    refund, coverage = TAXONOMY.get("billing.refund"), TAXONOMY.get("mobile.coverage")
    basis = np.stack([unit(1), unit(0, 1), unit(0, 0, 1)])
    return Examples(basis, (refund, coverage, None), np.array([0, 1, -1]))


@pytest.mark.parametrize(
    ("cosines", "topic"),
    [
        ((NEAR + 0.01, 0, 0), "billing.refund"),
        ((NEAR - 0.01, 0, 0), None),
        ((0.1, 0.2, 0.9), None),
    ],
)
def test_nearness_needs_a_near_example(cosines: tuple[float, ...], topic: str | None) -> None:
    (hit,) = examples().nearest(unit(*cosines)[None])
    assert (hit[0].id if hit else None) == topic


def test_what_sounds_like_an_example_is_not_told_where_words_speak_against_it() -> None:
    twice = TAXONOMY.get("billing.double_charge")
    near = Examples(unit(1)[None], (twice,), np.array([0]))

    def told(text: str) -> list[str]:
        pieces = clauses(text, "en")
        found = assign(text, pieces, vectors=np.stack([unit(1)] * len(pieces)), sentiments=[mood(0)] * len(pieces),
                       examples=near, language="en")  # fmt: skip
        return [one.id for one in found.topics]

    assert told("I had to do the whole thing twice") == ["billing.double_charge"]
    assert told("They phoned me twice about this") == []


def test_nearness_must_be_clear_of_nothing_and_of_other_families() -> None:
    one = examples()
    near = np.float32(NEAR + 0.02)

    def ask(other: float, nothing: float) -> object:
        vector = np.array([near, other, nothing], np.float32)
        rows = Examples(np.eye(3, dtype=np.float32), one.topics, one.families)
        return rows.nearest(vector[None])[0]

    assert ask(near - APART - 0.01, near - CLEAR - 0.01)
    assert ask(near - APART - 0.01, near - CLEAR + 0.01) is None
    assert ask(near - APART + 0.01, near - CLEAR - 0.01) is None


def test_a_family_said_at_length_does_not_silence_its_child_inside() -> None:
    assert topics("The service was polite and professional.", "en") == {"advisor.attitude", "advisor.competence"}


def test_a_topic_that_was_learnt_to_be_wrong_in_a_clause_is_not_told_there() -> None:
    text = "La facture est fausse"
    taxonomy = load_taxonomy()
    (clause,) = find_clauses(text, [(0, len(text))], taxonomy, language="fr")
    named = {topic.id for topic, _ in clause.found}
    assert named
    assert clause.without(frozenset()) is clause
    assert {topic.id for topic, _ in clause.without(named).found} == set()
    assert (clause.without(named).begin, clause.without(named).end) == (clause.begin, clause.end)
