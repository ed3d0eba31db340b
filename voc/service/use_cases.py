"""What an actor may ask for: each use case says the least role it takes, and is refused below it before it begins."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from voc.errors import NotFoundError
from voc.service.actor import Actor, Role
from voc.service.context import Service
from voc.store import Filters

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
UseCase = Callable[Concatenate[Service, Actor, P], R]

SEES_THE_BASE: Role = "analyst"
"""What the customer base says of people is shown to nobody below, so nobody below may ask for it by filter or group."""
OF_THE_BASE = "An attribute of the customer base"

USE_CASES: dict[str, Role] = {}
"""Every use case (``voc.service.links.merge``) → the least role that may ask for it."""


def use_case(role: Role) -> Callable[[UseCase[P, R]], UseCase[P, R]]:
    """Mark a function of a service and an actor as a use case for ``role`` and those above.

    Whichever door it is asked through – a route, a page, a command, Python – the role is checked here; a door may
    check it earlier, before it reads a body. So are filters by what the customer base says of people.

    Raises:
        ForbiddenError: (when it is asked for) the actor has a lower role.
    """

    def mark(function: UseCase[P, R]) -> UseCase[P, R]:
        USE_CASES[f"{function.__module__}.{function.__qualname__}"] = role

        @wraps(function)
        def asked(service: Service, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            actor.require(role)
            for given in (*args, *kwargs.values()):
                # What is asked may carry its filters along: a search does.
                filters = given if isinstance(given, Filters) else getattr(given, "filters", None)
                if isinstance(filters, Filters) and filters.customer_attribute is not None:
                    actor.require(SEES_THE_BASE, what=OF_THE_BASE)
            return function(service, actor, *args, **kwargs)

        return asked

    return mark


def not_found(what: str) -> NotFoundError:
    """Nothing has the id that was given: ``interaction``, ``customer`` …, with the code ``no_such_…``."""
    return NotFoundError(f"There is no such {what}.", code=f"no_such_{what.replace(' ', '_')}")


def there(found: T | None, what: str) -> T:
    """What was looked for by an id somebody gave.

    Raises:
        NotFoundError: it is ``None``; see :func:`not_found`.
    """
    if found is None:
        raise not_found(what)
    return found
