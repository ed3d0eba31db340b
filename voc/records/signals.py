"""What an analyser found in one interaction: the noun that filters, figures, corrections and exports are about."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from voc.records.base import Record

LABEL = r"^[\w.:-]{1,200}$"
"""A label is an id, never a customer's words: those are quoted by their place, so masking and erasing reach them."""

HeardDoubt = Literal["heard_unsurely"]
"""Why something may not have been said: the words it was read in have a mean confidence below ``UNSURE``."""


class Signal(Record):
    """Something found in an interaction, with the place it was found at.

    ``kind`` says what (``effort``), ``label`` which (``hard_to_reach``), ``value`` how much on the kind's own scale,
    ``sentiment`` how it is spoken of (−1…1). ``begin``/``end`` are characters of the analysis' ``text``, ``begin_ms``/
    ``end_ms`` milliseconds of the recording; ``analyser`` is who says so (name and version, or ``person``). With
    a ``doubt`` it is shown where it stands, and neither counted, filtered by nor quoted.
    """

    kind: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    label: str = Field(pattern=LABEL)
    value: float | None = None
    sentiment: float | None = None
    begin: int | None = None
    end: int | None = None
    begin_ms: int | None = None
    end_ms: int | None = None
    analyser: str | None = None
    doubt: HeardDoubt | None = None
