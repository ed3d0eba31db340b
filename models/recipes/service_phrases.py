"""What customers say to a company when they state a fact, ask a question or give thanks: written for training.

Tweets and reviews teach how somebody judges; a customer on the phone mostly states what happened. "I was charged
twice" holds no word of feeling and is bad news all the same, and "How do I change my address?" is no news at all.
The public sets have few such sentences and next to none in French, so these are ours: patterns whose slots are
filled at random. No sentence of the samples or of an evaluation is among them.
"""

# ruff: noqa: E501 - sentences are not broken
from __future__ import annotations

import re

import numpy as np

SLOTS: dict[str, list[str]] = {
    "produit": [
        "box",
        "forfait",
        "ligne",
        "abonnement",
        "téléphone",
        "commande",
        "contrat",
        "compte",
        "colis",
        "carte",
    ],
    "panne": ["internet", "la fibre", "le réseau", "la télévision", "le wifi", "l'application", "le site", "la ligne"],
    "depuis": [
        "depuis lundi",
        "depuis trois jours",
        "depuis une semaine",
        "depuis ce matin",
        "depuis hier soir",
        "depuis la mise à jour",
        "depuis le déménagement",
        "depuis le 12 mars",
    ],
    "montant": ["12 euros", "45 €", "89,90 euros", "quinze euros", "130 €", "vingt-neuf euros"],
    "delai": ["deux semaines", "un mois", "dix jours", "trois mois", "48 heures", "plus d'une heure"],
    "chose": [
        "mon adresse",
        "mon mot de passe",
        "mon numéro de téléphone",
        "mon RIB",
        "ma date de prélèvement",
        "mon forfait",
        "mon adresse mail",
        "le nom du titulaire",
    ],
    "info": [
        "les horaires de l'agence",
        "la date de livraison",
        "le prix du forfait 100 Go",
        "le solde de mon compte",
        "la durée d'engagement",
        "les conditions de résiliation",
        "les options disponibles",
    ],
    "qui": ["le conseiller", "la conseillère", "le technicien", "le vendeur", "l'équipe de la boutique", "le livreur"],
    "ville": ["Lille", "Nantes", "Toulouse", "Rennes", "Dijon", "Metz"],
    "product": ["router", "plan", "line", "subscription", "phone", "order", "contract", "account", "parcel", "card"],
    "service": ["the internet", "the network", "my broadband", "the app", "the website", "my landline", "the TV box"],
    "since": [
        "since Monday",
        "for three days",
        "for a week",
        "since this morning",
        "since last night",
        "since the update",
        "since we moved",
        "since 12 March",
    ],
    "amount": ["£12", "45 euros", "$89.90", "fifteen pounds", "130 euros", "$29"],
    "delay": ["two weeks", "a month", "ten days", "three months", "48 hours", "more than an hour"],
    "thing": [
        "my address",
        "my password",
        "my phone number",
        "my bank details",
        "my payment date",
        "my plan",
        "my e-mail address",
        "the account holder's name",
    ],
    "fact": [
        "your opening hours",
        "the delivery date",
        "the price of the 100 GB plan",
        "my balance",
        "the contract length",
        "the cancellation terms",
        "which options there are",
    ],
    "who": ["the advisor", "the technician", "the agent", "the shop assistant", "the team in the shop", "the driver"],
    "digits": ["4821 7730", "06 12 44 90 31", "AB-20391", "7734551", "CT 902 118"],
}

