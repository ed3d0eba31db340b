"""Learning from corrections: refit, take back, and what is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voc.records import Record
from voc.service import audit
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import use_case

if TYPE_CHECKING:
    from voc.pipeline.learning import LearningReport

__all__ = ["LearningState", "learn", "reset", "state", "undo"]


class LearningState(Record):
    """What is in force: the version of the refitted heads (``None``: as shipped), which, and what taught them."""

    version: str | None
    heads: tuple[str, ...]
    about: dict[str, Any]
    corrections: dict[str, int]
    """Corrections in force now, by field."""


@use_case("admin")
def learn(service: Service, actor: Actor, *, force: bool = False, dry_run: bool = False) -> LearningReport:
    """Refit every head there are enough corrections for; in force is only what is better on what was held back.

    Raises:
        ModelError: the encoder is missing.
        StoreError: the refitted heads cannot be written.
    """
    from voc.pipeline.learning import learn as again

    report = again(service.store, force=force, dry_run=dry_run)
    if not dry_run:
        in_force = [one.head for one in report.heads if one.put_in_force]
        audit.record(service, actor, "models.learn", None, version=report.version, heads=in_force, force=force)
    return report


@use_case("admin")
def undo(service: Service, actor: Actor) -> bool:
    """Put in force what was before the last change; False when there was none.

    Raises:
        StoreError: the files cannot be exchanged.
    """
    from voc.analysers import refitted_heads

    done = refitted_heads.undo()
    if done:
        kept = refitted_heads.load()
        audit.record(service, actor, "models.learn.undo", None, version=kept.version if kept else None)
    return done


@use_case("admin")
def reset(service: Service, actor: Actor) -> bool:
    """Go back to the models as they were shipped; False when they are in force already.

    Raises:
        StoreError: the file cannot be taken out.
    """
    from voc.analysers import refitted_heads

    done = refitted_heads.reset()
    if done:
        audit.record(service, actor, "models.learn.reset", None)
    return done


@use_case("analyst")
def state(service: Service, actor: Actor) -> LearningState:
    """What is in force and what it was learnt from.

    Raises:
        ModelError: the file of the refitted heads is damaged.
    """
    from voc.analysers import refitted_heads

    kept = refitted_heads.load()
    return LearningState(
        version=kept.version if kept else None,
        heads=kept.heads if kept else (),
        about=kept.about if kept else {},
        corrections=service.store.corrections.counts(),
    )
