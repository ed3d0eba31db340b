"""Plain sentences of customers in many words: what is praised, what is blamed, and what is only said or asked.

``service_phrases.py`` teaches what happens to customers and ``contrast_phrases.py`` what turns a sentence round; both
have few words of judgement. Here are many, so that "exorbitant" and "irréprochable" are bad and good news about any
subject, and so that a price, a duration, an opening hour or a polite request is none. Nothing like a text of
``benchmarks/pairs_fr.yaml`` may be among them, which :func:`phrases` checks.
"""

# ruff: noqa: E501 - sentences are not broken
from __future__ import annotations

import re

import numpy as np
from contrast_phrases import Deck, near_sheet

FR: Deck = {
    # subjects by gender and number, so that adjectives agree
    "ms": [
        "le service client", "le site", "le conseiller", "le technicien", "le forfait", "l'accueil", "le contrat", "le suivi", "le remboursement", "le vendeur",
        "le délai", "le prix", "le tarif", "le colis", "le livreur", "le produit", "le personnel", "le chauffeur", "le réseau", "le débit", "le magasin", "le devis",
        "le repas", "le trajet", "l'hôtel", "le train", "l'abonnement", "l'emballage", "l'appareil", "le chatbot", "le dépannage", "le montage", "votre expert", "le guichet",
    ],
    "fs": [
        "la livraison", "l'application", "la box", "la connexion", "la prise en charge", "la boutique", "l'assurance", "la carte", "la hotline", "la facture",
        "la conseillère", "l'équipe", "l'agence", "la réponse", "la notice", "la garantie", "la chambre", "l'attente", "la qualité", "l'installation", "la réparation",
        "la mise à jour", "la nouvelle interface", "l'offre", "la communication", "la banque", "la responsable", "la cuisine", "la télé", "la ligne", "l'ambiance",
    ],
    "mp": ["les prix", "les tarifs", "les délais", "les conseillers", "les frais", "les horaires", "les produits", "les vendeurs", "les repas", "les sièges"],
    "fp": ["les réponses", "les démarches", "les garanties", "les factures", "les conditions", "les pièces", "les chambres", "les explications", "les mensualités"],
    # adjectives: masculine|feminine, s is added in the plural
    "bon": [
        "parfait|parfaite", "excellent|excellente", "irréprochable|irréprochable", "impeccable|impeccable", "formidable|formidable", "remarquable|remarquable",
        "exemplaire|exemplaire", "génial|géniale", "super|super", "top|top", "agréable|agréable", "charmant|charmante", "chaleureux|chaleureuse", "attentif|attentive",
        "compétent|compétente", "efficace|efficace", "rapide|rapide", "clair|claire", "limpide|limpide", "abordable|abordable", "attractif|attractive",
        "imbattable|imbattable", "avantageux|avantageuse", "intéressant|intéressante", "raisonnable|raisonnable", "fiable|fiable", "solide|solide", "soigné|soignée",
        "propre|propre", "pratique|pratique", "intuitif|intuitive", "fluide|fluide", "ponctuel|ponctuelle", "serviable|serviable", "souriant|souriante", "adorable|adorable",
        "sympathique|sympathique", "aimable|aimable", "courtois|courtoise", "à l'écoute|à l'écoute", "disponible|disponible", "réactif|réactive", "au top|au top",
        "hors pair|hors pair", "de qualité|de qualité", "bluffant|bluffante", "épatant|épatante", "délicieux|délicieuse", "confortable|confortable", "rassurant|rassurante",
        "humain|humaine", "honnête|honnête", "transparent|transparente", "complet|complète", "généreux|généreuse", "nickel|nickel", "exceptionnel|exceptionnelle", "merveilleux|merveilleuse",
        "gratifiant|gratifiante", "performant|performante", "stable|stable", "simple|simple", "bien pensé|bien pensée", "bien expliqué|bien expliquée", "calme|calme", "à la hauteur|à la hauteur",
    ],
    "nul": [
        "mauvais|mauvaise", "lamentable|lamentable", "déplorable|déplorable", "exécrable|exécrable", "catastrophique|catastrophique", "scandaleux|scandaleuse",
        "honteux|honteuse", "inadmissible|inadmissible", "inacceptable|inacceptable", "insupportable|insupportable", "médiocre|médiocre", "décevant|décevante",
        "désastreux|désastreuse", "horrible|horrible", "affreux|affreuse", "pitoyable|pitoyable", "minable|minable", "nul|nulle", "incompétent|incompétente",
        "désagréable|désagréable", "odieux|odieuse", "agressif|agressive", "méprisant|méprisante", "arrogant|arrogante", "impoli|impolie", "froid|froide", "injoignable|injoignable",
        "exorbitant|exorbitante", "hors de prix|hors de prix", "abusif|abusive", "excessif|excessive", "trop cher|trop chère", "prohibitif|prohibitive", "incompréhensible|incompréhensible",
        "opaque|opaque", "flou|floue", "confus|confuse", "interminable|interminable", "trop long|trop longue", "lent|lente", "poussif|poussive", "instable|instable",
        "défectueux|défectueuse", "défaillant|défaillante", "inutilisable|inutilisable", "cassé|cassée", "abîmé|abîmée", "fragile|fragile", "sale|sale", "bruyant|bruyante",
        "bâclé|bâclée", "trompeur|trompeuse", "mensonger|mensongère", "malhonnête|malhonnête", "insuffisant|insuffisante", "absent|absente", "inexistant|inexistante", "inefficace|inefficace",
        "inutile|inutile", "compliqué|compliquée", "pénible|pénible", "illisible|illisible", "introuvable|introuvable", "dangereux|dangereuse", "à revoir|à revoir", "à fuir|à fuir",
        "aux abonnés absents|aux abonnés absents", "en dessous de tout|en dessous de tout", "infect|infecte", "immangeable|immangeable", "vétuste|vétuste", "en panne|en panne",
    ],
    "bel_acte": [
        "a répondu tout de suite", "a tout réglé en un appel", "m'a rappelé comme convenu", "a pris le temps de m'écouter", "m'a remboursé sans discuter", "a fait un geste commercial",
        "est arrivé en avance", "m'a très bien conseillé", "a trouvé une solution en deux minutes", "s'est montré très patient", "m'a sauvé la mise", "a dépassé mes attentes",
        "m'a bien dépanné", "vaut le détour", "tient ses promesses", "fonctionne à merveille", "marche du tonnerre", "fait gagner un temps fou", "donne entière satisfaction",
        "ne m'a jamais fait défaut", "ne tombe jamais en panne", "passe toujours à l'heure", "m'a agréablement surpris", "mérite cinq étoiles",
    ],
    "vilain_acte": [
        "ne répond jamais", "ne règle rien", "ne m'a jamais rappelé", "n'écoute rien", "refuse de me rembourser", "m'a raccroché au nez", "est arrivé en retard", "m'a mal conseillé",
        "n'a trouvé aucune solution", "s'est montré très impatient", "m'a laissé tomber", "n'est pas venu", "ne sert à rien", "ne vaut pas son prix", "ne tient pas ses promesses",
        "tombe en panne tous les mois", "plante sans arrêt", "rame du matin au soir", "coupe toutes les cinq minutes", "bugue à chaque fois", "se ferme tout seul", "n'est jamais à l'heure",
        "a doublé sans prévenir", "m'a menti", "ne comprend rien", "fait perdre un temps fou", "renvoie vers un autre service", "m'a coûté une fortune", "se moque du monde", "a rendu l'âme au bout d'un mois",
        "arrive toujours abîmé", "ne correspond pas à la commande", "a été perdu", "affiche une erreur", "ne fonctionne toujours pas", "demande encore les mêmes papiers",
    ],
    "moi_bien": [
        "Je suis ravi", "Je suis enchantée", "Nous sommes conquis", "Je recommande les yeux fermés", "Je recommande vivement", "Rien à redire", "Rien à reprocher", "Que du positif", "Que du bonheur",
        "Un vrai plaisir", "Je n'ai eu aucun souci", "Aucun problème à signaler", "Pas le moindre incident", "Tout s'est déroulé à merveille", "Je reviendrai", "Je ne changerai pour rien au monde",
        "On ne trouve pas mieux", "Difficile de faire mieux", "Ça valait la peine", "Ça vaut le coup", "Je suis bluffé", "Merci infiniment", "Merci mille fois", "Un grand merci à toute l'équipe", "Je dis bravo",
        "Chapeau", "Pari tenu", "Mission accomplie", "J'ai été agréablement surpris", "Me voilà rassuré", "Je n'ai jamais été déçu", "Jamais une mauvaise surprise", "C'est du sérieux", "C'est du solide",
        "Cinq étoiles sans hésiter", "Client depuis dix ans et toujours satisfait", "Je n'aurais pas espéré mieux", "Au-delà de mes attentes", "Enfin une marque qui écoute ses clients",
    ],
    "moi_mal": [
        "Je suis furieux", "Je suis écœurée", "Nous sommes très déçus", "Je déconseille fortement", "À fuir", "Passez votre chemin", "Que des problèmes", "Un cauchemar", "Une vraie honte", "Du vol pur et simple",
        "Je n'ai eu que des soucis", "Incident sur incident", "Pas un jour sans problème", "Pas une facture sans erreur", "Tout s'est mal passé", "Je ne reviendrai pas", "Je vais changer de crémerie", "On trouve mieux ailleurs",
        "Difficile de faire pire", "Ça ne vaut pas le coup", "Je me sens trahi", "Je me suis fait avoir", "Je suis à bout", "C'est la goutte d'eau", "Ça suffit maintenant", "Ça devient lassant", "J'ai perdu patience",
        "J'ai perdu ma journée", "On se moque de nous", "On me balade de service en service", "Toujours pas de nouvelles", "Toujours rien reçu", "Silence radio", "Aucune réponse à mes messages", "Aucun suivi", "Aucun respect du client",
        "J'attendais mieux", "Je m'attendais à autre chose", "C'était mieux avant", "Encore raté", "Et ça recommence", "Je n'ai jamais vu un tel mépris", "Jamais je n'ai été traité ainsi", "Quelle déception", "Quel gâchis",
        "Deux mois que ça dure", "Trois relances et rien", "Je regrette mon ancien opérateur", "Zéro pointé", "Une étoile parce qu'il faut en mettre une",
    ],
    "verbe": [
        "m'envoyer un duplicata", "me rappeler dans la journée", "me confirmer la bonne réception", "me faire parvenir le formulaire", "m'indiquer la procédure", "me préciser le montant", "me communiquer vos horaires",
        "prendre en compte ma demande", "procéder à la modification", "mettre mon dossier à jour", "m'adresser un devis", "me transmettre les documents", "noter mon changement d'adresse", "répondre à ce message",
        "me dire où en est mon dossier", "m'accorder un rendez-vous", "résilier mon abonnement à échéance", "me fixer un rendez-vous", "vérifier mes coordonnées", "joindre cette pièce à mon dossier", "me donner le nom de mon conseiller",
        "annuler ma commande", "me renvoyer mes identifiants", "me mettre en relation avec le service concerné", "transférer ma ligne", "faire suivre mon courrier", "valider mon inscription", "modifier la date de livraison",
    ],
    "nombre": ["2", "3", "5", "8", "10", "12", "15", "20", "24", "30", "42", "60", "90", "120"],
    "unite": ["euros par mois", "euros par an", "euros", "€", "€ par mois", "euros TTC"],
    "duree": ["deux heures", "trois jours", "une semaine", "dix minutes", "un mois", "48 heures", "cinq jours ouvrés", "un quart d'heure", "deux ans", "douze mois"],
    "heure": ["8 heures", "neuf heures", "9h30", "midi", "14 h", "18 heures", "19h", "dix heures"],
    "jour": ["lundi", "mardi", "mercredi prochain", "le 3", "le 12 mars", "samedi matin", "demain", "la semaine prochaine", "en septembre", "le 28 du mois"],
    "cout": ["l'abonnement coûte", "le forfait est à", "la cotisation est de", "la facture du mois est de", "le loyer est de", "la carte coûte", "les frais de dossier sont de", "la mensualité est de", "le billet est à", "ma prime s'élève à", "le montant prélevé est de", "la livraison coûte"],
    "prend": ["le trajet dure", "l'appel a duré", "le délai est de", "l'engagement est de", "la garantie dure", "l'opération prend", "la préparation prend", "le vol dure", "le délai de livraison est de", "la période d'essai est de"],
    "ouvre": ["l'agence ouvre à", "le magasin ferme à", "le standard est ouvert jusqu'à", "le train part à", "le rendez-vous est à", "le bus passe à", "la boutique rouvre à", "la visite commence à", "le technicien passe à"],
    "fait": [
        "j'ai souscrit le contrat", "j'ai commandé", "j'ai envoyé le dossier", "je vous transmets mon RIB", "vous trouverez ci-joint mon justificatif", "ci-joint la facture", "je joins une copie de ma pièce d'identité", "j'ai rendez-vous",
        "mon contrat prend fin", "le prélèvement a lieu", "je déménage", "je passe à l'agence", "ma carte expire", "j'ai deux lignes", "je suis assuré chez vous", "mon compte est au nom de mon mari", "nous sommes quatre dans le foyer",
        "j'utilise l'application sur mon téléphone", "je paie par virement", "c'est pour un appartement de trois pièces", "il s'agit de mon deuxième contrat", "je vous appelle du bureau", "le colis est en point relais", "la facture est à payer",
    ],
    "question": [
        "Est-ce que le contrat couvre le dégât des eaux", "Est-ce que la garantie comprend le vol", "Quels sont vos tarifs", "Quels sont vos horaires", "Où se trouve l'agence la plus proche", "À qui dois-je envoyer le dossier",
        "Quand vais-je recevoir ma carte", "Combien coûte l'option internationale", "Faut-il prendre rendez-vous", "Puis-je payer en plusieurs fois", "Peut-on changer de formule", "Comment ajouter un bénéficiaire", "Comment activer ma ligne",
        "Y a-t-il des frais de dossier", "Avez-vous ce modèle en stock", "Le service est-il ouvert le dimanche", "Quelle est la durée d'engagement", "Le remboursement se fait-il par virement", "Quels documents dois-je fournir", "Où puis-je télécharger ma facture",
        "Comment lire mon relevé", "Est-il possible de décaler le prélèvement", "Quel est le numéro du standard", "Le port est-il compris", "Combien de temps faut-il compter",
    ],
    "ferme": ["Cordialement.", "Bien cordialement.", "Dans l'attente de votre réponse.", "Dans l'attente de votre retour, cordialement.", "Je reste à votre disposition.", "Bonne journée.", "Bien à vous.", "Merci d'avance.", "Je vous remercie par avance.", "En vous remerciant par avance."],
    "ouvreur": ["Bonjour,", "Bonjour Madame,", "Bonsoir,", "Madame, Monsieur,", "Bonjour à vous,"],
    "tres": ["vraiment", "très", "franchement", "tellement", "particulièrement", "absolument", "carrément"],
}  # fmt: skip

