"""Words for naming themes."""

from __future__ import annotations

from voc.language.folding import word_set

EMPTY_LEMMAS = word_set(
    "hello please thank thanks be have do say go can will must make get take give see come want know time thing day "
    "year month week hour today hey guy lot way just still really also even much many more most good bad nice great"
)
