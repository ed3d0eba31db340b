"""Contexts on a real PostgreSQL: the same finding, opened to exactly its contacts."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from makers import a_customer, add, an_analysis, an_interaction, linked

from voc.insights.contexts import contexts
from voc.insights.drilldown import from_href
from voc.store import Filters, Store
from voc.store.analyses import Analysed

pytestmark = pytest.mark.integration

AT = datetime(2026, 10, 5, 9, tzinfo=UTC)


def test_a_planted_context_is_found_and_opened(postgresql: str, tmp_path: Path) -> None:
    with closing(Store(postgresql, str(tmp_path / "blobs"))) as store:
        base = [a_customer(f"P{n}", attributes={"offre": "Duo" if n % 5 == 0 else "Solo"}) for n in range(60)]
        store.customers.save(base, now=AT)
        told = []
        for n in range(60):
            one = an_interaction(n, occurred_at=AT + timedelta(hours=n), attributes={"version": f"9.{n % 2}"})
            add(store, one)
            topic = "internet.outage" if n % 5 == 0 else ("billing.amount", "price.increase", "delivery.late")[n % 3]
            told.append((Analysed(an_analysis(one, topics=(topic,), score=-0.6), None), linked(one, f"P{n}")))
        store.findings.save_analyses([one for one, _ in told], [link for _, link in told], now=AT)
        (found,) = contexts(store, Filters(), compare="2026-W39").contexts
        assert [(one.dimension, one.value) for one in found.circumstances] == [("offre", "Duo")]
        assert (found.subject, found.n) == ("internet.outage", 12)
        assert store.interactions.count(from_href(found.href)) == 12
        assert found.previous is not None
        store.erasing.forget([store.interactions.all_ids(from_href(found.href))[0]])
        assert store.interactions.count(from_href(found.href)) == 11
