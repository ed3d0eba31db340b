"""The audit trail: who did what to what. Use cases write it here; what durable work does by itself is written there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from voc.records import AuditLine
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import use_case


def record(service: Service, actor: Actor, action: str, target: str | None, **detail: Any) -> None:
    """One line: ``actor`` did ``action`` to ``target``; ``detail`` holds ids and counts, never words of customers."""
    service.store.access.record(actor=actor.id, action=action, target=target, now=service.now(), detail=detail or None)


def record_once(service: Service, actor: Actor, action: str, target: str, *, within: timedelta, **detail: Any) -> bool:
    """:func:`record`, unless the same line was written less than ``within`` ago; tells whether it was written."""
    return service.store.access.record_once(
        actor=actor.id, action=action, target=target, now=service.now(), within=within, detail=detail or None
    )


def file_left(service: Service, actor: Actor, path: Path, *, kind: str) -> None:
    """A line for a file that leaves the service, so that an erasure can say where a person may still be."""
    record(service, actor, f"export.{kind}", str(path.resolve()))


@use_case("admin")
def trail(service: Service, actor: Actor, *, limit: int = 200) -> list[AuditLine]:
    """The latest lines, newest first."""
    return service.store.access.trail(limit=limit)
