"""Events as campaign tools, tills and web analytics export them: one a row, its customer named in one spelling."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from voc.errors import InputError
from voc.events import Event, EventFamily, channel_in, event_id, family_of
from voc.identifiers import is_filler, normalise
from voc.intake import limits
from voc.intake.column_names import FIELDS, named
from voc.intake.column_sample import ColumnSample, sample_columns
from voc.intake.dates import is_month_first, parse_column
from voc.intake.file_type import sniff
from voc.intake.mapping import resolve
from voc.intake.record_tables import TABLES, attributes_of, read_records
from voc.intake.table_opening import open_table
from voc.intake.tables import Row, Table
from voc.records import Identifier, IdentifierType, Rejected
from voc.settings import settings


def _called(field: str, *, tools: str = "") -> tuple[str, ...]:
    return named(lambda words: words.events.get(field, ""), tools=tools)


FIELD_HEADERS: dict[str, tuple[str, ...]] = {
    "id": _called("id", tools="id|uuid|ref"),
    "type": _called("type"),
    "at": (*_called("at"), *FIELDS["date"]),
    "customer": FIELDS["customer"],
    "contract": FIELDS["contract"],
    "email": (*_called("email"), *FIELDS["email"]),
    "phone": (*_called("phone"), *FIELDS["phone"]),
    "handle": FIELDS["handle"],
    "loyalty": FIELDS["loyalty"],
    "channel": _called("channel"),
    "label": _called("label"),
    "amount": _called("amount"),
    "currency": _called("currency"),
    "place": _called("place"),
    "device": _called("device", tools="user agent|os|platform"),
}
"""Field of an event → folded headers, best first."""

KEYS: tuple[IdentifierType, ...] = ("customer", "contract", "email", "phone", "handle", "loyalty")
"""Fields that may name the customer; an event needs one of them."""

SEVERAL = frozenset(("at", "customer", "email", "phone", "label", "amount", "place", "device"))
"""Fields that may have several columns, the first filled one counts: an export of mixed events dates a purchase in
one column and a message in another."""

TYPE_CHARACTERS, LABEL_CHARACTERS = 80, 300

RECOGNISED = 0.8
"""Share of a sample's types that must be known for a table to be taken for events without being told."""

PROSE_WORDS = 8
"""Mean words a cell from which a column is somebody's words, and its table not one of events."""

_AMOUNT = re.compile(r"(-?)\s*[€$£]?\s*(-?[\d\s\u00a0\u202f'.,]*\d)\s*([€$£]|[A-Za-z]{3})?")
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}


def read_events(
    path: Path, *, mapping: Mapping[str, str] | None = None, source: str | None = None
) -> Iterator[Event | Rejected]:
    """Yield the events of an export (CSV, XLSX, JSON, NDJSON, Parquet), row by row.

    Args:
        path: the export.
        mapping: field → column, over what would be guessed (``{"type": "Action", "at": "Horodatage"}``).
        source: what to call the file to people.

    Yields:
        Events in file order; a :class:`Rejected` for a row without a type, a date or anything that names a customer,
        and for a file that cannot be read.

    Raises:
        InputError: no such file, ``mapping`` names what does not exist, or the columns hold no events.
    """
    name = source or path.name

    def reader(table: Table) -> Callable[[Row], Event | Rejected]:
        return _EventReader(table, guess_event_columns(table, mapping=mapping)).event

    return read_records(path, name=name, refused=partial(_no_events, name), reader=reader)


def _no_events(name: str, kind: str) -> InputError:
    return InputError(
        f"{name}: {kind} holds no events; give CSV, XLSX, JSON, NDJSON or Parquet.", code="no_events", file=name
    )


def holds_events(path: Path, *, name: str | None = None) -> bool:
    """Whether a file is a table of events rather than of what customers said.

    It is when a column of types is nearly all known to :func:`voc.events.family_of`, there is a date, somebody is
    named, and no column holds sentences. Never raises: what cannot be read is no table of events.
    """
    try:
        kind = sniff(path, name=name or path.name)
        if kind not in TABLES:
            return False
        table = open_table(path, kind, name=name or path.name)
        samples = sample_columns(table)
        fields = guess_event_columns(table)
    except Exception:
        return False
    types = samples[fields["type"][0]]
    known = types.share(lambda value: None if family_of(value) is EventFamily.OTHER else True, limit=1000)
    prose = any(s.words >= PROSE_WORDS for s in samples)
    return bool(types.values) and known >= RECOGNISED and not prose


def guess_event_columns(table: Table, *, mapping: Mapping[str, str] | None = None) -> dict[str, tuple[int, ...]]:
    """Decide which column feeds which field of an event.

    Raises:
        InputError: ``mapping`` names what does not exist, or no column gives the type, the moment or the customer.
    """
    samples = sample_columns(table)
    fields = resolve(mapping or {}, table, known=FIELD_HEADERS)
    taken = {index for indices in fields.values() for index in indices}
    for field, names in FIELD_HEADERS.items():
        if field in fields:
            continue
        ranked = sorted(
            (s for s in samples if s.index not in taken and s.folded in names), key=lambda s: names.index(s.folded)
        )
        fitting = [s for s in ranked if _fits(field, s)]
        if fitting:
            chosen = fitting if field in SEVERAL else fitting[:1]
            fields[field] = tuple(sample.index for sample in chosen)
            taken.update(fields[field])
    shown = ", ".join(table.columns[:30])
    if "type" not in fields:
        raise InputError(
            f"{table.name}: no column says what kind of event each row is among {shown}; "
            "name it with --map type=COLUMN.",
            code="no_event_type_column",
            file=table.name,
            columns=shown,
        )
    if "at" not in fields:
        raise InputError(
            f"{table.name}: no column says when each event was among {shown}; name it with --map at=COLUMN.",
            code="no_event_date_column",
            file=table.name,
            columns=shown,
        )
    if not any(key in fields for key in KEYS):
        raise InputError(
            f"{table.name}: no column says whose event each row is among {shown}; name it with --map customer=COLUMN "
            "(or email, phone, contract, loyalty, handle).",
            code="no_event_customer_column",
            file=table.name,
            columns=shown,
        )
    return fields


