"""A whole conversation in one cell: lines of a time, a name and words, as chat tools put them into their reports.

Salesforce's live chats, for one, stand so in ``Body``: ``( 5s ) Claire: My line is down``. Taken as a text, the agent's
words would be the customer's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from voc.intake.roles import role_of
from voc.intake.speakers import with_roles
from voc.language.role_formulas import AGENT
from voc.records import Turn

_TIME = r"(?:(?:\d{1,3}[hms]\s*){1,3}|(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4},?[ T])?\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?Z?)"
_LINE = re.compile(
    rf"[(\[]?\s*{_TIME}\s*[)\]]?\s*[-–]?\s*(?P<who>[^\W\d_][^:\n()\[\]]{{0,59}}?)\s*:\s+(?P<text>\S.*)",
    re.IGNORECASE,
)
_NOTICE = re.compile(r"(?:chat (?:started|origin|transferred)|agent\b)[^:]{0,60}(?::.*)?", re.IGNORECASE)
"""What the tool itself writes above the first message."""
FEWEST_LINES = 2


def is_conversation(cell: str) -> bool:
    """Whether a cell holds what two people wrote, a line each, with when they did."""
    named = {match["who"] for line in cell.splitlines() if (match := _LINE.fullmatch(line.strip()))}
    return len(named) >= FEWEST_LINES


def turns_in(cell: str, *, customer: str = "", agent: str = "") -> list[Turn]:
    """The turns of a cell (see :func:`is_conversation`); lines without a time go on with the one before.

    Args:
        cell: as text, without HTML.
        customer: the customer's name, where the row says it.
        agent: the agent's.
    """
    spoken: list[tuple[str, list[str]]] = []
    notices: list[str] = []
    for line in cell.splitlines():
        if match := _LINE.fullmatch(line.strip()):
            spoken.append((match["who"].strip(), [match["text"]]))
        elif not spoken:
            notices.append(line.strip())
        elif line.strip() and not _NOTICE.fullmatch(line.strip()):
            spoken[-1][1].append(line.strip())
    named = {notice[len("agent ") :].strip() for notice in notices if notice.lower().startswith("agent ")}
    agents = {agent.strip(), *named}
    turns = [
        Turn(
            index=number,
            participant_role=AGENT if who in agents - {""} else role_of(who),
            speaker=who[:80],
            text="\n".join(words),
        )
        for number, (who, words) in enumerate(spoken)
    ]
    return with_roles(turns, customers=customer)


def holds_conversations(cells: Sequence[str]) -> bool:
    """Whether most of the filled cells of a column are conversations."""
    filled = [cell for cell in cells if cell.strip()][:50]
    return bool(filled) and sum(map(is_conversation, filled)) > 0.5 * len(filled)
