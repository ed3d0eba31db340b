"""Turns of conversations read alone, beside the pass over their whole conversation.

Pooled from one pass, every turn takes on the mood and the matter of the others: a plain question asked before anything
went wrong looks like a complaint where the call becomes one, and "au revoir" like whatever was said before it. So each
turn is encoded alone too, and the state of a sentence or clause in it is :data:`AROUND` of the one in its
conversation and the rest of the one alone. Every head is linear in the state, so its answer is the mean of the two in
log-odds.
"""

from __future__ import annotations

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
    """A turn read alone: its text's row among :attr:`TurnsAlone.texts`, and which span of its conversation is which
    of its own."""

    work: int
    turn: int
    row: int
    spans: dict[int, int]


class TurnsAlone:
    """The turns of a batch that are encoded alone; what is said alike more than once ("d'accord") is read once.

    Attributes:
        texts: what to encode beside the conversations.
        spans: the sentences and clauses in each, by character.
    """

    def __init__(self, works: Sequence[PreparedInteraction], *, longest: int) -> None:
        rows: dict[tuple[str, tuple[Span, ...]], int] = {}
        self._places: list[_Place] = []
        for number, work in enumerate(works):
            inside = work.spans[: len(work.sentences) + len(work.clauses)]
            for turn, text in turns_to_read(work.turns, longest=longest).items():
                said = work.turns[turn]
                begin = (said.begin or 0) + len(said.text) - len(said.text.lstrip())
                held = [i for i, (low, high) in enumerate(inside) if begin <= low and high <= begin + len(text)]
                spans = tuple((inside[i][0] - begin, inside[i][1] - begin) for i in held)
                row = rows.setdefault((text, spans), len(rows))
                self._places.append(_Place(number, turn, row, {i: n for n, i in enumerate(held)}))
        self.texts: list[str] = [text for text, _ in rows]
        self.spans: list[list[Span]] = [list(spans) for _, spans in rows]

    def blend(self, encoded: Encoded, first: int) -> None:
        """Move the states of sentences and clauses of conversations towards those of their turns alone, in place.

        ``encoded`` holds the conversations in their order from row 0, and :attr:`texts` from row ``first``.
        """
        for place in self._places:
            states, alone = encoded.span_states[place.work], encoded.span_states[first + place.row]
            for mine, theirs in place.spans.items():
                states[mine] = AROUND * states[mine] + (1 - AROUND) * alone[theirs]

    def rows_of(self, work: int) -> dict[int, int]:
        """Number of each turn of a conversation that is read alone → its row among :attr:`texts`."""
        return {place.turn: place.row for place in self._places if place.work == work}
