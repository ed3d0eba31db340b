"""Who is on which channel: told by whoever sent the recording, else by what only one side says.

There is no convention to fall back on (recorders put the agent left or right), so a role is asserted only when the
words leave no doubt: a wrong role would put the agent's words in the customer's mouth.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

from voc.errors import InputError
from voc.language.role_formulas import AGENT, CUSTOMER, MARGIN, agent_and_customer, brand_points, role_points
from voc.records import Turn

METHOD: Final = "role-formulas@1"


def checked(roles: Sequence[str]) -> tuple[str, ...]:
    """Return the roles as given, stripped and in lower case.

    Raises:
        InputError: one is empty or not a word.
    """
    cleaned = tuple(role.strip().lower() for role in roles)
    for role in cleaned:
        if not re.fullmatch(r"\w[\w-]{0,31}", role):
            raise InputError(f"role {role!r} is not a word; name the channels in order, as in agent,customer.")
    return cleaned


def roles_of_speakers(turns: Sequence[Turn], *, brands: Sequence[str] = ()) -> tuple[dict[int, str], float | None]:
    """Return the roles that the words settle, by channel tag, and how surely (0…1; ``None`` when they settle none).

    Two speakers are agent and customer when one is ahead by :data:`MARGIN` points, as in :func:`roles_from_words`, and
    the other has not as many for the same role. One speaker, or one of several, must be so far ahead on their own.
    The confidence takes a point for a factor *e* in the odds.
    """
    said: dict[int, list[str]] = {}
    for turn in turns:
        if turn.channel_tag is not None:
            said.setdefault(turn.channel_tag, []).append(turn.text)
    points = {tag: role_points(" ".join(texts)) + brand_points(texts[0], brands) for tag, texts in said.items()}
    if len(points) == 2:
        found = agent_and_customer(points)
        if found is None:
            return {}, None
        agent, customer = found
        return {agent: AGENT, customer: CUSTOMER}, _surely(points[agent] - points[customer])
    settled = {tag: AGENT if own > 0 else CUSTOMER for tag, own in points.items() if abs(own) >= MARGIN}
    return settled, _surely(min(abs(points[tag]) for tag in settled)) if settled else None


def _surely(points: int) -> float:
    return round(1 / (1 + math.exp(-points)), 3)


def roles_from_words(turns: Sequence[Turn]) -> Mapping[int, str] | None:
    """Return the role of each of two channels, or ``None`` when the words do not tell.

    The channel with more of the agent's formulas is the agent's when it is ahead by :data:`MARGIN` points and is not
    itself in doubt (it has more of the agent's than of the customer's).
    """
    said: dict[int, list[str]] = {}
    for turn in turns:
        if turn.channel_tag is not None:
            said.setdefault(turn.channel_tag, []).append(turn.text)
    if len(said) != 2:
        return None
    points = {tag: role_points(" ".join(texts)) for tag, texts in said.items()}
    agent, customer = sorted(points, key=lambda tag: -points[tag])
    if points[agent] - points[customer] < MARGIN or (points[agent] <= 0 and points[customer] >= 0):
        return None
    return {agent: AGENT, customer: CUSTOMER}
