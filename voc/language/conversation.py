"""A conversation as a text: where each turn stands in it, whose words count, and when they were said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from voc.language.identification import says_something
from voc.language.registry import languages
from voc.language.sentences import Span
from voc.records import Aspect, Identifier, Interaction, Sentiment, SentimentLabel, Signal, Skipped, Turn

_FEWEST_TURN_WORDS = 3
_MOST_TURN_WORDS = 60
"""Words of a turn beyond which it weighs no more: one tirade is not the whole call."""
_END_WEIGHT = 0.5
"""How much more the last turn weighs than the first: how a call ends is what stays (peak-end rule, Kahneman 1993)."""
Placed = TypeVar("Placed", Aspect, Signal)
"""What stands at a place of the text and may have one in the recording."""
_HALF = re.compile(r"[\ud800-\udfff]")


def placed_turns(interaction: Interaction) -> tuple[str, tuple[Turn, ...]]:
    """The text of an interaction, and its turns with their places in it."""
    if not interaction.turns:
        return _whole(interaction.text or ""), ()
    placed: list[Turn] = []
    position = 0
    for turn in interaction.turns:
        text = _whole(turn.text)
        placed.append(turn.model_copy(update={"text": text, "begin": position, "end": position + len(text)}))
        position += len(turn.text) + 1
    return "\n".join(turn.text for turn in placed), tuple(placed)


def _whole(text: str) -> str:
    """Put U+FFFD for halves of characters, which no file and no tokenizer can hold."""
    return _HALF.sub("\ufffd", text)


def customer_spans(turns: Sequence[Turn]) -> list[Span] | None:
    """Where the customer speaks, or may speak: everybody but agents, where nobody is known to be the customer.

    ``None`` when nothing can be told, and everybody is listened to.
    """
    spans = [(t.begin or 0, t.end or 0) for t in _customers(turns) if t.text.strip()]
    return spans if spans and any(t.participant_role in ("customer", "agent") for t in turns) else None


def _customers(turns: Sequence[Turn]) -> list[Turn]:
    """The customer's turns; without any, those of everybody whose role is unknown (a voice, a channel)."""
    own = [turn for turn in turns if turn.participant_role == "customer"]
    return own or [turn for turn in turns if turn.participant_role != "agent"]


def turns_to_read(turns: Sequence[Turn], *, longest: int) -> dict[int, str]:
    """Turns to read alone, by number, with their words; ``longest`` is how many characters of the text are scored.

    All that hold words, whoever speaks; none where one turn is all there is.
    """
    said = {number: turn.text.strip() for number, turn in enumerate(turns) if (turn.begin or 0) < longest}
    worded = {number: text for number, text in said.items() if says_something(text)}
    return worded if len(worded) > 1 else {}


def sentiment_of_call(turns: Sequence[Turn], *, whole: Sentiment) -> tuple[Sentiment, Skipped | None]:
    """Sentiment of a conversation from its customer's turns: the agent's "avec plaisir" makes no call positive.

    A mean of the turns' probabilities, weighted by their words (3 to 60) and mildly towards the end. Where nobody is
    known to be the customer, everybody counts who is not known to be the agent, and that is said. ``whole`` is returned
    when nobody says more than two words at a time.
    """
    chosen = _customers(turns) or list(turns)
    note = None
    if not any(turn.participant_role == "customer" for turn in chosen):
        agents = any(turn.participant_role == "agent" for turn in turns)
        who = "everybody but the agent" if agents and len(chosen) < len(turns) else "everybody who speaks"
        note = Skipped(feature="customer sentiment", reason=f"roles are unknown: the sentiment is that of {who}")
    weights: list[float] = []
    rows: list[list[float]] = []
    labels: tuple[SentimentLabel, ...] = ("negative", "neutral", "positive")
    for position, turn in enumerate(chosen):
        words = len(turn.text.split())
        if words < _FEWEST_TURN_WORDS or turn.sentiment is None or turn.sentiment.probabilities is None:
            continue
        late = position / max(1, len(chosen) - 1)
        weights.append(min(words, _MOST_TURN_WORDS) * (1 + _END_WEIGHT * late))
        rows.append([turn.sentiment.probabilities[label] for label in labels])
    if not rows:
        return whole, note
    mean = np.average(np.array(rows), axis=0, weights=np.array(weights))
    return Sentiment.of(dict(zip(labels, mean.tolist(), strict=True))), note


def with_times(found: Sequence[Placed], turns: Sequence[Turn]) -> tuple[Placed, ...]:
    """Give what was found in a text its place in the recording, from the words it covers (ms)."""
    if not any(turn.words for turn in turns):
        return tuple(found)
    timed = []
    for each in found:
        begin, end = each.begin, each.end
        turn = next((t for t in turns if begin is not None and (t.begin or 0) <= begin < (t.end or 0)), None)
        times = _times(turn, begin, end) if turn and begin is not None and end is not None else None
        timed.append(each.model_copy(update={"begin_ms": times[0], "end_ms": times[1]}) if times else each)
    return tuple(timed)


def _times(turn: Turn, begin: int, end: int) -> tuple[int, int] | None:
    """First and last ms of the words of ``turn`` inside ``begin``…``end``; the turn's own without word times."""
    position = 0
    inside = []
    for word in turn.words:
        said = word.text.strip()
        found = turn.text.find(said, position) if said else -1
        if found < 0:
            continue
        position = found + len(said)
        place = (turn.begin or 0) + found
        if begin <= place < end:
            inside.append(word)
    if inside:
        return inside[0].begin_ms, inside[-1].end_ms
    return (turn.begin_ms, turn.end_ms) if turn.begin_ms is not None and turn.end_ms is not None else None


def _is_read_back(text: str, begin: int) -> bool:
    before = text[max(0, begin - 60) : begin].rpartition("\n")[2].lower()
    return any(word in before for one in languages() for word in one.roles.read_back)


def said_by_customer(text: str, found: Sequence[Identifier], turns: Sequence[Turn]) -> list[Identifier]:
    """Identifiers of the customer: those they say, then those an agent reads back ("votre numéro est …").

    A hotline number an agent gives away names nobody. Without roles, all of them.
    """
    voiced = customer_spans(turns)
    if voiced is None:
        return list(found)
    mine = [i for i in found if any(begin <= (i.begin or 0) < end for begin, end in voiced)]
    return mine + [i for i in found if i not in mine and _is_read_back(text, i.begin or 0)]
