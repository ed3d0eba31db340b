"""Masking the names of the customer an interaction belongs to, which a name recogniser may have missed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from voc.language.folding import Folded, fold
from voc.records import Analysis, Redaction

SHORTEST_NAME = 3
"""Names shorter than this (Li, Bo) are ordinary syllables too often; the recogniser decides alone."""

PARTICLES = frozenset(
    ("aux", "ben", "bin", "dal", "dei", "del", "den", "der", "des", "dos", "les", "van", "von", "zur")
)
"""Parts of a name that are ordinary words when they stand alone."""

CUT = " […]"
"""What the redaction puts where it stopped searching; nothing after it may be shown."""

_JOINTS = " -'"
"""What stands between the parts of a folded name."""


def mask_names(analysis: Analysis, names: Iterable[str | None]) -> Analysis:
    """Mask each of ``names`` in the redacted text, whatever its case and accents, and list it in ``redacted``.

    Only words that are a name in full are masked (``Martin`` not in ``martinet``), the parts of a double name each for
    itself too, and a name in lower case only when it is not an ordinary word written so by everybody: lower-case
    matches count only where the text has no capitals at all, as chats and transcripts do.
    """
    if analysis.redacted_text is None:
        return analysis
    wanted = _spellings(names)
    shown = shown_part(analysis)
    if not wanted or not shown:
        return analysis
    without_capitals = shown == shown.lower()
    taken = [(one.begin, one.end) for one in analysis.redacted]
    found: list[Redaction] = []
    folded = Folded(shown)
    for name in wanted:
        for match in re.finditer(rf"(?<!\w){_pattern(name)}(?!\w)", folded.text):
            begin, end = folded.original(*match.span())
            if not without_capitals and not any(c.isupper() for c in shown[begin:end]):
                continue
            if all(end <= b or begin >= e for b, e in taken):
                found.append(Redaction(type="PERSON", begin=begin, end=end))
                taken.append((begin, end))
    if not found:
        return analysis
    redacted = tuple(sorted((*analysis.redacted, *found), key=lambda one: one.begin))
    return with_masks(analysis, redacted)


class CustomerNames:
    """How the store masks the names of a customer whose interactions change hands, and shows them again."""

    def mask(self, analysis: Analysis, names: Sequence[str | None]) -> Analysis:
        """See :func:`mask_names`."""
        return mask_names(analysis, names)

    def remask(self, analysis: Analysis, redacted: Sequence[Redaction]) -> Analysis:
        """The analysis with these masks and no others."""
        return with_masks(analysis, redacted)


def with_masks(analysis: Analysis, redacted: Sequence[Redaction]) -> Analysis:
    """The analysis with these masks (in order, without overlap) and no others; one kept closed stays so."""
    if analysis.redacted_text is None:
        return analysis
    shown = shown_part(analysis)
    masked = _apply(shown, redacted) + (CUT if len(shown) < len(analysis.text) else "")
    return analysis.model_copy(update={"redacted": tuple(redacted), "redacted_text": masked})


def _spellings(names: Iterable[str | None]) -> list[str]:
    """The names and the parts of double ones, folded, the longest first so that no part is left of a longer one."""
    wanted: set[str] = set()
    for name in names:
        whole = fold(name or "").strip(_JOINTS)
        wanted.update(
            one
            for one in (whole, *_parts(whole))
            if len(one) >= SHORTEST_NAME and one not in PARTICLES and any(c.isalpha() for c in one)
        )
    return sorted(wanted, key=lambda one: (-len(one), one))


def _pattern(name: str) -> str:
    """What matches a folded name: any space, hyphen or apostrophe between its parts for another, or none."""
    return f"[{re.escape(_JOINTS)}]{{0,3}}".join(re.escape(part) for part in _parts(name))


def _parts(name: str) -> list[str]:
    return [part for part in re.split(rf"[{re.escape(_JOINTS)}]+", name) if part]


def shown_part(analysis: Analysis) -> str:
    """The part of the text that was searched for personal data and may be shown."""
    text, masked = analysis.text, analysis.redacted_text or ""
    if not masked.endswith(CUT) or _apply(text, analysis.redacted) == masked:
        return text
    grown = sum(len(one.mask) - (one.end - one.begin) for one in analysis.redacted)
    return text[: len(masked) - len(CUT) - grown]


def _apply(text: str, redacted: Sequence[Redaction]) -> str:
    parts: list[str] = []
    position = 0
    for one in redacted:
        parts.append(text[position : one.begin])
        parts.append(one.mask)
        position = one.end
    parts.append(text[position:])
    return "".join(parts)
