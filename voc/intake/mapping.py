"""Guess what the columns of a table mean, from their names first and their content to confirm; a person may overrule.

A name alone is not believed: a ``note`` that holds sentences is not stars, an ``id`` that repeats names no message, a
``source`` counts as the channel only where its values are channels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from voc.errors import InputError
from voc.identifiers import normalise_email, normalise_phone
from voc.intake.call_logs import agents_notes
from voc.intake.cell_text import language_code
from voc.intake.cell_words import OUT_OF, SCALE_TO, words_of
from voc.intake.channels import NETWORKS, channel_of, guess_channel, header_words_of, is_social
from voc.intake.column_names import (
    ALIASES,
    ATTRIBUTES,
    FIELDS,
    NOT_TEXT_WORDS,
    PARTS,
    REASONS,
    TEXT,
    TEXT_WORDS,
    fold_header,
    named,
)
from voc.intake.column_sample import Columns, ColumnSample, sample_columns
from voc.intake.dates import is_month_first, parse_column, parse_moment
from voc.intake.field_paths import is_company_path
from voc.intake.question_columns import guess_questions, has_classes, unused
from voc.intake.roles import role_of
from voc.intake.scores import parse_nps, parse_rating, parse_score, scale_of
from voc.intake.tables import Table
from voc.language.folding import without_accents
from voc.language.yes_and_no import NO, YES
from voc.records import Channel, Remark

ANSWERED = frozenset(("responded", "responded at", "completed time", "completed at", "response completed"))
"""Names of dates that say when somebody answered: beside them, when they were asked or begun is another date."""

_REPLIES = frozenset(named(lambda words: words.replies))
_REPLIED = frozenset(named(lambda words: words.replied))
"""Where a company's reply stands beside, the date of a reply is the company's; elsewhere a survey's answer has it."""

IGNORE = "ignore"
"""What a person maps columns to that are to be left out, as words and as attributes."""

MAPPABLE: dict[str, object] = {"text": TEXT, **FIELDS, **ATTRIBUTES, IGNORE: ()}
"""Fields a person may map a column to."""


def resolve(mapping: Mapping[str, str], table: Table, *, known: Mapping[str, object]) -> dict[str, tuple[int, ...]]:
    """Turn a person's ``field=column`` choices into column indices; ``column+column`` joins several.

    Raises:
        InputError: no such field, or no such column; the message names those there are.
    """
    exact = {name: index for index, name in enumerate(table.columns)}
    folded = {fold_header(name): index for index, name in reversed(list(enumerate(table.columns)))}

    def find(column: str) -> int | None:
        return exact.get(column.strip(), folded.get(fold_header(column)))

    fields: dict[str, tuple[int, ...]] = {}
    for raw, column in mapping.items():
        name = ALIASES.get(raw, raw)
        if name not in known:
            raise InputError(f"{raw!r} is not a field that can be mapped; the fields are {', '.join(sorted(known))}.")
        parts = _named(column, find)
        missing = next((part for part, index in parts if index is None), None)
        if missing is not None:
            shown = ", ".join(table.columns[:30]) + (" …" if len(table.columns) > 30 else "")
            raise InputError(
                f"{table.name}: there is no column {missing.strip()!r} (for {raw}); the columns are {shown}.",
                code="no_such_column",
                **{"file": table.name, "column": missing.strip(), "columns": shown},
            )
        fields[name] = tuple(index for _, index in parts if index is not None)
    return fields


def _named(column: str, find: Callable[[str], int | None]) -> list[tuple[str, int | None]]:
    """The columns that a choice names, with their places: one, several joined by a plus, or else by commas."""
    ways = ([column], column.split("+"), re.split(r"[+,]", column))
    read = [[(part, find(part)) for part in way] for way in ways]
    return next((one for one in read if all(index is not None for _, index in one)), read[-1])


