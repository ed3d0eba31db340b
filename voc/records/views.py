"""What people keep of their looking: saved views, and notes on the line of time."""

from __future__ import annotations

from datetime import date

from voc.records.base import Moment, Record


class SavedView(Record):
    """A page with its filters under a name; seen by whoever made it, and by everybody where it is shared."""

    id: int
    name: str
    path: str
    """The page: ``/interactions``, ``/explore`` …"""
    query: str
    """Its filters and choices, as the address has them: ``city=Nantes&topic=billing``."""
    shared: bool = False
    created_by: str
    created_at: Moment

    @property
    def href(self) -> str:
        """Where it opens."""
        return f"{self.path}?{self.query}" if self.query else self.path


class Annotation(Record):
    """What happened on a day, so that whoever sees a figure move knows: ``9.4.0 released``."""

    id: int
    day: date
    text: str
    """Without personal data."""
    created_by: str
    created_at: Moment
