"""The portable insight file: what was understood, redacted, as tables for Datasette, a spreadsheet or a notebook."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Literal, cast

from voc.errors import InputError
from voc.intake.file_type import RECORDING_SUFFIXES, TABLE_SUFFIXES
from voc.locales import interface_languages
from voc.records import Analysis
from voc.signals import SignalKind, kinds
from voc.store import Store
from voc.topics.loading import load_taxonomy

Format = Literal["sqlite", "parquet", "csv"]
BATCH = 500
KINDS = RECORDING_SUFFIXES | TABLE_SUFFIXES | {".json", ".jsonl", ".ndjson", ".eml", ".mbox", ".vtt", ".srt"}
"""Suffixes that say what a file is; what follows the last dot of another name may be anything."""

COLUMNS: dict[str, dict[str, type]] = {
    "customers": {"id": str, "segment": str, "city": str, "postcode": str, "language": str, "since": str}
    | {"interactions": int},
    "interactions": {"id": str, "channel": str, "source": str, "at": str, "week": str, "language": str, "status": str}
    | {"customer_id": str, "link_method": str, "sentiment_label": str, "sentiment_score": float, "nps": int}
    | {"csat": float, "rating": float, "duration_ms": int, "text": str},
    "signals": {"id": int, "interaction_id": str, "kind": str, "label": str, "parent": str, "score": float}
    | {"sentiment": float, "begin": int, "end": int, "begin_ms": int, "end_ms": int, "words": str, "analyser": str},
    "topics": dict.fromkeys(("id", "parent", *(f"label_{code}" for code in interface_languages())), str),
}
"""Tables and columns of an export; interactions have one more for each kind of signal (:func:`signal_columns`).

Names, addresses and numbers of customers are not among them: text is the redacted one, what could not be redacted is
left out, and of a source only the kind of file and the row stay."""


def signal_columns() -> dict[str, type]:
    """A column of ``interactions`` for each kind of signal that is counted: its value, or its labels with ``;``."""
    return {name: int if _is_scale(kind) else str for name, kind in kinds().items() if kind.counted}


def _is_scale(kind: SignalKind) -> bool:
    return kind.value is not None and kind.one_per_interaction


def columns_of(table: str) -> dict[str, type]:
    """Columns of a table of the export with their types."""
    return COLUMNS[table] | (signal_columns() if table == "interactions" else {})


def export_to(store: Store, target: Path, *, form: str | None = None) -> dict[str, int]:
    """Write every table to ``target``; returns rows by table.

    A ``.db``/``.sqlite`` target is one SQLite file with full-text search on the words; ``parquet`` and ``csv`` make a
    folder with one file a table.

    Raises:
        InputError: the target exists already, or the format cannot be told.
    """
    chosen = cast(Format, form or ("sqlite" if target.suffix in {".db", ".sqlite", ".sqlite3"} else ""))
    if not chosen:
        raise InputError(f"{target}: name it something.db, or say --format sqlite, parquet or csv.")
    if target.exists():
        raise InputError(f"{target}: exists already; name a new one or remove it first.")
    tables = {
        "customers": _flat(store.tables.customers(batch=BATCH)),
        "interactions": _interactions(store),
        "signals": _signals(store),
        "topics": _topics(),
    }
    write = {"sqlite": _sqlite, "parquet": _parquet, "csv": _csv}[chosen]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return write(target, tables)
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{target}: cannot be written ({reason}); choose another place.") from error


def interactions_of(store: Store, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of the table ``interactions`` for these ids, in their order, with their redacted words and signals."""
    return list(_with_words(store, store.tables.interactions_of(ids)))


