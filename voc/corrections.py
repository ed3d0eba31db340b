"""What a person says of an interaction instead of the models: kept apart from the analysis, laid over it when read.

A :class:`Correction` is a record like those of :mod:`voc.records`; it has a place of its own because no analyser makes
one: people do, the store keeps it with who, when and why, and every reading of the analysis takes it in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, get_args

from voc.actions import needed_action
from voc.errors import InputError
from voc.records import Analysis, Emotion, Intent, Moment, Record, Sentiment, SentimentLabel, TopicMention

CorrectedField = Literal["sentiment", "complaint", "action", "effort", "topic", "intent", "emotion"]
FIELDS: tuple[CorrectedField, ...] = get_args(CorrectedField)
SEVERAL: frozenset[CorrectedField] = frozenset(("topic", "intent", "emotion"))
"""Fields of which an interaction may have several labels, each there or not; of the others it has one."""

SENTIMENTS: tuple[SentimentLabel, ...] = get_args(SentimentLabel)
ACTIONS = ("response_needed", "suggestion", "praise", "none")
INTENTS = (
    *("cancel", "complain", "ask_refund", "ask_information", "praise", "suggest", "buy_upgrade"),
    "escalate_legal",
)
EMOTIONS = ("anger", "disappointment", "fear", "joy", "surprise", "mistrust", "gratitude", "neutral")
EFFORTS = tuple(str(effort) for effort in range(-5, 6))
NO_EFFORT = "none"
"""Effort of an interaction whose words show none; it stays out of averages."""

VALUES: dict[CorrectedField, tuple[str, ...]] = {
    "sentiment": SENTIMENTS,
    "complaint": ("yes", "no"),
    "action": ACTIONS,
    "effort": (*EFFORTS, NO_EFFORT),
    "intent": INTENTS,
    "emotion": EMOTIONS,
}
"""What may be said of each field; topics are those of the taxonomy in force."""

PRESENT, ABSENT = "present", "absent"
REASON_CHARS = 500
_TOPIC = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_SURE = 1.0
"""Score of what a person said is there: they are not 87 % sure of it."""
_SIGNED: dict[str, float] = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}


class Correction(Record):
    """One label a person gave an interaction, or took from it (``present`` false: topics, intents, emotions).

    ``was`` is what the models had said: a value of the same field, ``present``/``absent`` where there may be several,
    ``None`` where they had said nothing. The same value as the models' confirms them, which ``voc learn`` needs too.
    """

    id: str
    interaction_id: str
    field: CorrectedField
    value: str
    present: bool = True
    title: str | None = None
    """Name of a topic, for whoever shows it without the taxonomy."""
    was: str | None = None
    reason: str | None = None
    """Why, in the person's words; may hold personal data, so it is shown to analysts only."""
    actor: str
    at: Moment
    withdrawn_by: str | None = None
    withdrawn_at: Moment | None = None

    @property
    def in_force(self) -> bool:
        """Whether it still overrides the models."""
        return self.withdrawn_at is None

    @property
    def key(self) -> str:
        """What it decides: ``sentiment``, or ``topic:billing`` where there may be several."""
        return f"{self.field}:{self.value}" if self.field in SEVERAL else self.field

    @property
    def confirms(self) -> bool:
        """Whether the models had said the same."""
        return self.was == ((PRESENT if self.present else ABSENT) if self.field in SEVERAL else self.value)


def check(field: CorrectedField, value: str, *, present: bool = True) -> None:
    """Refuse a label nobody could have meant.

    Raises:
        InputError: ``value`` is not one of ``field``'s, or a single value is said to be absent.
    """
    allowed = VALUES.get(field)
    if allowed is not None and value not in allowed:
        raise InputError(f"{field}: '{value[:80]}' is not one of {', '.join(allowed)}.")
    if allowed is None and not (_TOPIC.fullmatch(value) and len(value) <= 120):
        raise InputError(f"{field}: '{value[:80]}' is not the id of a topic, like billing.double_charge.")
    if not present and field not in SEVERAL:
        raise InputError(f"{field}: has one value; give the right one instead of taking this one away.")


def said(analysis: Analysis, field: CorrectedField, value: str) -> str | None:
    """What ``analysis`` says of ``field``, as :attr:`Correction.was` keeps it."""
    match field:
        case "sentiment":
            return analysis.sentiment.label if analysis.sentiment else None
        case "complaint":
            return None if analysis.complaint is None else "yes" if analysis.complaint >= 0.5 else "no"
        case "action":
            return analysis.action
        case "effort":
            return NO_EFFORT if analysis.effort is None else str(analysis.effort)
        case "topic":
            there = any(one.id == value for one in analysis.topics)
        case "intent":
            there = any(one.label == value for one in analysis.intents)
        case "emotion":
            there = any(one.label == value for one in analysis.emotions)
    return PRESENT if there else ABSENT


def overlay(analysis: Analysis, corrections: Iterable[Correction]) -> Analysis:
    """``analysis`` as the corrections in force say it is; what they decided is listed in ``corrected``."""
    decided = [one for one in corrections if one.in_force and one.interaction_id == analysis.id]
    before = analysis
    for one in decided:
        analysis = analysis.model_copy(update=_change(analysis, one))
    fields = {one.field for one in decided}
    if "intent" in fields and "action" not in fields and before.action is not None:
        analysis = analysis.model_copy(update={"action": _action(before, analysis)})
    return analysis.model_copy(update={"corrected": tuple(one.key for one in decided)}) if decided else analysis


def _action(before: Analysis, after: Analysis) -> str:
    """What to do, once the intents are others; a request in the words, which no intent explains, still stands."""
    explained = needed_action(before.intents, before.expectations)
    requested = before.action == "response_needed" != explained
    return needed_action(after.intents, after.expectations, requested=requested)


def _change(analysis: Analysis, one: Correction) -> dict[str, object]:
    match one.field:
        case "sentiment":
            return {"sentiment": _sentiment(one.value)}
        case "complaint":
            return {"complaint": _SURE if one.value == "yes" else 0.0}
        case "action":
            return {"action": one.value}
        case "effort":
            return {"effort": None if one.value == NO_EFFORT else int(one.value)}
        case "topic":
            return _topics(analysis, one)
        case "intent":
            kept = tuple(i for i in analysis.intents if i.label != one.value)
            mine = [i for i in analysis.intents if i.label == one.value][:1] or [
                Intent(label=one.value, score=_SURE, begin=0, end=0)
            ]
            return {"intents": (*kept, *(i.model_copy(update={"score": _SURE}) for i in mine if one.present))}
        case "emotion":
            felt = tuple(e for e in analysis.emotions if e.label != one.value)
            return {"emotions": (Emotion(label=one.value, score=_SURE), *felt) if one.present else felt}


def _topics(analysis: Analysis, one: Correction) -> dict[str, object]:
    if not one.present:
        return {
            "topics": tuple(topic for topic in analysis.topics if topic.id != one.value),
            "aspects": tuple(aspect for aspect in analysis.aspects if aspect.topic != one.value),
        }
    known = next((topic for topic in analysis.topics if topic.id == one.value), None)
    sure = (known or TopicMention(id=one.value, label=one.title or one.value, score=_SURE)).model_copy(
        update={"score": _SURE}
    )
    return {"topics": (sure, *(topic for topic in analysis.topics if topic.id != one.value))}


def _sentiment(label: str) -> Sentiment:
    certain: dict[SentimentLabel, float] = {each: float(each == label) for each in SENTIMENTS}
    winner = next(each for each in SENTIMENTS if each == label)
    return Sentiment(label=winner, score=_SIGNED[label], probabilities=certain)
