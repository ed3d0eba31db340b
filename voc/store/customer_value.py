"""What a customer is worth, as the customer base says it: the number the review queue weighs links by."""

from __future__ import annotations

import re
from collections.abc import Mapping

from voc.language.column_words import in_one_order
from voc.language.folding import fold
from voc.language.registry import languages
from voc.settings import settings

COLUMNS = in_one_order([one.attributes.value for one in sorted(languages(), key=lambda one: not one.fallback)])
"""Folded headers that say what a customer is worth, best first; ``VOC_CUSTOMER_VALUE`` names another."""

LARGEST = 1e12
"""What is above is no amount of money but a number of something else."""

_NUMBER = re.compile(r"-?\d[\d .,'\u00a0\u202f\u2019]*")
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


def customer_value(attributes: Mapping[str, str]) -> float | None:
    """The customer's value, in whatever unit the base uses; ``None`` where no column says it, or no number is in it.

    Only the order of customers by it matters, so currencies are not converted. Negative values count as 0.
    """
    chosen = settings().customer_value.strip()
    folded = {_NOT_A_LETTER.sub(" ", fold(name)).strip(): name for name in attributes}
    names = (_NOT_A_LETTER.sub(" ", fold(chosen)).strip(),) if chosen else COLUMNS
    for name in names:
        if name in folded and (value := amount(attributes[folded[name]])) is not None:
            return value
    return None


def amount(text: str) -> float | None:
    """The number in ``1 234,56 €``, ``€1,234.56`` or ``1'234``; ``None`` where there is not exactly one."""
    found = _NUMBER.findall(text)
    if len(found) != 1:
        return None
    digits = re.sub(r"[^\d.,-]", "", found[0]).rstrip(".,")
    last = max(digits.rfind("."), digits.rfind(","))
    several = last >= 0 and digits.count(digits[last]) > 1
    # One mark with three digits after it, and no other mark: thousands, as in 1,234 or 1.234.
    thousands = last >= 0 and len(digits) - last == 4 and len(re.findall(r"[.,]", digits)) == 1 and digits[0] != "0"
    if last < 0 or several or thousands:
        digits = digits.replace(".", "").replace(",", "")
    else:
        digits = digits[:last].replace(".", "").replace(",", "") + "." + digits[last + 1 :]
    value = float(digits)
    return max(0.0, value) if value <= LARGEST else None
