"""A store to fill by hand: one line an interaction, as if it had come in and been analysed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from voc.records import (
    Analysis,
    Aspect,
    Customer,
    Interaction,
    Link,
    Sentence,
    Sentiment,
    TopicMention,
    interaction_id,
)
from voc.store import Store
from voc.store.analyses import Analysed

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
_LABELS = {-1: "negative", 0: "neutral", 1: "positive"}


class Filled:
    """A store with two verbs: ``customer`` and ``say``; ``save`` writes what was said in one transaction."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._numbers = itertools.count(1)
        self._waiting: list[tuple[Interaction, Analysed | None, Link]] = []

    def customer(self, customer_id: str, **fields: Any) -> str:
        self.store.customers.save([Customer(id=customer_id, **fields)], now=NOW)
        return customer_id

    def say(
        self,
        at: datetime,
        text: str = "",
        *,
        channel: str = "email",
        topics: dict[str, float | None] | None = None,
        score: float | None = 0.0,
        customer: str | None = None,
        language: str | None = "fr",
        analysed: bool = True,
        redacted_text: str | None = "",
        turns: Any = (),
        **fields: Any,
    ) -> str:
        """One interaction; ``topics`` maps a topic to what its clause says of it (``None``: no clause)."""
        number = next(self._numbers)
        text = text or f"Message number {number}, about this and that."
        ident = interaction_id(channel, external_id=f"x{number}", content_hash="")
        interaction = Interaction(
            id=ident, channel=channel, source=f"rows.csv:{number}", content_hash=f"h{number}",
            external_id=f"x{number}", occurred_at=at, text=text, **fields,
        )  # fmt: skip
        sentiment = None
        if score is not None:
            side = (score > 0.25) - (score < -0.25)
            sentiment = Sentiment(label=_LABELS[side], score=score)
        topics = topics or {}
        analysis = Analysis(
            id=ident, channel=channel, source=interaction.source, occurred_at=at, language=language, text=text,
            redacted_text=text if redacted_text == "" else redacted_text, sentiment=sentiment, turns=turns,
            sentences=(Sentence(begin=0, end=len(text), sentiment=sentiment),),
            topics=tuple(TopicMention(id=t, label=t, score=0.9, begin=0, end=len(text)) for t in topics),
            aspects=tuple(
                Aspect(topic=t, sentiment=s, begin=0, end=len(text), text=text)
                for t, s in topics.items() if s is not None
            ),
        )  # fmt: skip
        found = Analysed(analysis=analysis, vector=None) if analysed else None
        method = "exact_identifier" if customer else "none"
        self._waiting.append((interaction, found, Link(interaction_id=ident, customer_id=customer, method=method)))
        return ident

    def save(self) -> Store:
        records = [one for one, _, _ in self._waiting]
        self.store.interactions.add(records, upload_id=None, work_id="w", received_at=NOW)
        done = [(found, link) for _, found, link in self._waiting if found is not None]
        self.store.findings.save_analyses([found for found, _ in done], [link for _, link in done], now=NOW)
        self._waiting.clear()
        return self.store


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Filled]:
    store = Store(f"sqlite:///{tmp_path / 'voc.db'}", str(tmp_path / "blobs"))
    yield Filled(store)
    store.close()


@pytest.fixture
def week() -> Callable[[int, int], datetime]:
    """``week(46)`` is the Monday noon of 2026-W46; ``week(46, 3)`` three days later."""
    return lambda number, day=0: datetime.fromisocalendar(2026, number, 1 + day).replace(hour=12, tzinfo=UTC)
