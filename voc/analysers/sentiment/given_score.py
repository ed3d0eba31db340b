"""The score a customer gave (stars, satisfaction, NPS) as evidence of how they feel, beside their words.

It never overrules words silently. What it does is one of three, each of which can be told from ``given_score``:

- Words that leave room are **drawn** towards it: the log-odds of positive and of negative move by :data:`PULL` times
  its position times the room, which is what the score of the words leaves up to 1. At most :data:`FEW_WORDS` words
  leave all of it, and are the less neutral ("ok" from a 0).
- A word or two of praise under one of the worst scores are **irony** ("Incredible." from a 0): turned like any other.
- Where plain words say the contrary they stand, and the **conflict** is a signal of its own: irony that was not seen,
  or a score given by mistake. Those are what a person had better read first.

A conversation is the sum of its turns, so only the conflict is told of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log

from voc.locales.catalogue import spoken, spoken_under
from voc.records import GivenScore, Interaction, ScoreConflict, Sentiment, Signal, sentiment_label
from voc.records.analyses import Analysis
from voc.records.sentiment import ScoreKind
from voc.signals.kinds import SignalKind

PULL = 1.7
"""Log-odds a best or worst score is worth: .82, .15 and .03 where the words had left all three as likely."""
FEW_WORDS = 4
"""Words up to which a text has no context of its own: "Incredible.", "Bravo", "ok"."""
FAR = 0.5
"""Position from which a score is a verdict: NPS 0–4 and 9–10, one star of five, four and five stars."""
PLAIN = 0.5
"""Score of words from which they say the contrary of such a verdict."""
_LEAST = 1e-4

_SCALES = {1: (0, 1), 5: (1, 5), 7: (1, 7), 10: (0, 10), 20: (0, 20), 100: (0, 100)}
"""Lowest and highest of the scales that satisfaction is asked on."""
_DETRACTOR, _PROMOTER = 6, 9


def given_score(interaction: Interaction) -> tuple[ScoreKind, float, int, float] | None:
    """Kind, value, scale and position −1…1 of the score that came with a text; ``None`` where none can be placed.

    Stars and satisfaction are about this contact, NPS about the brand: they come first.
    """
    if interaction.rating is not None and 1 <= interaction.rating <= 5:
        return "rating", interaction.rating, 5, (interaction.rating - 3) / 2
    scale = _scale(interaction.attributes.get("csat_scale"))
    if interaction.csat is not None and scale is not None:
        low, high = _SCALES[scale]
        if low <= interaction.csat <= high:
            return "csat", interaction.csat, scale, 2 * (interaction.csat - low) / (high - low) - 1
    if interaction.nps is not None:
        return "nps", float(interaction.nps), 10, _nps_position(interaction.nps)
    return None


def _scale(stated: str | None) -> int | None:
    try:
        scale = int(stated or "")
    except ValueError:
        return None
    return scale if scale in _SCALES else None


def _nps_position(nps: int) -> float:
    """Detractors −1 … −0.25, the two passive answers 0 and 0.25, promoters 0.75 and 1."""
    if nps <= _DETRACTOR:
        return -1 + nps / 8
    return (nps - 7) / 4 if nps < _PROMOTER else 0.75 + (nps - _PROMOTER) / 4


def conflict_of(words: Sentiment, position: float) -> ScoreConflict | None:
    """Whether plain words and a plain verdict say the contrary of each other."""
    if words.score >= PLAIN and position <= -FAR:
        return "praise_low_score"
    return "blame_high_score" if words.score <= -PLAIN and position >= FAR else None


def is_ironic(words: Sentiment, position: float, *, n_words: int) -> bool:
    """Whether so few words of praise, under such a score, mean the contrary."""
    return n_words <= FEW_WORDS and position <= -FAR and sentiment_label(words.score) == "positive"


def drawn(words: Sentiment, position: float, *, n_words: int) -> Sentiment:
    """``words`` drawn towards the score as far as they leave room; plain words of the contrary are left as they are."""
    if words.probabilities is None or position == 0 or conflict_of(words, position):
        return words
    few = n_words <= FEW_WORDS
    room = 1.0 if few else 1 - abs(words.score)
    powers = {label: log(max(p, _LEAST)) for label, p in words.probabilities.items()}
    powers["positive"] += PULL * position * room
    powers["negative"] -= PULL * position * room
    powers["neutral"] -= PULL / 2 * abs(position) if few else 0.0
    odds = {label: exp(power) for label, power in powers.items()}
    total = sum(odds.values())
    return Sentiment.of({label: each / total for label, each in odds.items()})


def _read(analysis: Analysis) -> Iterator[Signal]:
    given = analysis.given_score
    if given is not None and given.conflict is not None:
        yield Signal(kind="score_conflict", label=given.conflict, value=given.words)


SCORE_CONFLICT = SignalKind(
    "score_conflict",
    title=spoken("signals.score_conflict.title"),
    labels=spoken_under("signals.score_conflict.labels"),
    one_per_interaction=True,
    read=_read,
)


def as_given(given: tuple[ScoreKind, float, int, float] | None, words: Sentiment) -> GivenScore | None:
    """The record of a score beside the words alone."""
    if given is None:
        return None
    kind, value, scale, position = given
    return GivenScore(
        kind=kind,
        value=value,
        scale=scale,
        position=round(position, 4),
        words=words.score,
        conflict=conflict_of(words, position),
    )
