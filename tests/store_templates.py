"""Databases that many tests begin with are made once a process and copied, which takes a fifth of the time or less."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import cache, wraps
from pathlib import Path

from voc.store import Store
from voc.store.database import database_file
from voc.store.fact_changes import STORE_IDENTITY

NOT_ROWS = frozenset({"meta", "interaction_fts_config", "interaction_fts_data"})
"""Tables of a store that nothing was put into yet, which have rows all the same."""


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="voc-templates-")


def _made(name: str, fill: Callable[[Store], None] | None) -> Path:
    """The database of that name, made at the first call: without what tells one store from another."""
    file = Path(_folder().name) / f"{name}.db"
    if not file.exists():
        store = Store(f"sqlite:///{file}", str(file.with_suffix(".blobs")))
        if fill is not None:
            fill(store)
        store.close()
        with closing(sqlite3.connect(file)) as alone, alone:
            alone.execute("DELETE FROM meta WHERE key = ?", (STORE_IDENTITY,))
    return file


def begin_empty(url: str) -> None:
    """Put an empty database where ``url`` names a file that is not there yet."""
    file = database_file(url)
    if file is not None and not file.exists() and Path(_folder().name) not in file.parents:
        shutil.copyfile(_made("empty", None), file)


def filled_once(fill: Callable[[Store], None]) -> Callable[[Store], None]:
    """``fill``, which a store that is a file and still empty gets as a copy; its identity stays its own."""

    @wraps(fill)
    def copied(store: Store) -> None:
        file = database_file(store.database.url)
        if file is None or Path(_folder().name) in file.parents or not _is_empty(file):
            fill(store)
            return
        template = _made(f"{fill.__module__}.{fill.__qualname__}", fill)
        with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(file)) as target:
            (identity,) = target.execute("SELECT value FROM meta WHERE key = ?", (STORE_IDENTITY,)).fetchone()
            source.backup(target)
            with target:
                target.execute("INSERT INTO meta (key, value) VALUES (?, ?)", (STORE_IDENTITY, identity))

    return copied


def _is_empty(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as opened:
        tables = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return not any(
            opened.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()
            for name in tables
            if name not in NOT_ROWS and not name.startswith("sqlite_")
        )
