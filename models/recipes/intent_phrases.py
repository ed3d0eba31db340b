"""What customers say when they mean to leave, claim, ask, praise, wish, buy or go to court: written for training.

Public sets have some of these intents in English and none in French. Each pattern names the intents it shows; slots
are filled as in service_phrases.py. Denials ("je ne veux pas résilier") are there so that a word is not an intent.
No sentence of the samples or of an evaluation is among them.
"""

# ruff: noqa: E501 - sentences are not broken
from __future__ import annotations

import re

import numpy as np
from reasons import INTENTS
from service_phrases import SLOTS

PATTERNS: dict[str, list[str]] = {
    "cancel": [
        "Je souhaite résilier ma {produit}.", "Je veux mettre fin à mon contrat", "Merci de clôturer mon compte au plus vite.",
        "Je vous demande la résiliation de mon abonnement à échéance.", "J'arrête mon forfait le mois prochain",
        "Comment faire pour me désabonner ?", "C'est décidé, je pars chez un concurrent.", "Je ne renouvellerai pas mon contrat.",
        "Je vais voir ailleurs", "annulez ma commande s'il vous plaît", "je voudrais annuler mon rendez-vous",
        "I want to cancel my {product}.", "Please close my account.", "I'd like to end my contract {since}",
        "How do I unsubscribe?", "I am switching to another provider.", "I won't be renewing", "please cancel my order",
        "I'm leaving for a competitor", "Terminate my subscription with immediate effect.",
    ],
    "": [
        "Je ne veux pas résilier, je veux juste changer d'adresse.", "Non non je ne demande pas de remboursement",
        "Je ne compte pas partir, je suis bien chez vous", "Je n'ai pas l'intention de porter plainte.",
        "Je suis client {depuis}.", "D'accord, je note.", "Je vous rappelle demain.", "Mon numéro de client est le {digits}.",
        "I do not want to cancel, just to change {thing}.", "I am not asking for a refund.", "I'm not going to sue anybody.",
        "All right, noted.", "My customer number is {digits}.", "I have been a customer {since}.", "I live in the city centre.",
        "Le technicien passe mardi entre 8 h et 10 h.", "The technician comes on Tuesday.",
    ],
    "complain": [
        "Je tiens à me plaindre de {qui}.", "Je dépose une réclamation au sujet de ma {produit}", "{panne} ne marche plus {depuis}",
        "C'est inadmissible, personne ne répond.", "Votre service client est lamentable.", "Toujours pas de nouvelles {depuis}.",
        "Je suis très mécontent de ma {produit}", "On m'a prélevé {montant} en trop.", "Ça fait {delai} que j'attends, c'est honteux",
        "I wish to complain about {who}.", "I am filing a complaint about my {product}", "{service} has not worked {since}",
        "This is unacceptable, nobody answers.", "Your customer service is dreadful.", "Still no news {since}.",
        "I was charged {amount} too much", "I have waited {delay}, it's a disgrace",
    ],
    "ask_refund": [
        "Je demande le remboursement de {montant}.", "Pouvez-vous me rembourser cette facture ?", "J'exige d'être remboursé intégralement",
        "Quand vais-je recevoir mon remboursement ?", "Merci de recréditer les {montant} sur mon compte", "je veux récupérer mon argent",
        "J'attends un avoir de {montant} {depuis}", "I would like a refund of {amount}.", "Can you refund this bill?",
        "I want my money back", "When will I get my refund?", "Please credit the {amount} back to my account", "I demand to be reimbursed in full",
    ],
    "ask_information": [
        "Comment puis-je modifier {chose} ?", "Où trouver {info} ?", "Je voudrais connaître {info}.", "Est-ce que le forfait comprend l'étranger ?",
        "pouvez vous me dire {info}", "j'aimerais savoir si je peux changer {chose}", "Quels documents dois-je envoyer ?",
        "Quelle est la différence entre les deux offres", "How can I update {thing}?", "Where do I find {fact}?", "I would like to know {fact}.",
        "could you tell me {fact}", "Which documents should I send?", "Does the plan include roaming?", "what is the difference between both plans",
    ],
    "praise": [
        "Merci beaucoup pour votre aide.", "{qui} a été formidable, bravo.", "Je tenais à remercier {qui} de {ville}.", "Service au top, je recommande",
        "Franchement rien à redire, tout est parfait", "Super accueil et super équipe", "Très satisfait de ma {produit} {depuis}.",
        "Thank you so much for your help.", "{who} was brilliant, well done.", "I would like to thank {who}.", "Great service, I recommend it",
        "Honestly nothing to fault, everything is perfect", "Lovely team and a warm welcome", "Very happy with my {product} {since}.",
    ],
    "suggest": [
        "Il faudrait pouvoir payer en plusieurs fois.", "Ce serait bien d'avoir un suivi en temps réel", "Vous devriez ouvrir le samedi",
        "Pourquoi ne pas proposer un forfait pour les étudiants ?", "J'aimerais que l'application affiche ma consommation", "Une idée : prévenir par SMS avant le passage du technicien.",
        "Dommage qu'on ne puisse pas choisir le créneau", "il manque juste un mode sombre", "Je suggère d'ajouter {info} sur la facture",
        "You should let us pay in instalments.", "It would be nice to have live tracking", "You could open on Saturdays", "Why not offer a student plan?",
        "I wish the app showed my usage", "An idea: text us before the technician comes.", "A pity one cannot choose the slot", "I suggest adding {fact} to the bill",
    ],
    "buy_upgrade": [
        "Je voudrais souscrire une deuxième ligne.", "J'aimerais passer au forfait supérieur", "Je suis intéressé par l'offre fibre, comment commander ?",
        "Peut-on ajouter l'option sport à ma {produit} ?", "je veux commander le nouveau téléphone", "Je souhaite prendre une assurance en plus",
        "I would like to take out a second line.", "I want to upgrade to the bigger plan", "I'm interested in fibre, how do I order?",
        "Can I add the sports option to my {product}?", "i want to order the new phone", "I'd like to buy extra insurance",
    ],
    "complain escalate_legal": [
        "Sans réponse sous huit jours, je saisis mon avocat.", "Je vais porter plainte contre vous.", "Je saisirai le médiateur et la DGCCRF",
        "Dernière relance avant mise en demeure", "Je me réserve le droit d'engager une action en justice.", "j'ai contacté 60 millions de consommateurs et mon assistance juridique",
        "on se verra au tribunal", "Without an answer within a week my lawyer will take over.", "I am going to sue you.", "I will report you to the ombudsman and trading standards",
        "This is a formal notice before legal action.", "I reserve the right to go to court.", "see you in small claims court",
    ],
    "complain cancel": [
        "Je veux résilier, j'en ai assez de vos pannes.", "Trop de problèmes, je change d'opérateur", "Vu votre service je pars dès la fin de mon engagement",
        "I want to cancel, I have had enough of this.", "Too many problems, I'm changing provider", "With such service I leave as soon as my contract ends",
    ],
}  # fmt: skip


def phrases(rng: np.random.Generator, *, each: int) -> list[tuple[str, list[float]]]:
    """``each`` sentences of every group with 0/1 for each of INTENTS; duplicates are dropped."""
    found: dict[str, list[float]] = {}
    for names, patterns in PATTERNS.items():
        label = [float(intent in names.split()) for intent in INTENTS]
        for turn in range(each):
            pattern = patterns[turn % len(patterns)]
            text = re.sub(r"{(\w+)}", lambda slot: str(rng.choice(SLOTS[slot[1]])), pattern)
            found[text[:1].upper() + text[1:]] = label
    return list(found.items())
