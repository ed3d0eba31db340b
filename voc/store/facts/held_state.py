"""One state of the facts for everything that an answer counts."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

from sqlalchemy import Connection

if TYPE_CHECKING:
    from voc.store.facts.following import Facts


class Held:
    """The one connection that a block reads with, opened at its first question."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._connection: Connection | None = None

    def connection(self) -> Connection:
        """The connection; its first use brings the facts in step with the store."""
        if self._connection is None:
            self.facts.follow()
            self._connection = self.facts.connect()
        return self._connection

    def close(self) -> None:
        """End what was read; sets that were put down for it are gone with it."""
        if self._connection is not None:
            self._connection.close()


HELD: ContextVar[Held | None] = ContextVar("voc_facts_held", default=None)
