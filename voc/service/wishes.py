"""What several use cases ask of words that somebody typed in."""

from __future__ import annotations

from voc.errors import InputError


def named(text: str, field: str, *, most: int) -> str:
    """``text`` without spaces around and doubled within.

    Raises:
        InputError: nothing is left of it, or it has more than ``most`` characters.
    """
    found = " ".join(text.split())
    if not found:
        raise InputError(f"{field}: is missing.", code="field_missing", field=field)
    if len(found) > most:
        raise InputError(f"{field}: at most {most} characters.", code="field_too_long", field=field, max_length=most)
    return found
