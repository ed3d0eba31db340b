"""Identifiers as readers give them, in the one spelling by which they link."""

from __future__ import annotations

from voc.identifiers import LONGEST_REFERENCE, is_filler, normalise
from voc.records import Identifier


def normalised(identifier: Identifier, *, region: str) -> Identifier | None:
    """The identifier in its one spelling, ``None`` where its value is none of its type.

    ``region`` is that of phone numbers without a country code (ISO 3166). What is spelled so already comes back
    as it is.
    """
    value: str | None
    if identifier.type == "customer" and len(identifier.value) > LONGEST_REFERENCE:
        value = None if is_filler(identifier.value) else identifier.value  # the base holds its own spelling too
    else:
        value = normalise(identifier.type, identifier.value, region)
    if value is None or value == identifier.value:
        return None if value is None else identifier
    return identifier.model_copy(update={"value": value})
