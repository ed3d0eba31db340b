"""The databases a store may be kept in, a file each: what differs between them is there and nowhere else.

A file beside this one whose ``DIALECT`` is a :class:`Dialect` is a database more.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from sqlalchemy import Connection

from voc.store.dialects.contract import FTS_TABLE, WORDS, Dialect, Trigger, Watch

__all__ = ["DIALECTS", "FTS_TABLE", "WORDS", "Dialect", "Trigger", "Watch", "dialect_of"]

_CONTRACT = "contract"

DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {
        one.DIALECT.name: one.DIALECT
        for file in iter_modules(__path__)
        if file.name != _CONTRACT
        for one in (import_module(f"{__name__}.{file.name}"),)
    }
)
"""Every dialect by its name in URLs."""


def dialect_of(connection: Connection) -> Dialect:
    """The dialect that a connection speaks."""
    return DIALECTS[connection.dialect.name]
