"""Six weeks to review: what leapt in one of them, and what became of it in the next."""

from __future__ import annotations

from datetime import UTC, datetime

from makers import a_customer, an_analysis, an_interaction, anonymous, linked
from store_templates import filled_once

from voc.store import Store
from voc.store.analyses import Analysed

KEY, OTHER = "topic:billing.double_charge:rise", "topic:network:rise"
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
"""The morning on which week 46 is reviewed."""
HOSTILE = '<script>alert("xss")</script>"\' onmouseover=alert(1) &amp;'


@filled_once
def fill(store: Store) -> None:
    """Six weeks: the double charges and the network leap in week 46; in 47 the former are gone, the latter are not."""
    store.customers.save(
        [
            a_customer("C1", name="Ana Lopez"),
            a_customer("C2", name=HOSTILE),
            a_customer("C3", name="Tom", attributes={"opt-in marketing": "non"}),
            a_customer("C4", name="Zoé"),
        ],
        now=MONDAY,
    )
    rows, found, links = [], [], []
    for week in range(42, 48):
        told = ["price", "advisor", "delivery"] * 20
        told += ["billing.double_charge"] * (16 if week == 46 else 1) + ["network"] * (20 if week >= 46 else 1)
        for place, topic in enumerate(told):
            at = datetime.fromisocalendar(2026, week, 1 + place % 7).replace(hour=12, tzinfo=UTC)
            of = place - 60 if topic == "billing.double_charge" and week == 46 else -1
            row = an_interaction(len(rows), occurred_at=at, channel=("email", "review", "chat")[place % 3])
            rows.append(row)
            found.append(Analysed(an_analysis(row, topics=(topic,), score=-0.6), None))
            links.append(linked(row, ("C1", "C2", "C3", "C4", "C1")[of]) if 0 <= of < 5 else anonymous(row))
    store.interactions.add(rows, upload_id=None, work_id="w", received_at=MONDAY)
    store.findings.save_analyses(found, links, now=MONDAY)
