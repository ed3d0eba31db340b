"""Notes on the line of time: what happened on a day, for whoever sees a figure move."""

from __future__ import annotations

from datetime import date

from voc.errors import InputError
from voc.records.views import Annotation
from voc.service import audit
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import not_found, use_case
from voc.service.wishes import named

TEXT_CHARS = 200
MOST_NOTES = 5000


@use_case("reader")
def listing(
    service: Service, actor: Actor, *, since: date | None = None, until: date | None = None
) -> list[Annotation]:
    """Notes on the days from ``since`` to ``until``, both included, by their day."""
    found = [
        one
        for one in service.store.annotations.all()
        if (since is None or one.day >= since) and (until is None or one.day <= until)
    ]
    return sorted(found, key=lambda one: (one.day, one.id))


@use_case("analyst")
def add(service: Service, actor: Actor, *, day: date, text: str) -> Annotation:
    """Note what happened on a day; personal data in it is masked before it is kept.

    Raises:
        InputError: nothing is said, too much, or it cannot be searched for personal data.
    """
    if len(service.store.annotations.all()) >= MOST_NOTES:
        raise InputError("there are too many notes; remove some.", code="too_many", n=MOST_NOTES)
    said = service.pipeline.mask(named(text, "text", most=TEXT_CHARS))
    made = service.store.annotations.add(day=day, text=said, created_by=actor.id, created_at=service.now())
    audit.record(service, actor, "annotation.add", str(made.id), day=day.isoformat())
    return made


@use_case("analyst")
def remove(service: Service, actor: Actor, number: int) -> None:
    """Take a note away.

    Raises:
        NotFoundError: there is none of that id.
    """
    if not service.store.annotations.remove(number):
        raise not_found("note")
    audit.record(service, actor, "annotation.remove", str(number))
