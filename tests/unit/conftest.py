"""What the unit tier does once instead of again and again."""

from __future__ import annotations

import pytest
from store_templates import begin_empty

from voc.store.database import Database
from voc.store.dialects import sqlite


@pytest.fixture(autouse=True)
def databases_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new SQLite database is a copy of an empty one; the tests of the store make theirs."""
    create = Database._create

    def copied(self: Database) -> None:
        begin_empty(self.url)
        create(self)

    monkeypatch.setattr(Database, "_create", copied)
    monkeypatch.setattr(sqlite, "SYNCHRONOUS", "OFF")  # nobody needs these data after a power cut