def guess(table: Table, *, mapping: Mapping[str, str] | None = None, channel: Channel | None = None) -> Columns:
    """Decide what each column of a table of feedback means.

    Args:
        table: its first rows are looked at.
        mapping: field → column name, believed as given.
        channel: where all rows come from, if known.

    Raises:
        InputError: ``mapping`` names a field or column that does not exist.
    """
    samples = sample_columns(table)
    given = resolve(mapping or {}, table, known=MAPPABLE)
    ignored = frozenset(given.pop(IGNORE, ()))
    columns = Columns(fields=dict(given), given=frozenset(given), ignored=ignored)
    taken = columns.taken

    for name, test in _TESTS.items():
        if name in columns.fields:
            continue
        chosen = _choose(name, test, samples, taken)
        if name == "rating" and chosen and chosen[0].folded == "score" and _is_survey(samples):
            continue  # of a scale that nothing says
        if chosen:
            columns.fields[name] = tuple(s.index for s in chosen)
            taken.update(columns.fields[name])
    guess_questions(columns, samples, taken)
    notes = [s for s in agents_notes(samples) if s.index not in taken]
    taken.update(s.index for s in notes)
    if "date" not in columns.fields and (unread := _unread_date(samples, taken)) is not None:
        columns.fields["date"] = (unread.index,)
        taken.add(unread.index)
    if "text" not in columns.fields:
        _guess_text(columns, samples, taken)
    _settle(columns, samples, given)
    if (
        "channel" not in given
        and (at := columns.first("channel")) is not None
        and _only_how_collected(columns, samples, at)
    ):
        del columns.fields["channel"]
    columns.attributes = tuple(_attributes(samples, columns.taken, columns))
    guess_channel(columns, samples, table.name, channel)
    columns.unused = (*unused(columns, samples, table.name), *_of_agents(notes, table.name))
    return columns


def _of_agents(notes: Sequence[ColumnSample], name: str) -> list[Remark]:
    """The line that says which words of a table of calls were taken for its agents'."""
    if not notes:
        return []
    listed = ", ".join(repr(s.header) for s in notes)
    reason = f"{listed} holds what agents noted of calls, so it is no customer's words; --map text=COLUMN makes it so."
    return [Remark(source=name, reason=reason, code="agents_notes", parameters={"columns": listed})]


def _is_survey(samples: Sequence[ColumnSample]) -> bool:
    return any("survey" in s.folded.split() for s in samples) or has_classes(samples)


def _choose(
    name: str, test: Callable[[ColumnSample], bool], samples: Sequence[ColumnSample], taken: set[int]
) -> list[ColumnSample]:
    names = FIELDS[name]
    ranked = sorted(
        (s for s in samples if s.index not in taken and s.folded in names),
        key=lambda s: (name != "date" or s.folded not in ANSWERED, names.index(s.folded), s.header.count(".")),
    )
    if name == "date" and any(s.folded in _REPLIES for s in samples):
        ranked = [s for s in ranked if s.folded not in _REPLIED] or ranked
    fitting = [s for s in ranked if not s.values or test(s)]
    fitting.sort(key=lambda s: not s.values)  # a filled column before an empty one
    return fitting if name in {"email", "phone", "contract", "order"} else fitting[:1]


def _unread_date(samples: Sequence[ColumnSample], taken: set[int]) -> ColumnSample | None:
    """A column that is called a date though most of it cannot be read: better read in part, and said, than ignored."""
    names = FIELDS["date"]
    called = [s for s in samples if s.index not in taken and s.folded in names and s.values and s.words <= 4]
    called = [s for s in called if "date" in s.folded or s.share(parse_column) > 0]
    return min(called, key=lambda s: names.index(s.folded), default=None)


def _prose_or_short(sample: ColumnSample) -> bool:
    return sample.share(parse_score) < 0.9 and sample.share(parse_moment) < 0.9 and sample.distinct > 0.01


def _is_reference(sample: ColumnSample) -> bool:
    return (
        sample.words <= 2
        and sample.share(lambda v: True if any(c.isdigit() for c in v) and len(v) < 60 else None) > 0.5
    )


