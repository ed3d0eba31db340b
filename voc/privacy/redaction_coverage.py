"""Up to where personal data was looked for in a text: nothing beyond may be shown or heard."""

from __future__ import annotations

from voc.records import Analysis


def searched(analysis: Analysis) -> int:
    """Up to which character of the text personal data was searched; 0 where nothing says that it was.

    Written out with its masks, the text must begin as ``redacted_text`` does; from where the two part, nothing says
    that what stands there was looked at.
    """
    shown = analysis.redacted_text or ""
    position = written = 0
    for one in sorted(analysis.redacted, key=lambda span: (span.begin, span.end)):
        if one.begin < position:
            continue  # inside the one before
        plain = analysis.text[position : one.begin]
        same = _common(plain, shown[written:])
        if same < len(plain):
            return position + same
        position, written = one.begin, written + len(plain)
        if not shown.startswith(one.mask, written):
            return position
        position, written = one.end, written + len(one.mask)
    return position + _common(analysis.text[position:], shown[written:])


def _common(one: str, other: str) -> int:
    """Length of the common beginning of two strings."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
