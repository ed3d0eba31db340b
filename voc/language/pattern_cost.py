"""Whether a word pattern would hold up the analysis: measured on texts made of its own words, before it is in force.

Words of a text can make an expression with several open ends (``a*b*c*``, gap after gap) try a growing number of ways;
one such pattern in a file somebody edited would stop every worker on one long message.
"""

from __future__ import annotations

import re
import time

from voc.language.patterns import Pattern, flatten

SLOWEST_SECONDS = 0.25
"""What one pattern may take on :data:`LONGEST_WORDS` words: a thousand times the shipped ones."""
LONGEST_WORDS = 2000
"""Words of the longest text that is tried: ten minutes of talk."""
_FIRST_WORDS = 20
_STEP = 1.2
"""How much longer each text is than the last: short enough a step that a blow-up is met while it is still cheap."""
_OPEN_ENDS = 3
"""Gaps of a pattern, or open ends within one of its words, from which it is tried at all; fewer cannot pile up."""
_IN_ONE_WORD = re.compile(r"[^ |()]+")
_STARRED_GROUPS = re.compile(r"\)\*(?=[^ |)])")
_GAP = re.compile(r"\.\.\.?(?=\s|$|\))|…")
_LITERALS = re.compile(r"[^\W_]+")


def is_slow(source: str) -> bool:
    """Whether the pattern takes seconds on a long text that is full of its words.

    Args:
        source: as :class:`voc.language.patterns.Pattern` reads it; must be readable.
    """
    stars = max((part.count("*") + part.count("\\w") for part in _IN_ONE_WORD.findall(source)), default=0)
    stars += len(_STARRED_GROUPS.findall(source))
    if stars < _OPEN_ENDS and len(_GAP.findall(source)) < _OPEN_ENDS:
        return False
    pattern = Pattern(source)
    words = _LITERALS.findall(source) or ["a"]
    return any(_grows(pattern, words, glue) for glue in (" ", ""))


def _grows(pattern: Pattern, words: list[str], glue: str) -> bool:
    """Try ever longer texts, and stop at the first that takes too long."""
    count, known = float(_FIRST_WORDS), 0.0
    longest = LONGEST_WORDS if glue else LONGEST_WORDS // 10  # one word of 200 stretches is a damaged file already
    almost = words[:-1] or words  # without the last one the expression must try every way before it gives up
    while count <= longest:
        repeated = (almost * (int(count) // len(almost) + 1))[: int(count)]
        flat = flatten(glue.join(repeated))
        begun = time.perf_counter()
        found = pattern.regex.search(flat.text, 1) if glue else pattern.regex.search(f"{flat.text}\u00b7 ")
        spent = time.perf_counter() - begun
        if spent > SLOWEST_SECONDS:
            return True
        if found is not None and not known:
            return False  # it is found at once; what follows is another search
        known, count = spent, count * _STEP
    return False