FR_PATTERNS: Deck = {
    "positive": [
        "{ms} est {bon:m}", "{fs} est {bon:f}", "{mp} sont {bon:mp}", "{fp} sont {bon:fp}", "{ms} est {tres} {bon:m}", "{fs} était {tres} {bon:f}", "{ms} a été {bon:m}", "{fs} a été {bon:f} et {bon:f}", "{ms} {bon:m}, {fs} {bon:f}",
        "{fs} {bon:f}", "{ms} {bon:m} !", "je trouve {fs} {bon:f}", "je trouve {ms} {tres} {bon:m}", "quel plaisir, {ms} {bel_acte}", "{ms} {bel_acte}", "le conseiller {bel_acte}", "{ms} {bel_acte} !", "votre conseillère est {bon:f}",
        "{moi_bien}", "{moi_bien} !", "{moi_bien}, {ms} est {bon:m}", "{moi_bien} : {fs} est {bon:f}", "{fs} n'est jamais {nul:f}", "{ms} n'a rien de {nul:m}", "{ms} est loin d'être {nul:m}", "{fs} est tout sauf {nul:f}", "je n'ai jamais trouvé {ms} {nul:m}",
        "franchement {ms} est {bon:m}", "c'est {bon:m}", "c'est {tres} {bon:m}", "{fs} est plus {bon:f} qu'ailleurs", "chez vous {ms} est bien plus {bon:m} que chez les autres", "moins {nul:m} que la concurrence et plus {bon:m}",
    ],
    "negative": [
        "{ms} est {nul:m}", "{fs} est {nul:f}", "{mp} sont {nul:mp}", "{fp} sont {nul:fp}", "{ms} est {tres} {nul:m}", "{fs} était {tres} {nul:f}", "{ms} a été {nul:m}", "{fs} a été {nul:f} et {nul:f}", "{ms} {nul:m}, {fs} {nul:f}",
        "{fs} {nul:f}", "{ms} {nul:m} !", "je trouve {fs} {nul:f}", "je trouve {ms} {tres} {nul:m}", "encore une fois {ms} {vilain_acte}", "{ms} {vilain_acte}", "le conseiller {vilain_acte}", "{ms} {vilain_acte} !", "votre conseillère est {nul:f}",
        "{moi_mal}", "{moi_mal} !", "{moi_mal}, {ms} est {nul:m}", "{moi_mal} : {fs} est {nul:f}", "{fs} n'est jamais {bon:f}", "{ms} n'a rien de {bon:m}", "{ms} est loin d'être {bon:m}", "{fs} est tout sauf {bon:f}", "je n'ai jamais trouvé {ms} {bon:m}",
        "franchement {ms} est {nul:m}", "c'est {nul:m}", "c'est {tres} {nul:m}", "{fs} est plus {nul:f} qu'ailleurs", "{ms} n'est pas {tres} {bon:m}", "{fs} n'est plus {bon:f}", "on ne peut pas dire que {fs} soit {bon:f}",
    ],
    "neutral": [
        "Merci de {verbe}.", "Merci de bien vouloir {verbe}.", "merci de {verbe}", "Je vous remercie de {verbe}.", "Merci d'avance de {verbe}.", "Je vous prie de {verbe}.", "Veuillez {verbe}.", "Pouvez-vous {verbe} ?", "Pourriez-vous {verbe}, s'il vous plaît ?",
        "Je vous saurais gré de {verbe}.", "Je souhaiterais que vous puissiez {verbe}.", "{ouvreur} merci de {verbe}. {ferme}", "{ouvreur} pouvez-vous {verbe} ? {ferme}", "{ferme}", "{cout} {nombre} {unite}", "{cout} {nombre} {unite}.",
        "{prend} {duree}", "{prend} {duree}.", "{ouvre} {heure}", "{ouvre} {heure}.", "{fait} {jour}", "{fait}.", "{ouvreur} {fait}. {ferme}", "{question} ?", "{question} ?", "{ouvreur} {question2} ? {ferme}", "{fait}, merci de {verbe}",
        "je vous écris au sujet de {fs}", "c'est pour {fs}", "{ms} est {jour}", "j'ai une question sur {fs}", "Je reviens vers vous au sujet de {fs}.",
    ],
}  # fmt: skip

