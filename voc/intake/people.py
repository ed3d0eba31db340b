"""The people of a help desk's export: as its tickets hold them, and as it lists them beside its tickets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any

from voc.identifiers import normalise_email
from voc.intake.roles import role_of
from voc.intake.tables import as_text
from voc.language.role_formulas import AGENT, CUSTOMER

_FLAGS = {"customer?": CUSTOMER, "is_customer": CUSTOMER, "staff?": AGENT, "is_staff": AGENT, "is_rep": AGENT}
"""Fields that are true of a person of one side (Re:amaze, Avoma)."""


@dataclass(frozen=True)
class Person:
    """One side of a thread as its records name it."""

    key: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    role: str | None = None


@dataclass
class People:
    """The people of an export by id: those it lists beside its tickets, and those a ticket holds itself."""

    known: dict[str, Person] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Any) -> People:
        """Those listed at the top of a document (``users``, ``contacts``, ``agents`` …)."""
        found = cls()
        for key, listed in document.items() if isinstance(document, dict) else ():
            if str(key).lower() in {"users", "contacts", "agents", "customers", "participants", "members", "teammates"}:
                inner = listed.get(key, listed.get("contacts")) if isinstance(listed, dict) else listed
                found.add(inner if isinstance(inner, list) else (), role=role_of(str(key).rstrip("s")))
        return found

    def add(self, listed: Iterable[Any], *, role: str | None = None) -> None:
        """Take in people as their records are."""
        for one in listed:
            person = person_of(one)
            if person is not None and person.key:
                self.known.setdefault(person.key, person if person.role else Person(**{**vars(person), "role": role}))


def person_of(value: Any) -> Person | None:
    """A person as an object of any of the usual shapes, or as an address alone."""
    if isinstance(value, str):
        name, address = parseaddr(value) if "<" in value else ("", value)
        email = normalise_email(address)
        return Person(name=name, email=email) if email else None
    if not isinstance(value, dict):
        return None
    lowered = {str(key).lower(): inner for key, inner in value.items()}

    def first(*keys: str) -> str:
        return next((as_text(lowered[key]) for key in keys if lowered.get(key)), "")

    parts = (first("first", "first_name", "firstname"), first("last", "last_name", "lastname"))
    flagged = next((role for key, role in _FLAGS.items() if lowered.get(key) is True), None)
    kinds = (lowered.get(key) for key in ("type", "role", "kind", "user_type", "__typename"))
    kind = next((one for one in kinds if isinstance(one, str)), "")
    return Person(
        key=first("id", "user_id", "actorid"),
        name=first("name", "full_name", "display_name", "displayname", "nickname", "n")
        or " ".join(part for part in parts if part),
        email=normalise_email(first("email", "address", "handle", "mail")) or "",
        phone=first("phone", "mobile", "phone_number"),
        role=flagged or (role_of(kind) if kind else None),
    )
