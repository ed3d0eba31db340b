"""Whose an identifier or a name is, in English."""

from __future__ import annotations

from voc.language.identifier_words import OwnerWords

_RELATIONS = (
    r"neighbou?rs?|friends?|husband|wife|brother|sister|mother|mum|mom|father|dad|son|daughter|colleagues?|coworkers?|"
    r"partner|boyfriend|girlfriend|flatmate|roommate|landlord|landlady|tenant|boss|uncle|aunt|cousin|parents?|"
    r"(?:mother|father|sister|brother|son|daughter)-in-law|grand(?:mother|father|parents|ma|pa)"
)
_NUMBER = r"(?:mobile|number|contract|account|e-?mail|mail|address|phone|cell|line|order|reference|customer)"

OWNERS = OwnerWords(
    others=(
        rf"\b(?:my|our|an?)\s+(?:{_RELATIONS})\b|\b(?:not|isn't)\s+(?:mine|my)(?:\s+{_NUMBER})?\b"
        r"|\bi(?:'m| am) not\s+(?:the|an?|that|mr|mrs|ms|this)\b"
    ),
    own=(
        rf"\b(?:my|our)\s+(?:own\s+|new\s+)?{_NUMBER}\b"
        r"|\b(?:call|reach|contact|text|e-?mail) (?:me|us)\b|\bi(?:'m| am)(?! not)\b"
    ),
    denied=r"i(?:'m| am) not",
    after=r"(?:is not|isn't|not) (?:mine|my)\b",
    introduces=r"\bmy (?:full )?name(?:'s| is)|\bthis is|\bi am|\bi'm|\bspeaking to you is",
    labels=r"name|full name|account holder|signed|from",
    closings=r"regards|sincerely|best wishes|faithfully|yours truly|many thanks|cheers",
    introduced_after=r"speaking\b|here\b",
)
