"""What was drawn from words the recogniser was not sure of says so: it is shown, not counted and not quoted.

The mean confidence of the words something was read in decides, those of a topic being the words its rule saw. A topic
said a second time in words that were surely heard is sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from voc.language.word_alignment import mean_confidence
from voc.records import UNSURE, Analysis, Aspect, Expectation, FragilitySign, Intent, Signal, TopicMention, Turn

_UNSURELY = {"doubt": "heard_unsurely"}
_Found = TypeVar("_Found", Aspect, Expectation, FragilitySign, Intent, Signal, TopicMention)


def with_doubts(analysis: Analysis) -> Analysis:
    """``analysis`` with a ``doubt`` on all of it that was heard unsurely: topics, intents, wishes, signs of leaving …

    The same object where nothing says how surely it was heard: what was written, a transcript without confidences.
    """
    turns = analysis.turns
    if not any(word.confidence is not None for turn in turns for word in turn.words):
        return analysis
    topics = tuple(_doubted(one, turns) for one in analysis.topics)
    unsure = {one.id: one for one in topics if one.doubt}
    aspects = tuple(
        one.model_copy(update=_UNSURELY) if _rests(one, unsure) else _doubted(one, turns) for one in analysis.aspects
    )
    again = {one.topic for one in aspects if one.doubt is None}
    return analysis.model_copy(
        update={
            "aspects": aspects,
            "topics": tuple(one.model_copy(update={"doubt": None}) if one.id in again else one for one in topics),
            "intents": tuple(_doubted(one, turns) for one in analysis.intents),
            "fragility": tuple(_doubted(one, turns) for one in analysis.fragility),
            "expectations": tuple(_doubted(one, turns) for one in analysis.expectations),
            "signals": tuple(_doubted(one, turns) for one in analysis.signals),
        }
    )


def _doubted(one: _Found, turns: Sequence[Turn]) -> _Found:
    if one.begin is None or one.end is None or one.end <= one.begin:
        return one
    heard = mean_confidence(turns, one.begin, one.end)
    return one.model_copy(update=_UNSURELY) if heard is not None and heard < UNSURE else one


def _rests(aspect: Aspect, unsure: dict[str, TopicMention]) -> bool:
    """Whether an aspect is of a topic heard unsurely, in the very clause that names it."""
    mention = unsure.get(aspect.topic)
    return mention is not None and mention.begin is not None and aspect.begin <= mention.begin < aspect.end
