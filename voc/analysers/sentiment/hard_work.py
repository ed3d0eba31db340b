"""Clauses that tell hard work, a promise not kept, or ease in calm words: no mood of their own, yet plain.

Who writes "I have explained this to three people and each says something else", or "problème résolu dans l'heure", uses
no word of feeling, and the encoder reads neither blame nor praise. What the rules of effort find says which it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from voc.analysers.rulebooks import load_rules
from voc.analysers.sentiment.adjustment import Cue
from voc.language.rulebook import RuleContext
from voc.language.sentences import Span

_HARD = frozenset(("many_contacts", "transferred", "unreachable", "waiting"))
"""Rules of hard work that is held against somebody; that a thing is complicated ("struggle") may be nobody's fault."""
EASE = "solved_at_once"
"""The rule of ease that tells what was done, and not only that a thing is simple."""
_PROMISED = "promised"
_DRAWBACK = "one_drawback"
_HALF = 0.5


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


def weight_beside(clause: Span, cues: Sequence[Cue], reading: RuleContext) -> float:
    """What the words of a clause count in the whole: half where they say that they are all there is to find fault with,
    from the cue to the end of its sentence."""
    drawbacks = [cue.begin for cue in cues if cue.rule == _DRAWBACK and cue.begin < clause[1]]
    beside = any(reading.sentence_of(begin) == reading.sentence_of(clause[0]) for begin in drawbacks)
    return _HALF if beside else 1.0
