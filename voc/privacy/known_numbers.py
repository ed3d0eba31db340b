"""Masking the numbers and accounts of the customer base wherever they stand in a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from voc.identifiers import PHONE_KEY
from voc.privacy.masking import shown_part, with_masks
from voc.records import Analysis, Identifier, Redaction

RECOGNISER = "customer-base"
"""What these masks say found them."""

LABELS = {
    "phone": "PHONE", "contract": "CONTRACT", "order": "ORDER", "customer": "CUSTOMER_NUMBER", "loyalty": "LOYALTY",
    "handle": "HANDLE",
}  # fmt: skip


@dataclass(frozen=True)
class KnownPlace:
    """A stretch of a text that is an identifier of the base."""

    identifier: Identifier
    begin: int
    end: int


def lookup_keys(key: str, *, account: bool = False) -> tuple[str, ...]:
    """What a stretch with these letters and digits may be in the base under: itself, or the end of a telephone."""
    if account or not key.isdigit() or len(key) <= PHONE_KEY:
        return (key,)
    return (key, key[-PHONE_KEY:])


def equals(key: str, identifier: Identifier, found_by: str, *, account: bool = False) -> bool:
    """Whether a stretch is this identifier, which the base holds under ``found_by``."""
    if identifier.type == "handle":
        return account and key == identifier.value
    if account:
        return False
    return _dials(key, identifier.value) if identifier.type == "phone" else key == found_by


def _dials(digits: str, number: str) -> bool:
    """Whether these digits are a way to dial ``number`` (E.164): national, with country code, with 00, with (0)."""
    if not digits.isdigit():
        return False
    whole = "".join(c for c in number if c.isdigit())
    if digits in (whole, "00" + whole):
        return True
    for code in range(1, 4):  # country codes have one to three digits
        country, national = whole[:code], whole[code:]
        if len(national) >= PHONE_KEY and digits in (
            *(national, "0" + national),
            *(f"{country}0{national}", f"00{country}0{national}"),
        ):
            return True
    return False


def mask_places(
    analysis: Analysis, places: Iterable[KnownPlace], *, pseudonyms: Mapping[tuple[str, str], str] | None = None
) -> Analysis:
    """Mask these places in the redacted text besides what is masked there; what overlaps becomes one mask.

    Args:
        pseudonyms: (mask, value) → stand-in of the value, where masks carry one.
    """
    if analysis.redacted_text is None:
        return analysis
    shown = len(shown_part(analysis))
    redacted: Sequence[Redaction] = analysis.redacted
    for one in sorted(places, key=lambda place: (place.begin - place.end, place.begin)):
        if one.end > shown or any(mask.begin <= one.begin and one.end <= mask.end for mask in redacted):
            continue
        touched = [mask for mask in redacted if mask.begin < one.end and one.begin < mask.end]
        label = LABELS[one.identifier.type]
        mask = Redaction(
            type=label,
            begin=min(one.begin, *(mask.begin for mask in touched)) if touched else one.begin,
            end=max(one.end, *(mask.end for mask in touched)) if touched else one.end,
            score=1.0,
            recogniser=RECOGNISER,
            pseudonym=(pseudonyms or {}).get((label, one.identifier.value)),
        )
        redacted = sorted((*(m for m in redacted if m not in touched), mask), key=lambda m: m.begin)
    return analysis if redacted is analysis.redacted else with_masks(analysis, redacted)
