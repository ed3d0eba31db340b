"""Facts beside the store: every figure is counted over columns in memory that follow the store, change by change."""

from voc.store.facts.following import Facts

__all__ = ["Facts"]
