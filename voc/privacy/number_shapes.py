"""What digits may be that name nobody: amounts, years and dates; whole patterns, to be met in full."""

from __future__ import annotations

import re

AMOUNT = re.compile(r"\d{1,6}[.,]\d{1,2}")
YEAR = re.compile(r"(?:19|20)\d\d")
DATE = re.compile(r"\d{1,2}([./-])\d{1,2}\1(?:19|20)?\d\d|(?:19|20)\d\d([./-])\d{1,2}\2\d{1,2}")