def _fits(field: str, sample: ColumnSample) -> bool:
    if not sample.values:
        return True
    if field == "at":
        return sample.share(parse_column) > 0.5
    if field == "email":
        return sample.share(lambda v: True if "@" in v else None) > 0.3
    if field == "phone":
        return sample.share(lambda v: True if sum(c.isdigit() for c in v) >= 6 and "@" not in v else None) > 0.5
    if field == "amount":
        return sample.share(lambda v: True if any(c.isdigit() for c in v) else None) > 0.5
    if field in {"type", "channel"}:
        return sample.words <= 4
    if field == "id":
        return sample.distinct > 0.9
    return True


class _EventReader:
    def __init__(self, table: Table, fields: Mapping[str, Sequence[int]]) -> None:
        self.name = table.name
        self.fields = fields
        self.region = settings().default_region
        taken = {index for indices in fields.values() for index in indices}
        self.rest = [(index, header) for index, header in enumerate(table.columns) if index not in taken]
        dates = [row.cells[index] for row in table.peek() for index in fields["at"][:1]]
        self.month_first = is_month_first(dates)

    def cell(self, row: Row, field: str) -> str | None:
        """The first filled cell of a field, trimmed; ``None`` where there is none."""
        for index in self.fields.get(field, ()):
            value = row.cells[index].strip()
            if not is_filler(value):
                return value
        return None

    def event(self, row: Row) -> Event | Rejected:
        """One row."""
        where = f"{self.name}:{row.number}"
        kind, when = self.cell(row, "type"), self.cell(row, "at")
        if kind is None:
            return Rejected(source=where, reason="no type; say what kind of event it is (marketing_email, purchase …).")
        if when is None:
            return Rejected(source=where, reason="no date; an event needs the moment it happened.")
        at = parse_column(when, month_first=self.month_first)
        if at is None:
            return Rejected(source=where, reason=f"{when[:40]!r} is not a date; write it like 2026-11-09T10:00:00Z.")
        identifiers = tuple(dict.fromkeys(self.identifiers(row)))
        if not identifiers:
            return Rejected(source=where, reason="nothing in it names a customer; give an id, an address or a number.")
        kind = " ".join(kind.split())[:TYPE_CHARACTERS]
        family = family_of(kind)
        given = self.cell(row, "channel")
        external = self.cell(row, "id")
        label = self.cell(row, "label")
        amount, currency = parse_amount(self.cell(row, "amount"))
        attributes = attributes_of(row, self.rest[: limits.ATTRIBUTES])
        raw_amount = self.cell(row, "amount")
        if raw_amount is not None and amount is None:  # kept as it stands: a wrong figure would be worse than none
            attributes.setdefault("amount", raw_amount[: limits.ATTRIBUTE_CHARACTERS])
        content = (kind, at.isoformat(), *(f"{one.type}={one.value}" for one in identifiers), label or "", str(amount))
        return Event(
            id=event_id(family, external_id=external, content=content),
            external_id=external,
            family=family,
            type=kind,
            channel=(channel_in(given) or given.lower()[:40]) if given else channel_in(kind),
            at=at,
            identifiers=identifiers,
            label=label[:LABEL_CHARACTERS] if label else None,
            amount=amount,
            currency=(self.cell(row, "currency") or currency or "")[:8].upper() or None,
            place=(self.cell(row, "place") or "")[:LABEL_CHARACTERS] or None,
            device=(self.cell(row, "device") or "")[:LABEL_CHARACTERS] or None,
            source=where,
            attributes=attributes,
        )

    def identifiers(self, row: Row) -> Iterator[Identifier]:
        """Everything in the row that may name its customer, in one spelling."""
        for field in KEYS:
            value = self.cell(row, field)
            if value is None:
                continue
            if field == "customer":
                # As the base spells it, and as a reference is normalised: either may be what the base holds.
                yield Identifier(type="customer", value=value[:200], verified=True)
            if (spelled := normalise(field, value, self.region)) is not None:
                yield Identifier(type=field, value=spelled, verified=True)


def parse_amount(text: str | None) -> tuple[float | None, str | None]:
    """``"1 234,50 €"`` → (1234.5, "EUR"); ``(None, None)`` where it is no amount.

    With one kind of mark only, a mark followed by exactly three digits at the end separates thousands when it stands
    more than once, and decimals otherwise: ``1,234`` alone stays open and is read as a thousand separator only in
    groups (``1,234,567``).
    """
    match = _AMOUNT.fullmatch(text.strip()) if text else None
    if match is None:
        return None, None
    digits = re.sub(r"[\s\u00a0\u202f']", "", match.group(2))
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and point >= 0:
        thousands = "," if point > comma else "."
        digits = digits.replace(thousands, "").replace(",", ".")
    elif digits.count(",") > 1 or digits.count(".") > 1:
        digits = digits.replace(",", "").replace(".", "")
    else:
        digits = digits.replace(",", ".")
    try:
        value = float(match.group(1) + digits)
    except ValueError:
        return None, None
    unit = match.group(3)
    return value, _SIGNS.get(unit or "", unit.upper() if unit and unit.isalpha() else None)