PATTERNS: dict[str, list[str]] = {
    "negative": [
        "{panne} ne marche plus {depuis}", "{panne} est en panne {depuis}", "Je n'ai plus {panne} {depuis}.",
        "{panne} coupe toutes les dix minutes {depuis}", "On m'a prélevé {montant} en trop.",
        "Vous m'avez compté deux fois le même abonnement", "J'ai payé {montant} pour un service que je n'ai pas eu.",
        "Ma facture est passée de 30 à 52 euros sans que je sois prévenu", "Ça fait {delai} que j'attends ma {produit}.",
        "J'attends le remboursement de {montant} {depuis}.", "Mon colis est indiqué livré mais je n'ai rien reçu.",
        "La commande est arrivée cassée", "Il manque un article dans mon colis.", "{qui} n'est pas venu au rendez-vous.",
        "{qui} m'a raccroché au nez.", "Personne ne m'a rappelé {depuis}.", "J'ai appelé cinq fois, sans réponse.",
        "J'ai passé {delai} en attente au téléphone.", "On me renvoie d'un service à l'autre.",
        "L'application plante dès que j'ouvre la page des factures", "Je n'arrive pas à me connecter à mon compte.",
        "Ma demande de résiliation n'a toujours pas été traitée.", "Ma {produit} a été coupée sans préavis.",
        "C'est la troisième fois que je vous écris pour le même problème.", "Je veux résilier, j'en ai assez.",
        "Le débit est très loin de ce qui était annoncé", "On me réclame {montant} alors que j'ai résilié il y a {delai}.",
        "{panne} sont inaccessibles à {ville} {depuis}", "Mon numéro n'a pas été transféré et je suis sans ligne.",
        "{service} has not worked {since}", "{service} is down {since}", "{service} keeps dropping {since}",
        "You took {amount} too much from my account.", "The same subscription was billed two times",
        "I paid {amount} for something I never got.", "My bill went from 30 to 52 and nobody told me",
        "I have been waiting {delay} for my {product}.", "I am still waiting for my refund of {amount}.",
        "The parcel says delivered but nothing came.", "My order arrived broken", "An item is missing from the box.",
        "{who} did not show up.", "{who} hung up on me.", "Nobody has called me back {since}.",
        "I rang five times and got no answer.", "I spent {delay} on hold.", "I keep being passed around departments.",
        "The app crashes whenever I open my bills", "I cannot log in to my account.",
        "My cancellation still has not gone through.", "My {product} was cut off without notice.",
        "This is the third time I write about the same problem.", "I want to cancel, I have had enough.",
        "The speed is nowhere near what was advertised", "You are charging me {amount} though I left {delay} ago.",
    ],
    "neutral": [
        "Comment puis-je modifier {chose} ?", "Est-il possible de changer {chose} ?", "Où trouver {info} ?",
        "Je voudrais connaître {info}.", "Bonjour, je vous appelle au sujet de ma {produit}.",
        "Bonjour, c'est à propos de {chose}.", "Pouvez-vous me dire {info} s'il vous plaît ?",
        "Je souhaite mettre à jour {chose}.", "Mon numéro de client est le {digits}.", "Le numéro de contrat, {digits}.",
        "Oui, c'est bien ça.", "D'accord, je note.", "Un instant, je cherche le numéro.", "Je déménage à {ville} le mois prochain.",
        "Faut-il un justificatif pour modifier {chose} ?", "Quels documents dois-je envoyer ?",
        "Je vous transmets la copie de ma pièce d'identité en pièce jointe.", "Est-ce que le forfait comprend l'étranger ?",
        "J'habite à {ville}.", "Je suis client {depuis}.", "Combien coûte l'envoi d'une nouvelle carte ?",
        "Quand sera prélevée la prochaine facture ?", "Je vous écris concernant ma {produit}, référence {digits}.",
        "How can I update {thing}?", "Is it possible to change {thing}?", "Where do I find {fact}?",
        "I would like to know {fact}.", "Hello, I am calling about my {product}.", "Hi, it is about {thing}.",
        "Could you tell me {fact}, please?", "I want to update {thing}.", "My customer number is {digits}.",
        "The contract number is {digits}.", "Yes, that is correct.", "All right, noted.", "One moment, let me find it.",
        "I am moving next month.", "Do I need a proof to change {thing}?", "Which documents should I send?",
        "Please find attached a copy of my ID.", "Does the plan include roaming?", "I live in the city centre.",
        "I have been a customer {since}.", "How much is a new card?", "When is the next bill due?",
        "I am writing about my {product}, reference {digits}.", "What are the steps to open a second line?",
    ],
    "positive": [
        "Merci beaucoup pour votre aide.", "C'est parfait, merci !", "{qui} a été très à l'écoute.",
        "{qui} a tout réglé en cinq minutes.", "Très bon accueil, {qui} était adorable.", "Super, ça remarche, merci !",
        "Tout fonctionne très bien {depuis}.", "Livraison rapide et soignée, je suis ravi.", "Bravo pour la réactivité.",
        "Je suis très content de ma {produit}.", "Grâce à {qui}, le problème est résolu.", "Rien à redire, je recommande.",
        "Je tenais à remercier {qui} de {ville}.", "Le nouveau site est bien plus simple, bravo.",
        "Thank you so much for your help.", "That is perfect, thanks!", "{who} really listened to me.",
        "{who} fixed everything in five minutes.", "Lovely welcome, {who} was so kind.", "Great, it works again, thanks!",
        "Everything has been running smoothly {since}.", "Fast and careful delivery, I am delighted.",
        "Well done for answering so fast.", "I am very happy with my {product}.", "Thanks to {who}, it is solved.",
        "Nothing to complain about, I recommend it.", "I would like to thank {who}.", "The new website is so much easier.",
    ],
}  # fmt: skip


def phrases(rng: np.random.Generator, *, each: int) -> list[tuple[str, str]]:
    """``each`` sentences of every label with their labels, slots filled at random; duplicates are dropped."""
    found: dict[str, str] = {}
    for label, patterns in PATTERNS.items():
        for turn in range(each):
            pattern = patterns[turn % len(patterns)]
            text = re.sub(r"{(\w+)}", lambda slot: str(rng.choice(SLOTS[slot[1]])), pattern)
            found[text[:1].upper() + text[1:]] = label
    return list(found.items())
