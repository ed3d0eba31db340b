"""Sentiment of texts and of the spans in them, from the encoder's states: negative, neutral, positive.

Three linear heads read the same states. ``post`` is for posts that speak to nobody in particular, learnt from tweets
in three classes; ``message`` for what is short and said to a company (chat, e-mails, turns of a call, replies,
sentences of anything but a post), where a fault told calmly blames; ``review`` for what judges something as a whole
(reviews, surveys, complaints, long e-mails), learnt from stars. Their probabilities are calibrated by a temperature
(Guo et al. 2017, arXiv:1706.04599) found on texts kept apart; ``models/encoder/README.md`` has figures.

``voc learn`` refits these heads to people's corrections (:mod:`voc.analysers.refitted_heads`); ``VOC_SENTIMENT_MODEL``
puts any sequence classifier in their place (:mod:`voc.analysers.sentiment.classifier`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

import numpy as np
import numpy.typing as npt

from voc.analysers import refitted_heads as learned
from voc.language.encoder import Encoded, Encoder, FloatArray
from voc.records import Channel, Sentiment, SentimentLabel

SentimentKind = Literal["post", "message", "review"]
LABELS: tuple[SentimentLabel, ...] = get_args(SentimentLabel)
SHORT: SentimentKind = "message"
"""The head of what is short and said to a company, whatever it stands in: a sentence, a turn, a subject."""
_ADDRESSED = re.compile(r"\s*\.?@\w")
"""How a post begins that speaks to an account."""
REVIEW_WORDS = 60
"""Words from which an e-mail or a post is judged as a whole, like a review, rather than as a passing remark."""


def kind_of(channel: Channel, text: str, *, conversation: bool = False) -> SentimentKind:
    """Which head reads a whole text; that of a ``conversation`` is the sum of its turns, which are short."""
    if channel.description.judged_whole or (not conversation and len(text.split()) >= REVIEW_WORDS):
        return "review"
    posted = channel.description.posted and not conversation and not _ADDRESSED.match(text)
    return "post" if posted else SHORT


def kind_within(kind: SentimentKind) -> SentimentKind:
    """Which head reads the spans of a text of a ``kind``: a sentence is short whatever it stands in."""
    return "post" if kind == "post" else SHORT


@dataclass(frozen=True)
class ScoredSentiments:
    """One sentiment a text, and one for each of its spans, in the order they were encoded in."""

    texts: list[Sentiment]
    spans: list[list[Sentiment]]


class SentimentModel(Protocol):
    """Whatever scores sentiment: the shipped heads, or a classifier named in the settings."""

    name: str
    version: str
    pools: bool
    """Whether the mood of a span comes from the pass over its whole text, rather than from its words alone."""

    def score(self, encoded: Encoded, *, kinds: Sequence[SentimentKind]) -> ScoredSentiments:
        """Sentiment of every text of ``encoded`` and of every span."""


@dataclass(frozen=True)
class _Head:
    weight: FloatArray
    """float32 [384, 3], columns in the order of LABELS."""
    bias: FloatArray
    temperature: float

    def probabilities(self, states: FloatArray) -> npt.NDArray[np.float64]:
        logits = ((states @ self.weight + self.bias) / self.temperature).astype(np.float64)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))


class SentimentAnalyser:
    """The sentiment heads that belong to an encoder (``heads.npz`` in its folder)."""

    name = "sentiment"
    pools = True

    def __init__(self, encoder: Encoder) -> None:
        in_force = learned.heads_in_force(encoder.folder, encoder.version)
        self.version = in_force.version
        heads = in_force.arrays
        self._heads = {
            kind: _Head(heads[f"{kind}.weight"], heads[f"{kind}.bias"], float(heads[f"{kind}.temperature"]))
            for kind in get_args(SentimentKind)
        }

    def score(self, encoded: Encoded, *, kinds: Sequence[SentimentKind]) -> ScoredSentiments:
        """Sentiment of every text of ``encoded``, read by the head of its ``kind``, and of every span of it.

        Raises:
            ValueError: ``kinds`` is given for another number of texts.
        """
        if len(kinds) != len(encoded):
            raise ValueError(f"kinds of {len(kinds)} texts were given for {len(encoded)} texts")
        by_kind = {kind: self._heads[kind].probabilities(encoded.states) for kind in dict.fromkeys(kinds)}
        ends = np.cumsum([len(states) for states in encoded.span_states])[:-1]
        every_span = np.concatenate([*encoded.span_states, np.zeros((0, Encoder.dimension), np.float32)])
        inner = [kind_within(kind) for kind in kinds]
        spans = {kind: np.split(self._heads[kind].probabilities(every_span), ends) for kind in dict.fromkeys(inner)}
        return ScoredSentiments(
            texts=[sentiment_of(by_kind[kind][index]) for index, kind in enumerate(kinds)],
            spans=[[sentiment_of(row) for row in spans[kind][index]] for index, kind in enumerate(inner)],
        )


def sentiment_of(probabilities: npt.NDArray[np.float64]) -> Sentiment:
    """The sentiment of probabilities, float [3] in the order of LABELS."""
    return Sentiment.of({label: float(p) for label, p in zip(LABELS, probabilities, strict=True)})
