"""Interactions: lists, one with everything found in it, its analysis asked for again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from voc.errors import ConflictError
from voc.records import Analysis, Link
from voc.service import audit
from voc.service.actor import Actor
from voc.service.audio import Sound, sound_of
from voc.service.context import Service
from voc.service.use_cases import there, use_case
from voc.service.visibility import analysis_for, link_for, row_for
from voc.store import Filters
from voc.store.filters import Asked, any_of, values
from voc.store.interactions import Page, Stored

if TYPE_CHECKING:
    from voc.pipeline.categorising import CategoryReport

__all__ = ["Asked", "Detail", "Filters", "Page", "Stored", "analyses", "any_of", "categorise_again", "count", "detail",
           "find", "page", "reanalyse", "reanalyse_all", "retry", "values", "whole_list"]  # fmt: skip

PER_READ = 500
""":func:`whole_list` reads so many rows at once."""


@dataclass(frozen=True)
class Detail:
    """One interaction with everything found in it and whose it is, as far as the actor may see it."""

    row: Stored
    subject: str | None
    """Analysts only, like ``attributes``."""
    attributes: dict[str, str]
    csat_scale: str | None
    """What ``row.csat`` is out of, where the source said."""
    analysis: Analysis | None
    link: Link | None
    sound: Sound


@use_case("reader")
def page(service: Service, actor: Actor, filters: Filters, *, limit: int, cursor: str | None = None) -> Page:
    """One page of the list, newest first."""
    found = service.store.interactions.page(filters, limit=limit, cursor=cursor)
    return replace(found, items=[row_for(actor, row) for row in found.items])


@use_case("reader")
def whole_list(service: Service, actor: Actor, filters: Filters, *, limit: int, cursor: str | None = None) -> Page:
    """Up to ``limit`` rows of the list at once, for a file that leaves the service: a line of the audit trail."""
    rows: list[Stored] = []
    following = cursor
    while len(rows) < limit:
        found = page(service, actor, filters, limit=min(PER_READ, limit - len(rows)), cursor=following)
        rows += found.items
        following = found.next_cursor
        if following is None:
            break
    audit.record(service, actor, "interaction.list.file", None, n=len(rows))
    return Page(items=rows, next_cursor=following)


@use_case("reader")
def count(service: Service, actor: Actor, filters: Filters) -> int:
    """How many interactions the filters leave."""
    return service.store.interactions.count(filters)


@use_case("reader")
def find(service: Service, actor: Actor, interaction_id: str) -> Stored:
    """The row of one interaction.

    Raises:
        NotFoundError: there is none with that id.
    """
    row = there(service.store.interactions.get(interaction_id), "interaction")
    return row_for(actor, row)


@use_case("reader")
def detail(service: Service, actor: Actor, interaction_id: str) -> Detail:
    """Everything about one interaction.

    Raises:
        NotFoundError: there is none with that id.
    """
    row = find(service, actor, interaction_id)
    record = service.store.interactions.records([row.id])[0]
    analysis, link = service.store.findings.analysis(row.id), service.store.findings.link(row.id)
    return Detail(
        row=row,
        subject=record.subject if actor.sees_people else None,
        attributes=record.attributes if actor.sees_people else {},
        csat_scale=record.attributes.get("csat_scale"),
        analysis=analysis_for(actor, analysis) if analysis else None,
        link=link_for(actor, link) if link else None,
        sound=sound_of(service, actor, row),
    )


@use_case("reader")
def analyses(service: Service, actor: Actor, ids: Sequence[str]) -> dict[str, Analysis]:
    """What was found in these interactions, by id, as far as the actor may see it; some may not be analysed yet."""
    found = service.store.findings.analyses(list(ids))
    return {key: analysis_for(actor, one) for key, one in found.items()}


@use_case("analyst")
def reanalyse(service: Service, actor: Actor, interaction_id: str) -> list[str]:
    """Queue its analysis again, with the models of today; returns the ids that were queued.

    Raises:
        NotFoundError: there is none with that id.
    """
    find(service, actor, interaction_id)
    queued = service.pipeline.reanalyse([interaction_id])
    audit.record(service, actor, "interaction.reanalyse", interaction_id)
    return queued


@use_case("analyst")
def reanalyse_all(service: Service, actor: Actor, filters: Filters) -> list[str]:
    """Queue the analysis of everything the filters leave; returns the ids that were queued."""
    queued = service.pipeline.reanalyse(service.store.interactions.all_ids(filters))
    audit.record(service, actor, "interaction.reanalyse", None, n=len(queued))
    return queued


@use_case("analyst")
def categorise_again(service: Service, actor: Actor, filters: Filters) -> CategoryReport:
    """Ask the call categories in force of everything the filters leave, without hearing anything again.

    Raises:
        SettingsError: ``VOC_CATEGORIES`` names a file that cannot be used.
    """
    from voc.pipeline.categorising import categorise_again as again

    report = again(service.store, service.settings, filters=filters)
    audit.record(service, actor, "interaction.categorise", None, asked=report.asked, changed=report.changed)
    return report


@use_case("analyst")
def retry(service: Service, actor: Actor, interaction_id: str) -> list[str]:
    """:func:`reanalyse` of one that failed.

    Raises:
        NotFoundError: there is none with that id.
        ConflictError: it did not fail.
    """
    if find(service, actor, interaction_id).status != "failed":
        raise ConflictError("This interaction did not fail; use reanalyse to analyse it again.", code="did_not_fail")
    return reanalyse(service, actor, interaction_id)
