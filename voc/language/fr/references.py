"""What announces the number of a contract, an order, a customer or a file in French."""

from __future__ import annotations

from voc.language.identifier_words import ReferenceWords

REFERENCES = ReferenceWords(
    subjects={
        "loyalty": r"carte (?:de )?fidelite|fidelite",
        "order": r"commandes?|cmd(?![-_ ]?\d)|achat",
        "customer": r"(?:compte|espace|identifiant|reference|ref|code) client|clients?|compte",
        "contract": r"contrats?|police|abonnements?|adhesion|adherent|societaire",
        "reference": r"dossiers?|tickets?|reclamation|sinistre|incident|references?|ref",
    },
    links=(
        r"n\s?[°ºo]|no|nr|c est|numero|num|ref|reference|id|est|c'est|cest|le|la|de|du|mon|ma|votre|suivante?|client|"
        r"euh|heu|bien|donc|ci-dessous|voici"
    ),
    between=r"et|ou",
    units=r"euros?|eur|go|mo|km|kg|h|heures?|minutes?|min|jours?|mois|ans?|fois|articles?",
    prefixes={
        "CMD": "order",
        "COM": "order",
        "CT": "contract",
        "CTR": "contract",
        "CONTRAT": "contract",
        "ABO": "contract",
        "CLI": "customer",
        "CLT": "customer",
        "CLIENT": "customer",
        "DOS": "reference",
        "SAV": "reference",
    },
)
