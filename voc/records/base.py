"""What every record is made of: the base, and moments in UTC."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

SHOWN_CHARACTERS = 60
"""Longest text in what a record prints as."""
SHOWN_ITEMS = 3
"""Most values of a list that are printed; of more, and of records, there is the number."""


class Record(BaseModel):
    """Base of all records: frozen, and strict about unknown fields so that a typing slip is an error.

    A record prints as a line: what is unknown or empty is left out, long texts are cut, lists of records counted.
    ``model_dump()`` and ``model_dump_json()`` give everything.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            if value is not None and value not in ((), {}):
                yield name, Shown(value)


class Shown:
    """A value as it stands in the line that a record prints as."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __repr__(self) -> str:
        value = self.value
        if isinstance(value, str) and not isinstance(value, Enum) and len(value) > SHOWN_CHARACTERS:
            return repr(value[: SHOWN_CHARACTERS - 1] + "…")
        if isinstance(value, Enum):
            return repr(value.value)
        if isinstance(value, Record):
            line = repr(value)
            return line if len(line) <= 2 * SHOWN_CHARACTERS else f"<{type(value).__name__}>"
        if isinstance(value, tuple | list) and value:
            if isinstance(value[0], Record):
                return f"<{len(value):,} {type(value[0]).__name__}>"
            if len(value) > SHOWN_ITEMS:
                return f"<{len(value):,} values>"
        if isinstance(value, Mapping) and len(value) > SHOWN_ITEMS:
            return f"<{len(value):,} entries>"
        return repr(value)


SentimentLabel = Literal["negative", "neutral", "positive"]


def as_utc(moment: datetime) -> datetime:
    """Return ``moment`` in UTC; a naive datetime is taken to be UTC already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(as_utc)]
