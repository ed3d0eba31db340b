"""What French exports write into their cells and headers."""

from __future__ import annotations

from voc.language.cell_words import CellWords

CELLS = CellWords(
    agent=(
        "agent|conseiller|conseillere|operateur|operatrice|support|teleconseiller|teleconseillere|bot|assistant"
        "|service client|vendeur|marque|entreprise"
    ),
    customer=("client|cliente|appelant|appelante|utilisateur|visiteur|contact|usager|assure|abonne|adherent|patient"),
    inward="entrant|entrante|recu|recue|reception",
    outward="sortant|sortante|emis|emise|emission",
    internal="interne",
    to_company="entrant|entrante|recu|recue",
    to_customer="sortant|sortante|envoye",
    unsent="note",
    yes="oui|vrai|o",
    no="non|faux|n",
    nothing=(
        "nc|nr|vide|inconnu|inconnue|anonyme|aucun|aucune|sans|rien|utilisateur anonyme|utilisatrice anonyme"
        "|visiteur anonyme"
    ),
    labels="locuteur|locutrice|intervenant|canal|participant|agent|client",
    numbered=r"n\s*[°o]\s*\.?|num(?:ero)?\s",
    satisfaction={
        "tres satisfait": 5,
        "tres satisfaite": 5,
        "tout a fait satisfait": 5,
        "satisfait": 4,
        "satisfaite": 4,
        "plutot satisfait": 4,
        "assez satisfait": 4,
        "neutre": 3,
        "moyennement satisfait": 3,
        "ni satisfait ni insatisfait": 3,
        "peu satisfait": 2,
        "plutot pas satisfait": 2,
        "plutot insatisfait": 2,
        "insatisfait": 2,
        "pas satisfait": 2,
        "pas du tout satisfait": 1,
        "tres insatisfait": 1,
    },
    stars={"une etoile": 1, "deux etoiles": 2, "trois etoiles": 3, "quatre etoiles": 4, "cinq etoiles": 5},
    sentiments={
        "negative": "negatif|tres negatif|neg",
        "neutral": "neutre|neu",
        "positive": "positif|tres positif|pos",
    },
    states="ouvert|ferme|fermé|terminé|en cours|publié",
    answers="reponse|reponse ouverte|reponse libre|autre veuillez preciser|autre veuillez specifier",
    answer_marks="réponse|reponse|commentaire",
    replies="reponse|reponses",
    authors="auteur",
    origins="source|type|media|origine",
    weak_authors="auteur|utilisateur|pseudo|compte",
    surname="nom",
    help_desk="ticket|tickets|demandeur|agent|technicien|conversation",
    answering="operateur",
    mail_words="email|mail|courriel|messagerie|adresse",
    who_words="client|repondant|demandeur|contact",
    phone_words="telephone|tel|mobile|portable|gsm",
    totals="total|totaux|total general|moyenne|somme",
    translated="traduit par google|traduction par google",
    original="avis d.origine|texte d.origine|texte original",
    staff_words="agent|conseiller|support|magasin|agence|cc",
    dated=(
        "date|horodatage|horodateur|creation|cree|soumission|soumis|publie|publication|recu|ouverture|ouvert|moment"
        "|jour|quand|heure"
    ),
    first_dated="creation|publie|soumission",
    other_date=(
        "modification|modif|dernier|derniere|cloture|fermeture|echeance|naissance|expiration|anniversaire|anciennete"
        "|contrat|achat|livraison|commande|signature"
    ),
    classes="promoteur|promotrice|passif|detracteur|détracteur|détractrice",
    recommends=r"recomm\w+|conseill\w+|parler\w* de (?:nous|notre)",
    satisfied=r"\w*satisf\w+|content\w* d\w+",
    rates=r"not(?:e|er|ez|eriez|ation|es)|score|etoiles?|evalu\w+",
    no_score=(
        r"pourquoi|raison|groupe|categor\w*|segment|comment|commentaire|verbatim|expli\w+|type|id|date|avis|nombre|nb"
        r"|duree|delai|resolution|prix|montant"
    ),
    digits={0: "zero", 1: "un", 5: "cinq", 10: "dix"},
    scale_to="a",
    scale_and="et",
    out_of="sur",
    star="etoiles?",
    point="points?|pts?",
)
