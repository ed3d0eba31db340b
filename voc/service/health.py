"""How the installation stands: does the store answer, what waits, who works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import use_case

ALIVE_WITHIN = timedelta(seconds=90)
"""A worker that said nothing for longer is counted as gone; a few missed heartbeats are only a busy machine."""
LATEST_UPLOADS = 1000


@dataclass(frozen=True)
class Work:
    """How the work stands: interactions by status, and worker processes that are alive."""

    queued: int
    done: int
    failed: int
    workers: int


@dataclass(frozen=True)
class Counts:
    """:class:`Work`, the latest uploads by status, and how many customer records there are."""

    work: Work
    uploads: dict[str, int]
    customers: int


def check_store(service: Service) -> None:
    """Ask the database something, for whoever probes; public.

    Raises:
        StoreError: it does not answer.
    """
    service.store.access.any_live()


@use_case("reader")
def work(service: Service, actor: Actor) -> Work:
    """How the work stands now."""
    statuses = service.store.interactions.statuses()
    now = service.now()
    return Work(
        queued=statuses.get("queued", 0),
        done=statuses.get("done", 0),
        failed=statuses.get("failed", 0),
        workers=sum(now - one.heartbeat_at < ALIVE_WITHIN for one in service.store.workers.all()),
    )


@use_case("reader")
def counts(service: Service, actor: Actor) -> Counts:
    """What is watched from outside."""
    uploads: dict[str, int] = {}
    for one in service.store.uploads.recent(limit=LATEST_UPLOADS):
        uploads[one.status] = uploads.get(one.status, 0) + 1
    return Counts(work=work(service, actor), uploads=uploads, customers=service.store.customers.count())
