"""Themes: what no topic explains, as discovery found it, and what people decide about it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query
from pydantic import BaseModel, ConfigDict, Field

from api.access import Analyst, Reader
from api.dependencies import ServiceDep
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from voc.language.registry import FALLBACK, codes
from voc.locales import interface_languages
from voc.records.themes import RuleEffect, Theme, ThemeFigure, Themes, ThemeStatus
from voc.service import themes

router = APIRouter(prefix="/v1/themes", tags=["themes"], route_class=FigureRoute)

Status = Annotated[list[ThemeStatus] | None, Query(max_length=4, description="Default: discovered and accepted.")]
_READ, _SPOKEN = codes(), interface_languages()
Language = Annotated[
    str, Query(pattern=f"^({'|'.join(_SPOKEN)})$", description="Language of `label` and `group_label`.")
]
Rules = Annotated[
    dict[str, list[str]], Field(max_length=len(_READ), description=f"Patterns by language: {', '.join(_READ)}.")
]
Names = Annotated[
    dict[str, str], Field(max_length=len(_SPOKEN), description=f"Names by language: {', '.join(_SPOKEN)}.")
]


class DiscoveryAsked(BaseModel):
    """A worker runs it; `run` of `GET /v1/themes` has a later `at` when it is done."""

    asked_at: datetime


class RulesAsked(BaseModel):
    """Rules to try; without any, those proposed from the theme's own words are."""

    model_config = ConfigDict(extra="forbid")

    rules: Rules | None = None


class Accepted(BaseModel):
    """What the topic that a theme becomes is found by, and its name if it is to have another."""

    model_config = ConfigDict(extra="forbid")

    rules: Rules
    labels: Names | None = None


class Renamed(BaseModel):
    """Another name, in either language or both."""

    model_config = ConfigDict(extra="forbid")

    labels: Names


class MergedInto(BaseModel):
    """The theme that it becomes part of."""

    model_config = ConfigDict(extra="forbid")

    into: Annotated[str, Field(max_length=80)]


class DecisionAnswer(BaseModel):
    """A decision, and the themes as they are now; `POST …/undo` takes it back."""

    decision: int
    theme: Theme
    others: tuple[Theme, ...] = ()


@router.get("", summary="Themes that no topic explains")
def listing(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    status: Status = None,
    language: Language = FALLBACK,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    quotes: Annotated[int, Query(ge=0, le=5, description="Clauses quoted of each.")] = 3,
) -> Themes:
    """The largest first, of the period of the last discovery unless one is given; `run` says how much of what no topic
    explains stayed in no theme. `language` narrows nothing here: it is that of the names."""
    narrowed = filters.model_copy(update={"language": None})
    return themes.listing(
        service, actor, narrowed, language=language, statuses=status or themes.SHOWN, limit=limit, quotes=quotes
    )


@router.post("/discover", status_code=202, summary="Have themes discovered anew")
def ask_discovery(service: ServiceDep, actor: Analyst) -> DiscoveryAsked:
    """A worker looks at the last twelve weeks; themes known before keep their ids."""
    return DiscoveryAsked(asked_at=themes.ask_discovery(service, actor))


@router.get("/{theme_id}", summary="One theme")
def one(
    service: ServiceDep, actor: Reader, theme_id: str, filters: Filtered, language: Language = FALLBACK
) -> ThemeFigure:
    """Whatever became of it: merged and rejected ones too."""
    return themes.one(service, actor, theme_id, filters.model_copy(update={"language": None}), language=language)


@router.post("/{theme_id}/rules", summary="What rules would count")
def try_rules(service: ServiceDep, actor: Analyst, theme_id: str, asked: RulesAsked) -> RuleEffect:
    """Nothing is changed: the interactions these rules would make speak of the topic, beside those of the theme."""
    return themes.try_rules(service, actor, theme_id, asked.rules)


@router.post("/{theme_id}/accept", summary="Make a theme a topic")
def accept_theme(
    service: ServiceDep, actor: Analyst, theme_id: str, asked: Accepted, after: BackgroundTasks
) -> DecisionAnswer:
    """The topic has the theme's id, and counts what its rules find; what is stored is tagged anew in the background."""
    found = themes.accept(service, actor, theme_id, asked.rules, asked.labels)
    after.add_task(themes.tag_again, service, actor)
    return _answer(found)


@router.post("/{theme_id}/reject", summary="Put a theme aside")
def reject_theme(service: ServiceDep, actor: Analyst, theme_id: str, after: BackgroundTasks) -> DecisionAnswer:
    """What is like it is not shown again."""
    found = themes.reject(service, actor, theme_id)
    after.add_task(themes.tag_again, service, actor)
    return _answer(found)


@router.post("/{theme_id}/rename", summary="Name a theme")
def rename_theme(service: ServiceDep, actor: Analyst, theme_id: str, asked: Renamed) -> DecisionAnswer:
    """A name given by a person stays."""
    return _answer(themes.rename(service, actor, theme_id, asked.labels))


@router.post("/{theme_id}/merge", summary="Make a theme part of another")
def merge_theme(service: ServiceDep, actor: Analyst, theme_id: str, asked: MergedInto) -> DecisionAnswer:
    """The other keeps its id and name."""
    return _answer(themes.merge(service, actor, theme_id, asked.into))


@router.post("/{theme_id}/split", summary="Make two of a theme")
def split_theme(service: ServiceDep, actor: Analyst, theme_id: str) -> DecisionAnswer:
    """The larger part keeps the id; `others` holds the new one."""
    return _answer(themes.split(service, actor, theme_id))


@router.post("/{theme_id}/undo", summary="Take back the last decision about a theme")
def undo_decision(service: ServiceDep, actor: Analyst, theme_id: str, after: BackgroundTasks) -> DecisionAnswer:
    """Whatever it was; one more call takes back the one before it."""
    found = themes.undo(service, actor, theme_id)
    after.add_task(themes.tag_again, service, actor)
    return _answer(found)


def _answer(found: object) -> DecisionAnswer:
    return DecisionAnswer.model_validate(found, from_attributes=True)
