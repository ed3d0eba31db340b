"""How the columns of a table were understood."""

from __future__ import annotations

from voc.records.base import Record
from voc.records.channels import Channel


class ColumnReading(Record):
    """One column: the ``field`` of an interaction it feeds, or the ``attribute`` it becomes; some of its values."""

    name: str
    field: str | None = None
    attribute: str | None = None
    samples: tuple[str, ...] = ()


class TableReading(Record):
    """A table as it would be read. ``header`` is the same for the same columns in whatever order."""

    header: str
    channel: Channel
    columns: tuple[ColumnReading, ...]
    mapping_name: str | None = None
    """The saved mapping that is used for this header."""
