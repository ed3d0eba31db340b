"""Counts and distributions for the insights room: SQL only, no statistics."""

from __future__ import annotations

from voc.store.database import Database


class Figures:
    """Figures over interactions, signals and customers."""

    def __init__(self, database: Database) -> None:
        self.database = database
