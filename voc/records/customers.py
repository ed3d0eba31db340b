"""Whom an interaction belongs to: customers, and links with their evidence."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from voc.records.base import Record
from voc.records.interactions import Doubt, Identifier, IdentifierType


class Customer(Record):
    """A record of the customer base. ``id`` is the CRM's own id; ``attributes`` is every other column as text."""

    id: str
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    language: str | None = None
    city: str | None = None
    postcode: str | None = None
    segment: str | None = None
    since: datetime | None = None
    identifiers: tuple[Identifier, ...] = ()
    attributes: dict[str, str] = Field(default_factory=dict)

    @property
    def called(self) -> str | None:
        """The whole name, put together where the base gives it in parts."""
        return self.name or " ".join(one for one in (self.first_name, self.last_name) if one) or None


class LinkEvidence(Record):
    """One reason for a link: which identifier agreed, where it was found (metadata or words).

    ``doubt`` says why it may be another person's, and no link rests on it alone; ``confidence`` (0…1) is the lowest of
    the words it was heard in.
    """

    identifier: IdentifierType
    value: str
    found_in: Literal["metadata", "text"]
    begin: int | None = None
    end: int | None = None
    verified: bool = False
    confidence: float | None = None
    doubt: Doubt | None = None


class FieldWeight(Record):
    """What one field says for or against a candidate, in bits (log2 of the Bayes factor; Fellegi and Sunter 1969).

    ``level`` names how well the values agree (``exact``, ``phonetic``, ``else``, ``missing`` …); the prior is given as
    a field of its own, ``prior``, so that the bits add up to the candidate's.
    """

    field: str
    level: str
    bits: float


class LinkCandidate(Record):
    """A customer an interaction may belong to: total weight in bits, its probability 0…1, and the bits by field."""

    customer_id: str
    bits: float
    probability: float
    fields: tuple[FieldWeight, ...] = ()


class Link(Record):
    """Which customer an interaction belongs to, by which method, with its evidence.

    ``customer_id`` is ``None`` and ``method`` says why when the interaction stays anonymous (``none``: nothing to go
    by; ``ambiguous``: the same identifier belongs to several customers; ``conflict``: identifiers disagree;
    ``review``: a candidate is likely, not sure, and waits for a person). ``score``: linked by weight of evidence;
    ``manual``: a person decided.
    """

    interaction_id: str
    customer_id: str | None
    method: Literal["exact_identifier", "score", "manual", "review", "none", "ambiguous", "conflict"]
    evidence: tuple[LinkEvidence, ...] = ()
    probability: float | None = None
    candidates: tuple[LinkCandidate, ...] = ()
    """Best first; empty where exact identifiers decided."""