EN: Deck = {
    "s": [
        "the service", "the delivery", "the app", "the website", "the advisor", "the engineer", "the router", "the staff", "the branch", "the price", "the connection", "the contract", "the refund", "the store", "the insurance",
        "the repair", "the card", "the helpline", "the parcel", "the driver", "the room", "the food", "the journey", "the train", "the packaging", "the manual", "the wait", "the update", "the offer", "the bank",
    ],
    "bon": [
        "perfect", "excellent", "flawless", "faultless", "brilliant", "outstanding", "superb", "lovely", "great", "spot on", "charming", "warm", "attentive", "competent", "efficient", "quick", "clear", "affordable", "unbeatable",
        "good value", "fair", "reliable", "sturdy", "spotless", "handy", "intuitive", "smooth", "punctual", "helpful", "polite", "responsive", "top notch", "delicious", "comfortable", "reassuring", "honest", "thorough", "generous", "amazing",
    ],
    "nul": [
        "bad", "dreadful", "appalling", "awful", "atrocious", "disgraceful", "shocking", "unacceptable", "unbearable", "poor", "disappointing", "disastrous", "horrible", "pathetic", "useless", "incompetent", "rude", "aggressive", "arrogant",
        "cold", "unreachable", "overpriced", "exorbitant", "extortionate", "far too dear", "baffling", "vague", "confusing", "endless", "slow", "unstable", "faulty", "broken", "damaged", "flimsy", "filthy", "noisy", "shoddy", "misleading",
        "dishonest", "inadequate", "ineffective", "complicated", "illegible", "a disgrace", "a joke", "a shambles",
    ],
    "bel_acte": ["answered straight away", "sorted it in one call", "called back as agreed", "took the time to listen", "refunded me at once", "turned up early", "gave great advice", "went above and beyond", "works like a dream", "never lets me down", "exceeded my expectations", "saved the day"],
    "vilain_acte": ["never answers", "sorts nothing out", "never called back", "does not listen", "refuses to refund me", "hung up on me", "turned up late", "gave bad advice", "let me down", "crashes all the time", "keeps dropping", "breaks every month", "lied to me", "passes me from desk to desk", "never turned up", "got lost", "doubled without warning", "died after a month"],
    "moi_bien": ["I am delighted", "Highly recommended", "No complaints", "Can't fault it", "A real pleasure", "Never had a problem", "Not a single issue", "Could not be happier", "I will be back", "Worth every penny", "Thank you so much", "Five stars", "Pleasantly surprised", "Exactly what I needed", "Best decision I made", "You made my day"],
    "moi_mal": ["I am furious", "Avoid", "Nothing but trouble", "What a nightmare", "Daylight robbery", "Never again", "I give up", "Still no reply", "Still waiting", "Not happy", "I feel cheated", "Enough is enough", "What a waste of time", "Not worth the money", "I expected better", "It used to be better", "Charged again", "No respect for customers", "One star because zero is not possible", "I have never been so badly treated"],
    "verbe": ["send me a copy", "call me back tomorrow", "confirm receipt of this letter", "tell me the procedure", "update my file", "send me a quote", "note my new address", "let me know where my claim stands", "book an appointment", "check my details", "cancel my order", "change the delivery date", "forward this to the right team"],
    "nombre": FR["nombre"],
    "unite": ["pounds a month", "euros", "dollars a year", "pounds", "euros a month"],
    "cout": ["the plan costs", "the subscription is", "my bill is", "the fee is", "the card costs", "the ticket was", "the premium comes to", "delivery costs"],
    "duree": ["two hours", "three days", "a week", "ten minutes", "a month", "five working days", "two years"],
    "prend": ["the journey takes", "the call lasted", "delivery takes", "the warranty lasts", "the contract runs for", "it takes"],
    "heure": ["nine", "8 am", "half past ten", "noon", "6 pm"],
    "ouvre": ["the branch opens at", "the shop closes at", "my appointment is at", "the train leaves at", "the engineer comes at"],
    "fait": ["I enclose my bank details", "please find attached my invoice", "I moved house", "my contract ends in June", "I pay by transfer", "I have two lines", "the account is in my wife's name", "I ordered on the website", "I am calling from work", "my bill is due on the third"],
    "question": ["Does the policy cover theft", "What are your opening hours", "Where is the nearest branch", "How much is the roaming option", "Can I pay in instalments", "Do I need an appointment", "How do I add a payee", "Which documents do you need", "Is delivery included", "How long does it take", "Where can I download my invoice"],
    "tres": ["really", "very", "so", "absolutely", "simply"],
}  # fmt: skip

