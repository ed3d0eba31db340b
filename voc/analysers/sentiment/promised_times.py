"""Times promised beside those it took: "announced in five days, here in two" is praise, the other way round blame."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from voc.analysers.sentiment.adjustment import Cue
from voc.language.folding import fold
from voc.language.rulebook import RuleContext, RuleMatch

KIND = "promised_time"
_TIME = re.compile(r"(?P<n>\d{1,4})\s?(?P<unit>[a-z]+)?")


def promised_times(reading: RuleContext, finds: Sequence[RuleMatch]) -> Iterator[Cue]:
    """A cue for each time that was promised and is told with the one it took, in the same unit.

    ``finds`` are those of the book of cues. Times alike, and times in two units, say nothing.
    """
    for find in finds:
        if find.rule.kind != KIND:
            continue
        _, high = reading.sentence_of(find.begin)
        times = list(_TIME.finditer(fold(reading.text[find.begin : high])))
        if len(times) < 2:
            continue
        promised, took = times[0], times[-1]
        units = {one["unit"].rstrip("s") for one in (promised, took) if one["unit"]}
        if len(units) == 1 and promised["n"] != took["n"]:
            sooner = int(took["n"]) < int(promised["n"])
            yield Cue("praised" if sooner else "lowered", find.rule.id, find.begin, find.end)
