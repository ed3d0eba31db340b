"""What stands in dates beside the names of their months."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DateWords:
    """Alternatives of patterns over folded text.

    Attributes:
        article: what stands before a date (``le``).
        ordinals: what follows the number of a day (``st|nd``).
        at: what stands between a date and its time.
    """

    article: str = ""
    ordinals: str = ""
    at: str = ""