EN_PATTERNS: Deck = {
    "positive": ["{s} is {bon}", "{s} was {bon}", "{s} was {tres} {bon}", "{s} was {bon} and {bon}", "{bon} {s0}", "I found {s} {bon}", "{s} {bel_acte}", "{moi_bien}", "{moi_bien}!", "{moi_bien}, {s} is {bon}", "{s} is never {nul}", "{s} is anything but {nul}", "far from {nul}, {s} is {bon}"],
    "negative": ["{s} is {nul}", "{s} was {nul}", "{s} was {tres} {nul}", "{s} was {nul} and {nul}", "{nul} {s0}", "I found {s} {nul}", "{s} {vilain_acte}", "{moi_mal}", "{moi_mal}!", "{moi_mal}, {s} is {nul}", "{s} is never {bon}", "{s} is anything but {bon}", "not exactly {bon}", "{s} is not {tres} {bon}"],
    "neutral": ["Please {verbe}.", "Could you {verbe}, please?", "Thank you for letting me know when you {verbe}.", "Please {verbe}, thanks in advance.", "I would be grateful if you could {verbe}.", "{cout} {nombre} {unite}", "{prend} {duree}", "{ouvre} {heure}", "{fait}.", "{question}?", "Hello, {fait}. Kind regards", "I have a question about {s}", "Can you {verbe}?"],
}  # fmt: skip

