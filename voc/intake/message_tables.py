"""Tables of messages of both sides: a row a message, a column of its conversation, a column of its side.

Front, Tidio, Mirakl and others export what agents wrote between what customers wrote. Such rows are the same messages
that APIs list (:mod:`voc.intake.message_lists`), and are joined to conversations in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from voc.intake.call_logs import is_call_log
from voc.intake.cell_words import TO_COMPANY, TO_CUSTOMER, UNSENT
from voc.intake.column_names import fold_header, named
from voc.intake.column_sample import Columns, ColumnSample, sample_columns
from voc.intake.mapping import guess
from voc.intake.message_sides import SKIP
from voc.intake.roles import role_of
from voc.intake.tables import Row, Table
from voc.intake.timestamps import ColumnOfDates
from voc.language.role_formulas import AGENT, CUSTOMER
from voc.records import Channel, Rejected

_SIDE_NAMES = frozenset(named(lambda words: words.sides))
"""Folded names of the column that may say whose a message is; its cells decide."""
_SIDES = {**dict.fromkeys(TO_COMPANY, CUSTOMER), **dict.fromkeys(TO_CUSTOMER, AGENT), **dict.fromkeys(UNSENT, SKIP)}
TOLD = 0.8
"""Share of the cells of a column that must say a side."""


def side_in(value: str) -> str | None:
    """The side that a cell says: ``Inbound``, ``visitor``, ``Opérateur``; ``None`` for anything else."""
    folded = fold_header(value)
    return _SIDES.get(folded) or (role_of(value) if len(folded.split()) <= 2 else None)


def _side_column(samples: list[ColumnSample]) -> ColumnSample | None:
    for sample in samples:
        if sample.folded in _SIDE_NAMES and sample.share(side_in) >= TOLD:
            told = {side_in(value) for value in sample.values}
            if {CUSTOMER, AGENT} <= told:
                return sample
    return None


def _conversation_column(columns: Columns, samples: list[ColumnSample]) -> int | None:
    """The column that names the conversation: one called so, else an order's or a ticket's number that comes back."""
    if (thread := columns.first("thread")) is not None:
        return thread
    numbers = {"ticket id", "case id", "chat id", "order id"}
    named = [columns.first("order"), columns.first("id"), *(s.index for s in samples if s.folded in numbers)]
    return next((at for at in named if at is not None and samples[at].distinct < 1), None)


class MessageTable:
    """A table of messages of both sides.

    Attributes:
        table: as opened; its rows are used up by :meth:`messages`.
    """

    def __init__(self, table: Table, columns: Columns, side: int, conversation: int) -> None:
        self.table, self.columns = table, columns
        self.side, self.conversation = side, conversation
        self.dates = ColumnOfDates(table.name, month_first=columns.month_first)
        self.sender = next((at for at, name in enumerate(table.columns) if fold_header(name) == "from"), None)
        if self.sender == side:
            self.sender = None
        # Nobody answers a survey message by message: where nothing else says it, they are of a chat or of mails.
        self.channel = "" if columns.channel is Channel.SURVEY else columns.channel.value
        self.used = {side, conversation, self.sender}

    @classmethod
    def of(cls, table: Table, mapping: Mapping[str, str] | None = None) -> MessageTable | None:
        """The table as one of messages, or ``None`` where its rows are none or of one side alone.

        ``mapping`` (field → column) is believed; who leaves the column of sides out wants rows.
        """
        samples = sample_columns(table)
        if is_call_log(samples) or (side := _side_column(samples)) is None:
            return None
        columns = guess(table, mapping=mapping)
        if side.index in columns.ignored:
            return None
        conversation = _conversation_column(columns, samples)
        written = [at for at in columns.fields.get("text", ()) if at not in {side.index, conversation}]
        return cls(table, columns, side.index, conversation) if written and conversation is not None else None

    def messages(self) -> Iterator[tuple[int, Any]]:
        """The rows as messages of :func:`voc.intake.message_lists.threads_of`, with their numbers."""
        for row in self.table.rows:
            yield (0, row) if isinstance(row, Rejected) else (row.number, self._message(row))

    def _message(self, row: Row) -> dict[str, Any]:
        side = side_in(row.cells[self.side])
        moment = self.dates.moment(self._cell(row, "date"), row.number)
        texts = (row.cells[at].strip() for at in self.columns.fields["text"])
        others = [(name, row.cells[at].strip()) for at, name in self.columns.attributes if at not in self.used]
        names = [self._cell(row, field) for field in ("name", "first_name", "last_name")]
        name = " ".join(part for part in names if part) or (row.cells[self.sender] if self.sender is not None else "")
        found: dict[str, Any] = {
            "conversation_id": row.cells[self.conversation].strip(),
            "body": "\n".join(text for text in texts if text),
            "created_at": moment.isoformat() if moment is not None else "",
            "direction": {CUSTOMER: "in", AGENT: "out"}.get(side or ""),
            "private": side not in {CUSTOMER, AGENT},
            "subject": self._cell(row, "title"),
            "channel": self._cell(row, "channel") or self.channel,
            "order_reference": self._cell(row, "order"),
            "csat": self._cell(row, "csat") or self._cell(row, "rating"),
            "facts": {name: cell for name, cell in others if cell},
        }
        if side == CUSTOMER:
            found |= {"author_name": name, "author_email": self._cell(row, "email"), "phone": self._cell(row, "phone")}
        return found

    def _cell(self, row: Row, field: str) -> str:
        at = self.columns.first(field)
        return row.cells[at].strip() if at is not None else ""
