"""What is found in an interaction: signals with their words and seconds, and the analysis that holds them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import Field

from voc.records.base import SHOWN_ITEMS, Moment, Record, Shown
from voc.records.channels import Channel
from voc.records.conversations import Conversation
from voc.records.interactions import Identifier, Turn
from voc.records.sentiment import GivenScore, Sentiment
from voc.records.signals import HeardDoubt, Signal

ANALYSIS_VERSION = "2"
"""Version of the shape and meaning of :class:`Analysis`; a change makes ``voc reanalyse`` worth running."""


class Skipped(Record):
    """Something that could not be computed, and why, so that nothing is silently missing."""

    feature: str
    reason: str


class Redaction(Record):
    """Personal data found at ``begin``…``end`` of ``text``; ``type`` names it (PERSON, PHONE, EMAIL …).

    ``score`` (0…1) and ``recogniser`` say how sure it is and who found it, ``pseudonym`` stands for the value where
    stable stand-ins were asked for.
    """

    type: str
    begin: int
    end: int
    score: float | None = None
    recogniser: str | None = None
    pseudonym: str | None = None

    @property
    def mask(self) -> str:
        """What stands for it in the redacted text: ``[PHONE]``, with a pseudonym ``[PHONE k3x7qa]``."""
        return f"[{self.type} {self.pseudonym}]" if self.pseudonym else f"[{self.type}]"


def masked_stretch(text: str, begin: int, end: int, spans: Sequence[Redaction]) -> str:
    """``text[begin:end]`` with every personal detail that touches it replaced by its mask: ``[PHONE]``."""
    pieces, position = [], begin
    for span in sorted(spans, key=lambda one: one.begin):
        if span.end <= position or span.begin >= end:
            continue
        pieces += [text[position : max(position, span.begin)], span.mask]
        position = span.end
    return "".join([*pieces, text[position:end]])


class RedactedText(Record):
    """A text with its personal data masked (``text``), and what was masked.

    The ``begin``/``end`` of ``spans`` are characters of the text as it was given; ``language`` is the one it was read
    in.
    """

    text: str
    spans: tuple[Redaction, ...] = ()
    language: str | None = None


class Aspect(Record):
    """A topic with the sentiment of the clause that speaks of it (−1…1), and that clause."""

    topic: str
    sentiment: float
    begin: int
    end: int
    text: str
    begin_ms: int | None = None
    end_ms: int | None = None
    doubt: HeardDoubt | None = None


class TopicMention(Record):
    """A topic of the interaction. ``begin``/``end`` is the evidence that weighed most, when there is one."""

    id: str
    label: str
    score: float
    source: Literal["taxonomy", "discovered"] = "taxonomy"
    begin: int | None = None
    end: int | None = None
    doubt: HeardDoubt | None = None


class Emotion(Record):
    """An emotion read in the words with its score 0…1."""

    label: str
    score: float


class Intent(Record):
    """What the customer means to do, and the words that say so.

    ``source`` tells what saw it: the published ``rules``, the ``model``, ``both``, or the ``sentiment`` of a sentence
    that leaves no doubt.
    """

    label: str
    score: float
    begin: int
    end: int
    source: Literal["rules", "model", "both", "sentiment"] | None = None
    doubt: HeardDoubt | None = None


class Expectation(Record):
    """What the customer wishes the brand were or did, in their words; ``theme`` groups like wishes (a topic id)."""

    text: str
    begin: int
    end: int
    theme: str | None = None
    kind: Literal["suggestion", "hope", "unmet", "demand"] | None = None
    """An idea offered, what may still come, what was hoped for and not had, or what must be done now."""
    doubt: HeardDoubt | None = None


class EffortSign(Record):
    """One sign of how hard or easy it was: the published rule that saw it, its points (< 0 hard), and the words."""

    rule: str
    points: int
    begin: int | None = None
    end: int | None = None


class FragilitySign(Record):
    """One sign that a customer may leave: the published rule that saw it, its points, and the words if it has any."""

    rule: str
    points: int
    begin: int | None = None
    end: int | None = None
    doubt: HeardDoubt | None = None


class Clause(Record):
    """A part of a sentence with its own sentiment; ``begin``/``end`` are characters of the analysis' ``text``."""

    begin: int
    end: int
    sentiment: Sentiment


