"""Identifiers in somebody's words that may be another person's: a neighbour's number, a husband's contract.

An identifier said in a text names whoever owns it, not whoever writes. Where the words around it give it to somebody
else, or the sender's own name is not its owner's, the link is for a person to decide: access and erasure hang on it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from voc.language.folding import fold, open_ligatures
from voc.linking.linkage_fields import folded_words
from voc.records import Identifier

_KIN = (
    r"voisine?s?|amie?s?|mari|femme|freres?|soeurs?|mere|maman|pere|papa|fils|fille|collegues?|copain|copine|"
    r"conjointe?|epou[xs]e?|compagnon|compagne|belle[- ](?:mere|soeur|fille)|beau[- ](?:pere|frere|fils)|"
    r"cousine?|oncle|tante|parents?|grands?[- ](?:mere|pere|parents)|patronn?e?|(?:co)?locataire|coloc|proprietaire"
)
_RELATIONS = (
    r"neighbou?rs?|friends?|husband|wife|brother|sister|mother|mum|mom|father|dad|son|daughter|colleagues?|coworkers?|"
    r"partner|boyfriend|girlfriend|flatmate|roommate|landlord|landlady|tenant|boss|uncle|aunt|cousin|parents?|"
    r"(?:mother|father|sister|brother|son|daughter)-in-law|grand(?:mother|father|parents|ma|pa)"
)
_NUMBER = (
    r"(?:numero|n°|contrat|compte|mail|e-?mail|courriel|adresse|telephone|portable|mobile|fixe|ligne|dossier|reference|"
    r"client|commande|number|contract|account|e-?mail|address|phone|cell|line|order|reference|customer)"
)
_OTHERS = re.compile(
    rf"\b(?:mon|ma|mes|notre|nos|une?|d'une?|l')\s*(?:{_KIN})\b|\b(?:my|our|an?)\s+(?:{_RELATIONS})\b"
    rf"|\b(?:pas|plus)\s+(?:le mien|la mienne|a moi|mon|ma)(?:\s+{_NUMBER})?\b"
    rf"|\b(?:not|isn't)\s+(?:mine|my)(?:\s+{_NUMBER})?\b"
    r"|\bje ne suis pas\s+(?:l[ea']|une?|cett?e?|celui|celle|client|abonne|titulaire|monsieur|madame|mme|mr?)\b"
    r"|\bi(?:'m| am) not\s+(?:the|an?|that|mr|mrs|ms|this)\b"
)
_DENIED_NAME = re.compile(r"\b(?:je ne suis pas|i(?:'m| am) not)\s+(?=\w)")
_OWN = re.compile(
    rf"\b(?:mon|ma|my|notre|our)\s+(?:propre\s+|own\s+|nouveau\s+|new\s+)?{_NUMBER}\b"
    r"|(?:\bm'|\b(?:me|nous)\s)(?:r?appeler|joindre|contacter|ecrire)\b"
    r"|\b(?:r?appele|contacte|joigne|ecrive)z[- ](?:moi|nous)\b"
    r"|\bjoignable\b|\b(?:call|reach|contact|text|e-?mail) (?:me|us)\b"
    r"|\bje suis(?! pas)\b|\bi(?:'m| am)(?! not)\b|\bmoi\b"
)
_AFTER = re.compile(
    r"[\s,(]*(?:(?:ce )?(?:n'est|c'est) pas (?:le mien|la mienne|a moi|mon|ma)\b|(?:is not|isn't|not) (?:mine|my)\b)"
)
_SENTENCE = re.compile(r"[.!?](?=\s)|[\n;]")
LOOK_BACK, LOOK_AHEAD = 120, 30
"""Characters before and after an identifier that may say whose it is; a sentence's end cuts them short."""

ALIKE = 0.84
"""Similarity of two words from which they are one name in two spellings (``Stephane``, ``Stephan``)."""


def is_of_another(text: str, identifier: Identifier) -> bool:
    """Whether the words around an identifier in ``text`` give it to somebody else than who speaks.

    What is said last before it counts: ``mon mari a appelé, rappelez-moi au 06 …`` is the speaker's own.
    """
    if identifier.begin is None or identifier.end is None:
        return False
    begin = max(0, identifier.begin - LOOK_BACK)
    original = open_ligatures(text[begin : identifier.begin])
    if ends := [found.end() for found in _SENTENCE.finditer(original)]:
        original = original[ends[-1] :]
    before = fold(original)
    others = max((found.end() for found in _OTHERS.finditer(before)), default=-1)
    for found in _DENIED_NAME.finditer(before):
        if original[found.end()].isupper():
            others = max(others, found.end())
    own = max((found.end() for found in _OWN.finditer(before)), default=-1)
    if others > -1 and own <= others:
        return True
    return bool(_AFTER.match(fold(text[identifier.end : identifier.end + LOOK_AHEAD])))


def is_named_otherwise(sender: str, owner: Sequence[str | None]) -> bool:
    """Whether the sender's name is another person's than any of the names of ``owner``; unsure is no.

    A pseudonym says nothing (``KingKong75``), and a word that both share, or nearly, is enough for one person, unless
    both are whole names and either half has no counterpart: ``Marie Dupont`` is not ``Jean Dupont``.
    """
    if any(not (c.isalpha() or c in " '’.-,") for c in sender):
        return False
    mine = (folded_words(sender) or "").split()
    theirs = {word for name in owner for word in (folded_words(name) or "").split()}
    if not mine or not theirs:
        return False
    matched = [word for word in mine if any(_alike(word, other) for other in theirs)]
    if len(mine) == 1 or len(theirs) == 1:
        return not matched
    return len(matched) < 2


def _alike(one: str, other: str) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    return one == other or SequenceMatcher(None, one, other).ratio() >= ALIKE