def signals_of(store: Store, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of the table ``signals`` of these interactions, with the redacted words of their evidence."""
    return list(_with_evidence(store, store.tables.signals_of(ids)))


def _interactions(store: Store) -> Iterator[dict[str, Any]]:
    for part in store.tables.interactions(batch=BATCH):
        yield from _with_words(store, part)


def _with_words(store: Store, part: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    counted = [kinds()[name] for name in signal_columns()]
    analyses = store.findings.analyses([row["id"] for row in part])
    for row in part:
        analysis = analyses.get(row["id"])
        signals = {kind.name: _column(kind, analysis) for kind in counted}
        text = analysis.redacted_text if analysis else None
        yield row | {"source": _nameless(row["source"]), "text": text} | signals


def _column(kind: SignalKind, analysis: Analysis | None) -> int | str | None:
    found = kind.sure(analysis) if analysis else []
    if _is_scale(kind):
        return next((round(one.value) for one in found if one.value is not None), None)
    return ";".join(dict.fromkeys(one.label for one in found)) or None


def _nameless(source: str) -> str:
    """Kind and row of the file it came from (``csv:12``, ``wav``): the name of a recording is often somebody's."""
    name, colon, row = source.rpartition(":")
    if not colon or not row.isdigit():
        name, colon, row = source, "", ""
    kind = Path(name).suffix.lower()
    return (kind.lstrip(".") if kind in KINDS and kind else "file") + colon + row


def _signals(store: Store) -> Iterator[dict[str, Any]]:
    """Signals with the redacted words of their evidence, where the offsets still hold in the redacted text."""
    for part in store.tables.signals(batch=BATCH):
        yield from _with_evidence(store, part)


def _with_evidence(store: Store, part: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    analyses = store.findings.analyses(list({row["interaction_id"] for row in part}))
    for row in part:
        analysis = analyses.get(row["interaction_id"])
        yield row | {"words": _evidence(analysis, row["begin"], row["end"]) if analysis else None}


def _evidence(analysis: Analysis, begin: int | None, end: int | None) -> str | None:
    if begin is None or end is None or analysis.redacted_text is None:
        return None
    parts: list[str] = []
    position = begin
    for one in analysis.redacted:
        if one.end <= begin or one.begin >= end:
            continue
        parts.append(analysis.text[position : max(position, one.begin)])
        parts.append(one.mask)
        position = one.end
    parts.append(analysis.text[position:end] if position < end else "")
    return "".join(parts)


def _flat(parts: Iterator[list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    for part in parts:
        yield from part


def _topics() -> Iterator[dict[str, Any]]:
    for topic in load_taxonomy().topics:
        yield {
            "id": topic.id,
            "parent": topic.id.partition(".")[0],
            **{f"label_{code}": topic.label(code) for code in interface_languages()},
        }


Tables = dict[str, Iterator[dict[str, Any]]]

_INDEXED = (
    ("interactions", ["customer_id"]),
    ("interactions", ["at"]),
    ("signals", ["interaction_id"]),
    ("signals", ["kind", "label"]),
)


def _sqlite(target: Path, tables: Tables) -> dict[str, int]:
    import sqlite_utils

    # Not sqlite-utils' own connection: it stays open when a table cannot be written.
    with closing(sqlite3.connect(target)) as connection:
        return _sqlite_tables(sqlite_utils.Database(connection), tables)


def _sqlite_tables(database: Any, tables: Tables) -> dict[str, int]:
    for name, rows in tables.items():
        table = database.table(name)
        table.create(columns_of(name), pk="id")
        table.insert_all(rows, batch_size=BATCH)
    database.table("interactions").enable_fts(["text"], tokenize="unicode61 remove_diacritics 2")
    database.table("interactions").add_foreign_key("customer_id", "customers", "id")
    database.table("signals").add_foreign_key("interaction_id", "interactions", "id")
    # What a link from one table to another, a filter and the newest first look for.
    for name, columns in _INDEXED:
        database.table(name).create_index(columns)
    return {name: database.table(name).count for name in tables}


def _parquet(target: Path, tables: Tables) -> dict[str, int]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {str: pa.string(), int: pa.int64(), float: pa.float64()}
    target.mkdir(parents=True)
    counts: dict[str, int] = {}
    for name, rows in tables.items():
        schema = pa.schema([(column, kinds[kind]) for column, kind in columns_of(name).items()])
        counts[name] = 0
        with pq.ParquetWriter(target / f"{name}.parquet", schema) as writer:
            for part in _batches(rows):
                writer.write_table(pa.Table.from_pylist(part, schema=schema))
                counts[name] += len(part)
    return counts


def _csv(target: Path, tables: Tables) -> dict[str, int]:
    target.mkdir(parents=True)
    counts: dict[str, int] = {}
    for name, rows in tables.items():
        counts[name] = 0
        with (target / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(columns_of(name)))
            writer.writeheader()
            for row in rows:
                writer.writerow({key: inert(value) for key, value in row.items()})
                counts[name] += 1
    return counts


def inert(value: Any) -> Any:
    """A customer's words must not become a formula when a spreadsheet opens the file (OWASP: CSV injection)."""
    return "'" + value if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == BATCH:
            yield part
            part = []
    if part:
        yield part
