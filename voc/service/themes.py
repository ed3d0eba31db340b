"""Themes: what no topic explains, as discovery found it, and what people decide about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from voc.insights.themes import theme as one_theme
from voc.insights.themes import themes as theme_figures
from voc.records.themes import RuleEffect, ThemeFigure, Themes, ThemeStatus
from voc.service import audit
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import use_case
from voc.store import Filters
from voc.store.theme_decisions import Decision

if TYPE_CHECKING:
    from voc.pipeline.theme_decisions import Decided

SHOWN: tuple[ThemeStatus, ...] = ("discovered", "accepted")


@use_case("reader")
def listing(
    service: Service,
    actor: Actor,
    filters: Filters,
    *,
    language: str,
    statuses: Sequence[ThemeStatus] = SHOWN,
    limit: int = 100,
    quotes: int = 3,
) -> Themes:
    """The largest first, of the period of the last discovery unless one is given."""
    return theme_figures(
        service.store, filters, language=language, statuses=tuple(statuses), limit=limit, quotes=quotes
    )


@use_case("reader")
def one(service: Service, actor: Actor, theme_id: str, filters: Filters, *, language: str) -> ThemeFigure:
    """One theme, whatever became of it.

    Raises:
        NotFoundError: there is no such theme.
    """
    return one_theme(service.store, theme_id, filters, language=language)


@use_case("reader")
def is_asked(service: Service, actor: Actor) -> bool:
    """Whether a discovery is asked for that no worker has begun."""
    return service.store.theme_decisions.asked() is not None


@use_case("reader")
def decisions(service: Service, actor: Actor, theme_id: str) -> list[Decision]:
    """What was decided about a theme and not taken back, the newest first."""
    return [one for one in service.store.theme_decisions.all(theme_id) if one.undone_at is None]


@use_case("analyst")
def ask_discovery(service: Service, actor: Actor) -> datetime:
    """Ask a worker for a discovery over the last twelve weeks; when it was asked for."""
    now = service.now()
    service.store.theme_decisions.ask(now=now)
    audit.record(service, actor, "theme.discover", None)
    return now


@use_case("analyst")
def try_rules(
    service: Service, actor: Actor, theme_id: str, rules: Mapping[str, Sequence[str]] | None = None
) -> RuleEffect:
    """What rules would count, before they count; those proposed from the theme's own words where none are given.

    Raises:
        NotFoundError: there is no such theme.
        InputError: a rule cannot be read.
    """
    from voc.pipeline.theme_decisions import rule_effect

    return rule_effect(service.store, theme_id, rules)


@use_case("analyst")
def accept(
    service: Service,
    actor: Actor,
    theme_id: str,
    rules: Mapping[str, Sequence[str]],
    names: Mapping[str, str] | None = None,
) -> Decided:
    """Make a theme a topic under its id; what is stored is tagged anew by :func:`tag_again`."""
    from voc.pipeline import theme_decisions

    found = theme_decisions.accept(service.store, theme_id, actor=actor.id, rules=rules, names=names, now=service.now())
    return _known(service, actor, "accept", found)


@use_case("analyst")
def reject(service: Service, actor: Actor, theme_id: str) -> Decided:
    """Put a theme aside; what is like it is not shown again."""
    from voc.pipeline import theme_decisions

    return _known(service, actor, "reject", theme_decisions.reject(service.store, theme_id, actor=actor.id))


@use_case("analyst")
def rename(service: Service, actor: Actor, theme_id: str, names: Mapping[str, str]) -> Decided:
    """Name a theme in either language or both; a name given by a person stays."""
    from voc.pipeline import theme_decisions

    return _known(service, actor, "rename", theme_decisions.rename(service.store, theme_id, names, actor=actor.id))


@use_case("analyst")
def merge(service: Service, actor: Actor, theme_id: str, into: str) -> Decided:
    """Make a theme part of another, which keeps its id and name."""
    from voc.pipeline import theme_decisions

    return _known(service, actor, "merge", theme_decisions.merge(service.store, theme_id, into, actor=actor.id))


@use_case("analyst")
def split(service: Service, actor: Actor, theme_id: str) -> Decided:
    """Make two of a theme; the larger part keeps the id."""
    from voc.pipeline import theme_decisions

    return _known(service, actor, "split", theme_decisions.split(service.store, theme_id, actor=actor.id))


@use_case("analyst")
def undo(service: Service, actor: Actor, theme_id: str) -> Decided:
    """Take back the last decision about a theme."""
    from voc.pipeline import theme_decisions

    return _known(service, actor, "undo", theme_decisions.undo(service.store, theme_id, actor=actor.id))


@use_case("analyst")
def tag_again(service: Service, actor: Actor) -> int:
    """Tag what is stored by the themes that are topics now; how many interactions changed."""
    from voc.pipeline.theme_tags import retag_due

    return retag_due(service.store)


def _known(service: Service, actor: Actor, action: str, found: Decided) -> Decided:
    audit.record(service, actor, f"theme.{action}", found.theme.id, decision=found.decision)
    service.know_topics()
    return found
