"""Who asks: an id for the audit trail, a role, and what of people's data that role may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voc.errors import ForbiddenError
from voc.store.access import ROLES, ApiKey, Role

__all__ = ["COMMAND_LINE", "LINK", "LOCAL", "ROLES", "Actor", "ApiKey", "Role"]

Door = Literal["key", "session", "local", "command", "link", "source"]
"""How an actor came in: a program's key, somebody signed in on the pages, a laptop without keys, the command line, a
signed link, what is sent to a source."""


@dataclass(frozen=True)
class Actor:
    """Whoever asks for something. ``id`` is what the audit trail keeps."""

    id: str
    name: str
    role: Role
    via: Door

    def allows(self, role: Role) -> bool:
        """Whether this actor's role includes ``role`` (reader < analyst < admin)."""
        return ROLES.index(self.role) >= ROLES.index(role)

    @property
    def sees_people(self) -> bool:
        """Whether personal data is shown: words as they were said, identifiers, names of files, reasons."""
        return self.allows("analyst")

    def require(self, role: Role, *, what: str = "This") -> None:
        """Refuse whoever has less than ``role``.

        Args:
            what: needs it, as the sentence begins.

        Raises:
            ForbiddenError: the role is a lower one.
        """
        if not self.allows(role):
            raise ForbiddenError(
                f"{what} needs a key of role {role}; yours is {self.role}.",
                code="needs_role",
                needed=role,
                yours=self.role,
            )


LOCAL = Actor(id="local", name="local", role="admin", via="local")
"""Whoever sits at a machine on which no key was made yet."""

COMMAND_LINE = Actor(id="cli", name="cli", role="admin", via="command")
"""Whoever runs ``voc``: they can open the store's files as they like."""

LINK = Actor(id="link", name="link", role="reader", via="link")
"""Whoever opens a link that this installation signed: it may what the link is for."""
