"""Which pack texts look like: by the words a trade is known by, counted over many texts, never guessed from one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from voc.language.patterns import PatternIndex, flatten
from voc.language.registry import codes
from voc.records.topic_packs import PackSign
from voc.topics.packs import CORE, load_pack, shipped

FEWEST_TEXTS = 20
"""Texts under which nothing is offered: three mails about an insurer do not make one."""
LEAST_SHARE = 0.08
"""Share of the texts that must show a sign of the trade. On fourteen public sets of one trade each, and three of none,
the trade's own share lies at 0.12 to 0.80, that of others under 0.07 but where two trades mix (a shop for meals)."""
BESIDE_BEST = 0.5
"""… and at least so much of the share of the trade seen most, so that a second one is offered where two mix."""
_LONGEST = 2000
"""Characters of a text that are looked at."""
_WORDS = 3


@lru_cache(maxsize=1)
def _signs() -> PatternIndex[str]:
    index: PatternIndex[str] = PatternIndex()
    for name in shipped():
        for code in codes() if name != CORE else ():
            index.add(name, load_pack(name).signs.get(code, ()))
    return index


def signs_in(text: str) -> dict[str, set[str]]:
    """Pack → the signs of its trade in a text."""
    flat = flatten(text[:_LONGEST])
    found: dict[str, set[str]] = {}
    for name, begin, end in _signs().find(flat):
        found.setdefault(name, set()).add(flat.text[begin:end])
    return found


def count_signs(texts: Iterable[Mapping[str, set[str]]]) -> tuple[int, list[PackSign]]:
    """How many texts there were, and the signs of each pack's trade in them (:func:`signs_in`), most frequent first."""
    total = 0
    seen: Counter[str] = Counter()
    words: dict[str, Counter[str]] = {}
    for found in texts:
        total += 1
        for name, said in found.items():
            seen[name] += 1
            words.setdefault(name, Counter()).update(sorted(said))
    signs = [
        PackSign(
            pack=name,
            labels=dict(load_pack(name).labels),
            texts=count,
            share=count / total,
            words=tuple(word for word, _ in words[name].most_common(_WORDS)),
        )
        for name, count in seen.most_common()
    ]
    return total, signs


def worth_offering(total: int, signs: Iterable[PackSign]) -> list[PackSign]:
    """The packs whose trade the texts are plainly about; none where there are too few texts to tell."""
    read = list(signs)
    if total < FEWEST_TEXTS or not read:
        return []
    best = max(one.share for one in read)
    return [one for one in read if one.share >= max(LEAST_SHARE, BESIDE_BEST * best)]
