"""Whose an identifier or a name is, in French."""

from __future__ import annotations

from voc.language.identifier_words import OwnerWords

_KIN = (
    r"voisine?s?|amie?s?|mari|femme|freres?|soeurs?|mere|maman|pere|papa|fils|fille|collegues?|copain|copine|"
    r"conjointe?|epou[xs]e?|compagnon|compagne|belle[- ](?:mere|soeur|fille)|beau[- ](?:pere|frere|fils)|"
    r"cousine?|oncle|tante|parents?|grands?[- ](?:mere|pere|parents)|patronn?e?|(?:co)?locataire|coloc|proprietaire"
)
_NUMBER = (
    r"(?:numero|n°|contrat|compte|mail|e-?mail|courriel|adresse|telephone|portable|mobile|fixe|ligne|dossier|reference|"
    r"client|commande)"
)

OWNERS = OwnerWords(
    others=(
        rf"\b(?:mon|ma|mes|notre|nos|une?|d'une?|l')\s*(?:{_KIN})\b"
        rf"|\b(?:pas|plus)\s+(?:le mien|la mienne|a moi|mon|ma)(?:\s+{_NUMBER})?\b"
        r"|\bje ne suis pas\s+(?:l[ea']|une?|cett?e?|celui|celle|client|abonne|titulaire|monsieur|madame|mme|mr?)\b"
    ),
    own=(
        rf"\b(?:mon|ma|notre)\s+(?:propre\s+|nouveau\s+)?{_NUMBER}\b"
        r"|(?:\bm'|\b(?:me|nous)\s)(?:r?appeler|joindre|contacter|ecrire)\b"
        r"|\b(?:r?appele|contacte|joigne|ecrive)z[- ](?:moi|nous)\b|\bjoignable\b|\bje suis(?! pas)\b|\bmoi\b"
    ),
    denied=r"je ne suis pas",
    after=r"(?:ce )?(?:n'est|c'est) pas (?:le mien|la mienne|a moi|mon|ma)\b",
    introduces=(
        r"\bje m'?\s?appelle|\bmon nom(?: de famille)?(?: est| c'est)?|\bmoi c'est|\bici|\bje suis|\bje me nomme"
    ),
    labels=r"nom(?: et prenom)?|titulaire|signe|de la part de",
    closings=(r"cordialement|bien a vous|sincerement|respectueusement|salutations|distinguees|merci d'avance"),
    introduced_after=r"a l'appareil",
)
