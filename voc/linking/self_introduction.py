"""The name by which somebody introduces or signs themselves: of all names in a text the one that is the speaker's.

Which words are a name is known already (they were found to be masked); what stands before them says whose it is.
"""

from __future__ import annotations

import re

from voc.language.folding import fold
from voc.records import Analysis, Turn

_BEFORE = re.compile(
    r"(?:\bje m'?\s?appelle|\bmon nom(?: de famille)?(?: est| c'est)?|\bmoi c'est|\bici|\bje suis|\bje me nomme|"
    r"\bmy (?:full )?name(?:'s| is)|\bthis is|\bi am|\bi'm|\bspeaking to you is|"
    r"\b(?:nom(?: et prenom)?|name|full name|titulaire|account holder|signe|signed|de la part de|from)\s*:|"
    r"\b(?:cordialement|bien a vous|sincerement|respectueusement|salutations|distinguees|regards|sincerely|"
    r"best wishes|faithfully|yours truly|merci d'avance|many thanks|cheers)\s*[,.!]?)"
    r"\s*(?:(?:monsieur|madame|mademoiselle|mme|mlle|mr|mrs|ms|miss|m)\.?\s+)?$"
)
_AFTER = re.compile(r"\s*,?\s*(?:a l'appareil|speaking\b|here\b)")
_CIVILITY = re.compile(r"\b((?:monsieur|madame|mademoiselle|mme|mlle|mrs?|ms|miss|m)\.?)\s+$", re.IGNORECASE)
_LOOK_BACK, _LOOK_AHEAD = 48, 24


def introduced_name(analysis: Analysis) -> str | None:
    """The speaker's name, with its civility if one was said, or ``None``; two different names are none.

    In a conversation what the agent says of themselves does not count.
    """
    names: dict[str, str] = {}
    for one in analysis.redacted:
        if one.type != "PERSON":
            continue
        if _said_by_agent(analysis.turns, one.begin):
            continue
        before = fold(analysis.text[max(0, one.begin - _LOOK_BACK) : one.begin])
        if _BEFORE.search(before) or _AFTER.match(fold(analysis.text[one.end : one.end + _LOOK_AHEAD])):
            civility = _CIVILITY.search(analysis.text[max(0, one.begin - 14) : one.begin])
            name = analysis.text[one.begin : one.end]
            names.setdefault(fold(name), f"{civility[1]} {name}" if civility else name)
    # Somebody who says their first name and later signs in full is one person.
    whole = max(names, key=len, default=None)
    if whole is None or any(not set(one.split()) <= set(whole.split()) for one in names):
        return None
    return names[whole]


def _said_by_agent(turns: tuple[Turn, ...], position: int) -> bool:
    return any(
        turn.participant_role == "agent" and turn.begin is not None and turn.end is not None
        and turn.begin <= position < turn.end
        for turn in turns
    )  # fmt: skip
