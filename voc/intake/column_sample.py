"""The columns of a table as far as its first rows show them, and what each is taken to mean."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from voc.identifiers import is_filler, normalise_email
from voc.intake.field_paths import meaning_of
from voc.intake.file_type import names_recording
from voc.intake.tables import Table, is_structure
from voc.records import Channel, Remark

_WORD = re.compile(r"[^\W\d_]{2,}")


def _says_nothing(cell: str) -> bool:
    return len(cell) < 12 and cell[0] not in "0123456789" and is_filler(cell)


_DATED_COMMENT = re.compile(r"\d{1,2}/[^\W\d_]{3,5}\.?/\d{2} \d{1,2}:\d{2}(?: [AP]M)?;[^;\s]*;")
"""How Jira writes what somebody answered into a cell: when, the account, the words. Whose they are it does not say."""


def _data(value: str) -> bool | None:
    program = is_structure(value) or names_recording(value) or normalise_email(value) or _DATED_COMMENT.match(value)
    return True if program else None


@dataclass
class ColumnSample:
    """What the first rows say of one column."""

    index: int
    header: str
    values: list[str]
    """The filled cells of the sample, trimmed."""
    folded: str = ""
    words: float = 0.0
    """Mean words a filled cell."""
    distinct: float = 0.0
    """Share of different values among the filled cells."""

    def share(self, test: Callable[[str], object], limit: int = 100) -> float:
        """Share of filled cells (at most ``limit`` looked at) that pass ``test``."""
        values = self.values[:limit]
        return sum(1 for value in values if test(value) is not None) / len(values) if values else 0.0

    @property
    def is_prose(self) -> bool:
        """Whether the cells read as sentences."""
        return self.words >= 2.5 and self.distinct >= 0.3 and not self._is_url

    @property
    def is_data(self) -> bool:
        """Whether the cells are JSON, names of recordings or addresses: what programs write for programs."""
        return self.share(_data) > 0.5

    @property
    def _is_url(self) -> bool:
        return self.share(lambda v: v.startswith(("http://", "https://")) or None) > 0.6 and self.words < 12


@dataclass
class Columns:
    """Which column feeds which field, and what else a reader of rows has to know about them."""

    fields: dict[str, tuple[int, ...]] = field(default_factory=dict)
    attributes: tuple[tuple[int, str], ...] = ()
    """Column index and the name its values get in ``attributes``."""
    channel: Channel = Channel.SURVEY
    channel_reason: str = ""
    given: frozenset[str] = frozenset()
    """Fields that a person mapped, so they are believed as they stand."""
    ignored: frozenset[int] = frozenset()
    """Columns that a person wants left out."""
    unused: tuple[Remark, ...] = ()
    """What the table lacks, or holds and is not used, a line each."""
    month_first: bool = False
    csat_scale: int | None = None

    @property
    def taken(self) -> set[int]:
        """Columns that are spoken for: they feed a field, or are to be left out."""
        return {*self.ignored, *(index for indices in self.fields.values() for index in indices)}

    def first(self, name: str) -> int | None:
        """Index of the field's (first) column."""
        indices = self.fields.get(name)
        return indices[0] if indices else None


def sample_columns(table: Table) -> list[ColumnSample]:
    """Summarise the first rows column by column."""
    rows = table.peek()
    samples = []
    for index, header in enumerate(table.columns):
        values = [cell for row in rows if (cell := row.cells[index].strip()) and not _says_nothing(cell)]
        sample = ColumnSample(index, header, values, meaning_of(header))
        looked = values[:300]
        if looked:
            sample.words = sum(len(_WORD.findall(value[:2000])) for value in looked) / len(looked)
            sample.distinct = len(set(values)) / len(values)
        samples.append(sample)
    return samples
