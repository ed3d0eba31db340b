"""Files that were asked for, written by a worker: filtered, redacted as every export is, let go after a day."""

from __future__ import annotations

import csv
import io
import json
import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import IO, Any

from voc.errors import VocError
from voc.exporting import columns_of, inert, interactions_of, signals_of
from voc.insights.drilldown import from_query
from voc.pipeline.worker_liveness import is_alive, process_id
from voc.records.exports import ExportForm, ExportJob
from voc.store import Store

log = logging.getLogger("voc.exports")

KEPT_FOR = timedelta(days=1)
PER_READ = 500
HELD_AT_MOST = timedelta(hours=2)
"""After that a process on another machine that was writing is taken for dead."""
IN_MEMORY = 16 << 20
"""Bytes of a file that lie in memory before they go to the disk."""


def write_due(
    store: Store, *, now: datetime | None = None, stopped: Callable[[], bool] = lambda: False
) -> list[ExportJob]:
    """Write what was asked for, one after the other, and let go of what expired; returns what was written."""
    store.export_jobs.let_go(lambda key: let_go_of_bytes(store, key), expired_by=now or datetime.now(UTC))
    by, found = process_id(), []
    while not stopped():
        moment = now or datetime.now(UTC)
        job = store.export_jobs.claim(by=by, now=moment, is_alive=_still_writes)
        if job is None:
            break
        try:
            _write(store, job, by=by, now=moment)
        except VocError as problem:
            store.export_jobs.fail(job.id, by=by, now=moment, error=problem.code)
        except Exception as problem:
            log.error("export %d stopped unexpectedly: %s", job.id, type(problem).__name__)
            store.export_jobs.fail(job.id, by=by, now=moment, error="unexpected")
        if (became := store.export_jobs.one(job.id)) is not None:
            log.info("export %d: %s", became.id, became.state)
            found.append(became)
    return found


def let_go_of_bytes(store: Store, key: str) -> None:
    """Delete the bytes of an export unless something else has the same."""
    store.uploads.let_go_of_bytes(key, store.blobs.delete)


def _write(store: Store, job: ExportJob, *, by: str, now: datetime) -> None:
    filters = from_query(job.query)
    ids = store.interactions.all_ids(filters)
    make = interactions_of if job.table == "interactions" else signals_of
    parts = (make(store, ids[begin : begin + PER_READ]) for begin in range(0, len(ids), PER_READ))
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        rows = _WRITERS[job.form](file, parts, columns_of(job.table))
        file.seek(0)
        blob, size = store.blobs.put(file)
    if not store.export_jobs.done(job.id, by=by, now=now, rows=rows, size=size, blob=blob, expires_at=now + KEPT_FOR):
        let_go_of_bytes(store, blob)  # somebody was erased meanwhile: it is written anew


def _still_writes(name: str, claimed_at: datetime) -> bool:
    now = datetime.now(UTC)
    seen = now if now - claimed_at < HELD_AT_MOST else claimed_at
    return is_alive(name, heartbeat_at=seen, now=now)


Parts = Iterator[Sequence[dict[str, Any]]]
Columns = dict[str, type]


def _ndjson(file: IO[bytes], parts: Parts, columns: Columns) -> int:
    n = 0
    for part in parts:
        for row in part:
            line = {name: row.get(name) for name in columns}
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        n += len(part)
    return n


def _csv(file: IO[bytes], parts: Parts, columns: Columns) -> int:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.DictWriter(text, list(columns), extrasaction="ignore")
    writer.writeheader()
    n = 0
    for part in parts:
        writer.writerows({name: inert(value) for name, value in row.items()} for row in part)
        n += len(part)
    text.detach()
    return n


def _parquet(file: IO[bytes], parts: Parts, columns: Columns) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {str: pa.string(), int: pa.int64(), float: pa.float64()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in columns.items()])
    n = 0
    with pq.ParquetWriter(file, schema) as writer:
        for part in parts:
            writer.write_table(pa.Table.from_pylist(list(part), schema=schema))
            n += len(part)
    return n


_WRITERS: dict[ExportForm, Callable[[IO[bytes], Parts, Columns], int]] = {
    "ndjson": _ndjson,
    "csv": _csv,
    "parquet": _parquet,
}
