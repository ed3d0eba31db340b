"""What one customer means in one interaction: intents, wishes, effort, what to do, and signs that they may leave.

Published rules (``rulebook.yaml`` in each folder) give the words and the reason; the heads of the encoder, if any, add
recall and certainty. Who speaks is respected: an agent's words never make a customer's intent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voc.analysers.action.needed import Action, needed_action
from voc.analysers.classifier_heads import HeadScores
from voc.analysers.complaint import LIKELY
from voc.analysers.effort.finding import find_effort
from voc.analysers.expectations.finding import TopicClause, find_expectations
from voc.analysers.fragility.finding import find_fragility
from voc.analysers.intents.finding import INTENTS, ClauseSentiment, Floats, find_intents
from voc.analysers.rulebooks import load_rules
from voc.analysers.sentiment.adjustment import LOWERED, Cue, cues_of, find_cues, formulas, set_right
from voc.analysers.sentiment.hard_work import EASE
from voc.language.negation_scope import find_quotes
from voc.language.patterns import TokenisedText
from voc.language.rulebook import RuleContext
from voc.language.sentences import Span
from voc.records import EffortSign, Emotion, Expectation, FragilitySign, Intent, Sentiment

BOOKS = ("intents", "expectations", "effort", "fragility", "emotions", "cues", "requests")
_PUNCTUATION = re.compile(r"[.?!…]")
_FEW_MARKS = 400
"""Characters a mark of punctuation may stand for in a conversation before it counts as unpunctuated."""
_FAULT = 0.1
"""Sentiment of a clause under which a fault it names still asks for help."""
_ILL = -0.45
"""Sentiment of a clause from which, downwards, its topic is spoken ill of."""
_MARKS = frozenset(("ironic_mark", "doubted_word", "low_score"))
"""Cues that turn a mood without saying anything themselves."""
_SURE = 0.5
"""Probability from which an emotion is told: likelier than not, whatever lower threshold its head has."""
_SURE_OF = {"joy": 0.6}
"""Where that is not enough: who is merely content is not joyful."""
_NAMED = 0.9
"""Probability of an emotion that is named in so many words ("très déçue")."""
_FELT_GLADLY = frozenset(("joy", "gratitude"))
_FELT_BADLY = frozenset(("anger", "disappointment", "fear", "mistrust"))
_CALM = 0.25
"""Sentiment of a whole within which neither is told: no text is glad and negative, or angry and content."""
_PLAINLY_GLAD = 0.45
"""Sentiment of a whole from which joy is told."""
_NOT_TOLD = LIKELY - 0.01
"""The most that the probability of a complaint is where none is told."""
_TOP_SENTENCES = 3
"""Sentences of a conversation whose mean is its emotion: one cry in an hour is heard, one doubtful reading is not."""


@dataclass(frozen=True)
class Understanding:
    """What was understood of one text; see the fields of the same names in :class:`voc.records.Analysis`."""

    intents: tuple[Intent, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    effort: int | None = None
    effort_signs: tuple[EffortSign, ...] = ()
    action: Action = "none"
    fragility: tuple[FragilitySign, ...] = ()
    emotions: tuple[Emotion, ...] = ()
    complaint: float | None = None


def made_ready(
    text: str,
    flat: TokenisedText,
    *,
    language: str | None,
    sentences: Sequence[Span],
    heard: Sequence[Span] | None = None,
    spoken: bool = False,
) -> RuleContext:
    """A text ready for the rules; see :class:`voc.language.rulebook.RuleContext`."""
    marks = len(_PUNCTUATION.findall(text)) if spoken else 0
    return RuleContext(
        text=text,
        flat=flat,
        language=language,
        sentences=sentences,
        heard=heard,
        spoken=spoken and marks * _FEW_MARKS < len(text),
        quotes=find_quotes(text),
    )


def read_moods(
    reading: RuleContext, spans: Sequence[Span], sentiments: Sequence[Sentiment], cues: Sequence[Cue]
) -> list[Sentiment]:
    """The sentiment of each span with irony and comparisons seen; as given where there is no cue."""
    if not cues:
        return list(sentiments)
    return [
        set_right(sentiment, cues_of(span, cues, sentence=reading.sentence_of(span[0])))
        for span, sentiment in zip(spans, sentiments, strict=True)
    ]


def understand(
    reading: RuleContext,
    parts: Sequence[Span],
    sentiments: Sequence[Sentiment],
    topical: Sequence[TopicClause],
    cues: Sequence[Cue],
    *,
    mood: float = 0.0,
    whole: HeadScores | None = None,
    by_sentence: HeadScores | None = None,
) -> Understanding:
    """Understand one text.

    Args:
        reading: from :func:`made_ready`; its sentences are all sentences of the text.
        parts: the customer's clauses.
        sentiments: one a clause, from :func:`read_moods`.
        topical: clauses with their topics, for the themes of wishes and what is held against the brand.
        cues: from :func:`voc.analysers.sentiment.adjustment.find_cues`.
        mood: sentiment of the whole text, −1…1.
        whole: the heads on the whole text (one row); ``None`` where the encoder has none.
        by_sentence: the heads on each sentence.
    """
    ironic = [cue for cue in cues if cue.turn == "turned"]
    rows = [row for row, span in enumerate(reading.sentences) if reading.is_heard(span[0])]
    moods = [
        ClauseSentiment(
            *part,
            sentiment.score,
            ironic=bool(cues_of(part, ironic, sentence=reading.sentence_of(part[0]))),
            row=next((row for row in rows if reading.sentences[row][0] <= part[0] < reading.sentences[row][1]), 0),
        )
        for part, sentiment in zip(parts, sentiments, strict=True)
    ]
    expectations = find_expectations(reading, topical)
    effort, signs = find_effort(reading, moods, whole=mood)
    suggestions = [(wish.begin, wish.end) for wish in expectations if wish.kind == "suggestion"]
    heads = _intent_scores(by_sentence) if by_sentence is not None else None
    complaint = _complaint(reading, whole, by_sentence, rows)
    intents = find_intents(
        reading,
        moods,
        suggestions=suggestions,
        praised=_praised(moods, cues),
        grievances=_grievances(expectations, moods, topical, cues),
        hardships=[*_hardships(signs, moods), *(_held_against(cues, expectations, moods) if mood < 0 else ())],
        whole=mood,
        heads=heads,
        complaints=_complaints(by_sentence, complaint),
        formulas=formulas(reading.sentences, cues),
    )
    return Understanding(
        intents=tuple(intents),
        expectations=tuple(expectations),
        effort=effort,
        effort_signs=signs,
        action=needed_action(intents, expectations, requested=_requested(reading, moods), glad=mood >= 0),
        fragility=find_fragility(reading, intents, effort=effort, effort_signs=signs),
        emotions=_emotions(reading, whole, by_sentence, rows, mood=mood, thanks=_is_thanked(cues)),
        complaint=_as_told(complaint, intents),
    )


def rule_versions() -> dict[str, str]:
    """Name and version of every rule book."""
    return {f"rules.{name}": load_rules(name).version for name in BOOKS}


def _grievances(
    expectations: Sequence[Expectation],
    moods: Sequence[ClauseSentiment],
    topical: Sequence[TopicClause],
    cues: Sequence[Cue],
) -> list[Span]:
    """Where something is held against the brand without a word of complaint."""
    found = [(cue.begin, cue.end) for cue in cues if cue.turn in ("turned", "lowered") and cue.rule not in _MARKS]
    found += [(clause.begin, clause.end) for clause in topical if clause.sentiment <= _ILL]
    found += [
        (wish.begin, wish.end)
        for wish in expectations
        if wish.kind == "unmet"
        and any(mood.begin <= wish.begin < mood.end and mood.score <= -_ILL / 2 for mood in moods)
    ]
    return found


def _praised(moods: Sequence[ClauseSentiment], cues: Sequence[Cue]) -> list[Span]:
    """Where words that say of themselves that they praise do so."""
    said = [(cue.begin, cue.end) for cue in cues if cue.turn == "praised" or cue.rule == EASE]
    return [span for span in said if any(mood.begin <= span[0] < mood.end for mood in _glad(moods))]


def _glad(moods: Sequence[ClauseSentiment]) -> list[ClauseSentiment]:
    return [mood for mood in moods if mood.score >= _CALM and not mood.ironic]


def _hardships(signs: Sequence[EffortSign], moods: Sequence[ClauseSentiment]) -> list[Span]:
    """Where a customer had to work hard and is not content."""
    hard = [(sign.begin, sign.end) for sign in signs if sign.points < 0]
    cross = [mood for mood in moods if mood.score <= -_CALM]
    return [
        (begin, end)
        for begin, end in hard
        if begin is not None and end is not None and any(mood.begin <= begin < mood.end for mood in cross)
    ]


def _held_against(
    cues: Sequence[Cue], expectations: Sequence[Expectation], moods: Sequence[ClauseSentiment]
) -> list[Span]:
    """Where words say, however calm, that it was better before or elsewhere, is not done yet, or not what was hoped."""
    found = [(cue.begin, cue.end) for cue in cues if cue.turn == "lowered" and cue.rule not in _MARKS]
    cross = [mood for mood in moods if mood.score <= LOWERED]
    return found + [
        (wish.begin, wish.end)
        for wish in expectations
        if wish.kind == "unmet" and any(mood.begin <= wish.begin < mood.end for mood in cross)
    ]


def _requested(reading: RuleContext, moods: Sequence[ClauseSentiment]) -> bool:
    """Whether an act is asked for, or a fault reported that is not told as over and done with."""
    for find in load_rules("requests").find(reading):
        mood = next((mood for mood in moods if mood.begin <= find.begin < mood.end), None)
        if find.rule.id != "fault" or mood is None or mood.score < _FAULT:
            return True
    return False


def _intent_scores(scores: HeadScores) -> Floats:
    columns = [scores.intents.labels.index(label) for label in INTENTS]
    return np.asarray(scores.intents.scores[:, columns], dtype=np.float32)


def _complaints(by_sentence: HeadScores | None, whole: float | None) -> Floats | None:
    """The probabilities of a complaint, of each sentence and last of the whole."""
    if by_sentence is None or whole is None:
        return None
    return np.append(by_sentence.complaint, whole).astype(np.float32)


def _is_thanked(cues: Sequence[Cue]) -> bool:
    """Whether somebody is thanked, and not only for an answer to come."""
    return any(cue.turn == "thanked" for cue in cues)


def _emotions(
    reading: RuleContext,
    whole: HeadScores | None,
    by_sentence: HeadScores | None,
    rows: Sequence[int],
    *,
    mood: float,
    thanks: bool,
) -> tuple[Emotion, ...]:
    """Emotions that are sure, or named, and that the sentiment of the whole bears out; gratitude where thanks are
    said."""
    if whole is None or not len(whole):
        return ()
    told = whole.emotions.told(0)
    if reading.heard is not None and by_sentence is not None and rows:
        every = by_sentence.emotions
        top = np.sort(every.scores[list(rows)], axis=0)[-_TOP_SENTENCES:].mean(axis=0)
        above = [
            (label, round(float(score), 3))
            for label, score, threshold in zip(every.labels, top, every.thresholds, strict=True)
            if score >= threshold
        ]
        told = sorted(above, key=lambda pair: -pair[1])
    told = _with_named(reading, told)
    felt = [pair for pair in told if _is_felt(*pair, mood=mood, thanks=thanks)]
    felt = felt or [pair for pair in told if pair[0] == "neutral"]
    return tuple(Emotion(label=label, score=score) for label, score in felt)


def _with_named(reading: RuleContext, told: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Emotions with those a text names, likeliest first."""
    scores = dict(told)
    for find in load_rules("emotions").find(reading):
        scores[find.rule.id] = max(_NAMED, scores.get(find.rule.id, 0.0))
    return sorted(scores.items(), key=lambda pair: -pair[1])


