"""What leaves by itself, and what others follow, on PostgreSQL: the same rows, claims, phrases and triggers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from makers import a_customer, an_interaction, understood
from reviewed_weeks import MONDAY, fill

from voc.delivery.webhooks import new_secret
from voc.pipeline.alerts import look_at_alerts
from voc.pipeline.export_writing import write_due
from voc.pipeline.outgoing import write_down_digests
from voc.settings import Settings
from voc.store import Filters, Store

pytestmark = pytest.mark.integration

NOW = MONDAY.replace(hour=0)


@pytest.fixture
def there(postgresql: str, tmp_path: Path) -> Iterator[Store]:
    with closing(Store(postgresql, str(tmp_path / "blobs"))) as store:
        yield store


def test_sendings_are_written_down_once_claimed_once_and_recovered(there: Store, postgresql: str) -> None:
    fill(there)
    there.subscriptions.add(
        name="x", kind="mail", target="lea@example.com", language="fr", day=1, topics=(), segments=(), view=None,
        only_with_findings=False, paused=False, created_by="local", created_at=MONDAY, unsubscribed_at=None,
    )  # fmt: skip
    assert [write_down_digests(there, Settings(), now=MONDAY) for _ in range(2)] == [1, 0]
    with closing(Store(postgresql, str(there.blobs.root))) as other:
        claimed = [one.deliveries.claim(by="a", now=MONDAY) for one in (there, other)]
    (mine,) = [one for one in claimed if one is not None]
    assert there.deliveries.begin(mine.id, by="a")
    assert there.deliveries.recover(lambda *_: False, now=MONDAY) == 1
    assert there.deliveries.states() == {"unsure": 1}


def test_an_alert_rings_once_and_words_are_found_as_they_are_written(there: Store) -> None:
    fill(there)
    for place, text in enumerate(("un avocat s'en occupe", "mon Avocat", "avocate", "c'est « l'avocat »")):
        understood(there, an_interaction(7000 + place, text=text, occurred_at=NOW - timedelta(hours=1)))
    assert there.phrases.count(["avocat"], Filters()) == 3
    assert there.phrases.count(["un avocat", "mon avocat"], Filters(since=NOW - timedelta(hours=2), until=NOW)) == 2
    assert there.phrases.count(['" | ! & (', "'"], Filters()) == 0
    hook = {"kind": "webhook", "address": "https://x.example", "secret": new_secret(), "language": "en"}
    rule: dict[str, Any] = {
        "name": "x", "kind": "words", "metric": "volume", "query": "", "condition": "above", "threshold": 2.0,
        "period": "day", "least_n": 0, "words": "avocat", "severity": "info", "cool_down_hours": 24, "paused": False,
        "targets": (hook,), "created_by": "local", "created_at": MONDAY,
    }  # fmt: skip
    there.alert_rules.add(**rule)
    rang = [len(look_at_alerts(there, now=NOW + timedelta(minutes=one))) for one in (0, 2, 4)]
    assert rang == [1, 0, 0] and there.deliveries.states() == {"due": 1}
    assert there.alert_rules.remove(1) and there.fired_alerts.latest() == []


def test_a_copy_of_the_customers_follows(there: Store) -> None:
    there.customers.save([a_customer("C1"), a_customer("C2", phones=["+33612345678"])], now=NOW)
    begin = there.customer_marks.after(there.customer_marks.beginning(), limit=10)
    assert sorted(begin.ids) == ["C1", "C2"] and not begin.more
    there.customers.save([a_customer("C2", name="Ana")], now=NOW)
    there.erasing.forget([], customer_id="C1")
    later = there.customer_marks.after(begin.position, limit=10)
    assert set(later.ids) == {"C1", "C2"} and set(there.customers.leading(later.ids)) == {"C2"}
    assert there.customer_marks.prune(now=datetime.now(UTC) + timedelta(days=3)) >= 1


def test_exports_are_claimed_written_and_let_go(there: Store) -> None:
    fill(there)
    there.export_jobs.ask(table="interactions", form="parquet", query="channel=review", by="local", now=NOW)
    (done,) = write_due(there)
    assert (done.state, done.rows) == ("done", there.interactions.count(Filters(channel="review")))
    assert done.blob is not None and there.blobs.exists(done.blob)
    assert there.export_jobs.let_go(lambda key: there.uploads.let_go_of_bytes(key, there.blobs.delete)) == 1
    assert not there.blobs.exists(done.blob)
