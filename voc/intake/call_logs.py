"""Tables of calls as telephone systems export them: who called whom and how long, with what an agent noted.

What stands in their notes is the agent's, not what the customer said.
"""

from __future__ import annotations

from collections.abc import Sequence

from voc.intake.call_ends import DIRECTION, EITHER_END
from voc.intake.column_names import named
from voc.intake.column_sample import ColumnSample

_NOTES = frozenset(named(lambda words: words.calls.get("notes", "")))
_LASTS = frozenset(named(lambda words: words.calls.get("lasts", ""), tools="billsec"))
_ENDS = EITHER_END | set(named(lambda words: words.calls.get("ends", "")))


def is_call_log(samples: Sequence[ColumnSample]) -> bool:
    """Whether a table is of calls: each with its direction, a number at an end, and how long it took."""
    return (
        any(s.folded in DIRECTION for s in samples)
        and any(s.folded in _ENDS for s in samples)
        and any(_LASTS & set(s.folded.split()) for s in samples)
    )


def agents_notes(samples: Sequence[ColumnSample]) -> list[ColumnSample]:
    """The columns of a table of calls in which agents write down what a call was about; none in any other table."""
    return [s for s in samples if s.folded in _NOTES and s.is_prose] if is_call_log(samples) else []
