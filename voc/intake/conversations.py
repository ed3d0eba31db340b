"""Conversations in tables: rows of turns with a column of who speaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from voc.intake import timing
from voc.intake.channels import channel_of
from voc.intake.column_names import FIELDS, fold_header, named
from voc.intake.column_sample import ColumnSample, sample_columns
from voc.intake.conversation_identity import known_by
from voc.intake.dates import is_month_first, parse_moment
from voc.intake.mapping import IGNORE, MAPPABLE, resolve
from voc.intake.roles import role_of
from voc.intake.tables import Table, is_structure
from voc.intake.timestamps import ColumnOfDates
from voc.intake.transcripts import build
from voc.records import Channel, Interaction, Rejected, Turn

_CHANNEL = named(lambda words: words.calls.get("channel", ""))
_MILLISECONDS = frozenset(named(lambda words: words.calls.get("milliseconds", ""), tools="ms"))
_SECONDS = frozenset(named(lambda words: words.calls.get("seconds", ""), tools="s"))


def _transcript_columns(table: Table, mapping: Mapping[str, str] | None) -> dict[str, int] | None:
    samples = sample_columns(table)
    wanted = ("role", "thread", "begin", "end")
    found: dict[str, int] = {}
    for field in wanted:
        ranked = sorted((s for s in samples if s.folded in FIELDS[field]), key=lambda s: FIELDS[field].index(s.folded))
        if ranked:
            found[field] = ranked[0].index
    given = resolve(mapping or {}, table, known=MAPPABLE) if mapping else {}
    ignored = set(given.pop(IGNORE, ()))
    found = {field: index for field, index in found.items() if index not in ignored}
    found.update({field: indices[0] for field, indices in given.items()})
    if "role" not in found and found.keys() >= {"begin", "end"} and len(samples) <= _ONLY_SPOKEN:
        pass  # Whisper's TSV: when and what, of whom it does not know
    elif "role" not in found or found["role"] >= len(samples) or not _tells_roles(samples[found["role"]]):
        return None
    if "thread" not in found:
        call = next(
            (s for s in samples if s.folded in {"call id", "interaction id", "id", "callid"} and s.distinct < 0.9), None
        )
        if call is not None:
            found["thread"] = call.index
    if "thread" not in found and "begin" not in found:
        return None
    if "text" not in found:
        taken = ignored | set(found.values())
        free = [s for s in samples if s.index not in taken]
        text = max(free, key=lambda s: s.words, default=None)
        if text is None or text.words < 1:
            return None
        found["text"] = text.index
    return found


_ONLY_SPOKEN = 3
"""Columns of a table that holds nothing but when something was said, and what."""


def _tells_roles(sample: ColumnSample) -> bool:
    return sample.share(role_of) >= 0.8 and len(set(sample.values)) > 1


def is_transcript_table(table: Table, mapping: Mapping[str, str] | None = None) -> bool:
    """Tell whether the rows are turns: a column of roles, and a conversation or a time to order them by."""
    return _transcript_columns(table, mapping) is not None


def conversations_in(
    table: Table, *, channel: Channel | None = None, mapping: Mapping[str, str] | None = None
) -> Iterator[Interaction | Rejected]:
    """Yield the conversations of a table of turns; rows of one conversation stand together, as exports write them."""
    found = _transcript_columns(table, mapping) or {}
    date = next(
        (
            i
            for i, header in enumerate(table.columns)
            if fold_header(header) in {"date", "occurred at", "datetime", "call date"}
        ),
        None,
    )
    kind = next((i for i, header in enumerate(table.columns) if fold_header(header) in _CHANNEL), None)
    written = [row.cells[date] for row in table.peek()] if date is not None else []
    dates = ColumnOfDates(table.name, month_first=is_month_first(written))
    unit = _time_unit(table, found)
    turns: list[Turn] = []
    current, first = "", None

    def finished() -> Interaction | Rejected:
        cells: list[str] = first.cells if first is not None else []
        where = f"{table.name}:{first.number}" if first is not None else table.name
        said = channel_of(cells[kind]) if kind is not None else None
        counted, moment = timing.from_the_first(turns)
        timed = any(turn.begin_ms is not None for turn in counted)
        if moment is not None and timing.last_ms(counted) > timing.DAY_MS:
            timed = False  # written over days
        dated = dates.moment(cells[date].strip(), first.number) if date is not None and first else None
        occurred = dated or (parse_moment(str(moment)) if moment is not None else None)
        return build(
            counted,
            source=where,
            channel=channel or said or (Channel.CALL if timed else Channel.CHAT),
            # To the minute: a spreadsheet that saves the table again drops the seconds.
            same_as=known_by(counted, occurred_at=occurred and occurred.replace(second=0, microsecond=0)),
            external_id=current or None,
            occurred_at=occurred,
        )

    for row in table.rows:
        if isinstance(row, Rejected):
            yield row
            continue
        thread = row.cells[found["thread"]].strip()[:200] if "thread" in found else ""
        if turns and thread != current:
            yield finished()
            turns, first = [], None
        current = thread
        text = row.cells[found["text"]].strip()
        if not text or is_structure(text):
            continue
        first = first or row
        begin, end = (
            timing.timed({field: row.cells[found[field]]}, {field: None}, unit) if field in found else None
            for field in ("begin", "end")
        )
        turns.append(
            Turn(
                index=len(turns),
                participant_role=role_of(row.cells[found["role"]]) if "role" in found else None,
                begin_ms=begin,
                end_ms=max(begin, end) if begin is not None and end is not None else end,
                text=text,
            )
        )
    if turns:
        yield finished()
    yield from dates.remarks()


def _time_unit(table: Table, found: Mapping[str, int]) -> float:
    """ms a unit of the columns of times: as their names say, else by how fast people would have spoken."""
    if "begin" not in found:
        return timing.SECONDS
    words = fold_header(table.columns[found["begin"]]).split()
    if set(words) & _MILLISECONDS:
        return timing.MILLISECONDS
    if set(words) & _SECONDS:
        return timing.SECONDS
    spans: list[tuple[float, int]] = []
    begins: list[tuple[float, int]] = []
    between: list[tuple[float, int]] = []
    thread = None
    for row in table.peek():
        begin = _number(row.cells[found["begin"]])
        if begin is None:
            continue
        said = len(row.cells[found["text"]].strip())
        if (end := _number(row.cells[found["end"]]) if "end" in found else None) is not None:
            spans.append((end - begin, said))
        if "thread" in found and row.cells[found["thread"]] != thread:
            thread = row.cells[found["thread"]]
            between += timing.gaps(begins)
            begins = []
        begins.append((begin, said))
    between += timing.gaps(begins)
    return timing.unit_of(spans) or timing.unit_of(between) or timing.SECONDS


def _number(value: str) -> float | None:
    """A time whose unit neither the cell nor its size says."""
    found = timing.number_of(value)
    return found[0] if found is not None and found[1] is None and found[0] < timing.EPOCH_SECONDS else None
