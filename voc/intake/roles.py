"""Who speaks: names of participants to the two roles the figures are kept by."""

from __future__ import annotations

from voc.intake.cell_words import words_of
from voc.intake.column_names import fold_header

_AGENT = words_of(lambda words: words.agent, tools="ivr|acd|admin|teammate|business")
_CUSTOMER = words_of(lambda words: words.customer)


def role_of(name: str) -> str | None:
    """Read a speaker's role in any language that is read: ``Conseillère`` → ``agent``, ``END_USER`` → ``customer``."""
    folded = fold_header(name)
    if folded in _AGENT:
        return "agent"
    if folded in _CUSTOMER:
        return "customer"
    words = folded.split()
    if len(words) <= 4:
        if any(word in _AGENT for word in words):
            return "agent"
        if any(word in _CUSTOMER for word in words):
            return "customer"
    return None
