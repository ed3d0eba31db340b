"""The demonstration: the samples ingested through the real pipeline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from voc.pipeline import import_customers, import_events
from voc.pipeline.batch import ingest_paths
from voc.pipeline.topics_in_force import put_in_force, state_of_topics
from voc.pipeline.waiting import some_worker, wait_until_done
from voc.records import Record, Rejected
from voc.resources import resource
from voc.settings import Settings
from voc.store import Filters, Store

DEMO_WEEK = "2026-W46"
"""The samples' last week: their calendar is fixed, so that what the digest finds can be checked."""

CUSTOMERS = "customers.csv"
EVENTS = "events.ndjson"
BRANDS = "Alizé Télécom, Mon Alizé, AlizeTelecom, Part-Dieu"
"""What the fictional operator would put in VOC_BRANDS."""
PACKS = ("telecom",)
"""The topic packs it would take."""
EXPORTS = (
    *("calls", "emails", "emails.mbox", "chats.json", "posts.ndjson"),
    *("reclamations.csv", "reviews.csv", "enquete_nps.xlsx"),
)
"""What a company would export, as it would export it: the files say themselves what they are."""


class DemoReport(Record):
    """What the demonstration brought in."""

    customers: int
    interactions: int
    duplicates: int
    failed: int
    linked: int
    rejections: tuple[Rejected, ...] = ()


def load_samples(store: Store, settings: Settings, *, progress: Callable[[int, int], None] | None = None) -> DemoReport:
    """Import the sample customers, ingest every sample export and wait until all of it is analysed."""
    settings = settings.model_copy(update={"brands": settings.brands or BRANDS})
    if state_of_topics(store, settings, with_offer=False).chosen_by == "nobody":
        put_in_force(store, settings, packs=PACKS, now=datetime.now(UTC), by="demo", note="the samples' trade")
    import_customers(store, resource("samples", CUSTOMERS))
    import_events(store, resource("samples", EVENTS))
    with some_worker(store, settings):
        report = ingest_paths(store, settings, [resource("samples", name) for name in EXPORTS])
        wait_until_done(store, report.upload_ids, progress=progress)
    return DemoReport(
        customers=store.customers.count(),
        interactions=store.interactions.count(Filters()),
        duplicates=report.duplicate,
        failed=store.interactions.statuses().get("failed", 0) + report.rejected,
        linked=store.interactions.count(Filters(customer="any")),
        rejections=report.rejections,
    )
