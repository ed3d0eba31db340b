"""Facts saved for the next start: one Parquet file a table, and a manifest that says of which store and up to where.

They are a copy that may be lost at any moment: whatever is missing, half written, of another store or of another make of
voc is left alone, and the store is read instead.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

MANIFEST = "facts.json"
TABLES = ("interaction", "signal", "mention", "attribute")


class StaleError(Exception):
    """Saved facts that are not those of the store."""


@dataclass(frozen=True)
class Saved:
    """Saved facts: a file a table, and how far the changes of the store are in them."""

    files: Mapping[str, Path]
    seq: int
    horizon: int
    next_row: int


class Segments:
    """The saved facts of one store, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def read(self, identity: str) -> Saved | None:
        """What is saved of the store of this ``identity``, whole; ``None`` where nothing is."""
        try:
            manifest = json.loads((self.folder / MANIFEST).read_text())
            files = {name: self.folder / str(manifest["files"][name]["name"]) for name in TABLES}
            whole = all(_digest(files[name]) == manifest["files"][name]["sha256"] for name in TABLES)
            if manifest["of"] != identity or not whole or any(one.parent != self.folder for one in files.values()):
                return None
            return Saved(files, int(manifest["seq"]), int(manifest["horizon"]), int(manifest["next_row"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, root: duckdb.DuckDBPyConnection, identity: str, *, seq: int, horizon: int, next_row: int) -> None:
        """Save the tables that ``root`` has; what was saved before counts until all of it is written.

        Raises:
            OSError: the folder cannot be written.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = secrets.token_hex(8)
        files = {table: self.folder / f"{name}.{table}.parquet" for table in TABLES}
        for table, file in files.items():
            root.execute(f"COPY {table} TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
            file.chmod(0o600)
        manifest = {
            "of": identity,
            "seq": seq,
            "horizon": horizon,
            "next_row": next_row,
            "files": {table: {"name": file.name, "sha256": _digest(file)} for table, file in files.items()},
        }
        partial = self.folder / f"{name}.json"
        partial.write_text(json.dumps(manifest, indent=1))
        partial.replace(self.folder / MANIFEST)
        self._sweep(keep={file.name for file in files.values()})

    def delete(self) -> None:
        """Delete what is saved."""
        with suppress(FileNotFoundError):
            (self.folder / MANIFEST).unlink()
        self._sweep(keep=set())

    def _sweep(self, keep: set[str]) -> None:
        for file in self.folder.glob("*.parquet"):
            if file.name not in keep:
                with suppress(OSError):  # another process does the same
                    file.unlink()


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
