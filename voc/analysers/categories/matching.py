"""Which categories a conversation falls into, and the places that make it so.

What a rule cannot be asked of is not taken for "no": a category one of whose rules cannot be decided (who speaks is not
known, no tone was computed) and none of whose rules fails is left open, and ``skipped`` says why.

Where a point lies decides whether it is within a part of the call: words by when they begin, turns (sentiment, tone) by
their middle, interruptions by their begin; of a silence the part inside counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from voc.analysers.categories.rules import Categories, Rule, ToneLimit
from voc.language.patterns import PatternIndex, TokenisedText, flatten
from voc.language.word_alignment import PlacedWord, milliseconds, placed
from voc.records import (
    TELLING,
    Analysis,
    CategoryMatch,
    PointOfInterest,
    Sentiment,
    SentimentLabel,
    Silence,
    Skipped,
    Tone,
    Turn,
)

Span = tuple[int, int]

FEATURE = "categories"
NEGATIVE = -TELLING
"""Score from which, downwards, a turn counts as negative."""
MODEL = "categories"
NO_ROLES = "who speaks is not told apart, and some categories ask it"
NO_OVERLAP = "where two speak at once is not told apart, and some categories ask it"
NO_TIMES = "the transcript has no times, and some categories ask when"
NO_SENTIMENT = "no sentiment was read, and some categories ask it"
NO_TONE = "no tone was computed, and some categories ask it"


class RuleNotApplicable(Exception):  # noqa: N818 - an answer, not a fault
    """A rule cannot be asked of this conversation; the message is the reason for people."""


def categorised(analysis: Analysis, rules: Categories) -> Analysis:
    """The analysis with the categories it falls into, their version, and what could not be decided.

    Running it again with other rules replaces what earlier ones said. Without turns there is nothing to look at.
    """
    skipped = tuple(one for one in analysis.skipped if one.feature != FEATURE)
    models = {name: version for name, version in analysis.models.items() if name != MODEL}
    matches: list[CategoryMatch] = []
    open_questions: dict[str, None] = {}
    if analysis.turns:
        call = _Conversation(analysis)
        asked = [one for one in rules if analysis.channel in one.channels]
        models |= {MODEL: rules.version} if asked else {}
        for one in asked:
            match, undecided = _match(one.id, one.rules, call)
            if match is not None:
                matches.append(match)
            open_questions |= dict.fromkeys(undecided)
    return analysis.model_copy(
        update={
            "categories": tuple(matches),
            "models": models,
            "skipped": (*skipped, *(Skipped(feature=FEATURE, reason=reason) for reason in open_questions)),
        }
    )


def _match(name: str, rules: tuple[Rule, ...], call: _Conversation) -> tuple[CategoryMatch | None, list[str]]:
    points: list[PointOfInterest] = []
    absences = 0
    undecided: list[str] = []
    for number, rule in enumerate(rules, start=1):
        try:
            found = call.points(rule, number)
        except RuleNotApplicable as reason:
            undecided.append(str(reason))
            continue
        if (len(found) >= rule.at_least) == rule.negate:
            return None, []
        absences += rule.negate
        points += [] if rule.negate else found
    if undecided:
        return None, undecided
    points.sort(key=lambda one: (one.begin_ms if one.begin_ms is not None else one.begin or 0, one.rule))
    return CategoryMatch(id=name, points=tuple(points), absences=absences), []


@dataclass(frozen=True)
class _Said:
    """A turn with its words, prepared once for all rules."""

    turn: Turn
    flat: TokenisedText
    words: list[PlacedWord]


class _Conversation:
    """What rules are asked of."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.said = [_Said(turn, flatten(turn.text), placed(turn)) for turn in analysis.turns]
        self.timed = all(turn.begin_ms is not None and turn.end_ms is not None for turn in analysis.turns)
        self.roles: set[str | None] = {turn.participant_role for turn in analysis.turns}
        known = analysis.conversation.duration_ms if analysis.conversation else 0
        self.duration_ms = max([known, *(turn.end_ms or 0 for turn in analysis.turns)])

    def points(self, rule: Rule, number: int) -> list[PointOfInterest]:
        """Where the rule's condition holds, in order.

        Raises:
            RuleNotApplicable: the conversation does not tell.
        """
        if rule.role is not None and not self._told(rule.role):
            raise RuleNotApplicable(NO_ROLES)
        if rule.window is not None and not self.timed:
            raise RuleNotApplicable(NO_TIMES)
        ask: dict[str, Callable[[Rule], Iterator[PointOfInterest]]] = {
            "words": self._words,
            "intent": self._labelled,
            "topic": self._labelled,
            "silence": self._silences,
            "interruption": self._interruptions,
            "sentiment": self._sentiments,
            "tone": self._tones,
        }
        return [one.model_copy(update={"rule": number}) for one in ask[rule.kind](rule)]

    def _told(self, role: str) -> bool:
        """Whether it is known who has the role: somebody has it, or everybody who speaks has another.

        A voice whose role the words did not settle (``speaker_2``) may be anybody's.
        """
        return role in self.roles or (bool(self.roles) and not self._anybody())

    def _anybody(self) -> bool:
        """Whether a voice without a role speaks, who may be anybody."""
        return any(one is None or one.startswith("speaker_") for one in self.roles)

    def _speakers(self, rule: Rule) -> Iterator[_Said]:
        return (one for one in self.said if rule.role is None or one.turn.participant_role == rule.role)

    def _within(self, rule: Rule, ms: float | None) -> bool:
        if rule.window is None:
            return True
        begin, end = rule.window.span(self.duration_ms)
        return ms is not None and begin <= ms < end

    def _point(self, one: _Said, begin: int, end: int) -> PointOfInterest:
        """Characters of a turn's own text as a place of the conversation."""
        turn = one.turn
        span = milliseconds(turn, begin, end, words=one.words)
        offset = turn.begin
        return PointOfInterest(
            rule=0,
            begin_ms=span[0] if span else None,
            end_ms=span[1] if span else None,
            turn=turn.index,
            begin=None if offset is None else offset + begin,
            end=None if offset is None else offset + end,
        )

    def _words(self, rule: Rule) -> Iterator[PointOfInterest]:
        for one in self._speakers(rule):
            language = one.turn.language or self.analysis.language
            spoken = (language or "")[:2]
            groups = [
                phrases
                for key, phrases in rule.phrases.items()
                if key in ("", spoken) or spoken not in rule.phrases  # a language without phrases: all are tried
            ]
            for begin, end in _places(one.flat, groups):
                point = self._point(one, begin, end)
                if self._within(rule, point.begin_ms):
                    yield point

    def _labelled(self, rule: Rule) -> Iterator[PointOfInterest]:
        """Intents and topics the analysers found: the topic's clauses, else its one mention."""
        spans: list[tuple[int, int]] = []
        if rule.kind == "intent":
            spans = [(one.begin, one.end) for one in self.analysis.intents if one.label == rule.label]
        else:
            about = [one for one in self.analysis.aspects if _under(one.topic, rule.label)]
            spans = [(one.begin, one.end) for one in about]
            if not spans:
                spans = [
                    (one.begin, one.end)
                    for one in self.analysis.topics
                    if _under(one.id, rule.label) and one.begin is not None and one.end is not None
                ]
        for begin, end in sorted(set(spans)):
            for one in self._speakers(rule):
                at = one.turn.begin
                if at is None or not at <= begin < at + len(one.turn.text):
                    continue
                point = self._point(one, begin - at, min(end - at, len(one.turn.text)))
                if self._within(rule, point.begin_ms):
                    yield point

    def _silences(self, rule: Rule) -> Iterator[PointOfInterest]:
        measured = self.analysis.conversation.non_talk if self.analysis.conversation else None
        if measured is None:
            raise RuleNotApplicable(NO_TIMES)
        low, high = rule.window.span(self.duration_ms) if rule.window else (0.0, float(self.duration_ms))
        for one in measured.instances:
            begin, end = max(one.begin_ms, round(low)), min(one.end_ms, round(high))
            if end - begin >= max(1, rule.shortest_ms):
                yield PointOfInterest(rule=0, begin_ms=begin, end_ms=end)

    def _interruptions(self, rule: Rule) -> Iterator[PointOfInterest]:
        measured = self.analysis.conversation.interruptions if self.analysis.conversation else {}
        if not measured:
            if not self.timed:
                raise RuleNotApplicable(NO_TIMES)
            raise RuleNotApplicable(NO_ROLES if self._anybody() else NO_OVERLAP)
        cut_off: list[Silence] = [one for role, each in measured.items() if rule.role in (None, role) for one in each]
        for one in sorted(cut_off, key=lambda each: each.begin_ms):
            if one.end_ms - one.begin_ms >= rule.shortest_ms and self._within(rule, one.begin_ms):
                yield PointOfInterest(rule=0, begin_ms=one.begin_ms, end_ms=one.end_ms)

    def _sentiments(self, rule: Rule) -> Iterator[PointOfInterest]:
        if not any(one.turn.sentiment for one in self.said):
            raise RuleNotApplicable(NO_SENTIMENT)
        for one in self._speakers(rule):
            if one.turn.sentiment and _mood(one.turn.sentiment) in rule.sentiments and self._within(rule, _middle(one)):
                yield self._point(one, 0, len(one.turn.text))

    def _tones(self, rule: Rule) -> Iterator[PointOfInterest]:
        if rule.tone is None or not any(one.turn.tone for one in self._speakers(rule)):
            raise RuleNotApplicable(NO_TONE)
        for one in self._speakers(rule):
            if one.turn.tone and _beyond(one.turn.tone, rule.tone) and self._within(rule, _middle(one)):
                yield self._point(one, 0, len(one.turn.text))


def _places(flat: TokenisedText, groups: Sequence[PatternIndex[None]]) -> list[Span]:
    """Characters of every stretch that is one of the phrases, in order; where several overlap they are one."""
    merged: list[Span] = []
    for begin, end in sorted(flat.original(begin, end) for group in groups for _, begin, end in group.find(flat)):
        if merged and begin < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


def _under(topic: str, wanted: str) -> bool:
    return topic == wanted or topic.startswith(wanted + ".")


def _beyond(tone: Tone, limit: ToneLimit) -> bool:
    value = tone.activation if limit.scale == "activation" else tone.tension
    return value >= limit.limit if limit.above else value <= limit.limit


def _mood(sentiment: Sentiment) -> SentimentLabel:
    """The label of a turn; ``neutral`` where it is negative by a hair, which is no ground to call anybody unhappy."""
    return "neutral" if sentiment.label == "negative" and sentiment.score > NEGATIVE else sentiment.label


def _middle(one: _Said) -> float | None:
    turn = one.turn
    return None if turn.begin_ms is None or turn.end_ms is None else (turn.begin_ms + turn.end_ms) / 2
