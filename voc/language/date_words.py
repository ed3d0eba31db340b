"""What stands in dates beside the names of their months, and beside ages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DateWords:
    """Alternatives of patterns over folded text.

    Attributes:
        article: what stands before a date (``le``).
        ordinals: what follows the number of a day (``st|nd``).
        of: what may stand between a day and its month.
        at: what stands between a date and its time.
        years_old: what makes an age of the number before it, with the end of its word.
        aged: words before an age, each of one length.
    """

    article: str = ""
    ordinals: str = ""
    of: str = ""
    at: str = ""
    years_old: str = ""
    aged: str = ""
