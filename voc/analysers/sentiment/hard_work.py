"""Clauses that tell hard work, a promise not kept, or ease in calm words: no mood of their own, yet plain.

Who writes "I have explained this to three people and each says something else", or "problème résolu dans l'heure", uses
no word of feeling, and the encoder reads neither blame nor praise. What the rules of effort find says which it is.
"""

from __future__ import annotations

from voc.analysers.rulebooks import load_rules
from voc.analysers.sentiment.adjustment import Cue
from voc.language.rulebook import RuleContext

_HARD = frozenset(("many_contacts", "transferred", "unreachable"))
"""Rules of hard work that is held against somebody; that a thing is complicated ("struggle") may be nobody's fault."""
EASE = "solved_at_once"
"""The rule of ease that tells what was done, and not only that a thing is simple."""
_PROMISED = "promised"


def hard_work(reading: RuleContext) -> list[Cue]:
    """Cues of what was hard, of promises told of, and of what was solved at once, in their order."""
    found = []
    for find in load_rules("effort").find(reading):
        if find.plain and find.rule.id in _HARD:
            found.append(Cue("toiled", find.rule.id, find.begin, find.end))
        elif find.plain and find.rule.id == EASE:
            found.append(Cue("raised", find.rule.id, find.begin, find.end))
    found += [
        Cue("toiled", find.rule.id, find.begin, find.end)
        for find in load_rules("expectations").find(reading)
        if find.rule.id == _PROMISED
    ]
    return sorted(found, key=lambda cue: cue.begin)
