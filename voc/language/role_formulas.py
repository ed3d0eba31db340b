"""What only one side of a conversation says: who is the company's and who the customer.

A role is asserted only when the words leave no doubt (:data:`MARGIN`): a wrong one would put the agent's words in the
customer's mouth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from voc.language.description import Formula, Language
from voc.language.folding import bare
from voc.language.registry import alternatives, languages

K = TypeVar("K")

AGENT: Final = "agent"
CUSTOMER: Final = "customer"

MARGIN: Final = 3
"""How far two speakers must be apart, in points: one offer of help, or several weaker formulas."""

_OPENING: Final = 80
"""Characters of a speaker's first words in which a company is named that they answer for."""

_GREETING: Final = re.compile(rf" ({alternatives(lambda one: one.roles.greetings)}) ")
_ASKING: Final = re.compile(rf" ({alternatives(lambda one: one.roles.asking)}) ")


def _compiled(of: Callable[[Language], tuple[Formula, ...]]) -> list[tuple[int, re.Pattern[str]]]:
    return [(points, re.compile(rf"\b(?:{pattern})")) for one in languages() for points, pattern in of(one)]


_COMPILED: Final = {
    AGENT: _compiled(lambda one: one.roles.agent),
    CUSTOMER: _compiled(lambda one: one.roles.customer),
}


_RELATIVE: Final = (
    r"(mother|father|mum|mom|dad|husband|wife|son|daughter|brother|sister|partner|colleague|boss|friend|parents?"
    r"|mere|pere|maman|papa|mari|femme|fils|fille|frere|soeur|conjointe?|compagn\w+|collegue|patronn?e?|amie?)"
)
_HANDING_OVER: Final = re.compile(
    rf"\b(?:je (?:te |vous )?(?:le|la|lui) passe|je (?:te |vous )passe (?:ma|mon|le|la) {_RELATIVE}"
    rf"|passez (?:le|la|les|lui) moi|passe (?:le|la) moi|(?:je peux|puis je|pourrais je) (?:lui|leur) parler"
    rf"|{_RELATIVE} (?:\w+ ){{0,3}}a cote de moi|here(?: s| is) my {_RELATIVE}|(?:put|hand|pass) (?:him|her|them) on"
    rf"|(?:put|pass|hand) (?:you )?(?:over )?to my {_RELATIVE}|(?:put|get) my {_RELATIVE} on"
    rf"|(?:can|could|may) i (?:please )?(?:speak|talk) (?:to|with) (?:him|her|them)"
    rf"|my {_RELATIVE} (?:\w+ ){{0,4}}next to me)\b"
)


def hands_over(text: str) -> bool:
    """Whether somebody passes the telephone on, or asks for somebody who is beside them: a third person may speak."""
    return _HANDING_OVER.search(bare(text)) is not None


def role_points(text: str) -> int:
    """Points for ``agent`` minus points for ``customer``; each formula counts once."""
    words = bare(text)
    agent, customer = (
        sum(points for points, pattern in _COMPILED[role] if pattern.search(words)) for role in (AGENT, CUSTOMER)
    )
    return agent - customer


def brand_points(opening: str, brands: Sequence[str]) -> int:
    """Points for ``agent`` of a speaker's first words: who greets and names the company answers for it."""
    words = f" {bare(opening)} "
    named = any(name in words[:_OPENING] for brand in brands if (name := f" {bare(brand)} ").strip())
    return 3 if named and _GREETING.search(words) and not _ASKING.search(words) else 0


def agent_and_customer(points: Mapping[K, int]) -> tuple[K, K] | None:
    """Which of two speakers is the agent and which the customer, by their points; ``None`` where that is in doubt.

    One must be ahead by :data:`MARGIN`, and the other must not have as many for the same role.
    """
    agent, customer = sorted(points, key=lambda one: -points[one])
    doubtful = points[customer] >= MARGIN or points[agent] <= -MARGIN or points[agent] <= 0 <= points[customer]
    return None if points[agent] - points[customer] < MARGIN or doubtful else (agent, customer)
