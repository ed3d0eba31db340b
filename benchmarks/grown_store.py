"""A large store for speed alone: the rows of an analysed one, copied under new ids over two years.

    python -m benchmarks.grown_store FROM_HOME TO_HOME INTERACTIONS [whole]

The rows keep their shares (channels, topics, scores, signals an interaction); ids, moments and customers are
new, documents are cut to what lists read unless they are asked for ``whole``. Written with SQL, so that a million rows
take minutes: the speed of ingestion is measured elsewhere, with real texts.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
import time
from datetime import datetime
from pathlib import Path

from voc.store import Store
from voc.store.interactions import iso_week

WEEKS = 104
COPIED = ("channel", "source", "received_at", "status", "duration_ms", "nps", "csat", "rating", "language")
ID = "printf('i%08x%012x', (n * 2654435761) & 4294967295, n * 100000 + b.place)"
CUT = "json_object('attributes', coalesce(json_extract(b.record, '$.attributes'), json('{}')))"
ANALYSED = ("sentiment_label", "sentiment_score", "snippet", "analysed_at")


def grow(source: Path, target: Path, interactions: int, *, whole: bool = False) -> None:
    """Write a store of ``interactions`` rows to ``target`` from the analysed one in ``source``; ``whole``: with its
    records and analyses."""
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    Store(f"sqlite:///{target / 'voc.db'}", str(target / "blobs")).close()
    database = sqlite3.connect(target / "voc.db", isolation_level=None)
    database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-400000;")
    database.create_function("iso_week", 1, lambda at: iso_week(datetime.fromisoformat(at)), deterministic=True)
    database.execute("ATTACH ? AS old", [str(source / "voc.db")])
    triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:  # nobody follows yet
        database.execute(f"DROP TRIGGER {name}")
    indexes = database.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in indexes:
        database.execute(f"DROP INDEX {name}")
    database.execute(
        "CREATE TEMP TABLE base AS SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM old.interaction "
        "WHERE status = 'done'"
    )
    (rows,) = database.execute("SELECT count(*) FROM base").fetchone()
    copies = -(-interactions // rows)
    database.execute("CREATE TEMP TABLE copy (n INTEGER PRIMARY KEY)")
    database.executemany("INSERT INTO copy VALUES (?)", ((n,) for n in range(copies)))
    customers = max(interactions // 5, 1)
    _customers(database, customers)
    columns = ", ".join((*COPIED, *ANALYSED))
    database.execute(
        f"INSERT INTO interaction (id, content_hash, at, occurred_at, week, customer_id, record, {columns}) "
        "SELECT id, id, at, at, iso_week(at), customer, record, " + columns + " FROM ("
        " SELECT printf('i%08x%012x', (n * 2654435761) & 4294967295, n * 100000 + place) AS id,"
        # Not random(): SQLite may ask for it anew wherever the column is named, and the week would be another one's.
        f" datetime('2024-11-25', '+' || ((n * 7919 + place * 104729) * 48271 % ({WEEKS} * 7 * 86400)) || ' seconds')"
        " || '.000000' AS at,"
        f" CASE WHEN b.customer_id IS NOT NULL THEN printf('G%07d', abs(random()) % {customers}) END AS customer,"
        f" {'b.record' if whole else CUT} AS record, "
        + ", ".join(f"b.{name}" for name in (*COPIED, *ANALYSED))
        + f" FROM copy, base b LIMIT {interactions})"
    )
    database.execute(
        'INSERT INTO signal (interaction_id, kind, label, parent, score, sentiment, begin, "end", analyser) '
        f"SELECT {ID}, s.kind, s.label, s.parent, "
        's.score, s.sentiment, s.begin, s."end", s.analyser '
        f"FROM copy, base b JOIN old.signal s ON s.interaction_id = b.id WHERE n * {rows} + b.place < {interactions}"
    )
    if whole:
        database.execute(
            "INSERT INTO analysis (interaction_id, version, document, created_at) "
            f"SELECT {ID}, a.version, a.document, a.created_at "
            "FROM copy, base b JOIN old.analysis a ON a.interaction_id = b.id "
            f"WHERE n * {rows} + b.place < {interactions}"
        )
    for _, statement in (*indexes, *triggers):
        database.execute(statement)
    database.execute("ANALYZE")
    database.close()


def _customers(database: sqlite3.Connection, number: int) -> None:
    database.execute(
        "CREATE TEMP TABLE person AS SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM old.customer"
    )
    (rows,) = database.execute("SELECT count(*) FROM person").fetchone()
    columns = (
        "name, folded_name, first_name, last_name, language, city, postcode, segment, since, attributes, created_at, "
        "updated_at, value"
    )
    database.execute(
        "WITH RECURSIVE n (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k + 1 < ?) "
        f"INSERT INTO customer (id, {columns}) "
        f"SELECT printf('G%07d', k), {columns} FROM n JOIN person ON place = k % ?",
        [number, rows],
    )


if __name__ == "__main__":
    began = time.monotonic()
    grow(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), whole=sys.argv[4:] == ["whole"])
    print(f"{sys.argv[3]} interactions in {time.monotonic() - began:.0f} s")
