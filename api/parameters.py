"""Query parameters nobody takes: refused, because a misspelt filter would give figures of everything."""

from __future__ import annotations

from collections.abc import Collection, Set
from typing import Annotated, Any, get_args, get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import Field

from api.problems import Problem
from voc.errors import nearest
from voc.language import languages

RowNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""What a row may be called by: more than a column of it holds would be a fault of ours, not an answer."""


def no_filter_beside(request: Request, allowed: Set[str]) -> None:
    """Refuse a filter beside ``updated_since``.

    Raises:
        Problem: 422.
    """
    if others := sorted(request.query_params.keys() - allowed):
        raise Problem(
            422,
            f"{others[0]}: updated_since takes no filter; a row that leaves a filter could not be told from one that "
            "is gone.",
            code="sync_takes_no_filter",
            parameters={"given": others[0]},
        )


MEANT = {
    name: parameter for one in languages() for parameter, names in one.parameters.items() for name in names.split("|")
}
"""Other names of parameters that no likeness of letters would find."""


def known_parameters(request: Request) -> None:
    """Refuse a parameter that the route does not know, and a second value of one that takes one.

    Raises:
        Problem: 422 naming the parameter and the nearest that there is.
    """
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    known = _taken(route.dependant)
    for given in request.query_params:
        if given not in known:
            raise _unknown(given, known)
        if len(request.query_params.getlist(given)) > 1 and not known[given]:
            raise Problem(422, f"{given}: give it once.", code="given_twice", parameters={"given": given})


def _taken(dependant: Dependant) -> dict[str, bool]:
    """Every query parameter of a route and of what it depends on, and whether it takes several values."""
    found = {one.alias: _is_list(one.field_info.annotation) for one in dependant.query_params}
    for one in dependant.dependencies:
        found |= _taken(one)
    return found


def _is_list(annotation: Any) -> bool:
    return any(get_origin(one) is list for one in (annotation, *get_args(annotation)))


def _unknown(given: str, known: Collection[str]) -> Problem:
    """The refusal, with the parameter that was meant, or all there are."""
    name = given.strip().lower()
    near = MEANT[name] if MEANT.get(name) in known else nearest(name, known)
    instead = f"did you mean {near}?" if near else f"there are {', '.join(known)}."
    return Problem(
        422,
        f"{given[:40]}: no such parameter; {instead}",
        code="misspelt_parameter" if near else "unknown_parameter",
        parameters={"given": given[:40], **({"near": near} if near else {})},
    )
