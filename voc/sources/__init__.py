"""Where customers' voices lie, and how they flow in by themselves: one file a kind of source.

A kind says what has to be known of it (:class:`~voc.sources.contract.Field`) and gives what is there as
:class:`~voc.sources.contract.Item`, from a cursor on. It never touches the store: what is taken, that it is taken once,
and what becomes of it is for :mod:`voc.pipeline.source_runs`. Kinds of other packages are found by the entry point
``voc.sources``.
"""

from voc.sources.contract import Again, Cursor, Failed, Field, Item, Later, Moved, Push, Pushed, Reached, SourceKind
from voc.sources.registry import kind, kinds

__all__ = [
    "Again",
    "Cursor",
    "Failed",
    "Field",
    "Item",
    "Later",
    "Moved",
    "Push",
    "Pushed",
    "Reached",
    "SourceKind",
    "kind",
    "kinds",
]
