"""Which sign cuts the lines of a text table into cells."""

from __future__ import annotations

import csv
from collections import Counter

SEPARATORS = (",", ";", "\t", "|")


def guess_separator(lines: list[str]) -> str:
    """Choose the separator that cuts the first lines into the most even table; one column is ``,``.

    Evenness is the share of records as wide as the commonest width; a wider table wins among equally even ones.
    """
    best, best_score = ",", 0.0
    for separator in SEPARATORS:
        try:
            records = [r for r in csv.reader(lines, delimiter=separator, skipinitialspace=separator != "\t") if r]
        except csv.Error:
            continue
        if len(records) > 1 and len(lines) >= 200:
            records = records[:-1]  # the look ahead may end inside it
        widths = Counter(len(record) for record in records)
        if not widths:
            continue
        first = len(records[0])
        width, count = widths.most_common(1)[0]
        if width == 1 and first == 1:
            continue
        # The header knows its own width best: verbatims full of commas are cut everywhere, headers are not.
        even = max(widths[first], count if width == first else 0) / len(records)
        score = even * (1 + min(first, 50) / 100) if first > 1 else 0.0
        if score > best_score:
            best, best_score = separator, score
    return best if best_score >= 0.2 else ","
