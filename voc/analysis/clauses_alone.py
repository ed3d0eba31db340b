"""Clauses and sentences read alone, because pooled from their text they take on the mood of what stands around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voc.analysers.sentiment.model import ScoredSentiments, SentimentKind, SentimentModel, kind_within
from voc.analysers.sentiment.reading_apart import read_apart
from voc.analysis.preprocessing import PreparedInteraction
from voc.language.encoder import Encoded, Encoder


def read_clauses_alone(
    works: Sequence[PreparedInteraction],
    encoded: Encoded,
    scored: ScoredSentiments,
    *,
    encoder: Encoder,
    sentiment: SentimentModel,
) -> Iterator[None]:
    """Read alone what :func:`read_apart` chooses, all of a batch in one pass; yields while the encoder computes.

    The sentiment of each clause is put into ``apart`` of its work. Where a clause is all its sentence says, the
    sentence takes state and sentiment of it too: what it means is then read from its own words as well.

    Args:
        works: those that have words, in the order of the first rows of ``encoded`` and ``scored``, which are changed.
        encoded: the pass over the whole texts.
        scored: what that pass says.
        encoder: reads the clauses.
        sentiment: scores them.
    """
    alone: list[tuple[SentimentKind, str]] = []
    owners: list[tuple[int, int]] = []
    for row, work in enumerate(works):
        clauses = [(clause.begin, clause.end) for clause in work.clauses]
        pooled = scored.spans[row][len(work.sentences) :][: len(clauses)]
        # A turn of a conversation is read alone anyway, with a share of what was said around it.
        chosen = read_apart(work.text, work.sentences, clauses, pooled, whole_sentences=not work.turns)
        alone += [(kind_within(work.kind), text) for text in chosen.values()]
        owners += [(row, number) for number in chosen]
    if not alone:
        return
    places = {read: place for place, read in enumerate(dict.fromkeys(alone))}
    encoding = encoder.begin([text for _, text in places], kind="passage")
    yield
    found = encoding.result()
    moods = sentiment.score(found, kinds=[kind for kind, _ in places]).texts
    for (row, number), read in zip(owners, alone, strict=True):
        place, work = places[read], works[row]
        work.apart[number] = moods[place]
        sentence = None if work.turns else _only_clause_of(work, number)
        if sentence is not None:
            scored.spans[row][sentence] = moods[place]
            encoded.span_states[row][sentence] = found.states[place]


def _only_clause_of(work: PreparedInteraction, number: int) -> int | None:
    """The number of the sentence of which a clause is the only one; ``None`` where it has others."""
    begin = work.clauses[number].begin
    for sentence, (low, high) in enumerate(work.sentences):
        if low <= begin < high:
            return sentence if sum(low <= clause.begin < high for clause in work.clauses) == 1 else None
    return None
