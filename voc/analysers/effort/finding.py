"""How hard a customer had to work, −5 (very hard) … 5 (very easy), from published signs in their words.

After the Customer Effort Score (Dixon, Freeman & Toman 2010): what wears customers out is having to contact again, to
repeat themselves, to be passed on, to wait. A text that shows none of it has no effort: ``None``, never 0.
"""

from __future__ import annotations

from collections.abc import Sequence

from voc.analysers.intents.finding import ClauseSentiment
from voc.analysers.rulebooks import load_rules
from voc.language.rulebook import RuleContext
from voc.language.sentences import Span
from voc.records import EffortSign

LIMIT = 5
_TOO_LITTLE = -1
"""A sum that is told as no effort: "toujours pas", by itself, says that a thing is not done, not that it was hard."""
_PLAINLY_CROSS = -0.6
_GLAD, _CROSS = 0.7, -0.3
"""Sentiment of a sentence over which its hard signs are told in passing, and under which its ease is mockery."""


def find_effort(
    reading: RuleContext, moods: Sequence[ClauseSentiment], *, whole: float = 0.0
) -> tuple[int | None, tuple[EffortSign, ...]]:
    """The effort a text shows and its signs, each rule and the same words once, in order; ``None`` without any.

    What is only hinted at ("marre") counts beside plain signs of hard work: who is cross need not have worked hard.
    Ease in a text that is plainly cross as a whole (``whole``, −1…1) is told of something else than the matter.
    """
    signs: dict[str, EffortSign] = {}
    counted: list[Span] = []
    finds = load_rules("effort").find(reading)
    toiled = any(find.plain and find.rule.points < 0 for find in finds)
    for find in finds:
        mood = next((mood for mood in moods if mood.begin <= find.begin < mood.end), None)
        hard = find.rule.points < 0
        if not find.plain and not toiled:
            continue
        if mood and ((hard and mood.score > _GLAD) or (not hard and (mood.score < _CROSS or mood.ironic))):
            continue
        if not hard and whole < _PLAINLY_CROSS:
            continue
        if any(low <= find.begin and find.end <= high for low, high in counted):
            continue
        counted.append((find.begin, find.end))
        signs.setdefault(
            find.rule.id, EffortSign(rule=find.rule.id, points=find.rule.points, begin=find.begin, end=find.end)
        )
    if not signs:
        return None, ()
    total = sum(sign.points for sign in signs.values())
    if total == _TOO_LITTLE:
        return None, ()
    return max(-LIMIT, min(LIMIT, total)), tuple(signs.values())