def _is_felt(label: str, score: float, *, mood: float, thanks: bool) -> bool:
    if label == "neutral" or score < _SURE_OF.get(label, _SURE):
        return False
    if label == "joy":
        return mood >= _PLAINLY_GLAD
    if label in _FELT_BADLY:
        return mood <= -_CALM
    return label not in _FELT_GLADLY or (mood >= _CALM and (thanks or label != "gratitude"))


def _as_told(complaint: float | None, intents: Sequence[Intent]) -> float | None:
    """The probability of a complaint, on the side that the intents are on.

    The head takes a formal letter for a complaint ("veuillez trouver ci-joint…") and misses what only words say; what
    is told of a text is weighed from both, and a text cannot complain by one figure and not by the other.
    """
    if complaint is None:
        return None
    told = max((intent.score for intent in intents if intent.label == "complain"), default=0.0)
    return max(complaint, round(told, 3)) if told else min(complaint, _NOT_TOLD)


def _complaint(
    reading: RuleContext, whole: HeadScores | None, by_sentence: HeadScores | None, rows: Sequence[int]
) -> float | None:
    if whole is None or not len(whole):
        return None
    if reading.heard is not None and by_sentence is not None and rows:
        return round(float(np.sort(by_sentence.complaint[list(rows)])[-_TOP_SENTENCES:].mean()), 3)
    return round(float(whole.complaint[0]), 3)


__all__ = [
    "BOOKS",
    "TopicClause",
    "Understanding",
    "find_cues",
    "made_ready",
    "read_moods",
    "rule_versions",
    "understand",
]
