"""Contexts: where contacts concentrate; worked out by a worker for filters that somebody asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voc.insights.context_answers import ask as ask_for
from voc.insights.context_answers import dimensions_of, is_coming, last_answer, question_of
from voc.insights.context_records import Contexts
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import use_case
from voc.store import Filters

MARGIN = 0.1
"""Half-width of the 95 % interval that a listening campaign should reach."""
RESPONSE = 0.2
"""Share of the people asked who answer."""


@dataclass(frozen=True)
class ContextAnswer:
    """The last answer a worker made, if any, and whether one is on its way."""

    found: Contexts | None
    coming: bool
    dimensions: Sequence[str]
    """Dimensions a context may be made of."""


@use_case("reader")
def answer(
    service: Service,
    actor: Actor,
    filters: Filters,
    *,
    by: str | Sequence[str] = "",
    compare: str | None = None,
    margin: float = MARGIN,
    response: float = RESPONSE,
) -> ContextAnswer:
    """Where contacts concentrate under these filters, as it was worked out last.

    Raises:
        InputError: there is no such dimension or period.
    """
    question = question_of(service.store, filters, by=by, compare=compare)
    found = last_answer(service.store, question, margin=margin, response=response)
    return ContextAnswer(
        found=found,
        coming=is_coming(service.store, question, now=service.now()),
        dimensions=found.dimensions if found else dimensions_of(service.store),
    )


@use_case("reader")
def ask(
    service: Service, actor: Actor, filters: Filters, *, by: str | Sequence[str] = "", compare: str | None = None
) -> bool:
    """Have a worker make the answer, and make it anew for a day when something comes in; whether there is one already.

    Raises:
        InputError: there is no such dimension or period.
    """
    question = question_of(service.store, filters, by=by, compare=compare)
    ask_for(service.store, question, now=service.now())
    return last_answer(service.store, question) is not None
