"""What events are called in French."""

from __future__ import annotations

from voc.language.event_words import EventWords

EVENTS = EventWords(
    families={
        "sent": (
            "campagne|newsletter|promo|promotion|prospection|sollicitation|demarchage|envoi|envoye|notification|relance"
            "|publicite|offre"
        ),
        "purchase": ("achat|commande|vente|paiement|facture|souscription|abonnement|renouvellement|remboursement"),
        "visit": "visite|passage|session|connexion|consultation|clic",
        "service": (
            "livraison|expedition|intervention|reparation|installation|panne|incident|technicien|activation|resiliation"
            "|demenagement|ticket|retour"
        ),
    },
    channels={
        "email": "email|mail|courriel|newsletter",
        "sms": "sms|texto|mms",
        "call": "appel|telephone|tel|demarchage",
        "push": "notification",
        "letter": "courrier|lettre|postal",
        "web": "web|site|internet",
        "app": "application|mobile",
        "store": "boutique|magasin|agence",
    },
)
