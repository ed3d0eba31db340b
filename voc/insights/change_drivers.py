"""Where a change concentrates: the groups and the words that set its interactions apart from the rest of the week."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence

from voc.insights import statistics
from voc.insights.drilldown import href
from voc.records import Concentration, Distinctive
from voc.store import Filters, Store

LEVEL = 0.05
LEAST = 4
"""Interactions of the change in a group below which the group is not named."""
LEAST_SHARE = 0.25
"""A group that holds less of the change than this does not explain it."""
LEAST_LIFT = 1.5
DIMENSIONS = ("city", "segment", "language")
NOT_GROUPS = frozenset(
    {"agent", "status", "category", "direction", "csat_scale", "network", "city", "segment", "language"}
)
"""Attributes that are no explanation: who answered (an employee is nobody's finding), what the source filed it under,
and those that a dimension of their own covers."""

_WORD = re.compile(r"[^\W_][\w'’.-]*[^\W_]|[^\W_]")
_DIGITS = re.compile(r"^\d+$")
_PLACEHOLDER = re.compile(r"\[[A-Z_]+\]")
MOST_WORDS = 5
WORD_LEVEL = 0.01
OF_ONE_LANGUAGE = 0.8
"""Share of the texts with a word that must be in one language for the word to be of it."""
WORD_LIFT = 3
"""Times a word must be more frequent than elsewhere and than before."""


def concentrations(store: Store, inside: Filters, base: Filters) -> list[Concentration]:
    """Groups over-represented in ``inside`` against the rest of ``base``, most telling first.

    Fisher's exact test, corrected over all groups looked at. Interactions whose group is unknown (an anonymous
    customer's city) count on neither side.
    """
    groups: list[tuple[str, Mapping[str, int], Mapping[str, int]]] = []
    for name in DIMENSIONS:
        mine, all_of_it = (
            {str(cell.keys[0]): cell.n for cell in store.figures.cells(one, by=(name,)) if cell.keys[0]}
            for one in (inside, base)
        )
        groups.append((name, mine, all_of_it))
    everywhere = store.figures.attributes(base)
    for name, values in store.figures.attributes(inside).items():
        if name not in NOT_GROUPS and name in everywhere:
            groups.append((name, values, everywhere[name]))
    looked_at = []
    for name, here, there in groups:
        known, known_base = sum(here.values()), sum(there.values()) - sum(here.values())
        for value, n in here.items():
            rest = there.get(value, n) - n
            if n >= LEAST and known_base > 0 and value.strip():
                p = statistics.over_represented(n, known, rest, known_base)
                looked_at.append((p, name, value, n, known, rest, known_base))
    adjusted = statistics.q_values([one[0] for one in looked_at])
    found = []
    for (p, name, value, n, known, rest, known_base), q in zip(looked_at, adjusted, strict=True):
        share, base_share = n / known, rest / known_base
        if q <= LEVEL and share >= LEAST_SHARE and share >= LEAST_LIFT * base_share:
            narrowed = {name: value} if name in DIMENSIONS else {"attribute": f"{name}={value}"}
            found.append(
                Concentration(
                    dimension=name, value=value, n=n, known=known, share=share, base_n=rest, base_known=known_base,
                    base_share=base_share, p_value=p, q_value=q, href=href(inside.model_copy(update=narrowed)),
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: (one.q_value, one.dimension, one.value))


def distinctive(
    inside: Sequence[str],
    outside: Sequence[str],
    earlier: Sequence[str] = (),
    *,
    languages: Sequence[str | None] = (),
) -> list[Distinctive]:
    """Words and pairs of words that set the texts of a change apart; ``languages`` are those of ``inside``, one each.

    They must be more frequent than in the rest of the week (Fisher, corrected), and than in what was said of the same
    subject before: the subject's own vocabulary is no news. Words of capital letters and version numbers count like
    any other; a word inside a chosen pair is not repeated.
    """
    here, there, before = _documents(inside), _documents(outside), _documents(earlier)
    n, n_rest, n_before = len(inside), len(outside), len(earlier)
    if n < LEAST or not n_rest:
        return []
    tested = [
        (statistics.over_represented(k, n, there.get(term, 0), n_rest), term, k)
        for term, k in here.items()
        if k >= max(3, math.ceil(0.15 * n))
    ]
    adjusted = statistics.q_values([one[0] for one in tested])
    found = []
    for (_, term, k), q in zip(tested, adjusted, strict=True):
        base_share = there.get(term, 0) / n_rest
        was = before.get(term, 0) / n_before if n_before else 0.0
        if q <= WORD_LEVEL and k / n >= WORD_LIFT * max(base_share, was):
            spoken = _language_of(term, inside, languages)
            found.append(Distinctive(text=term, n=k, share=k / n, base_share=base_share, q_value=q, language=spoken))
    found.sort(key=lambda one: (one.q_value, -len(one.text), one.text))
    chosen: list[Distinctive] = []
    for one in found:
        words = set(one.text.split())
        if not any(words & set(other.text.split()) for other in chosen):
            chosen.append(one)
    return chosen[:MOST_WORDS]


def _language_of(term: str, texts: Sequence[str], languages: Sequence[str | None]) -> str | None:
    """The language in which a term is said: that of nearly all texts that hold it."""
    spoken = [code for text, code in zip(texts, languages, strict=False) if term in _documents([text])]
    code = max(set(spoken), key=spoken.count, default=None)
    return code if code is not None and spoken.count(code) >= OF_ONE_LANGUAGE * len(spoken) else None


def _documents(texts: Sequence[str]) -> dict[str, int]:
    """Term → texts that hold it. Single letters and bare numbers tell nothing; pairs need a longer word."""
    counted: dict[str, int] = {}
    for text in texts:
        words = [word.casefold() for word in _WORD.findall(_PLACEHOLDER.sub(" ", text).replace("’", "'"))]
        telling = [word if len(word) > 3 and not _DIGITS.match(word) else "" for word in words]
        terms = {word for word in telling if word}
        terms |= {f"{one} {other}" for one, other in itertools.pairwise(words) if len(one) > 3 and len(other) > 3}
        for term in terms:
            counted[term] = counted.get(term, 0) + 1
    return counted
