"""The words behind a change: a few sentences, already without personal data, that open where they were said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from voc.insights.drilldown import interaction_href
from voc.language.word_alignment import mean_confidence
from voc.records import UNSURE, Analysis, Aspect, Channel, Digest, DigestItem, Quote, Redaction, Turn, masked_stretch
from voc.store import Store
from voc.store.figures import TopicMentionRow

MOST = 4
READ = 24
"""Interactions whose words are read to choose from."""
LEAST_CHARS, MOST_CHARS = 20, 280
AGENT = "agent"

What = Literal["all", "complaints", "praise"]


def quotes(
    store: Store, topic: str, mentions: Sequence[TopicMentionRow], *, voices: dict[str, int], what: What = "all"
) -> tuple[Quote, ...]:
    """Up to four sentences on ``topic``: the clearest, of different channels first, never two of one voice.

    Of channels quoted alike, a language that was not quoted yet comes first: whoever reads in it gets words of it.

    Only redacted text is quoted; an interaction whose redaction is missing is not. In calls and transcripts only the
    customer is quoted, and no words that were heard unsurely.
    """
    leaning = _leaning(mentions, what)
    ranked = sorted(mentions, key=lambda one: (-_clarity(one, leaning), one.id))
    analyses = store.findings.analyses([one.id for one in _spread(ranked, READ)])
    found: list[tuple[float, TopicMentionRow, Quote]] = []
    for mention in ranked:
        analysis = analyses.get(mention.id)
        quote = _quote(analysis, topic, mention, leaning) if analysis is not None else None
        if quote is not None:
            found.append((_clarity(mention, leaning) + _readable(quote.text), mention, quote))
    found.sort(key=lambda one: (-one[0], one[1].id))
    chosen: list[Quote] = []
    heard: set[int] = set()
    channels: dict[str, int] = {}
    said: set[str] = set()
    spoken: set[str | None] = set()
    while found and len(chosen) < MOST:
        # The clearest of the channels quoted least so far.
        _, mention, quote = min(
            found, key=lambda one: (channels.get(one[1].channel, 0), one[2].language in spoken, -one[0], one[1].id)
        )
        found = [one for one in found if one[1].id != mention.id]
        if voices.get(mention.id) in heard or quote.text.casefold() in said:
            continue
        chosen.append(quote)
        said.add(quote.text.casefold())
        spoken.add(quote.language)
        heard.add(voices.get(mention.id, -1 - len(heard)))
        channels[mention.channel] = channels.get(mention.channel, 0) + 1
    return with_audio(store, chosen)


def with_audio(store: Store, quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """The quotes, each with whether its recording is there to be heard."""
    audible = store.interactions.with_audio([one.interaction_id for one in quotes])
    return tuple(one.model_copy(update={"has_audio": one.interaction_id in audible}) for one in quotes)


def read_first(quotes: Sequence[Quote], language: str) -> list[Quote]:
    """The quotes in the order for whoever reads in a language: those in it first."""
    return sorted(quotes, key=lambda one: one.language != language)


def masked(text: str, begin: int, end: int, spans: Sequence[Redaction]) -> str:
    """``text[begin:end]`` in one line, with its masks."""
    return " ".join(masked_stretch(text, begin, end, spans).split())


def reapply_masks(store: Store, digest: Digest) -> Digest:
    """A digest kept from earlier with its quotes masked, and heard or not, as their interactions are today.

    What is found to be personal later (the customer is known now, the redaction has learnt) goes from what was saved
    before, too; a quote whose interaction is gone, or whose words are closed now, goes wholly.
    """
    items = (*digest.rises, *digest.falls)
    analyses = store.findings.analyses([quote.interaction_id for item in items for quote in item.quotes])

    def renewed(items: Sequence[DigestItem]) -> tuple[DigestItem, ...]:
        return tuple(
            item.model_copy(update={"quotes": with_audio(store, tuple(_masked_anew(item.quotes, analyses)))})
            for item in items
        )

    return digest.model_copy(update={"rises": renewed(digest.rises), "falls": renewed(digest.falls)})


def _masked_anew(found: Sequence[Quote], analyses: Mapping[str, Analysis]) -> Iterator[Quote]:
    for quote in found:
        analysis = analyses.get(quote.interaction_id)
        if analysis is None or analysis.redacted_text is None:
            continue
        text = quote.text
        details = {" ".join(analysis.text[one.begin : one.end].split()): one.mask for one in analysis.redacted}
        for detail in sorted(filter(None, details), key=len, reverse=True):
            # Not inside [PERSON]: the quote may have had it masked when it was made.
            text = re.sub(rf"(?<![\w\[]){re.escape(detail)}(?![\w\]])", details[detail], text)
        yield quote.model_copy(update={"text": text})


def _leaning(mentions: Sequence[TopicMentionRow], what: What) -> int:
    """The side that speaks for the change: −1 complaints, 1 praise."""
    if what != "all":
        return 1 if what == "praise" else -1
    scores = [one.sentiment for one in mentions if one.sentiment is not None]
    return 1 if scores and sum(scores) > 0 else -1


def _clarity(mention: TopicMentionRow, leaning: int) -> float:
    return (mention.score or 0.0) + leaning * (mention.sentiment or 0.0)


def _readable(text: str) -> float:
    """Prefers a sentence that says enough to be understood alone, and masks little of it."""
    return 0.3 * min(1.0, len(text) / 80) - 0.2 * text.count("[")


def _spread(ranked: Sequence[TopicMentionRow], most: int) -> list[TopicMentionRow]:
    """The first of every channel in turn, so that no channel is left unread."""
    by_channel: dict[str, list[TopicMentionRow]] = {}
    for one in ranked:
        by_channel.setdefault(one.channel, []).append(one)
    found: list[TopicMentionRow] = []
    depth = 0
    while len(found) < min(most, len(ranked)):
        found += [rows[depth] for rows in by_channel.values() if depth < len(rows)]
        depth += 1
    return found[:most]


def _quote(analysis: Analysis, topic: str, mention: TopicMentionRow, leaning: int) -> Quote | None:
    evidence = _evidence(analysis, topic, leaning)
    if evidence is None:
        return None
    begin, end, begin_ms, sentiment = evidence
    begin, end = _sentence(analysis, begin, end, _turn(analysis.turns, begin))
    said = said_at(analysis, begin, end)
    if said is None or not LEAST_CHARS <= len(said.text) <= MOST_CHARS + 80:
        return None
    if begin_ms is not None:
        said = replace(said, begin_ms=begin_ms)
    return quote_of(
        mention.id,
        said,
        (begin, end),
        channel=mention.channel,
        at=mention.at,
        sentiment=sentiment if sentiment is not None else mention.sentiment,
    )


@dataclass(frozen=True)
class Said:
    """Masked words of a customer, the second they were said at, and their language."""

    text: str
    begin_ms: int | None
    language: str | None


def said_at(analysis: Analysis, begin: int, end: int) -> Said | None:
    """What stands at a place of an interaction, for a quote.

    ``None`` where nobody may read it, nothing is left of it, an agent said it, or it was not heard surely.
    """
    if not analysis.redacted_text or not analysis.text:
        return None
    turn = _turn(analysis.turns, begin)
    if turn is not None and turn.participant_role == AGENT:
        return None
    heard = mean_confidence(analysis.turns, begin, end)
    if heard is not None and heard < UNSURE:
        return None
    text = masked(analysis.text, begin, end, analysis.redacted)
    if not text:
        return None
    if turn is None:
        return Said(text, None, analysis.language)
    return Said(text, turn.begin_ms, turn.language or analysis.language)


def quote_of(
    ident: str,
    said: Said,
    characters: tuple[int, int],
    *,
    channel: str,
    at: datetime,
    sentiment: float | None = None,
) -> Quote:
    """Words of an interaction with the way back to them."""
    return Quote(
        interaction_id=ident,
        text=cut_short(said.text),
        channel=Channel(channel),
        language=said.language,
        occurred_at=at,
        begin_ms=said.begin_ms,
        sentiment=sentiment,
        href=interaction_href(ident, begin_ms=said.begin_ms, characters=characters),
    )


def cut_short(text: str) -> str:
    """``text``, cut after a word where it is longer than :data:`MOST_CHARS`."""
    return text if len(text) <= MOST_CHARS else text[:MOST_CHARS].rsplit(" ", 1)[0] + " …"


def _evidence(analysis: Analysis, topic: str, leaning: int) -> tuple[int, int, int | None, float | None] | None:
    """The clause that speaks of the topic most clearly, else the words that named it."""
    analysis = analysis.heard_surely()
    clauses = [one for one in analysis.aspects if _about(one.topic, topic)]
    if clauses:
        best: Aspect = max(clauses, key=lambda one: (leaning * one.sentiment, -one.begin))
        return best.begin, best.end, best.begin_ms, best.sentiment
    for mention in sorted(analysis.topics, key=lambda one: -one.score):
        if _about(mention.id, topic) and mention.begin is not None and mention.end is not None:
            return mention.begin, mention.end, None, None
    return None


def _about(one: str, topic: str) -> bool:
    return one == topic or one.startswith(f"{topic}.")


def _turn(turns: Sequence[Turn], place: int) -> Turn | None:
    for turn in turns:
        if turn.begin is not None and turn.end is not None and turn.begin <= place < turn.end:
            return turn
    return None


def _sentence(analysis: Analysis, begin: int, end: int, turn: Turn | None) -> tuple[int, int]:
    """The sentences that hold the evidence, within the turn it was said in."""
    holding = [one for one in analysis.sentences if one.begin < end and begin < one.end]
    if holding:
        begin, end = min(begin, holding[0].begin), max(end, holding[-1].end)
    if turn is not None and turn.begin is not None and turn.end is not None:
        begin, end = max(begin, turn.begin), min(end, turn.end)
    return begin, end
