"""The name by which somebody introduces or signs themselves: of all names in a text the one that is the speaker's.

Which words are a name is known already (they were found to be masked); what stands before them says whose it is.
"""

from __future__ import annotations

import re

from voc.language import titles
from voc.language.folding import fold
from voc.language.registry import alternatives
from voc.records import Analysis, Turn

_BEFORE = re.compile(
    rf"(?:{alternatives(lambda one: one.owners.introduces)}|\b(?:{alternatives(lambda one: one.owners.labels)})\s*:|"
    rf"\b(?:{alternatives(lambda one: one.owners.closings)})\s*[,.!]?)\s*(?:{titles.BEFORE_NAME}\s+)?$"
)
_AFTER = re.compile(rf"\s*,?\s*(?:{alternatives(lambda one: one.owners.introduced_after)})")
_CIVILITY = re.compile(rf"\b({titles.BEFORE_NAME})\s+$", re.IGNORECASE)
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
