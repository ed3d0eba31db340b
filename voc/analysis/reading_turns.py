"""Turns of conversations read alone, beside the pass over their whole conversation.

Pooled from one pass, every turn takes on the mood and the matter of the others: a plain question asked before anything
went wrong looks like a complaint where the call becomes one, and "au revoir" like whatever was said before it. So each
turn is encoded alone too, and the state of a sentence or clause in it is :data:`AROUND` of the one in its
conversation and the rest of the one alone. Every head is linear in the state, so its answer is the mean of the two in
log-odds.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from voc.analysis.preprocessing import PreparedInteraction
from voc.language.conversation import turns_to_read
from voc.language.encoder import Encoded
from voc.language.sentences import Span

AROUND = 0.35
"""Share of the conversation in the state of a sentence, the rest being its turn alone. Of the 60 turns of customers in
the 112 labelled by hand (``tests/integration/test_turn_moods.py``) 17 of the 19 that complain pass as complaints when
pooled, and 11 of the others; so 18 and 1; alone 13 and none: "Honestly, I am running out of patience" needs what was
said before it."""


@dataclass(frozen=True)
class _Place:
    """A turn read alone: its number, its row among :attr:`TurnsAlone.texts`, and which spans of its conversation are
    its own, in their order."""

    turn: int
    row: int
    spans: list[int]


class TurnsAlone:
    """The turns of a batch that are encoded alone; what is said alike more than once ("d'accord") is read once.

    Attributes:
        texts: what to encode beside the conversations.
        spans: the sentences and clauses in each, by character.
    """

    def __init__(self, works: Sequence[PreparedInteraction], *, longest: int) -> None:
        rows: dict[tuple[str, tuple[Span, ...]], int] = {}
        self._places: list[list[_Place]] = []
        for work in works:
            sentences, clauses = work.sentences, [(clause.begin, clause.end) for clause in work.clauses]
            places = []
            for turn, text in turns_to_read(work.turns, longest=longest).items():
                said = work.turns[turn]
                begin = (said.begin or 0) + len(said.text) - len(said.text.lstrip())
                end = begin + len(text)
                held = [*_within(sentences, begin, end)]
                inside = [sentences[i] for i in held]
                for i in _within(clauses, begin, end):
                    held.append(len(sentences) + i)
                    inside.append(clauses[i])
                spans = tuple((low - begin, high - begin) for low, high in inside)
                places.append(_Place(turn, rows.setdefault((text, spans), len(rows)), held))
            self._places.append(places)
        self.texts: list[str] = [text for text, _ in rows]
        self.spans: list[list[Span]] = [list(spans) for _, spans in rows]

    def blend(self, encoded: Encoded, first: int) -> None:
        """Move the states of sentences and clauses of conversations towards those of their turns alone, in place.

        ``encoded`` holds the conversations in their order from row 0, and :attr:`texts` from row ``first``.
        """
        for states, places in zip(encoded.span_states, self._places, strict=False):
            for place in places:
                alone = encoded.span_states[first + place.row]
                states[place.spans] = AROUND * states[place.spans] + (1 - AROUND) * alone

    def rows_of(self, work: int) -> dict[int, int]:
        """Number of each turn of a conversation that is read alone → its row among :attr:`texts`."""
        return {place.turn: place.row for place in self._places[work]}


def _within(spans: Sequence[Span], begin: int, end: int) -> range:
    """Which of the spans, in their order and apart, lie in ``begin``…``end``."""
    return range(bisect_left(spans, (begin, 0)), bisect_right(spans, end, key=lambda span: span[1]))
