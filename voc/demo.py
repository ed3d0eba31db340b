"""The demonstration: the samples ingested through the real pipeline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from voc.pipeline import Intake, import_customers
from voc.pipeline.waiting import some_worker, wait_until_done
from voc.records import Channel, Record, Rejected
from voc.resources import resource
from voc.settings import Settings
from voc.store import Store

CUSTOMER_FILES = ("customers.csv",)
CHANNELS = {"reclamations.csv": Channel.COMPLAINT}
"""The one export whose channel neither its columns nor its name could tell."""


class DemoReport(Record):
    """What the demonstration brought in."""

    customers: int
    interactions: int
    duplicates: int
    failed: int
    linked: int
    rejections: tuple[Rejected, ...] = ()


def sample_files() -> list[Path]:
    """The sample exports and recordings, in a stable order; sidecar tables and scripts are not among them."""
    from voc import intake

    return [path for path in intake.files_in(resource("samples")) if _is_data(path)]


def _is_data(path: Path) -> bool:
    top = path.relative_to(resource("samples")).parts
    return top[0] not in {"generator", "calls/scripts"} and path.name not in {
        *CUSTOMER_FILES,
        "truth.json",
        "README.md",
    }


def load_samples(store: Store, settings: Settings, *, progress: Callable[[int, int], None] | None = None) -> DemoReport:
    """Import the sample customers, ingest every sample file and wait until all of it is analysed."""
    reception = Intake(store, settings)
    for name in CUSTOMER_FILES:
        import_customers(store, resource("samples", name))
    uploads: list[str] = []
    rejections: list[Rejected] = []
    accepted = duplicates = 0
    with some_worker(store, settings):
        for path in sample_files():
            received = reception.receive_path(path, channel=CHANNELS.get(path.name))
            uploads.append(received.upload.id)
            rejections.extend(received.rejections)
            accepted += received.upload.accepted
            duplicates += received.upload.duplicate
        wait_until_done(store, uploads, progress=progress)
    from voc.store import Filters

    return DemoReport(
        customers=store.customers.count(),
        interactions=store.interactions.count(Filters()),
        duplicates=duplicates,
        failed=store.interactions.statuses().get("failed", 0),
        linked=store.interactions.count(Filters(customer="any")),
        rejections=tuple(rejections),
    )
