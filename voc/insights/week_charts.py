"""The weeks of a finding as a picture for mails: programs draw tables of coloured cells each in their own way, Outlook
with Word's engine, while a picture that comes along in the mail is the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from voc.locales.words import words
from voc.records import Digest, DigestItem

SIDE_COLOURS = {"rises": "#b3261e", "falls": "#1b6e4f"}
"""Of each side of a digest."""
_GOOD, _BAD = SIDE_COLOURS["falls"], SIDE_COLOURS["rises"]
_OTHER_WEEKS, _WORDS, _PAPER, _LINE = "#b9bfc8", "#454b55", "#ffffff", "#dfe2e6"
_COLUMN, _BAR, _TALLEST, _LETTERS = 44, 30, 48, 13
"""Width of a week, width and height of the tallest bar, size of the letters; all in pixels of a page."""
_ABOVE, _BELOW = 20, 22
_DENSITY = 2
"""Pixels of the picture for one of the page, so that it is sharp on a phone."""
_COLOURS = 24


@dataclass(frozen=True)
class WeekChart:
    """A picture with the same figures in words; ``width`` and ``height`` are of a page, not of the picture."""

    name: str
    """Of its file, and what the mail calls it by."""
    alt: str
    width: int
    height: int
    png: bytes


def colour(side: str, item: DigestItem) -> str:
    """Of the week a finding is of: praise that rises is no alarm, and praise that falls is one."""
    praised = "praise" in {item.extra.what, item.extra.tone}
    return _GOOD if (side == "rises") == praised else _BAD


def week_charts(digest: Digest, language: str) -> dict[str, WeekChart]:
    """Key of a finding → its weeks as a picture, of those that tell more than one week."""
    found: dict[str, WeekChart] = {}
    for side in SIDE_COLOURS:
        items: tuple[DigestItem, ...] = getattr(digest, side)
        for item in items:
            if len(item.extra.weeks) > 1:
                name = f"weeks-{len(found) + 1}.png"
                found[item.key] = _chart(item, digest.week, language, colour(side, item), name=name)
    return found


def _chart(item: DigestItem, week: str, language: str, tint: str, *, name: str) -> WeekChart:
    from PIL import Image, ImageDraw, ImageFont  # only who writes a mail draws

    t = words(language)
    bars = [(t.week(one.week, short=True), one.n, one.week == week) for one in item.extra.weeks]
    told = ", ".join(f"{label}{t.colon} {t.number(n)}" for label, n, _ in bars)
    width, height = _COLUMN * len(bars), _ABOVE + _TALLEST + _BELOW
    picture = Image.new("RGB", (width * _DENSITY, height * _DENSITY), _PAPER)
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(size=_LETTERS * _DENSITY)
    tallest, ground = max(n for _, n, _ in bars) or 1, _ABOVE + _TALLEST
    for place, (label, n, now) in enumerate(bars):
        middle = place * _COLUMN + _COLUMN / 2
        top = ground - max(1, round(_TALLEST * n / tallest))
        box = (middle - _BAR / 2, top, middle + _BAR / 2, ground)
        pen.rectangle([edge * _DENSITY for edge in box], fill=tint if now else _OTHER_WEEKS)
        for text, y, anchor in ((t.number(n), top - 4, "ms"), (label, ground + 5, "mt")):
            pen.text((middle * _DENSITY, y * _DENSITY), text, fill=_WORDS, font=font, anchor=anchor)
    pen.line((0, ground * _DENSITY, width * _DENSITY, ground * _DENSITY), fill=_LINE, width=_DENSITY)
    kept = BytesIO()
    picture.quantize(_COLOURS).save(kept, "PNG", optimize=True)
    return WeekChart(name, f"{t('digest.weekly')}{t.colon} {told}", width, height, kept.getvalue())
