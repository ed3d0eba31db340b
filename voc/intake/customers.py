"""The customer base as a CRM exports it: one record a row, its identifiers in one spelling."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from voc.errors import InputError
from voc.identifiers import is_filler, normalise, normalise_name
from voc.intake import limits
from voc.intake.cell_text import language_code
from voc.intake.column_names import ATTRIBUTES, FIELDS, fold_header, named
from voc.intake.column_sample import ColumnSample, sample_columns
from voc.intake.dates import is_month_first, parse_column
from voc.intake.mapping import resolve
from voc.intake.record_tables import attributes_of, read_records
from voc.intake.tables import Row, Table
from voc.records import Customer, Identifier, IdentifierType, Rejected
from voc.settings import settings

logger = logging.getLogger(__name__)


def _called(field: str, *, tools: str = "") -> tuple[str, ...]:
    return named(lambda words: words.customers.get(field, ""), tools=tools)


_SITES = "handle|twitter|handle twitter|x|instagram|facebook|instagram handle|facebook id|linkedin|tiktok|handles"

FIELD_HEADERS: dict[str, tuple[str, ...]] = {
    "id": (*FIELDS["customer"], *_called("id", tools="uuid|external id|unique id|rec id|record id")),
    "name": _called("name"),
    "first_name": FIELDS["first_name"],
    "last_name": FIELDS["last_name"],
    "email": (*FIELDS["email"], *_called("email")),
    "phone": (*FIELDS["phone"], *_called("phone")),
    "contract": FIELDS["contract"],
    "order": (*FIELDS["order"], *_called("order")),
    "loyalty": FIELDS["loyalty"],
    "handle": _called("handle", tools=_SITES),
    "language": FIELDS["language"],
    "city": ATTRIBUTES["city"],
    "postcode": ATTRIBUTES["postcode"],
    "segment": (*ATTRIBUTES["segment"], *_called("segment")),
    "since": _called("since"),
}
"""Field of a customer → folded headers, best first."""

SEVERAL = frozenset(("email", "phone", "contract", "order", "loyalty", "handle"))
"""Fields that may have several columns."""

_SEVERAL_VALUES = re.compile(r"\s*[;|/\n]\s*|,\s+")


def read_customers(
    path: Path, *, mapping: Mapping[str, str] | None = None, source: str | None = None
) -> Iterator[Customer | Rejected]:
    """Yield the customers of a CRM export (CSV, XLSX, JSON, NDJSON, Parquet).

    Args:
        path: the export.
        mapping: field → column, over what would be guessed (``{"id": "Code", "phone": "Tel+Portable"}``).
        source: what to call the file to people.

    Yields:
        Customers in file order; a :class:`Rejected` for a row without id, one whose id came before with other
        content, or a file that cannot be read.

    Raises:
        InputError: no such file, or ``mapping`` names what does not exist, or no column can be the id.
    """
    name = source or path.name

    def reader(table: Table) -> Callable[[Row], Customer | Rejected]:
        return _CustomerReader(table, guess_customer_columns(table, mapping=mapping)).customer

    return read_records(path, name=name, refused=partial(_no_records, name), reader=reader)


def _no_records(name: str, kind: str) -> InputError:
    return InputError(
        f"{name}: {kind} holds no customer records; give CSV, XLSX, JSON, NDJSON or Parquet.",
        code="no_customer_records",
        file=name,
    )


def guess_customer_columns(table: Table, *, mapping: Mapping[str, str] | None = None) -> dict[str, tuple[int, ...]]:
    """Decide which column feeds which field of a customer.

    Raises:
        InputError: ``mapping`` names what does not exist, or there is no column of ids.
    """
    samples = sample_columns(table)
    fields = resolve(mapping or {}, table, known=FIELD_HEADERS)
    taken = {index for indices in fields.values() for index in indices}
    for field, names in FIELD_HEADERS.items():
        if field in fields:
            continue
        ranked = sorted(
            (s for s in samples if s.index not in taken and (s.folded in names or _numbered(s.folded) in names)),
            key=lambda s: names.index(s.folded) if s.folded in names else len(names),
        )
        fitting = [s for s in ranked if _fits(field, s)]
        if field == "id":
            fitting.sort(key=lambda s: s.distinct < 0.98)
        chosen = fitting if field in SEVERAL else fitting[:1]
        if chosen:
            fields[field] = tuple(s.index for s in chosen)
            taken.update(fields[field])
    if "name" in fields and "first_name" in fields and "last_name" not in fields:
        fields["last_name"] = fields.pop("name")
    if "id" not in fields:
        raise InputError(
            f"{table.name}: no column of customer ids among {', '.join(table.columns[:30])}; "
            "say which one with --map id=COLUMN.",
            code="no_id_column",
            file=table.name,
            columns=", ".join(table.columns[:30]),
        )
    return fields


def _numbered(folded: str) -> str:
    return re.sub(r"\s*\d$", "", folded)


def _fits(field: str, sample: ColumnSample) -> bool:
    if not sample.values:
        return True
    if field == "email":
        return sample.share(lambda v: True if "@" in v else None) > 0.3
    if field == "phone":
        return sample.share(lambda v: True if sum(c.isdigit() for c in v) >= 6 and "@" not in v else None) > 0.5
    if field == "since":
        return sample.share(parse_column) > 0.5
    if field in {"contract", "order", "loyalty"}:
        return sample.share(lambda v: True if any(c.isdigit() for c in v) else None) > 0.5
    if field == "id":
        return sample.words <= 4 and sample.distinct > 0.5
    if field == "handle":
        return sample.share(lambda v: True if not any(c.isspace() for c in v.strip()) else None) > 0.6
    if field == "language":
        return sample.share(language_code) > 0.5
    return True


class _CustomerReader:
    def __init__(self, table: Table, fields: Mapping[str, Sequence[int]]) -> None:
        self.table = table
        self.fields = fields
        self.region = settings().default_region
        self.seen: dict[str, int] = {}
        taken = {index for indices in fields.values() for index in indices}
        known = {alias: name for name, aliases in ATTRIBUTES.items() for alias in aliases}
        self.rest: list[tuple[int, str]] = []
        used: set[str] = set()
        for index, header in enumerate(table.columns):
            if index in taken:
                continue
            key = known.get(fold_header(header), header)
            key = header if key in used else key
            used.add(key)
            self.rest.append((index, key))
        self.networks = {
            index: next(
                (
                    n
                    for n in ("twitter", "instagram", "facebook", "linkedin", "tiktok")
                    if n in fold_header(table.columns[index])
                ),
                None,
            )
            for index in fields.get("handle", ())
        }
        self.month_first = False
        if "since" in fields:
            index = fields["since"][0]
            self.month_first = is_month_first([row.cells[index] for row in table.peek()])

    def cell(self, row: Row, field: str) -> str | None:
        """The trimmed cell of a field, ``None`` for nothing and for fillers."""
        indices = self.fields.get(field)
        if not indices:
            return None
        value = row.cells[indices[0]].strip()
        return None if is_filler(value) else value

    def customer(self, row: Row) -> Customer | Rejected:
        where = f"{self.table.name}:{row.number}"
        key = self.cell(row, "id")
        if key is None:
            column = self.table.columns[self.fields["id"][0]]
            return Rejected(source=where, reason=f"no customer id in column {column!r}; a record needs one.")
        key = re.sub(r"\.0$", "", key)[:200]
        if key in self.seen:
            return Rejected(
                source=where,
                reason=f"customer id {key!r} is already used on row {self.seen[key]}; keep one of the two.",
            )
        self.seen[key] = row.number
        first, last, full = (self.cell(row, field) for field in ("first_name", "last_name", "name"))
        name = normalise_name(full or " ".join(part for part in (first, last) if part))
        since = self.cell(row, "since")
        language = self.cell(row, "language")
        return Customer(
            id=key,
            name=name,
            first_name=first,
            last_name=last,
            language=language_code(language) if language else None,
            city=self.cell(row, "city"),
            postcode=self.cell(row, "postcode"),
            segment=self.cell(row, "segment"),
            since=parse_column(since, month_first=self.month_first) if since else None,
            identifiers=tuple(dict.fromkeys(self.identifiers(row, key, name))),
            attributes=attributes_of(row, self.rest[: limits.ATTRIBUTES]),
        )

    def identifiers(self, row: Row, key: str, name: str | None) -> Iterator[Identifier]:
        """Everything that may name this customer elsewhere, each once."""
        if reference := normalise("customer", key, self.region):
            yield Identifier(type="customer", value=reference, verified=True)
        kinds: tuple[IdentifierType, ...] = ("phone", "email", "contract", "order", "loyalty", "handle")
        for kind in kinds:
            for value, index in self.values(row, kind):
                if spelled := normalise(kind, value, self.region):
                    network = self.networks.get(index) if kind == "handle" else None
                    yield Identifier(type=kind, value=spelled, verified=True, network=network)
        if name:
            yield Identifier(type="name", value=name, verified=True)

    def values(self, row: Row, field: str) -> Iterator[tuple[str, int]]:
        """Each value of each column of a field; one cell may hold several (``;``, ``|``, ``/``, line breaks)."""
        for index in self.fields.get(field, ()):
            value = row.cells[index].strip()
            if is_filler(value):
                continue
            parts = (value,) if "://" in value else _SEVERAL_VALUES.split(value)
            for part in parts:
                if not is_filler(part):
                    yield part, index
