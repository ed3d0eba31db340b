"""What announces a number in French that names somebody."""

from __future__ import annotations

ANNOUNCED = {
    "iban": r"compte|virement",
    "rib": r"compte|virement|prelevement|bancaire\w*",
    "national": r"secu\w*|social|vitale",
    "card": r"carte|cb|debit\w*|credit",
    "company": r"tva",
    "vehicle": r"chassis|vehicule|voiture|carte grise|serie",
    "plate": r"immatricul\w*|plaque|vehicule|voiture",
    "papers": (
        r"passe?port|permis(?: de conduire)?|carte (?:nationale )?d'identite|cni|piece d'identite|titre de sejour|"
        r"numero fiscal|spi"
    ),
    "phone": (r"tel|telephone|portable|mobile|rappel\w*|appel\w*|joindre|joignable|fixe|sms|whatsapp|fax|contact\w*"),
    "card said": r"cartes?|cb",
    "national said": r"secu\w*|social",
}
