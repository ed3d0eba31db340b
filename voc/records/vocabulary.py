"""The words of the records themselves: what their fields are called, and the values that fields choose from."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import Any, Literal, get_args, get_origin

from voc.records.base import Record


@cache
def words_of_records() -> frozenset[str]:
    """Names of fields and fixed values (``channel``, ``email``, ``negative``): said by the product, not by people."""
    own = (one for one in _records(Record) if one.__module__.startswith(__package__))
    return frozenset(word for record in own for word in _words(record))


def _records(base: type[Record]) -> Iterator[type[Record]]:
    for record in base.__subclasses__():
        yield record
        yield from _records(record)


def _words(record: type[Record]) -> Iterator[str]:
    for name, field in record.model_fields.items():
        yield name
        yield from _fixed(field.annotation)


def _fixed(annotation: Any) -> Iterator[str]:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        yield from (str(one.value) for one in annotation)
    elif get_origin(annotation) is Literal:
        yield from (one for one in get_args(annotation) if isinstance(one, str))
    else:
        for inner in get_args(annotation):
            yield from _fixed(inner)