SHARE = {"negative": 0.36, "positive": 0.36, "neutral": 0.28}


def phrases(rng: np.random.Generator, *, french: int, english: int) -> list[tuple[str, str]]:
    """About so many sentences of each language with their labels, duplicates and likenesses of the sheet dropped."""
    near = near_sheet()
    found: dict[str, str] = {}
    for slots, patterns, wanted in ((FR, FR_PATTERNS, french), (EN, EN_PATTERNS, english)):
        for label, choices in patterns.items():
            for turn in range(round(wanted * SHARE[label])):
                text = _filled(choices[turn % len(choices)], slots, rng)
                if not near(text):
                    found[text] = label
    return list(found.items())


def _filled(pattern: str, slots: Deck, rng: np.random.Generator) -> str:
    def fill(slot: re.Match[str]) -> str:
        name, form = slot[1], slot[2]
        if name == "s0":
            return str(rng.choice(slots["s"])).removeprefix("the ")
        word = str(rng.choice(slots[name.rstrip("2")]))
        if name.endswith("2"):
            word = word[:1].lower() + word[1:]
        return _agreed(word, form) if form else word

    text = re.sub(r"{(\w+)(?::(\w+))?}", fill, pattern)
    for wrong, right in ((" de le ", " du "), (" de les ", " des ")):
        text = text.replace(wrong, right)
    return text[:1].upper() + text[1:] if rng.random() < 0.6 else text


def _agreed(adjective: str, form: str) -> str:
    """``beau|belle`` in the form m, f, mp or fp; a group of words stays as it is."""
    masculine, feminine = adjective.split("|")
    word = feminine if form.startswith("f") else masculine
    if not form.endswith("p") or " " in word or word[-1] in "sx" or word in {"super", "top", "nickel"}:
        return word
    return word[:-2] + "aux" if word.endswith("al") else word + "s"
