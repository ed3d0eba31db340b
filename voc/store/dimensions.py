"""What figures may be cut by."""

from __future__ import annotations

from collections.abc import Sequence

from voc.errors import InputError

DIMENSIONS: tuple[str, ...] = ("week", "day", "topic", "channel", "segment", "city", "language", "sentiment")
TIME = frozenset({"week", "day"})
MOST_DIMENSIONS = 3
BY_ATTRIBUTE = "attribute:"
"""Before the name of an attribute that interactions came with: a dimension too."""
BY_CUSTOMER = "customer_attribute:"
"""Before the name of an attribute of the customer base."""


def checked(by: Sequence[str], *, customers: bool = False) -> None:
    """Refuse dimensions that figures cannot be cut by.

    Args:
        customers: whether whoever asks can cut by attributes of the customer base.

    Raises:
        InputError: an unknown dimension, one named twice, or more than three.
    """
    named = (BY_ATTRIBUTE, BY_CUSTOMER) if customers else (BY_ATTRIBUTE,)
    for one in by:
        if one not in DIMENSIONS and not (one.startswith(named) and one.partition(":")[2]):
            every = ", ".join((*DIMENSIONS, *(f"{kind}name" for kind in named)))
            raise InputError(f"by={one} is not a dimension; use up to {MOST_DIMENSIONS} of {every}.")
    if len(by) > MOST_DIMENSIONS or len(set(by)) < len(by):
        raise InputError(f"by= takes up to {MOST_DIMENSIONS} different dimensions.")
