"""Groups of people too small for a reader: a figure of three people of one town says who they are.

What the customer base says of people beyond segment and city is no group for readers at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from voc.service.actor import Actor
from voc.service.use_cases import OF_THE_BASE, SEES_THE_BASE
from voc.store.dimensions import BY_CUSTOMER

LEAST_SHOWN = 10
"""Interactions below which a reader is not told of a group of people."""
OF_PEOPLE = ("segment", "city")
"""Dimensions that say who somebody is."""

F = TypeVar("F")


def least_shown(actor: Actor, by: Sequence[str]) -> int:
    """Interactions that a group cut by these dimensions must have for the actor to see it; 0 for who sees people.

    Raises:
        ForbiddenError: one of them is an attribute of the customer base, and the actor does not see people.
    """
    if any(one.startswith(BY_CUSTOMER) for one in by):
        actor.require(SEES_THE_BASE, what=OF_THE_BASE)
    of_people = any(one in OF_PEOPLE for one in by)
    return LEAST_SHOWN if of_people and not actor.sees_people else 0


def large_enough(figures: Iterable[F], least: int, *, size: Callable[[F], int]) -> tuple[tuple[F, ...], int]:
    """The figures of groups that are large enough, and how many were not."""
    found = tuple(figures)
    kept = tuple(one for one in found if size(one) >= least)
    return kept, len(found) - len(kept)
