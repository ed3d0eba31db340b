"""A recording all the way, as the workers take it: in, heard, understood, linked."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from voc.pipeline import import_customers, workflows
from voc.pipeline.ingestion import Intake
from voc.pipeline.queues import WorkQueue
from voc.records import Link
from voc.settings import Settings
from voc.store import Filters, open_store


def link_of(call: Path, customers: Path, home: Path) -> Link:
    """Return how one recording is linked where the customers of a table are known, in a store of its own."""
    settings = Settings(home=home)
    with closing(open_store(settings)) as store, closing(WorkQueue(settings)) as queue:
        import_customers(store, customers, settings=settings)
        Intake(store, settings, queue).receive_path(call)
        [one] = store.interactions.all_ids(Filters())
        workflows.set_worker_context(workflows.WorkerContext(store, settings))
        try:
            assert workflows.hear(one)
            assert workflows.understand([one]) == 1
        finally:
            workflows.set_worker_context(None)
        found = store.findings.link(one)
        assert found is not None
        return found