class Sentence(Record):
    """One sentence of ``text`` with its own sentiment: the unit a quote is made of."""

    begin: int
    end: int
    sentiment: Sentiment | None = None
    clauses: tuple[Clause, ...] = ()
    """Its parts, where one praises and another blames: "charming, but the bill is wrong"."""


class PointOfInterest(Record):
    """Where a rule of a call category held: ``rule`` counts from 1 in the order of the file.

    ``turn`` is the index of the turn, ``begin``/``end`` are characters of the analysis' ``text``; ``None`` where the
    rule is not about words (a silence lies between turns).
    """

    rule: int
    begin_ms: int | None = None
    end_ms: int | None = None
    turn: int | None = None
    begin: int | None = None
    end: int | None = None


class CategoryMatch(Record):
    """A call category whose rules all hold, with the places that make it so.

    A rule that holds because something is absent has no place: ``absences`` counts those rules.
    """

    id: str
    points: tuple[PointOfInterest, ...] = ()
    absences: int = 0


class Analysis(Record):
    """Everything the analysers found in one interaction, apart from it and re-runnable (contract.md)."""

    id: str
    channel: Channel
    source: str
    external_id: str | None = None
    """Id in the system it came from."""
    author: str | None = None
    """Name or handle of who wrote it, as the source gives it."""
    occurred_at: Moment | None = None
    language: str | None = None
    language_confidence: float | None = None
    analysis_version: str = ANALYSIS_VERSION
    models: dict[str, str] = Field(default_factory=dict)
    turns: tuple[Turn, ...] = ()
    conversation: Conversation | None = None
    text: str = ""
    sentences: tuple[Sentence, ...] = ()
    redacted_text: str | None = None
    redacted: tuple[Redaction, ...] = ()
    sentiment: Sentiment | None = None
    aspects: tuple[Aspect, ...] = ()
    emotions: tuple[Emotion, ...] = ()
    effort: int | None = Field(default=None, ge=-5, le=5)
    effort_signs: tuple[EffortSign, ...] = ()
    csat: float | None = None
    nps: int | None = None
    rating: float | None = None
    given_score: GivenScore | None = None
    """The score that came with the words, beside what they say; ``None`` where none did or nothing was read."""
    intents: tuple[Intent, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    action: Literal["response_needed", "suggestion", "praise", "none"] | None = None
    """What the message asks of the company; ``None`` where there are no words."""
    complaint: float | None = None
    """Probability 0…1 that it is a complaint; ``None`` where there are no words."""
    fragility: tuple[FragilitySign, ...] = ()
    topics: tuple[TopicMention, ...] = ()
    categories: tuple[CategoryMatch, ...] = ()
    """Call categories that the conversation falls into, in the order of their file."""
    signals: tuple[Signal, ...] = ()
    """What analysers of other packages found (:mod:`voc.analysers`); those of voc have the fields above."""
    identifiers: tuple[Identifier, ...] = ()
    """Those that the source gives (without ``begin`` and ``end``), then those that the words hold."""
    corrected: tuple[str, ...] = ()
    """What a person decided rather than a model: ``sentiment``, or ``topic:billing`` where there may be several."""
    skipped: tuple[Skipped, ...] = ()

    def heard_surely(self) -> Analysis:
        """What of it counts: without what was drawn from words heard unsurely; itself where there is none such."""
        parts = ("aspects", "topics", "intents", "expectations", "fragility", "signals")
        kept = {part: tuple(one for one in getattr(self, part) if one.doubt is None) for part in parts}
        if all(len(kept[part]) == len(getattr(self, part)) for part in parts):
            return self
        return self.model_copy(update=kept)

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """What it is about, without a word that names somebody: analyses are printed in notebooks and logs."""
        said = {
            "source": self.source,
            "channel": self.channel.value,
            "language": self.language,
            "sentiment": f"{self.sentiment.label} {self.sentiment.score:+.2f}" if self.sentiment else None,
            "effort": self.effort,
            "topics": [topic.id for topic in self.topics[:SHOWN_ITEMS]] or None,
            "turns": len(self.turns) or None,
            "redacted_text": self.redacted_text,
        }
        return ((name, Shown(value)) for name, value in said.items() if value is not None)
