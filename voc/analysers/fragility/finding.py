"""Signs in one interaction that a customer may leave: each published rule with its points and its words."""

from __future__ import annotations

from collections.abc import Sequence

from voc.analysers.rulebooks import load_rules
from voc.language.rulebook import RuleContext
from voc.records import EffortSign, FragilitySign, Intent

VERY_HIGH_EFFORT = -4
"""Effort from which, downwards, it is a sign of its own."""
_HINT = 0.7
"""Score of an intent under which it counts half."""


def find_fragility(
    reading: RuleContext, intents: Sequence[Intent], *, effort: int | None, effort_signs: Sequence[EffortSign] = ()
) -> tuple[FragilitySign, ...]:
    """The signs of a text, each rule once, in the order of the rule book (``rulebook.yaml``)."""
    book = load_rules("fragility")
    finds = {find.rule.id: find for find in reversed(book.find(reading))}
    by_label = {intent.label: intent for intent in intents}
    voids = book.voids(reading) if by_label else {}
    signs: list[FragilitySign] = []
    for rule in book.rules:
        intent = by_label.get(rule.intent or "")
        if intent is not None:
            if not any(low <= intent.begin < high for low, high in voids.get(rule.id, ())):
                points = rule.points if intent.score >= _HINT else _half(rule.points)
                signs.append(FragilitySign(rule=rule.id, points=points, begin=intent.begin, end=intent.end))
        elif rule.id in finds:
            find = finds[rule.id]
            points = rule.points if find.plain else _half(rule.points)
            signs.append(FragilitySign(rule=rule.id, points=points, begin=find.begin, end=find.end))
        elif rule.id == "very_high_effort" and effort is not None and effort <= VERY_HIGH_EFFORT:
            worst = min(effort_signs, key=lambda sign: sign.points, default=None)
            place = {"begin": worst.begin, "end": worst.end} if worst else {}
            signs.append(FragilitySign(rule=rule.id, points=rule.points, **place))
    return tuple(signs)


def _half(points: int) -> int:
    return -(-points // 2)
