"""What survey tools, review sites, app stores and help desks call their columns in French, beside the usual names."""

from __future__ import annotations

TOOLS = {
    "text": (
        "verbatim client|texte de l avis|contenu de l avis|commentaire de l avis|avis client|contenu du commentaire"
        "|message client|message du client|probleme|expression libre|remarques client"
    ),
    "title": "titre de l avis|sujet du ticket|objet de la demande",
    "id": (
        "reponse id|n ticket|no ticket|num ticket|numero du ticket|n de ticket|n demande|n de demande"
        "|numero de demande|n dossier|numero de dossier|avis id|n avis|numero d avis|id de la reponse|id de reponse"
        "|id de reponse reponse|id ticket client"
    ),
    "date": (
        "horodateur|date de creation du ticket|date d ouverture|date ouverture|ouvert le|date soumise"
        "|date de soumission|soumis le|date d envoi de la reponse|date de la reponse|date et heure|date heure utc"
        "|heure de fin|date de fin|fin|heure de debut|date de debut|date de parution|date du post|date du message"
        "|recu|date de l enquete|date enquete|date du questionnaire|date de collecte|date verbatim|date du verbatim"
        "|date d experience|date de l experience|date de visite|date feedback|date commentaire|date du commentaire"
        "|date de depot|depose le|date d enregistrement|date de saisie|saisi le"
    ),
    "channel": "source du ticket",
    "nps": "intention de recommander|note de 0 a 10|recommander|note reco|score de recommandation",
    "csat": "note de satisfaction globale|note csat|indice de satisfaction",
    "rating": (
        "note 5|note sur 5 etoiles|nombre etoiles|note de l avis|note donnee|note attribuee|etoile|evaluation"
        "|note sur cinq|note moyenne"
    ),
    "name": (
        "demandeur|nom du demandeur|nom de l auteur|auteur de l avis|nom contact|nom du contact|client nom"
        "|nom et prenom|demandeur demandeur|de nom"
    ),
    "first_name": "prenom client|prenom du client",
    "last_name": "nom de famille client",
    "email": (
        "adresse de messagerie|adresse de courriel|adresse electronique|e mail client|e mail du client"
        "|email du client|email contact|email du contact|mail contact|email du demandeur"
    ),
    "phone": "numero de portable|telephone du client|tel portable client|numero mobile|telephone contact",
    "order": "numero de la commande|reference de commande|n de la commande",
    "language": "langue de l avis|lang saisie|langue du repondant|langue de l enquete",
}
"""Field → headers, see :attr:`voc.language.column_words.ColumnWords.tools`."""
