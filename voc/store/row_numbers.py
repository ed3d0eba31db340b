"""The number by which the full text, the index of the search and the facts name an interaction."""

from __future__ import annotations


def row_number(interaction_id: str) -> int:
    """The first 60 bits of its id."""
    return int(interaction_id[1:16], 16)