def _is_id(sample: ColumnSample) -> bool:
    return sample.distinct > 0.999 and sample.share(lambda v: True if len(v) <= 200 and "\n" not in v else None) > 0.99


def _is_number(sample: ColumnSample) -> bool:
    return sample.share(parse_score) > 0.6


_TESTS: dict[str, Callable[[ColumnSample], bool]] = {
    "filename": lambda s: s.share(lambda v: True if re.search(r"\.\w{2,5}$", v) else None) > 0.8,
    "id": _is_id,
    "thread": lambda s: s.words <= 3,
    "date": lambda s: s.share(parse_column) > 0.6,
    "time": lambda s: s.share(lambda v: re.fullmatch(r"\d{1,2}\s*[:hH]\s*\d{2}(:\d{2})?", v)) > 0.8,
    "nps": lambda s: s.share(parse_nps) > 0.6,
    "rating": lambda s: s.share(parse_rating) > 0.6,
    "csat": _is_number,
    "email": lambda s: s.share(normalise_email) > 0.5,
    "phone": lambda s: s.share(lambda v: normalise_phone(v, unassigned=True)) > 0.4,
    "customer": _is_reference,
    "contract": _is_reference,
    "order": _is_reference,
    "loyalty": _is_reference,
    "language": lambda s: s.share(lambda v: re.match(r"(?i)[a-z]{2,3}([-_]\w+)?$", v) or language_code(v)) > 0.8,
    "own": lambda s: s.share(_truth) > 0.9,
    "inbound": lambda s: s.share(_truth) > 0.9,
    "role": lambda s: s.share(role_of) > 0.8,
    "channel": lambda s: s.share(channel_of) > 0.5,
    "network": lambda s: s.share(lambda v: True if fold_header(v) in NETWORKS else None) > 0.5,
    "first_name": lambda s: s.words <= 3,
    "handle": lambda s: s.share(lambda v: True if not any(c.isspace() for c in v) else None) > 0.9,
    "name": lambda s: s.words <= 5 and s.share(parse_score) < 0.5 and s.share(_no_name) < 0.5,
    "last_name": lambda s: s.words <= 4,
    "title": lambda s: s.share(parse_score) < 0.5 and not s.is_data,
    "roles": lambda s: True,
}
"""Field → whether a column's content may be it. The order settles disputes: the first to claim a column keeps it."""


def _only_how_collected(columns: Columns, samples: Sequence[ColumnSample], at: int) -> bool:
    """Whether a ``source`` says how a review was asked for (by e-mail), not where its writer spoke."""
    words = {word for sample in samples for word in sample.folded.split()}
    reviews = bool(words & _REVIEWS) and "rating" in columns.fields
    return reviews and samples[at].folded in _ORIGINS


def _no_name(value: str) -> bool | None:
    """A path or an address of a program's object, which some call its name."""
    return True if "/" in value or "@" in value else None


def _truth(value: str) -> bool | None:
    word = value.lower()
    return word in YES if word in YES | NO else None


_EMPTY = 15.0
"""Rank of a column that is called as words are and holds nothing so far: below one of sentences under any name."""


def _guess_text(columns: Columns, samples: Sequence[ColumnSample], taken: set[int]) -> None:
    """Find the column of the customer's words: a known name, else a telling word in the name, else the most prose."""
    free = [
        s
        for s in samples
        if s.index not in taken
        and not is_company_path(s.header)
        and (not s.values or (_prose_or_short(s) and not s.is_data))
    ]

    def rank(sample: ColumnSample) -> tuple[float, float]:
        words = set(sample.folded.split())
        if sample.folded in TEXT:
            named = 100.0 - TEXT.index(sample.folded) * 0.1
            if not sample.values:
                return _EMPTY, 0.0
            return (named if sample.words >= 1 else 5.0), sample.words
        asks = bool(words & REASONS) and sample.header.rstrip(" *").endswith("?")
        if asks or (words & TEXT_WORDS and not words & NOT_TEXT_WORDS):
            return (60.0 if sample.is_prose else 8.0), sample.words
        return (20.0 if sample.is_prose else 0.0), sample.words

    parts = [s for s in free if s.folded in PARTS]
    ranked = sorted(free, key=rank, reverse=True)
    best = ranked[0] if ranked and rank(ranked[0])[0] > 0 else None
    if parts and (best is None or rank(best)[0] < 60 or best in parts):
        columns.fields["text"] = tuple(s.index for s in parts)
    elif best is not None:
        questions = [s for s in free if s is not best and s.header.rstrip().endswith("?") and s.is_prose]
        columns.fields["text"] = (best.index, *(s.index for s in questions))


