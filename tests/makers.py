"""Records for tests, one call each: what a test does not name is plausible and dull."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voc.records import (
    Analysis,
    Aspect,
    Channel,
    Customer,
    Identifier,
    Interaction,
    Link,
    Redaction,
    Sentence,
    Sentiment,
    TopicMention,
    interaction_id,
)
from voc.store import Store
from voc.store.analyses import Analysed

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
"""A Monday morning: the week before it is 2026-W46."""

DIMENSION = 384


def an_interaction(number: int = 1, **fields: Any) -> Interaction:
    """The ``number``-th interaction: another number is another interaction, an hour later."""
    channel = Channel(fields.pop("channel", "email"))
    external_id = fields.pop("external_id", f"x{number}")
    digest = hashlib.sha256(f"{number}".encode()).hexdigest()
    given: dict[str, Any] = {
        "id": interaction_id(channel, external_id=external_id, content_hash=digest),
        "channel": channel,
        "source": f"rows.csv:{number}",
        "content_hash": digest,
        "external_id": external_id,
        "occurred_at": NOW - timedelta(days=7) + timedelta(hours=number),
        "text": f"Message numéro {number} sur la facture.",
    }
    return Interaction(**given | fields)


def an_analysis(interaction: Interaction, **fields: Any) -> Analysis:
    """What could have been found in ``interaction``: neutral, nothing to redact, no topic."""
    text = fields.pop("text", interaction.text or "")
    topics: Sequence[str] = fields.pop("topics", ())
    score = fields.pop("score", 0.0)
    label = "negative" if score < -0.25 else "positive" if score > 0.25 else "neutral"
    sentiment = Sentiment(label=label, score=score)
    given: dict[str, Any] = {
        "id": interaction.id,
        "channel": interaction.channel,
        "source": interaction.source,
        "occurred_at": interaction.occurred_at,
        "language": "fr",
        "models": {"taxonomy": "test-1"},
        "text": text,
        "redacted_text": text,
        "sentences": (Sentence(begin=0, end=len(text), sentiment=sentiment),),
        "sentiment": sentiment,
        "topics": tuple(TopicMention(id=one, label=one, score=0.9, begin=0, end=len(text)) for one in topics),
        "aspects": tuple(
            Aspect(topic=one, sentiment=score, begin=0, end=len(text), text=text, begin_ms=0, end_ms=900)
            for one in topics
        ),
    }
    return Analysis(**given | fields)


def a_customer(customer_id: str = "C1", **fields: Any) -> Customer:
    """A customer; ``phones``, ``emails``, ``contracts`` and ``handles`` (network, name) are short for identifiers."""
    identifiers = [
        *(Identifier(type="phone", value=one) for one in fields.pop("phones", ())),
        *(Identifier(type="email", value=one) for one in fields.pop("emails", ())),
        *(Identifier(type="contract", value=one) for one in fields.pop("contracts", ())),
        *(Identifier(type="handle", network=network, value=one) for network, one in fields.pop("handles", ())),
    ]
    return Customer(id=customer_id, identifiers=tuple(identifiers), **fields)


def a_vector(seed: int) -> NDArray[np.float32]:
    """A direction of its own for each seed: float32 [384], L2-normalised."""
    vector = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
    return vector / np.linalg.norm(vector)


def anonymous(interaction: Interaction) -> Link:
    """The link of an interaction nobody could be found for."""
    return Link(interaction_id=interaction.id, customer_id=None, method="none")


def linked(interaction: Interaction, customer_id: str) -> Link:
    """The link of an interaction to ``customer_id``."""
    return Link(interaction_id=interaction.id, customer_id=customer_id, method="exact_identifier")


def add(store: Store, *interactions: Interaction, work_id: str = "txt-1") -> None:
    """Put interactions into the store as queued."""
    store.interactions.add(interactions, upload_id=None, work_id=work_id, received_at=NOW)


def understood(store: Store, interaction: Interaction, *, customer: str | None = None, **fields: Any) -> Interaction:
    """Put an interaction into the store with its analysis, link and vector; returns it."""
    vector = fields.pop("vector", a_vector(int(interaction.id[1:9], 16)))
    if store.interactions.get(interaction.id) is None:
        add(store, interaction)
    link = linked(interaction, customer) if customer else anonymous(interaction)
    store.findings.save_analyses([Analysed(an_analysis(interaction, **fields), vector)], [link], now=NOW)
    return interaction


def redactions(text: str, *words: str, kind: str = "PERSON") -> tuple[Redaction, ...]:
    """The first place of each of ``words`` in ``text``, as the recogniser would give it."""
    return tuple(
        sorted(
            (Redaction(type=kind, begin=text.index(one), end=text.index(one) + len(one)) for one in words),
            key=lambda one: one.begin,
        )
    )


def left_the_service(store: Store, path: Path, *, kind: str) -> None:
    """What the trail says of an export or a backup that was written to ``path``."""
    store.access.record(actor="cli", action=f"export.{kind}", target=str(path.resolve()), now=NOW)
