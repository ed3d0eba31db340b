"""The texts the shipped weights may learn from: rows marked ``train`` in the shared data's index.csv, never others.

The data is not part of the repository. It is looked for in ``../shared/data`` beside the clone, or where
``VOC_SHARED_DATA`` says.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def data_folder() -> Path:
    """The folder of text sets.

    Raises:
        SystemExit: it is not there.
    """
    folder = Path(os.environ.get("VOC_SHARED_DATA") or ROOT.parent / "shared" / "data") / "text"
    if not (folder / "index.csv").is_file():
        raise SystemExit(f"{folder} has no index.csv: set VOC_SHARED_DATA to the folder of the shared data sets.")
    return folder


def index(use: str) -> list[dict[str, str]]:
    """The rows of index.csv of one use (``train``, ``benchmark``, ``evaluate-only``, ``pipeline input``)."""
    with (data_folder() / "index.csv").open(encoding="utf-8", newline="") as handle:
        return [row for row in csv.DictReader(handle) if row["use"] == use]


def rows(path: str, *, use: str = "train") -> list[dict[str, object]]:
    """Every row of one file, after checking that index.csv allows this use of it.

    Raises:
        SystemExit: the file is not listed for that use.
    """
    if not any(row["path"] == path for row in index(use)):
        raise SystemExit(f"{path} is not marked {use!r} in index.csv: its rows must not be used for that.")
    place = data_folder() / path
    with place.open(encoding="utf-8", newline="") as handle:
        if place.suffix == ".jsonl":
            return [json.loads(line) for line in handle if line.strip()]
        csv.field_size_limit(1 << 24)
        return list(csv.DictReader(handle))


def texts(use: str) -> Iterator[str]:
    """All non-empty texts of one use, in the order of index.csv; several text columns are joined by a newline."""
    for entry in index(use):
        columns = entry["text_column"].replace("|", "+").split("+")
        for row in rows(entry["path"], use=use):
            text = "\n".join(str(row.get(column) or "") for column in columns).strip()
            if text:
                yield text