def _settle(columns: Columns, samples: Sequence[ColumnSample], given: Mapping[str, object]) -> None:
    """Put right what single columns cannot tell: whose name it is, what the scores are out of, day or month first."""
    fields = columns.fields
    if "last_name" in fields and "first_name" not in fields and "name" not in fields:
        fields["name"] = fields.pop("last_name")
    if "name" in fields and "first_name" in fields and samples[fields["name"][0]].folded in _SURNAME:
        fields["last_name"] = fields.pop("name")
    if "handle" in fields and "handle" not in given:
        sample = samples[fields["handle"][0]]
        weak = sample.folded in _WEAK_AUTHORS
        if "email" not in fields and sample.share(normalise_email) > 0.5:
            fields["email"] = fields.pop("handle")  # Google Forms calls an address Username
        elif weak and "name" not in fields and not is_social(columns, samples):
            fields["name"] = fields.pop("handle")
    if "text" not in fields and "title" in fields:
        fields["text"] = fields.pop("title")
    email, sender = columns.first("email"), next((s for s in samples if s.folded == "from"), None)
    if "name" not in fields and sender is not None and email is not None and samples[email].folded == "from email":
        fields["name"] = (sender.index,)
    if not fields.keys() & {"name", "handle"} and sender is not None and sender.share(_is_handle) > 0.8:
        fields["handle"] = (sender.index,)
    if (date := columns.first("date")) is not None:
        columns.month_first = is_month_first(samples[date].values)
    if (csat := columns.first("csat")) is not None:
        scored = [score for value in samples[csat].values if (score := parse_score(value))]
        columns.csat_scale = next((s[1] for s in scored if s[1]), None) or scale_of([s[0] for s in scored])
        stated = _STATED_SCALE.search(without_accents(samples[csat].header))
        if stated:
            columns.csat_scale = int(stated.group(1) or stated.group(2))


def _is_handle(value: str) -> bool | None:
    return True if value.startswith("@") and not any(c.isspace() for c in value) else None


def _is_state_of_a_record(value: str) -> bool | None:
    """A ``state`` that is how far a record has come, not where somebody lives."""
    return True if value.lower() in _STATES else None


_STATES = words_of(lambda words: words.states)
_REVIEWS = header_words_of(Channel.REVIEW)
_ORIGINS = words_of(lambda words: words.origins)
_SURNAME = words_of(lambda words: words.surname)
_WEAK_AUTHORS = words_of(lambda words: words.weak_authors)
_STATED_SCALE = re.compile(rf"(?:{OUT_OF}|/)\s*(\d+)|0\s*(?:-|{SCALE_TO})\s*(\d+)")


def _attributes(samples: Sequence[ColumnSample], taken: set[int], columns: Columns) -> list[tuple[int, str]]:
    known = {alias: name for name, aliases in ATTRIBUTES.items() for alias in aliases}
    used: set[str] = set()
    for name in ATTRIBUTES:
        if name in columns.fields and name != "network":
            used.add(name)
    pairs = []
    for sample in samples:
        if sample.index in taken:
            continue
        name = known.get(sample.folded, sample.header)
        if name == "region" and sample.share(_is_state_of_a_record) > 0.5:
            name = "status"
        if name in used:
            name = sample.header
        used.add(name)
        pairs.append((sample.index, name))
    return pairs
